"""Names of units, in runs: 甲县、乙县和市司法局等5个单位."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.exchange.circulars.language import SUFFIXES, Words, load
from analysis.exchange.circulars.numerals import COUNT, NUMBER

_SEPARATORS = "[、，；/\v\n]"
_NAME = re.compile(rf"[一-鿿（）·A-Za-z]{{1,30}}?(?:{SUFFIXES})(?:（[一-鿿、，“”\d]{{1,30}}）)?")
_NO_NAME = re.compile(
    "抄送|^[除拟即仅]|^有(?!限)|^只有|^[东中西]部|[一二两三四五六七八九十\\d]+[个家]|列为|评为|获评|入围|围绕|大局|^命名|^确认|^认定|[一二三两]级政府|^全部$|^确定|的|了|是|被|我[们市省县区州局委厅院校办]|各级|整体|全市|全省|全县|全区|有关|部分|个别|以下|上述|本次|单位$|部门$|要求|情况|工作$|进行|开展|加强|通过|根据|按照|同时|分别|首位|末位|授予|给予|表彰|名为|分为|分别|前[一二三四五六七八九十0-9]|最高|最低|其中|其他|其余|以及|因|未|已|均|^由|由(?=[市县区省州])|对(?!门)|将|把|较|比|(?<!九)年度?|得分|评分|标准|排名|等次|等级|第[一二三四五六七八九十](?![中高小人医师初幼实水建税分支大招团工]|附属)|连续"
)
"""What names of units do not hold."""
_SHORT = re.compile(
    "(?!.*(?:[不未无被已]|低于|高于|超过|空缺|暂无|从略|优秀|良好|合格|综合|评定|处于|网站|媒体|问责|整改|问题|工作|情况|等次|考核|单位|部门|[中名]$)|此外|同时|目前|近日|日前|今年|据悉|首先|全[市省县区]|[一二三四五六七八九十]+[个家项是])[一-鿿]{2,5}"
)
_SCORE = re.compile(
    rf"[（(](?:(?:综合|考核|最终)?得分|总分|成绩)?[:：]?(?P<score>{NUMBER})分?(?:[，、](?:排名|位列|居)?第(?P<rank>{COUNT})[名位]?)?(?:[，、][^（）]{{0,12}})?[）)]"
    rf"|(?:(?:综合|考核|最终)?得分?为?|总分为?|：)?(?P<score2>{NUMBER})分|(?<=[一-鿿])(?P<score3>\d{{2,3}}\.\d+)$"
)
"""What stands beside a name: its score, and its rank."""
_LEAD = re.compile(
    r"^.*(?:其中|分别为|分别是|依次为|依次是|包括|评定|命名|确定|认定|授予|决定|同意|组织|对|由|将|给予|表彰|以及|我[市省县区州]|有(?!限)|是|为|的|：|“|如|即|只有|仅|（[一二三四五六七八九十\d]+）|\d[.．、]|[一二三四五六七八九十]、|一是|二是|三是|四是)(?=[^：])"
)
_CONNECTED = re.compile(
    r"^(?:20\d\d年度?|以及|及|和(?![平顺田静林硕政龙县合])|与|或|\d{1,2}[.．、])(?=[一-鿿]{2})|（并列[^）]*）$|（(?:含|其中|排名|按)[^）]*）$"
)
_OPEN = re.compile(f"(?P<name>.+?)等(?:(?:共|共计)?{COUNT}[个家所户].*)?")
"""The last name of a list that is not whole."""
_LONGEST_RUN = 3_000
"""Characters among which the names of one list stand: those of a province are fewer."""
_LOOSE = re.compile("(?!.*(?:等(?!学)|予以|提出|表扬|批评|约谈|通报|位列|排名|单项))[一-鿿A-Za-z·（）]{2,24}")
"""What may be a name where others beside it are: accounts and websites are called anything."""
_FEW = 4
"""One of so many must look like a name where others do not."""
_JOINT, _INNER_JOINT = (re.compile(f"(?<=[一-鿿）分])(?:{words})(?=[一-鿿])") for words in ("以及|和|及|与", "和"))
"""What stands between two names at the end of a run, and further in front: 甲县、乙县和丙局、丁局."""


@dataclass(frozen=True)
class Name:
    """A name in a run, where it stands in the clean text, and the score and rank beside it, if they are there."""

    text: str
    start: int
    end: int
    score: tuple[str, int, int] | None = None
    rank: tuple[str, int, int] | None = None


def is_name(text: str, words: Words) -> bool:
    """Say whether a text has the shape of a unit's name, or is one that is known."""
    if text in words.units:
        return True
    if len(text) > 30 or _NO_NAME.search(text) or words.pattern("各?<组>|<等次>(?:<另一组>|<成员>)?").fullmatch(text):
        return False
    return _NAME.fullmatch(text) is not None


