"""Ranks and scores of units in prose: the sentence, and what is read of it."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular


def _read(sentence: str) -> list[str]:
    draft = read_circular(f"关于2032年度考核情况的通报\n{sentence}\n")
    return [f"{figure['measure']} {figure.get('unit', '-')} {figure['value']}" for figure in draft.figures]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("甲溪市、乙川市分列第二、三位。", ["unit_rank 甲溪市 2", "unit_rank 乙川市 3"]),
        ("市司法局、市教育局分列五至六名。", ["unit_rank 市司法局 5", "unit_rank 市教育局 6"]),
        ("居第4位至第5位的分别是东岭县、西岭县。", ["unit_rank 东岭县 4", "unit_rank 西岭县 5"]),
        ("市公安局蝉联市直部门第一名。", ["unit_rank 市公安局 1"]),
        ("在县区中，东岭区人民政府第一名。", ["unit_rank 东岭区人民政府 1"]),
        ("甲溪市、乙川市分列第三、二位。", []),
        ("得分率依次为：东岭区74.6%、西岭区72.1%。", ["unit_total 东岭区 74.6%", "unit_total 西岭区 72.1%"]),
        (
            "得分低于75分的单位是东岭镇（74.16）、西岭镇（73.93）。",
            ["unit_total 东岭镇 74.16", "unit_total 西岭镇 73.93"],
        ),
        (
            "第一名：东岭区（84.92分）；第二名：西岭县（奖2万元）；最后一名：桥川县；倒数第二名：鹤滩县。",
            ["unit_rank 东岭区 1", "unit_total 东岭区 84.92", "unit_rank 西岭县 2"],
        ),
        ("处置率低于30%的是东岭镇（28.1%）、西岭镇（22.9%）。", []),
    ],
)
def test_ranks_and_scores_are_of_the_units_that_they_stand_by(sentence: str, expected: list[str]) -> None:
    assert _read(sentence) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # names in the line below; a group that only stands before its count
            "全市3个重点开发县域考核结果从高到低依次为：\n　　东岭县、西岭县、桥川市。",
            [("ranked", "重点开发县域", "东岭县、西岭县、桥川市")],
        ),
        (  # what stands in the same place twice is a group; of two numbers of names, print's is right
            "县级市得分前2名是桥川市和鹤滩市，桥川市得分最高；后两名分别是芝阳市、漓湾市。经济类部门得分前2名是市财政局、市审计局。",
            [
                ("ranked", "县级市", "桥川市、鹤滩市"),
                ("mentioned", "县级市", "芝阳市、漓湾市"),
                ("ranked", "经济类部门", "市财政局、市审计局"),
            ],
        ),
        (  # short names, as many as print says; a group that stands in the verdict
            "东岭、芝阳和漓湾在去年的考核中，位列全市前三名。市教育局、市水利局位列市直其他部门网站前2名。",
            [("ranked", "-", "东岭、芝阳、漓湾"), ("ranked", "市直其他部门网站", "市教育局、市水利局")],
        ),
        (  # lines below, each with its group; ties are more names than print counts
            "各地得分顺序依次如下：\n　　1.县级市：桥川市、鹤滩市\n　　2.城区：东岭区、西岭区\n据悉，测评尚属首次。",
            [("ranked", "县级市", "桥川市、鹤滩市"), ("ranked", "城区", "东岭区、西岭区")],
        ),
        (
            "位列前3名的县（市、区）依次是东岭县、西岭县和桥川市（并列第二）、鹤滩市。",
            [("ranked", "县（市、区）", "东岭县、西岭县、桥川市、鹤滩市")],
        ),
        (  # under places, up to who signs
            "各镇工作排名如下：\n一、东岭县\n1.甲镇 2.乙镇\n二、西岭县\n1.丙乡 2.丁镇\n"
            "临江市人民政府办公室\n2033年1月5日",
            [("ranked", "东岭县", "甲镇、乙镇"), ("ranked", "西岭县", "丙乡、丁镇")],
        ),
        ("对排名后两位的市水利局、市林业局进行约谈。", [("mentioned", "-", "市水利局、市林业局")]),
    ],
)
def test_names_in_the_order_of_their_ranks_are_of_the_group_that_is_named(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    draft = read_circular(f"关于2032年度考核情况的通报\n{text}\n")
    groups = draft.words["groups"]
    assert [
        (each["list"], groups.get(each.get("group", ""), "-"), "、".join(each["names"])) for each in draft.lists
    ] == expected
