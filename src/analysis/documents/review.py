"""What was read in circulars as a page to hold against them: every value with its sentence, and all doubts."""

from collections.abc import Iterator
from typing import Any

from analysis.data.dataset import Dataset
from analysis.data.published import MEASURES, PrintedFigure, PrintedList
from analysis.documents.filling import TEMPLATES
from analysis.exchange.beginnings.folder import Beginning
from analysis.exchange.beginnings.read import ReadCircular
from analysis.methods.audit.circulars import Circular, open_circulars
from analysis.periods import name_assessed, name_year

PAGE = "待核.html"


def make_review(begun: Beginning, dataset: Dataset, check: str, again: str) -> str:
    """Make the page.

    Parameters
    ----------
    begun : Beginning
    dataset : Dataset
        As it was made of it: its words say what was read.
    check, again : str
        The commands that check the folder, and that make it anew with the names that may be one unit's joined.

    Returns
    -------
    str
        One HTML file.
    """
    from analysis.exhibits.html import render_page  # half a second, for no command without a page

    circulars = open_circulars(dataset.years)
    body = TEMPLATES.get_template("review.html.j2").render(
        begun=begun,
        check=check,
        again=again,
        unsettled=any(facts.unsettled_since(facts.year - 1) for facts in dataset.years.values()),
        doubts=[(name_year(each.year), doubt.text, doubt.sentence) for each in begun.sources for doubt in each.doubts],
        proposals=[(each.old, each.new, name_assessed(each.year), each.why) for each in begun.proposals],
        read=[
            (
                each,
                [*_tell_figures(each, circulars[each.year])],
                [*_tell_lists(each, circulars[each.year])],
            )
            for each in begun.sources
        ],
    )
    return render_page(body, title="从通报读入：待核", site="考核分析工作簿", notice="", facts={})


def _tell_figures(source: ReadCircular, circular: Circular) -> Iterator[tuple[Any, ...]]:
    known, parts = PrintedFigure.model_fields.keys(), source.words("parts")
    for each in source.draft.figures:
        if "unit" in each:
            label = f"{each['unit']}{MEASURES.get(each['measure'], MEASURES['unit_score'])}"
        else:
            said = {key: each[key] for key in known & each.keys()}
            said |= {"of": parts[each["of"]]} if each.get("of") in parts else {}
            label = circular.label(PrintedFigure.model_validate(said))
        yield each["section"], label, each["value"], _cite(source, each)


def _tell_lists(source: ReadCircular, circular: Circular) -> Iterator[tuple[Any, ...]]:
    known = PrintedList.model_fields.keys()
    for each in source.draft.lists:
        label = circular.label_list(PrintedList.model_validate({key: each[key] for key in known & each.keys()}))
        count = f"{len(each['names'])}{'' if each.get('complete', True) else '，未列全'}"
        yield each["section"], label, count, _cite(source, each)


def _cite(source: ReadCircular, printed: dict[str, Any]) -> tuple[str, str, str]:
    return source.sentence_around(printed["span"]) if printed.get("span") else ("", "", "")
