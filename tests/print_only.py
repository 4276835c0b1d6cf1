"""An invented city of which there are circulars alone: three years of lists, figures that disagree, and one table."""

from __future__ import annotations

from pathlib import Path

import yaml

NAMES = {"dx": "东乡镇", "xx": "西乡镇", "nx": "南乡镇", "bx": "北乡镇", "s1": "一街道", "s2": "二街道"}
GROUPS = {unit: "street" if unit.startswith("s") else "town" for unit in NAMES}
GRADES = {"a": "A级", "b": "B级", "c": "C级"}
LISTS: dict[int, dict[tuple[str, str], str]] = {
    2031: {("town", "a"): "dx", ("town", "b"): "xx", ("street", "a"): "s1", ("street", "b"): "s2"},
    2032: {("town", "a"): "dx xx", ("town", "b"): "nx", ("street", "a"): "s2", ("street", "b"): "s1"},
    2033: {},
}
"""By year, group and grade: who is listed. 北乡镇 is new in 2032; nobody is listed in the last grade, the rest's."""
FIGURES = {
    2031: [("average", "town", "80.00")],
    2032: [("average", "town", "82.00"), ("average_delta", "town", "2.10"), ("average_growth", "town", "2.50%")],
    2033: [],
}
TABLE = [
    ("西乡镇", "90.50", "1", "A级"), ("东乡镇", "88.00", "2", "A级"), ("南乡镇", "80.00", "3", "B级"),
    ("北乡镇", "70.00", "4", "C级"), ("一街道", "92.00", "1", "A级"), ("二街道", "85.00", "2", "B级"),
]  # fmt: skip
"""What is printed of 2033: name, total, rank, grade."""


def write_print_only(folder: Path, *years: int) -> Path:
    """Write the data folder, of some years or of all, and return it."""
    for name in ("schemes", "published"):
        (folder / name).mkdir(parents=True)
    rows = [f"{unit},{GROUPS[unit]},{name}" for unit, name in NAMES.items()]
    (folder / "units.csv").write_text("\n".join(["unit_id,group,name", *rows, ""]), encoding="utf-8")
    lineage = ["unit_id,year,name,event,note,source", "bx,2032,北乡镇,enters,,通报", ""]
    (folder / "lineage.csv").write_text("\n".join(lineage), encoding="utf-8")
    for year in years or LISTS:
        for name, content in (("schemes", _scheme(year)), ("published", _published(year))):
            text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
            (folder / f"{name}/{year}.yml").write_text(text, encoding="utf-8")
    if 2033 in (years or LISTS):
        cells = [",".join(row) for row in TABLE]
        (folder / "published/2033.csv").write_text("\n".join(["name,total,rank,grade", *cells, ""]), encoding="utf-8")
    return folder


def write_some_results(folder: Path) -> Path:
    """Write the data folder with a table of 2033 that has three townships and their totals alone, and return it."""
    rows = [f"{name},{total},," for name, total, *_ in TABLE[:3]]
    text = "\n".join(["name,total,rank,grade", *rows, ""])
    (write_print_only(folder) / "published/2033.csv").write_text(text, encoding="utf-8")
    return folder


def _scheme(year: int) -> dict[str, object]:
    said = {"source": "通报", "basis": "assumed"}
    best = {"kind": "count", "value": {"town": 1 if year == 2031 else 2, "street": 1}}
    return {
        "year": year,
        "title": f"示例县{year}年度考核",
        "document": f"示例〔{year + 1}〕1号",
        "groups": {"town": {"name": "乡镇", **said}, "street": {"name": "街道", **said}},
        "ratings": {"value": {"好": 1, "差": 0}, **said},
        "components": [{"id": "work", "name": "工作", "points": 100, "parts": {
            "all_of_it": {"name": "全部工作", "marking": "rating"}}, "rescale": True, **said}],
        "own_indicators": {"excluded": False, **said},
        "assessors": {"value": {"office": "县政府办公室"}, **said},
        "bonus": {**said}, "deduction": {**said}, "ranking": {"ties": "min", **said},
        "grades": [
            {"id": "a", "name": "A级", "rule": best, **said},
            {"id": "b", "name": "B级", "rule": {"kind": "count", "value": 1}, **said},
            {"id": "c", "name": "C级", "rule": {"kind": "rest"}, **said},
        ],
    }  # fmt: skip


def _published(year: int) -> dict[str, object]:
    figures = [{"measure": measure, "group": group, "value": value, "section": "三"}
               for measure, group, value in FIGURES[year]]  # fmt: skip
    lists = [{"list": "graded", "group": group, "of": grade, "names": [NAMES[unit] for unit in units.split()],
              "section": "二"} for (group, grade), units in LISTS[year].items()]  # fmt: skip
    table = {"table": {"section": "附件"}} if year == 2033 else {}
    return {"year": year, "document": f"示例〔{year + 1}〕1号", "figures": figures, "lists": lists, **table}
