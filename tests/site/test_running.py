"""Links from notebook to notebook lead, on pages, from page to page."""

from __future__ import annotations

from pathlib import Path

from analysis.site.pages import Page
from analysis.site.running import link_pages


def _page(notebook: str, file: str, year: int) -> Page:
    return Page(Path(notebook), file, "", "", {"year": year}, [year], 60, "", "", "", "", "")


def test_a_link_to_a_notebook_leads_to_its_page_of_the_same_year() -> None:
    scores = _page("01.ipynb", "scores-2031.html", 2031)
    listed = [scores, _page("04.ipynb", "audit-2030.html", 2030), _page("04.ipynb", "audit-2031.html", 2031)]
    body = '<p>见<a href="04.ipynb">通报<b>核对</b></a>、<a href="x.html">别处</a>。</p>'
    linked = '<p>见<a href="audit-2031.html">通报<b>核对</b></a>、<a href="x.html">别处</a>。</p>'
    assert link_pages(body, scores, listed) == linked


def test_of_a_page_that_there_is_not_the_words_remain() -> None:
    scores = _page("01.ipynb", "scores-2031.html", 2031)
    told = '<p>甲。见<a href="04.ipynb">核对</a>。</p>'
    assert link_pages(told, scores, [scores]) == "<p>甲。见核对。</p>"


def test_a_sentence_that_says_only_where_there_is_more_goes_with_its_page() -> None:
    scores, audit = _page("01.ipynb", "scores-2031.html", 2031), _page("04.ipynb", "audit-2031.html", 2031)
    told = '<p>甲。</p><p>其余见<a href="04.ipynb">核对</a>。</p>'
    assert link_pages(told, scores, [scores]) == "<p>甲。</p>"
    assert link_pages(told, scores, [audit]) == told.replace("04.ipynb", "audit-2031.html")
