"""Proofreading: mistakes put into a circular that is right are found, each where it stands, and nothing else is."""

from __future__ import annotations

import random
from itertools import count
from pathlib import Path

import pytest
from docx import Document
from tests.conftest import widely
from tests.made_up import draw_city, write_city
from tests.papers import KINDS

from analysis import open_assessment
from analysis.assessment import Assessment
from analysis.cli import main
from analysis.commands.starting import start_city
from analysis.data.city_words import words_of
from analysis.data.state import data_hash
from analysis.documents.composing import compose
from analysis.documents.proofreading import Proof, proofread
from analysis.documents.word import write_word
from analysis.exchange.beginnings.read import read_one
from analysis.exhibits.drafting import Cited, plain

YEAR = 2036


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """The demonstration city."""
    return open_assessment(start_city(tmp_path_factory.mktemp("proofread") / "data", demonstration=True))


@pytest.fixture(scope="module")
def right(city: Assessment) -> str:
    """A circular of the year in which everything is right."""
    return _write(city)


def _write(city: Assessment, year: int = YEAR, alter: int = -1) -> str:
    """Write the statistics of a year as a circular, one of its numbers altered in its last digit."""
    lines, number = [f"关于{year}年度法治政府建设考核情况的通报", f"演示〔{year + 1}〕1号"], count()
    for passage in city.year(year).show("draft").passages:
        lines += [passage.heading] if passage.heading else []
        for sentence in passage.paragraphs:
            pieces = [
                each._replace(text=_miswrite(each.text)) if isinstance(each, Cited) and next(number) == alter else each
                for each in sentence
            ]
            lines.append(plain(tuple(pieces)))
    return "\n".join(lines)


def _miswrite(number: str) -> str:
    """Write another last digit."""
    digits = number.rstrip("%")
    last = str((int(digits[-1]) + 3) % 10 or 4) if digits[-1] != "0" else "1"  # a part is no larger than the whole
    return number.replace(digits, digits[:-1] + last)


def _save(text: str, folder: Path, seed: int = 1) -> Path:
    """Save a text as a Word file, its paragraphs cut into runs anywhere."""
    document, chance = Document(), random.Random(seed)
    for line in text.split("\n"):
        paragraph, at = document.add_paragraph(), 0
        while at < len(line):
            size = chance.choice([1, 2, 3, 7, 20])
            paragraph.add_run(line[at : at + size])
            at += size
    document.save(str(folder / "通报.docx"))
    return folder / "通报.docx"


def _proofread(city: Assessment, text: str, folder: Path) -> Proof:
    read = read_one(str(_save(text, folder)), *words_of(city.dataset), with_rivals=True)
    return proofread(read, city.dataset)


def _wrong(proof: Proof) -> list[tuple[str, str]]:
    """Return what is said to be wrong: the characters, and what is said of them."""
    return [(proof.read.text[slice(*each.span)], each.text) for each in proof.of("wrong")]


@widely("place", range(42), always=2)
def test_a_number_with_a_wrong_digit_is_found_alone(place: int, city: Assessment, right: str, tmp_path: Path) -> None:
    altered = _write(city, alter=place)
    proof = _proofread(city, altered, tmp_path)
    (found,) = [remark for remark in proof.remarks if "应为" in remark.text]
    written = proof.read.text[slice(*found.span)]
    at = next(index for index, (old, new) in enumerate(zip(right, altered, strict=True)) if old != new)
    assert written.rstrip("%").endswith(altered[at])
    assert f"应为{written.rstrip('%')[:-1]}{right[at]}" in found.text
    fewer = "也可能说的是其中一部分单位" in found.text
    assert found.kind == ("open" if fewer else "wrong") and len(_wrong(proof)) == (not fewer)


