"""Proofreading: a circular that is not printed yet is held against all that is known."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from analysis.assessment import Assessment, Year
from analysis.data.dataset import Dataset, load_dataset
from analysis.data.published import PrintedCell, PrintedList, Published, check_published
from analysis.data.schemes import Scheme
from analysis.exchange.beginnings.folder import TABLE, begin, make_circular
from analysis.exchange.beginnings.read import ReadCircular
from analysis.exchange.circulars.draft import Doubt
from analysis.methods.audit.tabulation import Claim
from analysis.periods import name_assessed
from analysis.problems import InputError, WorkbookError
from analysis.storage import scratch_folder

Span = tuple[int, int]
Kind = Literal["wrong", "open"]
BASES = {"marks": "评分核算", "print": "通报"}
"""What a claim is checked against, in words."""
NOWHERE: Span = (0, 0)
"""Where that stands which is about no characters of the text: what it does not say, for instance."""
_SHOWN, _LONGEST = 6, 20
"""Consequences that a remark names, and characters of what another one is about."""


@dataclass(frozen=True)
class Remark:
    """What is to be said of some characters of a circular.

    Attributes
    ----------
    span : (start, end)
        In its text; `NOWHERE` for none.
    kind : {"wrong", "open"}
        That it is wrong, or that it could not be checked.
    text : str
        Lines.
    """

    span: Span
    kind: Kind
    text: str


@dataclass(frozen=True)
class Proof:
    """A circular that has been proofread.

    Attributes
    ----------
    read : ReadCircular
    ledger : DataFrame of `audit_year`
        Every claim, with its verdict.
    remarks : tuple of Remark
        In the order of the text, one for a stretch of it.
    """

    read: ReadCircular
    ledger: pd.DataFrame
    remarks: tuple[Remark, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict, and how many places were not understood (unread)."""
        heads = self.ledger["cause"].eq("") | self.ledger["cause"].eq(self.ledger["id"])
        wrong = self.ledger["verdict"].eq("contradicted")
        return {
            "causes": int((wrong & heads).sum()),
            "consequences": int((~heads).sum()),
            "open": int(self.ledger["verdict"].eq("unverifiable").sum()),
            "unread": len(self.read.doubts),
            "claims": len(self.ledger),
        }


def proofread(read: ReadCircular, dataset: Dataset | None, others: Sequence[ReadCircular] = ()) -> Proof:
    """Hold a circular against a data folder, which is not written in, or against other circulars alone.

    Parameters
    ----------
    read : ReadCircular
    dataset : Dataset or None
        With the scheme of the year; what it has of the year's circular is left aside. None: there is none.
    others : sequence of ReadCircular
        Earlier circulars, where there is no data folder.

    Returns
    -------
    Proof

    Raises
    ------
    WorkbookError
        If the data folder does not know the year, or what was read makes no sound data.
    """
    if dataset is not None:
        scheme = dataset.year(read.year).scheme
        read = _leave_out_unknown(read, scheme)
        files, doubts = make_circular(read)
        read = replace(read, doubts=(*read.doubts, *doubts))
    with scratch_folder() as folder:
        if dataset is None:
            begun = begin(sorted([*others, read], key=lambda each: each.year))
            read, files = next(each for each in begun.sources if each.year == read.year), begun.files
        else:
            _link_all_but_circulars(dataset.root, folder, {Path(name).name for name in files})
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        try:
            year = Assessment(load_dataset(folder)).year(read.year)
        except InputError as error:
            raise WorkbookError(f"读出的内容做不成合规则的数据，没有校对：\n{error}") from error
        return Proof(read, year.audit, tuple(_write_remarks(read, year)))


def _link_all_but_circulars(root: Path, folder: Path, made: set[str]) -> None:
    """Make a folder that holds what another holds, but for the circular of a year."""
    for path in root.iterdir():
        if path.name != "published":
            (folder / path.name).symlink_to(path, target_is_directory=path.is_dir())
    stems = {Path(name).stem for name in made}
    (folder / "published").mkdir()
    for path in (root / "published").iterdir() if (root / "published").is_dir() else ():
        if path.stem not in stems:
            (folder / "published" / path.name).symlink_to(path)


