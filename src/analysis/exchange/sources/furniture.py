"""What stands on pages and is no text: page numbers, running headers, the buttons and counters of web pages."""

import re
from collections import Counter
from collections.abc import Sequence

_DASH = "[-—–－―─·•~～]"
_PAGE = r"第?[ 　]*\d{1,4}[ 　]*页"
_STAMP = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ 　]*\d{1,2}:\d{2}(?::\d{2})?)?"
_FURNITURE = re.compile(
    rf"(?:{_DASH}+|一)[ 　]*\d{{1,4}}[ 　]*(?:{_DASH}+|一)"
    rf"|{_PAGE}(?:[ 　,，/／（(]*共[ 　]*\d{{1,4}}[ 　]*页[）)]?)?|共[ 　]*\d{{1,4}}[ 　]*页[ 　,，/／]*{_PAGE}"
    r"|[Pp]age[ ]*\d{1,4}(?:[ ]*(?:of|/)[ ]*\d{1,4})?"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[ 　]+\d{1,2}:\d{2}(?::\d{2})?"
    r"|(?:file|https?)://\S+"
)
"""Page numbers with dashes or words around them, times of day, addresses: lines of them alone."""
_LABEL = (
    r"(?:(?:发布|更新)(?:时间|日期)|时间|日期)[:：]?[ 　]*" + _STAMP,
    r"(?:信息)?来源[:：][^\s　：:|]*",
    r"(?:作者|编辑|责任编辑|责编|审核|终审|校对)[:：][^\s　：:|]*",
    r"(?:浏览|点击|阅读|访问)(?:次数|量|数)?[:：]?[ 　]*\d*[ 　]*次?",
    r"字(?:号|体)(?:大小)?[:：]?", r"[大中小](?=[ 　|｜/\[\]【】（）()]|$)",
    r"(?:我要)?打印(?:本页|本稿|此页|文章|页面)?", r"关闭(?:本页|窗口|此页|页面)?", r"(?:一键)?分享(?:到)?[:：]?",
    r"收藏(?:本页)?", r"返回(?:顶部|首页|上一页|列表)", r"纠错", r"扫一扫[^\s　，。]*", r"微信|微博|QQ空间|朋友圈",
    r"(?:上|下)一[篇条页](?:[:：].*)?",
)  # fmt: skip
_BETWEEN = r"[ 　\t|｜/\[\]【】（）()<>《》、·]"
_BUTTONS = re.compile(rf"{_BETWEEN}*+(?>(?:{'|'.join(_LABEL)}){_BETWEEN}*+)++|[|｜\[\]【】 　\t]+")
_SITE = re.compile(
    r"^(?:您?(?:现在|当前)?(?:所在)?的?位置|当前位置)[:：是]|ICP备|公网安备|网站标识码|版权所有|Copyright|©"
)
LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What ends a line, whichever program wrote it."""
_NUMBER = re.compile(r"\d{1,3}")
_LEAST_REPEATED, _LEAST_LONG = 3, 6
"""Pages on which a line stands at the same edge, and characters that it has, to be a running header."""
_EDGE = 2
"""Lines at the top and at the foot of a page among which running headers stand."""


def is_furniture(line: str) -> bool:
    """Say whether a line is a page number, or what a web page or printer puts around a text.

    Examples
    --------
    >>> [line for line in ("- 3 -", "第 3 页 共 8 页", "3", "2024年3月5日", "【打印】【关闭】") if is_furniture(line)]
    ['- 3 -', '第 3 页 共 8 页', '【打印】【关闭】']
    """
    bare = line.strip()
    return bool(_FURNITURE.fullmatch(bare) or _SITE.search(bare) or (len(bare) > 1 and _is_of_buttons(bare)))


_LONGEST_BUTTONS = 200


def _is_of_buttons(bare: str) -> bool:
    return len(bare) <= _LONGEST_BUTTONS and bool(_BUTTONS.fullmatch(bare)) and not re.fullmatch(_STAMP, bare)


def is_torn(before: str = "", line: str = "", after: str = "") -> bool:
    """Say whether a line is a bare number that may be a page number between two halves of another number.

    Examples
    --------
    >>> is_torn("平均得分8", "3", "9.74分"), is_torn("甲县", "3", "乙县")
    (True, False)
    """
    halves = re.search(r"[\d.．]$", before.rstrip()) and re.match(r"[\d.．%％]", after.lstrip())
    return bool(halves) and bool(_NUMBER.fullmatch(line.strip()))


def strip_pages(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Take page numbers and running headers from the lines of pages.

    Parameters
    ----------
    pages : sequence of sequence of str

    Returns
    -------
    list of list of str
        A running header stays where it stands first.
    """
    stripped = [[line for line in page if line.strip() and not is_furniture(line)] for page in pages]
    for edge in (0, -1):
        _drop_numbers(stripped, edge)
        _drop_repeated(stripped, edge)
    return stripped


def _drop_numbers(pages: list[list[str]], edge: int) -> None:
    """Drop bare numbers at an edge that count on from page to page; of two pages, from 1."""
    numbers = {
        index: int(page[edge]) for index, page in enumerate(pages) if page and _NUMBER.fullmatch(page[edge].strip())
    }
    ahead = {number - index for index, number in numbers.items()}
    if len(ahead) == 1 and (len(numbers) > 2 or (len(numbers) == 2 and ahead <= {0, 1})):
        for index in numbers:
            del pages[index][edge]


def _drop_repeated(pages: list[list[str]], edge: int) -> None:
    """Drop lines at an edge that most pages have there, wherever they do not stand first."""
    places = slice(_EDGE) if edge == 0 else slice(-_EDGE, None)
    counts = Counter(line for page in pages for line in {each.strip() for each in page[places]})
    repeated = {
        line
        for line, count in counts.items()
        if count >= max(_LEAST_REPEATED, len(pages) / 2) and len(line) >= _LEAST_LONG and not line[:1].isdecimal()
    }
    seen = set[str]()
    for page in pages:
        there = page[places]
        page[places] = [line for line in there if line.strip() not in repeated or line.strip() not in seen]
        seen |= {line.strip() for line in there}
