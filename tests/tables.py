"""Invented cities of which nothing is known but a printed table of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from analysis.data.dataset import Dataset, load_dataset

YEAR = 2023


class _Plain(yaml.SafeDumper):
    """Writes no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_SAID = {"source": "附件1", "basis": "printed"}
NAMES = [f"{first}{kind}" for kind in "县区" for first in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"]


def write_city(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    points: Mapping[str, float],
    figures: Sequence[Mapping[str, str]] = (),
    **clauses: Any,
) -> Path:
    """Write a data folder of one group whose units are the rows, in which components (id to points) are printed."""
    scheme = {
        "year": YEAR, "title": "指数", "document": "指数报告",
        "groups": {"all": {"name": "全部", **_SAID}},
        "ratings": {"value": {}, **_SAID},
        "components": [{"id": each, "name": f"{each}项", "points": worth, **_SAID} for each, worth in points.items()],
        "own_indicators": {"excluded": False, **_SAID},
        "assessors": {"value": {}, **_SAID},
        "bonus": {"cap": 0, **_SAID},
        "deduction": {"cap": 0, **_SAID},
        "ranking": {"ties": "min", **_SAID},
        "grades": [
            {"id": "best", "name": "优秀", "rule": {"kind": "count", "value": 2}, **_SAID},
            {"id": "rest", "name": "其他", "rule": {"kind": "rest"}, **_SAID},
        ],
    }  # fmt: skip
    out_of = clauses.pop("out_of", None)
    table = {"section": "附件1"} | ({} if out_of is None else {"out_of": out_of})
    circular = {
        "year": YEAR, "document": "指数报告", "table": table, "lists": [],
        "figures": [{"section": "正文", "group": "all", **each} for each in figures],
    }  # fmt: skip
    (folder / "schemes").mkdir(parents=True)
    (folder / "published").mkdir()
    for name, content in {"schemes": scheme | clauses, "published": circular}.items():
        text = yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False)
        (folder / name / f"{YEAR}.yml").write_text(text, encoding="utf-8")
    pd.DataFrame(list(rows)).to_csv(folder / f"published/{YEAR}.csv", index=False)
    units = pd.DataFrame({"unit_id": [f"u{place}" for place, _ in enumerate(rows)], "group": "all"})
    names = [row["name"] for row in rows]
    units.assign(name=names).to_csv(folder / "units.csv", index=False)
    (folder / "lineage.csv").write_text("unit_id,year,name,event,note,source\n", encoding="utf-8")
    return folder


def load_city(folder: Path, rows: Sequence[Mapping[str, str]], points: Mapping[str, float], **more: Any) -> Dataset:
    """Write such a city and read it."""
    return load_dataset(write_city(folder, rows, points, **more))