MISTAKES = {
    "misspelt": ([("市司法局、市档案局", "市司发局、市档案局")], [("市司发局", "多列：市司发局；少列：市司法局")]),
    "in each other's list": (
        [("市地震局。\n2.良好", "市水利局。\n2.良好"), ("：市水利局、市烟草", "：市地震局、市烟草")],
        [("市水利局", "多列：市水利局；少列：市地震局"), ("市地震局", "多列：市地震局；少列：市水利局")],
    ),
    "left out": (
        [("市审计局、市人民防空办公室、市政府", "市审计局、市政府")],
        [("市司法局、", "少列：市人民防空办公室")],
    ),
    "twice": (
        [("市审计局、市人民防空办公室、市政府", "市审计局、市审计局、市政府")],
        [("市司法局、", "少列：市人民防空办公室"), ("市审计局", "同一名单重复列名")],
    ),
    "of nobody": ([("市地震局。\n2.良好", "市地震局、市海洋局。\n2.良好")], [("市海洋局", "多列：市海洋局")]),
    "not in a row": ([("市地震局等23个", "市体育局等23个")], [("市体育局", "未列入优秀名单")]),
    "not new": ([("市交通运输局1个单位新进入", "市体育局1个单位新进入")], [("市体育局", "少列：市交通运输局")]),
    "out of order": (
        [("市司法局、市档案局", "市档案局、市司法局")],
        [("市档案局", "市档案局列于市司法局之前"), ("市司法局", "市档案局列于市司法局之前")],
    ),
    "too many years": (
        [("连续2年获评", "连续3年获评")],
        [("市林业局", "2034年度列为其他等次"), ("市公安局", "2034年度列为其他等次"), ("23", "应为21")],
    ),
    "the document's number": ([("演示〔2037〕1号", "演示〔2036〕1号")], [("演示〔2036〕1号", "应为演示〔2037〕1号")]),
}


@widely("mistake", list(MISTAKES), always=2)
def test_a_wrong_name_is_found_where_it_is(mistake: str, city: Assessment, right: str, tmp_path: Path) -> None:
    changes, expected = MISTAKES[mistake]
    for old, new in changes:
        assert old in right
        right = right.replace(old, new, 1)  # in the lists, which come before the runs
    found = _wrong(_proofread(city, right, tmp_path))
    assert len(found) == len(expected)
    for (written, told), (begins, says) in zip(found, expected, strict=True):
        assert written.startswith(begins) and says in told, (written, told)


@pytest.mark.parametrize(
    ("old", "new", "right_one"),
    [
        ("其中县（市、区）政府5个，占比41.67%", "其中县（市、区）政府50个，占比41.67%", "5"),  # more than the whole
        ("一般等次12个，其中县（市、区）政府2个", "一般等次12个，其中县（市、区）政府20个", "2"),
        ("市直部门48个", "市直部门84个", "48"),
        ("平台评价指标21项", "平台评价指标31项", "21"),
    ],
)
def test_a_part_is_a_part_however_large_it_is(
    old: str, new: str, right_one: str, city: Assessment, right: str, tmp_path: Path
) -> None:
    assert old in right
    ((written, told),) = _wrong(_proofread(city, right.replace(old, new, 1), tmp_path))
    assert written in new and told.startswith(f"应为{right_one}。")


SIGNED = "\n法治政府建设领导小组办公室\n2037年3月1日\n法治政府建设领导小组办公室 2037年3月1日印发\n"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        ("2036年度考核共评定", "2035年度考核共评定", [("2035", "应为2036年度：这里的数与2036年度核算一致")]),
        ("与上年相比，", "与2034年相比，", []),  # of runs: no change holds on any year
        ("县（市、区）政府平均得分", "与2034年相比，县（市、区）政府平均得分", [("2034", "应为2035")]),
        ("\n2037年3月1日\n", "\n2037年2月30日\n", [("2037年2月30日", "没有2月30日这一天")]),
        ("\n2037年3月1日\n", "\n2036年3月1日\n", [("2036年3月1日", "与文号“演示〔2037〕1号”的年份不一致")]),
        ("3月1日印发", "2月1日印发", [("2037年2月1日", "早于成文日期")]),
    ],
)
def test_a_wrong_year_or_date_is_found_where_it_is(
    old: str, new: str, found: list[tuple[str, str]], city: Assessment, right: str, tmp_path: Path
) -> None:
    assert old in right + SIGNED
    wrong = _wrong(_proofread(city, (right + SIGNED).replace(old, new, 1), tmp_path))
    assert [written for written, _ in wrong] == [written for written, _ in found]
    assert all(says in told for (_, told), (_, says) in zip(wrong, found, strict=True))


