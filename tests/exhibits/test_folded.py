"""What is folded away is there, under a line that says what it is."""

from __future__ import annotations

from bs4 import BeautifulSoup

from analysis.assessment import Year
from analysis.exhibits import show
from analysis.exhibits.folded import Folded
from analysis.exhibits.prose import Prose


def test_parts_stand_under_their_summary_and_are_shut() -> None:
    folded = Folded("<两句>", [Prose(("甲。",)), Prose(("乙。",))])
    (details,) = BeautifulSoup(folded._repr_html_(), "html.parser").select("details")
    assert not details.has_attr("open") and details.get_text() == "<两句>甲。乙。" and str(folded) == "<两句>"
    assert not details.select("两句")


def test_an_exhibit_and_that_of_every_group_can_be_folded(year: Year) -> None:
    one, every = show(year, "scores", "county"), show(year, "scores")
    assert (one.folded.summary, len(one.folded.parts)) == ("得分", 1)
    assert (every.folded.summary, len(every.folded.parts)) == ("得分", 2)