def _leave_out_unknown(read: ReadCircular, scheme: Scheme) -> ReadCircular:
    """Leave out what is of groups or grades that the scheme does not have, as doubts: nothing can be said of it."""
    doubts = list(read.doubts)

    def keep(printed: list[dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
        for each in printed:
            fault = "" if "year" in each else _find_fault(each, kind, read, scheme)
            if fault:
                start, end = each.get("span", (0, 0))
                doubts.append(Doubt(fault, "".join(read.sentence_around((start, end))), (start, end)))
            else:
                yield each

    figures, lists = list(keep(read.draft.figures, "figures")), list(keep(read.draft.lists, "lists"))
    return replace(read, draft=replace(read.draft, figures=figures, lists=lists), doubts=tuple(doubts))


def _find_fault(printed: Mapping[str, Any], kind: str, read: ReadCircular, scheme: Scheme) -> str:
    """Say what the scheme does not know of a figure or a list; "" if it knows all."""
    if "unit" in printed:
        is_known = printed["measure"] in TABLE or printed.get("of") in scheme.item_names
        return "" if is_known else f"办法里没有这一项得分：{printed.get('of', '')}"
    known: dict[str, Any] = {"year": read.year, "document": read.document, "figures": [], "lists": []}
    base = {"base": read.draft.base} if read.draft.base else {}
    try:
        published = Published.model_validate(known | base | {kind: [dict(printed)]})
    except ValueError as error:
        return f"读不成一项数据（{error.args[0] if error.args else error}）"
    faults = list(check_published(published, scheme, ""))
    return f"办法里没有：{faults[0].rule}" if faults else ""


def _write_remarks(read: ReadCircular, year: Year) -> Iterator[Remark]:
    """Say what is wrong where it stands, and what could not be checked or read."""
    found = list[Remark]()
    rows = {row["id"]: row for row in year.audit.to_dict("records")}
    claims = {claim["id"]: claim for claim in year.claims if claim["id"] in rows}
    under: dict[str, list[Claim]] = {}
    for claim in claims.values():
        if claim["cause"] and claim["cause"] != claim["id"]:
            under.setdefault(claim["cause"], []).append(claim)
    places = _Places(read, year)
    for name, claim in claims.items():
        row, others = rows[name], under.get(name, [])
        if row["verdict"] == "contradicted" and row["cause"] in {"", name}:
            said = _tell_wrong(row, [rows[each["id"]] for each in others], is_list=_is_of_list(claim))
            if own := places.of(claim):
                found += [Remark(span, "wrong", said) for span in own]
                pointing = [each for each in others if _is_wrong_too(each, claim)]
                see = f"原因见“{_shorten(read.text[slice(*own[0])])}”处。"
                found += [
                    Remark(span, "wrong", f"{_tell(rows[each['id']])}\n{see}")
                    for each in pointing
                    for span in places.of(each)
                    if span not in own
                ]
                continue
            # what is wrong is printed in another circular: it is told where this one is at odds with it
            beside = [Remark(span, "open", said) for each in others for span in places.of(each)]
            found += beside or [Remark(NOWHERE, "wrong", said)]
    for name, claim in claims.items():
        row = rows[name]
        if row["verdict"] == "unverifiable":
            told = f"{row['text']}：无法核对，{row['reason']}。"
            found += [Remark(span, "open", told) for span in places.of(claim) or [NOWHERE]]
    found += [Remark(doubt.span, "open", f"{doubt.text}。") for doubt in read.doubts]
    yield from _join([*found, *_check_repeated(read, year)])


def _check_repeated(read: ReadCircular, year: Year) -> Iterator[Remark]:
    """Hold what the circular repeats of earlier years against the circulars of those."""
    for each in read.draft.figures:
        if "year" not in each or "span" not in each:
            continue
        (start, end), told = each["span"], name_assessed(each["year"])
        facts, span = year.dataset.years.get(each["year"]), (start, end)
        published = facts.published if facts is not None else None
        key = each["measure"], each.get("group", "all"), each.get("of", "all")
        figure = published.figure(*key) if published is not None else None
        if figure is None:
            yield Remark(span, "open", f"{told}的数，没有通报可以核对。")
        elif Decimal(figure.value.rstrip("%")) != Decimal(each["value"].rstrip("%")):
            told = f"应为{figure.value}。{told}通报所载为{figure.value}（见“{figure.section}”）。\n依据：{told}通报。"
            yield Remark(span, "wrong", told)


def _shorten(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}……"


def _is_of_list(claim: Claim) -> bool:
    """Say whether a claim is about a list as a whole."""
    return not claim["about"] and not claim["name"] and any(isinstance(each, PrintedList) for each in claim["rests"])


def _is_wrong_too(claim: Claim, cause: Claim) -> bool:
    """Say whether what a claim is about is itself wrong, not only at odds with what is: then it is marked as well."""
    if _is_of_list(claim):
        return bool(claim["basis"] == "marks")
    lists = [each for each in cause["rests"] if isinstance(each, PrintedList)]
    of_list = any(each is other for each in claim["rests"][:1] for other in lists)
    return bool(claim["name"]) and bool(claim["blames"] & cause["blames"] or of_list)


def _tell(row: Mapping[str, Any]) -> str:
    """Say that a claim does not hold, and why."""
    says_so = row["id"].split("-")[1].startswith(("cause", "conflict"))  # that it is wrong
    fails, why = "" if says_so else "，不成立", f"：{row['reason']}" if row["reason"] else ""
    return f"{row['text']}{fails}{why}。"


def _tell_wrong(head: Mapping[str, Any], others: Sequence[Mapping[str, Any]], *, is_list: bool) -> str:
    """Say what should be printed, by what, and what else comes of it."""
    computed = f"应为{head['computed']}。" if head["computed"] and not is_list else ""
    by = BASES[head["basis"]] if head["basis"] == "marks" else head["formula"]
    lines = [f"{computed}{_tell(head)}", f"依据：{by}。"]
    if others:
        texts = list(dict.fromkeys(each["text"] for each in others))
        told, more = "；".join(texts[:_SHOWN]), f"等{len(texts)}项" if len(texts) > _SHOWN else ""
        lines.append(f"由此连带不符：{told}{more}。")
    return "\n".join(lines)


def _join(remarks: Iterable[Remark]) -> Iterator[Remark]:
    """Put what is said of the same characters together, what is wrong first."""
    said: dict[tuple[Span, Kind], list[str]] = {}
    for remark in remarks:
        texts = said.setdefault((remark.span, remark.kind), [])
        texts += [] if remark.text in texts else [remark.text]
    wrong = {span for span, kind in said if kind == "wrong"}
    for (span, kind), texts in sorted(said.items()):
        if kind == "wrong" or span not in wrong:
            yield Remark(span, kind, "\n".join(texts))


class _Places:
    """Where the printed facts of a circular stand in its text."""

    def __init__(self, read: ReadCircular, year: Year) -> None:
        assert year.facts.published is not None
        self._read = read
        self._own = {id(each) for each in (*year.facts.published.figures, *year.facts.published.lists)}
        units = [each for each in read.draft.figures if "unit" in each and "year" not in each]
        self._cells = {(each["unit"], TABLE.get(each["measure"], each.get("of", ""))): each for each in reversed(units)}
        self._columns = {id(cell): key for key, cell in (year.facts.table.cells.items() if year.facts.table else ())}

    def of(self, claim: Claim) -> list[Span]:
        """Find what a claim is about: its name, or the first of the figures and lists that it rests on."""
        facts = [*claim["rests"], *claim["about"]]
        if claim["id"] == f"{self._read.year}-document-all-all":
            return list(self._search(self._read.draft.document, 0, len(self._read.text)))
        if claim["name"]:
            return [
                span for each in facts if isinstance(each, PrintedList) for span in self._named(each, claim["name"])
            ]
        lists = [each for each in facts if isinstance(each, PrintedList) and id(each) in self._own]
        if lists and not claim["about"]:
            named = [name for each in lists for name in each.names if name in claim["reason"]]
            spans = [span for each in lists for name in dict.fromkeys(named) for span in self._named(each, name)]
            return spans or [span for each in lists[:1] if (span := self._find(each))]
        return [span for each in facts if (span := self._find(each))][:1]

    def _find(self, fact: Any) -> Span | None:
        if isinstance(fact, PrintedCell):
            each = self._cells.get(self._columns.get(id(fact), ("", "")))
            return (each["span"][0], each["span"][1]) if each and each.get("span") else None
        return fact.span if id(fact) in self._own else None

    def _named(self, printed: PrintedList, name: str) -> Iterator[Span]:
        """Find a name in a list, wherever lines break."""
        if printed.span is None or id(printed) not in self._own:
            return
        start, end = printed.span
        yield from self._search(name, start, end)

    def _search(self, words: str, start: int, end: int) -> Iterator[Span]:
        """Find the last place of some words in a stretch of the text: where they stand twice, the one too many."""
        wanted = re.compile(r"\s*".join(map(re.escape, words)))
        yield from [found.span() for found in wanted.finditer(self._read.text, start, end)][-1:]