@pytest.mark.parametrize("mistakes", [3, 5, 10])
def test_several_mistakes_are_found_each_by_itself(mistakes: int, city: Assessment, right: str, tmp_path: Path) -> None:
    altered = right
    for old, new in SEVERAL[:mistakes]:
        assert right.count(old) == 1
        altered = altered.replace(old, new)
    proof = _proofread(city, altered, tmp_path)
    found = [written for written, _ in _wrong(proof)]
    assert sorted(found) == sorted(WRONG[:mistakes])


SEVERAL = [
    ("平均得分为82.62分", "平均得分为82.26分"),
    ("良好等次24个", "良好等次25个"),
    ("增加了1.05分", "增加了1.50分"),
    ("10个，占比20.83%", "10个，占比28.03%"),
    ("演示〔2037〕1号", "演示〔2073〕1号"),
    ("等23个单位连续", "等22个单位连续"),
    ("市直部门平均得分为91.45分", "市直部门平均得分为91.54分"),
    ("同比增长了2.49%", "同比增长了2.94%"),
    ("23个市直部门获得加分", "32个市直部门获得加分"),
    ("市交通运输局1个单位新进入", "市体育局1个单位新进入"),
]
WRONG = ["82.26", "25", "1.50", "28.03%", "演示〔2073〕1号", "22", "91.54", "2.94%", "32", "市体育局"]


def test_a_right_circular_is_found_right(city: Assessment, right: str, tmp_path: Path) -> None:
    proof = _proofread(city, right, tmp_path)
    assert not proof.remarks and len(proof.ledger) > 100


@widely("seed", range(100), always=2)
def test_what_is_drafted_of_a_made_up_year_comes_back_without_a_finding(seed: int, tmp_path: Path) -> None:
    """Of these cities no circular of the year before is known: only who was in the best grade then is unchecked."""
    made_up = open_assessment(write_city(draw_city(seed), tmp_path))
    for year in made_up.years:
        proof = _proofread(made_up, _write(made_up, year), tmp_path)
        assert not _wrong(proof)
        assert all(f"缺{year - 1}年度名单" in remark.text for remark in proof.remarks)


@pytest.mark.parametrize(("last", "told"), [("81.57", []), ("81.75", [("81.75", "应为81.57")])])
def test_what_is_repeated_of_the_last_circular_is_held_against_it(
    last: str, told: list[tuple[str, str]], city: Assessment, right: str, tmp_path: Path
) -> None:
    weak = "（三）薄弱环节"
    added = right.replace(weak, f"{YEAR - 1}年县（市、区）政府平均得分{last}分。\n{weak}")
    proof = _proofread(city, added, tmp_path)
    assert [(written, said.split("。")[0]) for written, said in _wrong(proof)] == told
    assert not proof.of("open")


def test_what_is_wrong_in_the_last_circular_is_told_where_this_one_is_at_odds_with_it(
    city: Assessment, tmp_path: Path
) -> None:
    """2033 prints 85.49 where marks say 85.94."""
    proof = _proofread(city, _write(city, 2034), tmp_path)
    told = [(proof.read.text[slice(*each.span)], each.kind) for each in proof.remarks if "85.94" in each.text]
    assert told == [("1.16", "open")]