def split_names(run: str, start: int, words: Words, count: int | None = None) -> list[Name]:
    """Split a run into names at 、 and, where both sides are names, at 和, 及 and 与.

    Parameters
    ----------
    run : str
        A stretch of the clean text.
    start : int
        Where it begins there.
    words : Words
    count : int, optional
        How many names there should be; a 和 is part of a name once there are as many.

    Returns
    -------
    list of Name
        All parts, whether they look like names or not (see `is_name`).
    """
    pieces = _pieces(run, start)
    place = len(pieces) - 1
    while place >= 0:
        text, first = pieces[place]
        if count is not None and len(pieces) >= count and "并列" not in text:
            place -= 1
            continue
        joints = _JOINT if place == len(pieces) - 1 or count else _INNER_JOINT
        joint = next((each for each in joints.finditer(text) if _is_joint(text, each, words)), None)
        if joint is None:
            place -= 1
            continue
        pieces[place : place + 1] = [(text[: joint.start()], first), (text[joint.end() :], first + joint.end())]
    names = (_with_score(*_connect(*piece)) for piece in pieces)
    return [name for name in names if name.text]


def _connect(text: str, start: int) -> tuple[str, int]:
    """Take from a part its quotes, what connects it with the one before, and remarks behind it: 以及, （并列第二）."""
    if text[0] == "“" or text[-1] == "”":
        return text.strip("“”"), start + (text[0] == "“")
    lead = _CONNECTED.match(text)
    if lead and lead[0][0] != "（":
        text, start = text[lead.end() :], start + lead.end()
    return re.sub("（(?:并列|因)[^）]*）$", "", text), start


def _pieces(run: str, start: int) -> list[tuple[str, int]]:
    """Split at separators outside of brackets; names in quotes need none."""
    pieces, depth, first = [], 0, 0
    run = run.replace("”“", "”、")
    for place, character in enumerate(run + "、"):
        depth += (character == "（") - (character == "）" and depth > 0)
        if (re.match(_SEPARATORS, character) and not depth) or place == len(run):
            if run[first:place]:
                pieces.append((run[first:place], start + first))
            first = place + 1
    return pieces


def _is_joint(text: str, joint: re.Match[str], words: Words) -> bool:
    whole = _with_score(text, 0).text
    if whole in words.units:
        return False
    left, right = (_with_score(*_connect(side, 0)).text for side in (text[: joint.start()], text[joint.end() :]))
    if is_name(_LEAD.sub("", left), words):
        return is_name(right, words) or _SHORT.fullmatch(right) is not None
    return not is_name(whole, words) and all(re.fullmatch("[一-鿿]{2,3}", side) for side in (left, right))


def _with_score(text: str, start: int) -> Name:
    found = _SCORE.search(text)
    if found is None or found.start() == 0 or "第" in text[found.end() :]:  # of which a rank is told on its own
        return Name(text, start, start + len(text))
    score = next(name for name in ("score", "score2", "score3") if found[name])
    beside = [
        (found[name], start + found.start(name), start + found.end(name)) if found[name] else None
        for name in (score, "rank")
    ]
    return Name(text[: found.start()], start, start + found.start(), *beside)


def names_before(clean: str, first: int, end: int, words: Words, is_cut: bool = False) -> list[Name]:
    """Find the run of names that ends at a position, not before another; what leads to it is cut off.

    Short names without an ending count before one that has it; also behind it where 等 follows (`is_cut`).
    """
    first = max(first, end - _LONGEST_RUN)
    first = max(first, clean.rfind("；", first, end) + 1)
    names = split_names(clean[first:end], first, words)
    run: list[Name] = []
    for name in reversed([_cut_group(name, words) for name in names]):
        may_be_short = (run and clean[name.end] != "，") or is_cut
        if is_name(name.text, words) or (may_be_short and _is_short(name.text, words)):
            run.insert(0, name)
            continue
        lead = _LEAD.match(name.text)
        rest = name.text[lead.end() :] if lead else ""
        if rest and (is_name(rest, words) or (may_be_short and _is_short(rest, words))):
            run.insert(0, Name(rest, name.end - len(rest), name.end, name.score))
        break
    return run if any(is_name(name.text, words) for name in run) else []


