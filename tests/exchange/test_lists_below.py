"""Lists of units under headings: the text, and the lists that are read of it."""

from __future__ import annotations

from analysis.exchange.circulars.reader import read_circular


def test_lists_under_the_title_of_a_list_and_headings_of_groups() -> None:
    draft = read_circular(
        "2032年度考核优秀等次单位名单\n一、县市区（2个）\n甲川县　乙川县　丙川县\n二、市直单位（3个）\n"
        "（一）党群系统（2个）\n市总工会　市妇联　市科协\n"
    )
    assert [each["names"] for each in draft.lists] == [["甲川县", "乙川县", "丙川县"], ["市总工会", "市妇联", "市科协"]]
    assert {each["of"] for each in draft.lists} == {"excellent"}
    doubts = [str(doubt) for doubt in draft.unsure]
    assert sum("列出的名称有3个" in doubt for doubt in doubts) == 2  # counts that differ from their lists are told


def test_lists_under_groups_are_of_the_grade_that_a_sentence_tells_before() -> None:
    draft = read_circular(
        "各有关单位：\n　　现将2032年度考核优秀等次单位通报如下：\n"
        "　　一、市政府（2个）\n　　东岭、西岭市。\n"
        "　　二、县（市、区）政府和市直部门（共3个）\n　　（一）县（市、区）政府（2个）：甲川县、乙川县。\n"
        "　　（二）市直部门（1个）：市司法局。\n　　希望再接再厉。\n"
    )
    groups = draft.words["groups"]
    assert {(groups[each["group"]], each["of"], "、".join(each["names"])) for each in draft.lists} == {
        ("市政府", "excellent", "东岭、西岭市"),
        ("县（市、区）政府", "excellent", "甲川县、乙川县"),
        ("市直部门", "excellent", "市司法局"),
    }
    counts = {groups[each["group"]]: each["value"] for each in draft.figures}
    assert counts == {"市政府": "2", "县（市、区）政府和市直部门": "3", "县（市、区）政府": "2", "市直部门": "1"}
