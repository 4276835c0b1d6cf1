"""Reconstruction of quarters and half-years: a small city of which nothing is known but its circulars."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import mean
from typing import Any

import pandas as pd
import pytest
import yaml
from tests.made_up import SAID

from analysis.assessment import Assessment
from analysis.cli import main
from analysis.data.dataset import load_dataset
from analysis.periods import Period, same_before

QUARTERS = ["2030Q4", "2031Q1", "2031Q2", "2031Q3", "2031Q4"]
HALVES = ["2030H2", "2031H1", "2031H2"]
AVERAGES = [("83.10", "92.40"), ("84.25", "93.05"), ("85.60", "93.50"), ("84.00", "92.00"), ("86.15", "94.10")]
"""Printed of all units, and of the best."""
LISTS = ["abc", "bac", "bda", "abd", "dba"]
"""The best three of six units, in printed order."""
SETTINGS = """seed: 7
topics: [甲类, 乙类]
indicator_points: [0.5, 1, 1.5, 2, 3]
score_step: 0.01
result_step: 0.1
result_full_score: 100
not_applicable_topics: []
not_applicable_share: 0
rescaled: []
bonus_candidates: 1
bonus_step: 0.5
"""


def _rules(key: str) -> dict[str, Any]:
    parts = {"platform": {"name": "平台", "marking": "rating"}, "routine": {"name": "平时", "marking": "score"}}
    grades = [("best", "优秀", {"kind": "count", "value": 3}), ("rest", "一般", {"kind": "rest"})]
    return {
        "year": int(key[:4]), "period": key[4:], "title": "算例", "document": f"{key}办法",
        "groups": {"east": {"name": "东片", **SAID}},
        "ratings": {"value": {"优": 1, "良": 0.8, "中": 0.6, "差": 0}, **SAID},
        "components": [{"id": "daily", "name": "日常", "points": 80, "parts": parts, "rescale": True, **SAID},
                       {"id": "inspection", "name": "督察", "points": 20, **SAID}],
        "own_indicators": {"excluded": False, **SAID},
        "assessors": {"value": {"office": "主管"}, **SAID},
        "bonus": {"cap": 5, **SAID}, "deduction": {"cap": 5, **SAID}, "ranking": {"ties": "min", **SAID},
        "grades": [{"id": grade, "name": name, "rule": rule, **SAID} for grade, name, rule in grades],
    }  # fmt: skip


def _circular(keys: list[str], place: int, base: str) -> dict[str, Any]:
    """Print averages, what that of all units changed by where its base is printed, counts and lists."""
    key, (average, best), named = keys[place], AVERAGES[place], LISTS[place]
    then = str(same_before(Period(key)) if base == "same_period" else Period(key) - 1)
    figures = [("average", "all", average), ("average", "best", best), ("grade_units", "best", "3"),
               ("indicator_count", "platform", "30"), ("indicator_count", "routine", "20")]  # fmt: skip
    if then in keys:
        before = float(AVERAGES[keys.index(then)][0])
        delta = float(average) - before
        figures += [("average_delta", "all", f"{delta:.2f}"), ("average_growth", "all", f"{delta / before:.2%}")]
    graded = {"best": named, "rest": [unit for unit in "abcdef" if unit not in named]}
    lists = [
        {"list": "graded", "group": "east", "of": grade, "names": [f"{unit}局" for unit in units], "section": "二"}
        for grade, units in graded.items()
    ]
    said = [
        {"measure": what, "group": "east", "of": of, "value": value, "section": "三"} for what, of, value in figures
    ]
    head = {"year": int(key[:4]), "period": key[4:], "document": f"{key}通报", "base": base}
    return head | {"figures": said, "lists": lists}


def _print(data: Path, keys: list[str], base: str) -> Path:
    files = {"units.csv": "unit_id,group,name\n" + "".join(f"{unit},east,{unit}局\n" for unit in "abcdef")}
    files |= {"lineage.csv": "unit_id,year,name,event,note,source\n", "reconstruction.yml": SETTINGS}
    for place, key in enumerate(keys):
        documents = {"schemes": _rules(key), "published": _circular(keys, place, base)}
        files |= {f"{kind}/{key}.yml": yaml.safe_dump(said, allow_unicode=True) for kind, said in documents.items()}
    for name, text in files.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(text, encoding="utf-8")
    return data


@pytest.mark.parametrize("keys", [QUARTERS, HALVES])
@pytest.mark.parametrize("base", ["previous", "same_period"])
def test_periods_are_reconstructed_from_print_alone(
    keys: list[str], base: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _print(tmp_path / "data", keys, base)
    assert main(["reconstruct", "--data", str(data)]) == 0
    told = capsys.readouterr().out
    assert told.count("：已重构") == len(keys) and not re.search(r"\d[QH]\d|年度", told)
    city = Assessment(load_dataset(data))
    assert city.years == keys
    for key, (average, best), named in zip(keys, AVERAGES, LISTS, strict=False):
        year = city.year(Period(key))
        scores = year.scores.sort_values("total", ascending=False)
        assert scores["unit_id"].to_list()[:3] == [*named]
        assert scores["grade"].eq("best").sum() == 3
        assert f"{mean(scores['total']):.2f}" == average
        assert f"{mean(scores['total'][:3]):.2f}" == best
        assert year.facts.inputs is not None
        assert year.facts.inputs.indicators["part"].value_counts().to_dict() == {"platform": 30, "routine": 20}
        assert set(year.audit["verdict"]) == {"exact"}
    changed = [key for key in keys if city.year(Period(key)).audit["id"].str.contains("marks-average_delta").any()]
    back = 1 if base == "previous" else len(keys) - 1 if keys is QUARTERS else 2
    assert changed == keys[back:]
    marks = {path: path.read_bytes() for path in (data / "inputs").rglob("*.csv")}
    assert len({marks[data / f"inputs/{key}/marks.csv"] for key in keys}) == len(keys)
    assert main(["reconstruct", "--data", str(data)]) == 0
    assert marks == {path: path.read_bytes() for path in (data / "inputs").rglob("*.csv")}


def test_a_quarter_with_marks_of_an_office_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = _print(tmp_path / "data", QUARTERS[:2], "previous")
    assert main(["reconstruct", "--data", str(data)]) == 0
    folder = data / "inputs/2031Q1"
    (folder / "provenance.yml").write_text("provenance: official\nmethod: 汇总\n", encoding="utf-8")
    pd.read_csv(folder / "inspection.csv").assign(score=50).to_csv(folder / "inspection.csv", index=False)
    before = (folder / "inspection.csv").read_bytes()
    capsys.readouterr()
    assert main(["reconstruct", "--data", str(data)]) == 0
    told = capsys.readouterr().out
    assert "2031年第一季度：正式数据，不重构" in told and "2030年第四季度：已重构" in told
    assert (folder / "inspection.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("path", "text", "instead", "told"),
    [
        ("schemes/2031Q1.yml", "  name: 优秀\n", "  name: 优秀\n  requires: {no_deduction: true}\n",
         "2031年第一季度考核办法的优秀另有总分以外的条件"),
        ("schemes/2031Q1.yml", "      name: 平台\n", "      name: 平台\n      points: 50\n",
         "2031年第一季度：办法中有单列分值的部分"),
        ("published/2031Q1.yml", "'93.05'", "'63.05'", "2031年第一季度 east 组：没有一组得分同时符合通报所列平均分"),
    ],
)  # fmt: skip
def test_what_cannot_be_reconstructed_is_told_of_its_quarter(
    path: str, text: str, instead: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _print(tmp_path / "data", QUARTERS[:2], "previous")
    said = (data / path).read_text(encoding="utf-8")
    assert said.count(text) == 1
    (data / path).write_text(said.replace(text, instead), encoding="utf-8")
    assert main(["reconstruct", "--data", str(data)]) == 2
    assert told in capsys.readouterr().err
    assert not (data / "inputs").exists()
