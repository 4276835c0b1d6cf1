"""The words that a circular itself uses for groups and grades: 综合监管类（18个）, 分为“好、较好、一般”三档, 红榜."""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise, zip_longest

from analysis.exchange.circulars.language import SUFFIXES, Terms, Words
from analysis.exchange.circulars.names import is_name, names_after
from analysis.exchange.circulars.numerals import COUNT, NUMERAL
from analysis.exchange.circulars.text import CircularText, Segment

_WORD = "“?[一-鿿A-E]{1,8}?”?"
_STEPS = rf"(?:{NUMERAL}|[1-9])个?(?:等次|等级|档次|档|级别|格次|层次)"
_SCALES = (
    re.compile(rf"(?:分为?|设|设置|划分为|评定为)“?(?P<words>{_WORD}(?:(?:、|和|及){_WORD})+){_STEPS}"),
    re.compile(rf"{_STEPS}[，：](?:分别|依次)?(?:是|为|即)?(?P<words>{_WORD}(?:(?:、|和|及){_WORD})+)(?=[，。；\n])"),
)
"""Sentences that say which grades there are."""
_QUOTED = re.compile(
    "“(?P<word>[一-鿿A-E]{1,8})”(?:等次|等级|档次?|格次)|(?:综合评价|评价等级为?|评价结果为?|考核结果为?|以上为|以下为|分为)“(?P<word2>[一-鿿]{1,6})”"
)
_HONOUR = re.compile(
    "(?:命名|授予|认定|确定)[^。；]{4,400}?为(?:20\\d\\d年度?)?(?:全[市省县区州])?(?P<word>[一-鿿]{2,10}(?:示范|先进|优秀|达标|文明)(?:单位|县|市|区|地区|乡镇|街道|村|学校))(?=[，。；\n])"
)
_PLACE = re.compile("[一-鿿]{2,8}：")
_NAMED = re.compile("(?:(?<=[。；])|(?<=\\n)|(?<=^))(?P<word>[一-鿿]{2,8}(?:机构|单位|企业|新区|部门))中，")
"""Of whom a sentence speaks: 市直公共机构中，."""
_NUMBERED = re.compile("^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")
_LABEL = re.compile(r"(?P<word>[一-鿿A-E]{1,10})(?:（[^（）：]{1,24}）|\d+[个家])?[：]")
"""What stands before names in a line of its own."""
_NO_GRADE = re.compile(
    "得分|平均|其中|附件|^注$|单项|联系|时间|来源|电话|名单|地址|单位$|部门$|前.|后.|责任|主任|^[省市县区]"
)
_POPULATION = re.compile(
    rf"(?P<word>[^：，。；\n\t“”]{{2,20}}?)（(?:[^（）：。]{{2,24}}，)?(?:共|计)?{COUNT}[个家所户]）"
)
"""Who there is, and how many: 综合监管类（18个）."""
_NO_GROUP = re.compile(rf"名单|信息员|指标|得分|问题|[奖牌旗榜]$|^.是|[★☆]|(?:{SUFFIXES})）?、")


def find_terms(text: CircularText, words: Words) -> Terms:
    """Find the groups and grades that a circular names itself.

    Examples
    --------
    >>> find_terms(CircularText("评议结果分“好、较好、一般、差”四档。"), Words({})).grades
    ('好', '较好', '一般', '差')
    >>> find_terms(CircularText("一、粮食主产县（6个）。平均90分"), Words({})).groups
    ('粮食主产县',)
    """
    grades = [
        *_find_scales(text.clean),
        *_find_honours(text.clean),
        *_find_quoted(text.clean),
        *_find_labels(text, words),
        *_find_heads(text, words),
    ]
    return Terms(tuple(dict.fromkeys(_find_groups(text, words))), tuple(dict.fromkeys(grades)))


def _find_scales(clean: str) -> Iterator[str]:
    for scale in _SCALES:
        for found in scale.finditer(clean):
            yield from re.findall("[一-鿿A-E]+", re.sub("[和及]", "、", found["words"]))


def _find_quoted(clean: str) -> Iterator[str]:
    return (found["word"] or found["word2"] for found in _QUOTED.finditer(clean))


def _find_honours(clean: str) -> Iterator[str]:
    """命名甲县、乙局为2029年度依法行政示范单位."""
    return (found["word"] for found in _HONOUR.finditer(clean))


def _find_labels(text: CircularText, words: Words) -> Iterator[str]:
    """Find what stands before the names of lines under one heading, where one of it is known for a grade."""
    for _, run in groupby(text.segments, key=lambda each: each.above[:1]):
        labels = [found["word"] for segment in run if (found := _LABEL.match(text.clean, segment.start, segment.end))]
        labels = [label for label in labels if not _NO_GRADE.search(label) and not _is_group(words, label)]
        known = [label for label in labels if words.pattern("“?<等次>”?<档>?(?:<组>|<成员>)?").fullmatch(label)]
        if len(set(labels)) > 1 and known:
            yield from (re.sub("(?:等次|等级|档次|单位)$", "", label) for label in labels if label not in known)


def _find_heads(text: CircularText, words: Words) -> Iterator[str]:
    """Find headings with a count over nothing but names: 激励市（2个）."""
    for head, below in pairwise(text.segments):
        found = _POPULATION.fullmatch(text.clean, head.start, head.end)
        word = found["word"] if found else ""
        if word and not _is_known(words, word) and _are_names(text, below, words):
            yield word


def _is_known(words: Words, word: str) -> bool:
    return any(words.pattern(what).fullmatch(word) for what in ("各?<组>", "<等次>(?:<成员>|<另一组>)*"))


def _are_names(text: CircularText, segment: Segment, words: Words) -> bool:
    start = segment.start
    label = _PLACE.match(text.clean, start, segment.end)  # 甲市：乙县、丙县
    start = label.end() if label and is_name(label[0][:-1], words) else start
    names = names_after(text.clean, start, segment.end, words)
    return bool(names) and not segment.cells and names[-1].end >= segment.end - 1


def _is_group(words: Words, label: str) -> bool:
    return words.pattern("各?<组>").search(label) is not None


def _find_groups(text: CircularText, words: Words) -> Iterator[str]:
    for segment, below in zip_longest(text.segments, text.segments[1:]):
        if segment.cells:
            continue
        found = _POPULATION.match(text.clean, segment.start, segment.end)
        word = _NUMBERED.sub("", found["word"]) if found else ""
        if (
            word
            and (below is None or not _are_names(text, below, words) or _is_known(words, word))
            and not _NO_GROUP.search(word)
            and not _is_graded(text, segment, word, words)
        ):
            yield word
        yield from _joined(segment, words)
        for named in _NAMED.finditer(text.clean, segment.start, segment.end):
            if not words.pattern("各?<组>").search(named["word"]):
                yield named["word"]


def _is_graded(text: CircularText, segment: Segment, word: str, words: Words) -> bool:
    """Say whether a word with a count is a grade; A类 is a group where other grades stand below it."""
    grade = words.pattern("<等次>").search(word)
    if grade is None or not words.pattern("<组>").fullmatch(word):
        return grade is not None
    below = [each for each in text.segments if each.start > segment.start and each.above == segment.above]
    others = {
        found[0] for each in below for found in words.pattern("<等次>").finditer(text.clean, each.start, each.end)
    }
    return all(other[-1] == word[-1] for other in others)


def _joined(segment: Segment, words: Words) -> Iterator[str]:
    """Two groups in one heading are one of their own: 县（市、区）和功能区."""
    for _, line in segment.above:
        if words.pattern("<组>(?:(?:和|及|、)<另一组>)+").fullmatch(line):
            yield line
