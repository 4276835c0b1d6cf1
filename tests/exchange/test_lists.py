"""Lists of units by grade in prose: the text, and the lists that are read of it."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular

TITLE = "关于2032年度安全生产目标管理考核结果的通报\n"


def _read(text: str) -> list[str]:
    draft = read_circular(TITLE + text + "\n")
    words = {key: word for each in draft.words.values() for key, word in each.items()}
    told = [(words.get(each.get("group", ""), "-"), words.get(each.get("of", ""), "-")) for each in draft.lists]
    return [f"{group} {of} {'、'.join(each['names'])}" for (group, of), each in zip(told, draft.lists, strict=True)]


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        (  # who is judged stands at the beginning, with short names, of two groups
            "海浦、坝岭等2个地级以上市，以及海浦市东岭区、西岭县等2个县（市、区）考核达标，成绩显著，评为优秀等次。",
            ["地级以上市 优秀 海浦、坝岭", "县（市、区） 优秀 海浦市东岭区、西岭县"],
        ),
        (  # a name that begins with a verb, and a town before the next verdict
            "东岭区、定川市评定为优秀等次，西岭县、达川区评定为良好等次。",
            ["- 优秀 东岭区、定川市", "- 良好 西岭县、达川区"],
        ),
        (  # who has the grade without the contest, and in another assessment
            "东岭区、西岭县2个县区得分达到优秀等次，按规定不参与优秀评选。在“十六五”期末考核中，桥川市、鹤滩市为优秀等次。",
            [],
        ),
        (  # the authority that decides is no group; prizes are given
            "市人民政府决定：对东岭区、西岭县给予一等奖奖励。",
            ["- 一等奖 东岭区、西岭县"],
        ),
        (  # with a remark between the count and the names
            "优秀单位2家（含晋级1家）。依次是：市财政局、市纪委监委机关（市委巡察办）。",
            ["- 优秀 市财政局、市纪委监委机关（市委巡察办）"],
        ),
        (  # short names without an ending before 等, and before a count alone
            "东岭区、芝阳、漓湾等为良好等次；桥川、鹤滩和沙坪3个市考评等级为“优秀”。",
            ["- 良好 东岭区、芝阳、漓湾", "- 优秀 桥川、鹤滩、沙坪"],
        ),
        (
            "市政府决定授予穗阳市、惠江市“一星平安鼎”，鹏湾市、莞邑市“平安鼎”。",
            ["- 一星平安鼎 穗阳市、惠江市", "- 平安鼎 鹏湾市、莞邑市"],
        ),
        (
            "县（市、区）：甲川县、乙川县为优秀，丙川县等4个县（市）为良好，其余为合格。",
            ["县（市、区） 优秀 甲川县、乙川县", "县（市、区） 良好 丙川县", "县（市、区） 合格 "],
        ),
        ("对大坪镇实行“一票否决”，年度考核定为不合格等次。", ["- 不合格 大坪镇"]),
        ("不合格的账号分别是：“淇阳科普”“大美鹿坪”“和谐张店”，市司法局。", []),
        ("不合格单位3个，分别为：“淇阳科普”“大美鹿坪”“和谐张店”。", ["- 不合格 淇阳科普、大美鹿坪、和谐张店"]),
        ("凡工作扎实、群众满意的甲川县、乙川县未被评为优秀等次。", []),
        ("得分90分以上的单位2个，分别为市司法局、市水利局。", ["- 90分以上 市司法局、市水利局"]),
    ],
)
def test_lists_in_prose(text: str, lists: list[str]) -> None:
    assert _read(text) == lists