def test_the_data_folder_stays_as_it_is(city: Assessment, right: str, tmp_path: Path) -> None:
    before = data_hash(city.dataset.root)
    _proofread(city, right, tmp_path)
    assert data_hash(city.dataset.root) == before


def test_a_word_file_and_a_page_are_written(
    city: Assessment, right: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _save(right.replace("平均得分为82.62分", "平均得分为82.26分"), tmp_path)
    command = ["proofread", str(file), "--data", str(city.dataset.root)]
    assert main(command) == 0
    assert "“82.26”：应为82.62" in capsys.readouterr().out
    (comment,) = [each for each in Document(str(tmp_path / "通报-校对.docx")).comments if "不符" in each.author]
    assert comment.text.startswith("应为82.62。县（市、区）政府平均分为82.26，不成立")
    page = (tmp_path / "通报-校对.html").read_text(encoding="utf-8")
    assert "不符1处" in page and ">82.26</mark>" in page
    assert main(command) == 2  # what is there stays
    assert "已有" in capsys.readouterr().err


def test_without_a_data_folder_the_last_circular_is_all_there_is(
    city: Assessment, right: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = tmp_path / "上年.txt"
    last.write_text(_write(city, YEAR - 1), encoding="utf-8")
    file = tmp_path / "本年.txt"
    file.write_text(right.replace("增加了1.05分", "增加了1.50分"), encoding="utf-8")
    assert main(["proofread", str(file), "--last", str(last)]) == 0
    assert "“1.50”：应为1.05" in capsys.readouterr().out
    assert not (tmp_path / "本年-校对.docx").exists() and (tmp_path / "本年-校对.html").is_file()


def test_a_title_of_another_year_than_the_text_is_told(
    city: Assessment, right: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = right.replace(f"关于{YEAR}年度", f"关于{YEAR + 1}年度")
    text = f"{other}\n{YEAR}年度考核已经结束。\n{YEAR}年度的问题另行通报。"
    command = ["proofread", str(_save(text, tmp_path)), "--data", str(city.dataset.root)]
    assert main(command) == 2
    assert "请用 --year 写明考核年度" in capsys.readouterr().err
    assert main([*command, "--year", str(YEAR)]) == 0
    (comment,) = Document(str(tmp_path / "通报-校对.docx")).comments
    assert f"文中读作{YEAR + 1}年度" in comment.text


def test_a_list_that_was_not_read_is_told(city: Assessment, right: str, tmp_path: Path) -> None:
    """One misspelt name, and nobody knows what the names of a cell or line are: they are not passed over in silence."""
    names = "市地震局、市档案厅、市园林绿化局、市港航事务中心、市邮政管理局"
    proof = _proofread(city, f"{right}\n工作推进较快：{names}。", tmp_path)
    (told,) = [proof.read.text[slice(*each.span)] for each in proof.of("open") if "个名称" in each.text]
    assert told.startswith("市园林绿化局") or told.startswith("市地震局")


def test_a_year_that_the_data_folder_does_not_know_is_refused(
    city: Assessment, right: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _save(right, tmp_path)
    assert main(["proofread", str(file), "--data", str(city.dataset.root), "--year", "2091"]) == 2
    assert "2091" in capsys.readouterr().err


def test_a_drafted_document_proofreads_without_a_finding(city: Assessment, tmp_path: Path) -> None:
    """As it is made, with its gaps and the table of where its numbers are from."""
    file = tmp_path / "通报稿.docx"
    file.write_bytes(write_word(compose(KINDS["通报稿"], city.pair(YEAR - 1, YEAR))))
    read = read_one(str(file), *words_of(city.dataset), with_rivals=True)
    assert "核对编号" not in read.text and any("其以后没有读" in note for note in read.notes)
    proof = proofread(read, city.dataset)
    assert proof.remarks == () and len(proof.ledger) > 100
