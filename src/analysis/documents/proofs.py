"""Proofs for people: the Word file with comments, and a page with the text and what is said of it."""

from analysis.documents.comments import Comment, write_comments
from analysis.documents.filling import TEMPLATES
from analysis.documents.proofreading import Proof
from analysis.documents.remarks import NOWHERE, Remark
from analysis.exchange.files import CIRCULAR, read_once
from analysis.exchange.sources.docx import trace_docx
from analysis.exhibits.places import Span
from analysis.periods import name_assessed
from analysis.words import VERDICTS

AUTHORS = {"wrong": "校对：不符", "open": "校对：未核对"}
"""Who the comments are by: what is wrong, and what could not be checked, can be shown apart in Word."""


def annotate_docx(proof: Proof) -> bytes:
    """Write the remarks as comments into the Word file that was read.

    Parameters
    ----------
    proof : Proof
        Of a .docx, which is read again.

    Returns
    -------
    bytes
    """
    content = read_once(proof.read.path, CIRCULAR)
    main, places = trace_docx(content, proof.read.source)
    comments = []
    for remark in proof.remarks if any(places) else ():  # of words in margins alone: Word has no place for a comment
        first, last = _find_nearest(places, remark.span)
        comments.append(Comment(first, last, remark.text, AUTHORS[remark.kind]))
    return write_comments(content, main, comments)


def _find_nearest(places: list[tuple[int, int] | None], span: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    """Find where a stretch of the text stands, or what stands nearest of what can have a comment."""
    inside = [place for place in places[slice(*span)] if place is not None]
    if inside:
        return inside[0], inside[-1]
    known = [(abs(at - span[0]), place) for at, place in enumerate(places) if place is not None]
    _, nearest = min(known)
    return nearest, nearest


def make_page(proof: Proof) -> str:
    """Make a page with the summary and the text, in which what is wrong is marked.

    Parameters
    ----------
    proof : Proof

    Returns
    -------
    str
        One HTML file.
    """
    from analysis.exhibits.html import render_page  # half a second, for no command without a page

    body = TEMPLATES.get_template("proof.html.j2").render(
        proof=proof,
        title=f"{name_assessed(proof.read.year)}通报校对",
        wrong=[(_cite(proof, each), each.text.splitlines()) for each in proof.of("wrong")],
        open=[(_cite(proof, each), each.text.splitlines()) for each in proof.of("open")],
        verdicts=[
            (name, count) for key, name in VERDICTS.items() if (count := int(proof.ledger["verdict"].eq(key).sum()))
        ],
        pieces=_cut(proof),
    )
    return render_page(body, title="通报校对", site="考核分析工作簿", notice="", facts={})


def _cite(proof: Proof, remark: Remark) -> tuple[str, str, str, str] | None:
    """Return where a remark is about something, and the sentence around it; None for `NOWHERE`."""
    if remark.span == NOWHERE:
        return None
    return (proof.read.source.place(remark.span[0]), *proof.read.sentence_around(remark.span))


def _cut(proof: Proof) -> list[tuple[str, Remark | None, int]]:
    """Cut the text into stretches, each with what is said of it and the number of the remark."""
    pieces, at = list[tuple[str, Remark | None, int]](), 0
    for number, remark in enumerate(proof.remarks, 1):
        start, end = max(remark.span[0], at), remark.span[1]
        if start < end:
            pieces += [(proof.read.text[at:start], None, 0), (proof.read.text[start:end], remark, number)]
            at = end
    return [*pieces, (proof.read.text[at:], None, 0)]