def _is_short(text: str, words: Words) -> bool:
    is_word = _NO_NAME.search(text) or words.pattern("<等次>").match(text)
    return _SHORT.fullmatch(text) is not None and not is_word


def _cut_group(name: Name, words: Words) -> Name:
    """Take from a name the group that it is told to be of: 市直单位里市司法局."""
    found = re.match("^.*(?:）|单位|部门|街道|[市县区乡镇])[里中](?![心央医学小级共国])(?=[一-鿿]{2})", name.text)
    found = found or words.pattern("^各?<组>(?=[市县区省州][一-鿿]+|[一-鿿]{1,8}(?:县|区|镇|乡|街道)$)").match(
        name.text
    )
    if name.text in words.units or (found and not is_name(name.text[found.end() :], words)):
        return name
    return replace(name, text=name.text[found.end() :], start=name.start + found.end()) if found else name


def names_after(clean: str, first: int, end: int, words: Words, count: int | None = None) -> list[Name]:
    """Find the run of names that begins at a position; short names without an ending count where all are such."""
    run = _run_after(clean, first, end, words, count)
    if count is None or len(run) == count:
        return run
    split = _run_after(clean, first, end, words, None)  # at every 和, which what follows the names may have hindered
    return split if len(split) == count else run


def _run_after(clean: str, first: int, end: int, words: Words, count: int | None) -> list[Name]:
    stretch = clean[first:end]
    names = split_names(re.sub("[。；，、.]+$", "", stretch), first, words, count)
    run: list[Name] = []
    for name in names:
        opened = _OPEN.fullmatch(name.text)
        if opened and is_name(opened["name"], words):
            run.append(replace(name, text=opened["name"], end=name.start + opened.end("name")))
            names = names[: len(run)]
            break
        if not is_name(name.text, words) and not _SHORT.fullmatch(name.text):
            tail = words.pattern(load("rules.yml")["sentences"]["name in prose"]).match(name.text)
            if tail and is_name(tail[0], words):
                run.append(replace(name, text=tail[0], end=name.start + tail.end(), score=None))
                names = names[: len(run)]
            break
        run.append(name)
    if len(run) < len(names) and _are_loose(names, words, count):
        return names
    is_whole = len(run) == len(names)
    if len(run) != count and not (
        is_whole and not any(is_name(name.text, words) for name in run)
    ):  # or behind is prose
        while run and not is_name(run[-1].text, words):
            run.pop()
    return run


def _are_loose(names: list[Name], words: Words, count: int | None) -> bool:
    """Say whether all parts of a stretch may be names: as many as there should be, or some look like names."""
    if not all(_LOOSE.fullmatch(name.text) and not _NO_NAME.search(name.text) for name in names):
        return False
    return len(names) == count or _FEW * sum(is_name(name.text, words) for name in names) >= len(names) > 1


_PLACE = re.compile("(?:[县市区州旗镇乡](?:人民)?(?:政府)?)$")
"""What ends a row of places: 鸡岭、阳渚、商浦市政府."""


def find_runs(clean: str, start: int, end: int, words: Words) -> Iterator[list[Name]]:
    """Find all runs of two names and more in a stretch, short ones before a place that has its ending included."""
    run: list[Name] = []
    short: list[Name] = []
    last = words.pattern(load("rules.yml")["sentences"]["name in prose"])
    for name in split_names(clean[start:end].rstrip("。；"), start, words):
        if is_name(name.text, words):
            run += [*(short if _PLACE.search(name.text) and not run else []), name]
            continue
        lead, tail = _LEAD.match(name.text), last.match(name.text)
        if run and tail and is_name(tail[0], words):
            run.append(Name(tail[0], name.start, name.start + tail.end()))
        if len(run) > 1:
            yield run
        rest = name.text[lead.end() :] if lead else name.text
        led = Name(rest, name.end - len(rest), name.end)
        run = [led] if is_name(rest, words) else []
        short = [*short, led] if _is_short(rest, words) and clean.startswith("、", name.end) else []
    if len(run) > 1:
        yield run
