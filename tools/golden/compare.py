"""Compare two records, and say in a line each what differs: python -m tools.golden.compare OLD NEW."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

FILES = ("frames.json", "pages.json", "appendix.json", "explorer.json", "terminal.json")
TOLERANCE = 1e-12
MOST = 12
"""Lines told of one frame or page; the rest are counted."""
LONGEST = 200
"""Characters told of one value."""

ABSENT = "(absent)"

Names = dict[str, dict[str, str]]


def compare(old: Path, new: Path, names: Names) -> Iterator[str]:
    """Yield every difference between two records, the old one under the new names."""
    cities = [{path.parent.name for path in folder.glob("*/frames.json")} for folder in (old, new)]
    if not any(cities):
        yield f"no record in {old}, nor in {new}"
    for city in sorted(cities[0] | cities[1]):
        for file in FILES:
            paths = old / city / file, new / city / file
            missing = [str(path) for path in paths if not path.is_file()]
            if missing:
                yield f"{city}/{file}: not there: {', '.join(missing)}"
                continue
            one, other = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
            yield from (f"{city}/{file}  {line}" for line in _compare_file(file, _rename(file, one, names), other))


def _rename(file: str, content: dict[str, Any], names: Names) -> dict[str, Any]:
    renamed = {_rename_key(key, names["keys"]): each for key, each in content.items()}
    if len(renamed) < len(content):
        raise ValueError(f"{file}: names.yml gives two keys one name")
    if file in ("pages.json", "terminal.json"):
        return renamed
    if file == "frames.json":
        known = names["columns"]
        for key, frame in renamed.items():
            last = key.split("/")[-1]
            frame["columns"] = [
                known.get(f"{last}/{each}", known.get(each, each.replace("_carried", "_applicable")))
                for each in frame["columns"]
            ]
            frame["rows"] = _rename_values(frame["rows"], names["values"])
        return renamed
    return {key: _rename_values(each, names["values"]) for key, each in renamed.items()}


def _rename_key(key: str, names: dict[str, str]) -> str:
    return names.get(key) or "/".join(names.get(part, part) for part in key.split("/"))


def _rename_values(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _rename_values(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_rename_values(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def _compare_file(file: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    yield from (f"{key}: only in the old record" for key in old if key not in new)
    yield from (f"{key}: only in the new record" for key in new if key not in old)
    ways = {"frames.json": _compare_frames, "pages.json": _compare_pages, "terminal.json": _compare_texts}
    for key, value in old.items():
        if key in new:
            lines = ways.get(file, _compare_values)(value, new[key])
            yield from (f"{key}: {line}" for line in _some(lines))


def _some(lines: Iterable[str]) -> Iterator[str]:
    found = iter(lines)
    yield from islice(found, MOST)
    if rest := sum(1 for _ in found):
        yield f"... and {rest} more"


def _compare_frames(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Compare two frames: rows in their order, columns by name."""
    yield from (f"column {column}: only in the old record" for column in old["columns"] if column not in new["columns"])
    yield from (f"column {column}: only in the new record" for column in new["columns"] if column not in old["columns"])
    if len(old["rows"]) != len(new["rows"]):
        yield f"{len(old['rows'])} rows -> {len(new['rows'])} rows"
        return
    shared = [column for column in old["columns"] if column in new["columns"]]
    places = [(column, old["columns"].index(column), new["columns"].index(column)) for column in shared]
    for number, (one, other) in enumerate(zip(old["rows"], new["rows"], strict=True), 1):
        for column, here, there in places:
            if not _same(one[here], other[there]):
                yield f"row {number} ({_short(one[0])}), {column}: {_short(one[here])} -> {_short(other[there])}"


def _compare_pages(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Compare what stands on two pages, in whatever order."""
    for part in [*old, *(part for part in new if part not in old)]:
        if isinstance(old.get(part), list) and isinstance(new.get(part), list):
            ones, others = (Counter(_dump(each) for each in page[part]) for page in (old, new))
            gone, come = sorted((ones - others).elements()), sorted((others - ones).elements())
            if part == "tables":
                yield from _compare_tables([json.loads(each) for each in gone], [json.loads(each) for each in come])
            else:
                yield from (f"{part}: gone: {_short(each)}" for each in gone)
                yield from (f"{part}: new: {_short(each)}" for each in come)
        else:
            yield from _compare_values(old.get(part), new.get(part), part)


def _compare_tables(gone: list[Any], come: list[Any]) -> Iterator[str]:
    """Set tables of one caption side by side, so that only what differs in them is told."""
    for table in gone:
        other = next((each for each in come if each[0] == table[0]), None)
        if other is None:
            yield f"table gone: {table[0]} ({len(table[3])} rows)"
            continue
        come.remove(other)
        parts = ("caption", "note", "header", "rows")
        for part, one, two in zip(parts, table, other, strict=True):
            yield from _compare_values(one, two, f"table “{table[0]}”, {part}")
    yield from (f"table new: {table[0]} ({len(table[3])} rows)" for table in come)


def _compare_texts(old: str, new: str) -> Iterator[str]:
    lines = islice(unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm=""), 2, None)
    yield from (f"{'gone' if line[0] == '-' else 'new'}: {line[1:]}" for line in lines if line[0] in "-+")


def _compare_values(old: Any, new: Any, place: str = "") -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            one, other = old.get(key, ABSENT), new.get(key, ABSENT)
            yield from _compare_values(one, other, f"{place}/{key}" if place else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True), 1):
            yield from _compare_values(one, other, f"{place} {number}")
    elif not _same(old, new):
        yield f"{place}: {_short(old)} -> {_short(new)}"


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    if _is_number(old) and _is_number(new):
        return abs(old - new) <= TOLERANCE * (1 + max(abs(old), abs(new)))
    return type(old) is type(new) and old == new


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _dump(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(value: Any) -> str:
    text = repr(value) if isinstance(value, float) else _dump(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def main() -> int:
    """Print the differences of two records; the exit code is 1 if there is any."""
    old, new = (Path(argument) for argument in sys.argv[1:])
    names = yaml.safe_load(Path(__file__).with_name("names.yml").read_text(encoding="utf-8"))
    found = list(compare(old, new, names))
    print(*found, f"{len(found) or 'no'} differences", sep="\n")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
