"""Numbers of which a sentence says what they are: of the scheme at once, of results by what stands before them."""

import re
from dataclasses import dataclass, replace
from typing import Any

from analysis.exchange.circulars.blocks import find_block, name_rate, of_title
from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.names import is_name, names_before
from analysis.exchange.circulars.numerals import read_count
from analysis.exchange.circulars.populations import find_population, is_honour, is_judged, is_of_all, is_of_more
from analysis.exchange.circulars.reading import NEAR, Reading, Stretch
from analysis.exchange.circulars.whose import NOBODY, Subject

_SAME = {"average_delta", "average_growth", "grade_share", "bonus_max", "bonus_min", "deduction_max"}
"""Measures of what the number before is of."""
_OF_ALL = {"average", "total_max", "total_min", "veto_units"}
"""Measures that are seldom of one grade: only where the sentence says so."""
_EXTREMES = {"total_max", "total_min"}
_OF_BLOCKS = {"average", "average_delta", "average_growth", *_EXTREMES}
"""Measures that are told of blocks, too, by the names that the circular has given points to, or that all know."""
_COUNTS = {"grade_units", "unit_count"}
"""Measures before which a colon, or who assessed whom, ends what is said of something else."""
_OWN_WORDS = {"bonus_units", "deduction_units", "veto_units", "threshold"}
"""Measures whose words can be of nothing else."""
_TAIL = re.compile("部门和行业|(?:部门)?(?:和|、)(?:单位|行业)|部门|单位|行业")
"""What units are called behind their count and their group: 12个执法类 部门."""
_FRAME, _PLAIN_FRAME = "^(?:在|从|就)|(?:中|方面|上|看|：)$", "看$|下$|考核|相比"
"""What makes a clause the topic of those that follow, and what makes it none that matters."""
_PROBLEMS = re.compile("问题|不足|短板|薄弱|差距|要求|下一步|建议")
"""Headings under which numbers are of what was found wrong, or is to be done."""
_BEYOND = 120
"""Characters of what follows a clause that a rule may look at."""
_ROW = 3
"""Marks in a clause that lists more than it says."""
_SHOWN = 40
"""Characters that show which number is meant."""


def read_told(reading: Reading) -> None:
    """Numbers of which one sentence says all: points, caps, counts of indicators."""
    for each in load("rules.yml")["told"]:
        scope = load("rules.yml")["sentences"][each["from"]] if "from" in each else None
        for outer in reading.find(scope) if scope else (None,):
            stretch, known = (outer.span("rest"), _about(reading, outer)) if outer else ((), {})
            for found in reading.find(each["sentence"], *stretch):
                _take(reading, each["measure"], found, **{**known, **_about(reading, found)})


def _about(reading: Reading, found: re.Match[str]) -> dict[str, Any]:
    words = _words(found)
    component = words.get("component", words.get("part", ""))
    known = reading.identify(Subject(words.get("group", ""), words.get("grade", ""), component))
    return known | ({"of": words["rating"]} if "rating" in words else {})


def _words(found: re.Match[str]) -> dict[str, str]:
    return {name.rstrip("23"): word for name, word in found.groupdict().items() if word is not None}


def _branch(found: re.Match[str]) -> str:
    """Name the alternative of a sentence that has the number, "" if none has."""
    return next((name for name in ("number", "number2", "nothing") if found.groupdict().get(name)), "")


def _take(reading: Reading, measure: str, found: re.Match[str], **known: Any) -> None:
    if branch := _branch(found):
        fall = bool(found.groupdict().get("fall"))
        reading.figure(measure, found[branch], found.span(branch), fall=fall, **known)


@dataclass
class _Context:
    """What a sentence has said so far.

    Attributes
    ----------
    heading, topic : Subject
        What the headings are of; what the clauses without numbers are of.
    last, measure : Subject, str
        Of the last number, and what it was.
    whole : Subject
        Of the last number that is no part of the one before.
    population : Subject
        Of the last count of units.
    stray : str
        The last clause that lists units, or has a number of which no rule knows what it is.
    place : int
        Where the last number's words end.
    count : int
        How many units have the grade that was named last.
    grades : tuple of str
        What counts of the clauses since the last ； are of: an average behind several is of none of them.
    astray : str
        The last `stray` of the sentences before in a paragraph: an extreme that nothing is said of may be of that.
    """

    heading: Subject
    topic: Subject
    place: int
    last: Subject = NOBODY
    measure: str = ""
    whole: Subject = NOBODY
    population: Subject = NOBODY
    stray: str = ""
    count: int = 0
    grades: tuple[str, ...] = ()
    astray: str = ""


def read_results(reading: Reading) -> None:
    """Averages, their changes, extremes, counts and shares: clause by clause, by what stands before each number."""
    context = _Context(NOBODY, NOBODY, 0)
    for sentence in reading.sentences():
        context = _begin(reading, sentence, context)
        for clause in reading.clauses(sentence):
            if reading.clean[clause.start - 1 : clause.start] == "；":
                context.whole, context.grades = context.population, ()
            context.place = max(context.place, clause.start)
            begun = context.place
            for rule, found in _matches(reading, clause, sentence.end):
                if found.start(_branch(found)) >= context.place and _applies(reading, rule, found, sentence, context):
                    _read_result(reading, rule, found, context)
            if context.place == begun:
                context.stray = _find_stray(reading, clause) or context.stray
            if context.place == begun or re.search("[中里内]，$", reading.clean[clause.start : clause.end]):
                context.topic = _topic(reading, clause, context.topic)


def _begin(reading: Reading, sentence: Stretch, before: _Context) -> _Context:
    """Begin a sentence: with what its headings are of; one that begins with 其中 is of what the one before was of."""
    if reading.clean.startswith("其中", sentence.start) and reading.text.segment(before.place) == sentence.segment:
        return replace(before, place=sentence.start, stray="")
    heading = reading.heading(sentence.segment)
    if problem := next((line for _, line in sentence.segment.above if _PROBLEMS.search(line)), ""):
        heading = replace(heading, other=problem)
    begun = _Context(heading, heading, sentence.start)
    if reading.text.segment(before.place) == sentence.segment:
        begun.astray = before.stray or before.astray
        if before.measure in _EXTREMES:  # how many have how much goes on about the same units
            begun.topic = heading.within(Subject(before.last.group))
    return begun


def _find_stray(reading: Reading, clause: Stretch) -> str:
    numbers = reading.find(load("rules.yml")["sentences"]["number"], clause.start, clause.end)
    is_stray = any(not any(reading.taken[slice(*found.span())]) for found in numbers)
    is_stray = is_stray or reading.clean.count("、", clause.start, clause.end) > _ROW
    is_stray = is_stray or 2 in reading.taken[clause.start : clause.end]  # of the units just listed
    return reading.clean[clause.start : clause.end].rstrip("，；。")[-_SHOWN // 2 :] if is_stray else ""


def _matches(reading: Reading, clause: Stretch, end: int) -> list[tuple[dict[str, Any], re.Match[str]]]:
    """Match all rules of results in a clause, in order of place; at one place the one that stands first."""
    found = [
        (rule, match)
        for rule in load("rules.yml")["results"]
        for match in reading.find(rule["sentence"], clause.start, min(end, clause.end + _BEYOND))
        if match.start() < clause.end and _branch(match)
    ]
    return sorted(found, key=lambda each: each[1].start(_branch(each[1])))


def _applies(
    reading: Reading, rule: dict[str, Any], found: re.Match[str], sentence: Stretch, context: _Context
) -> bool:
    """Say whether a rule's number is still to be read, and stands where the rule wants it."""
    words = _words(found)
    if any(reading.taken[slice(*found.span(_branch(found)))]):
        if rule["measure"] == "grade_units" and "grade" in words:  # beside a list of names
            subject = Subject(words.get("group", ""), words["grade"])
            context.last, context.measure = subject.within(context.topic), "grade_units"
        return False
    if "分别" in reading.clean[reading.start_of(found.start(), "，。；") : found.end()]:  # see `respective`
        return False
    before = reading.clean[max(sentence.start, found.start() - NEAR) : found.start()]
    if "title" in rule and not re.search(rule["title"], "".join(reading.words.title)):
        return False
    if "after" in rule and not re.search(rule["after"], before):
        return False
    if "unit" in words and not is_name(words["unit"], reading.words) and not _lead_by(reading, words["unit"]):
        return False
    return context.measure.startswith(rule.get("needs", "").removesuffix("_units"))


def _is_called_part(reading: Reading, found: re.Match[str], context: _Context) -> bool:
    """Say whether a number is said to be a part of what is before it, though it be larger: 其中县区50个，占比41.67%."""
    return "其中" in reading.clean[context.place : found.start()] or reading.clean.startswith("，占", found.end())


def _lead_by(reading: Reading, unit: str) -> dict[str, Any] | None:
    """Find the ranked list that a unit leads, whose highest score is its own."""
    ranked = [each for each in reading.draft.lists if each["list"] == "ranked" and each["names"][0] == unit]
    return ranked[0] if len(ranked) == 1 else None


def _read_result(reading: Reading, rule: dict[str, Any], found: re.Match[str], context: _Context) -> None:
    measure, words = rule["measure"], _words(found)
    number = read_count(found[_branch(found)]) if measure == "grade_units" and "nothing" not in words else 0
    if rule.get("needs") == "grade_units" and number > context.count and not _is_called_part(reading, found, context):
        measure = "unit_count"
    said, own = _explain(reading, measure, found, context.place)
    if measure == "unit_count" and (said.grade or _heads_graded(reading, found, context)):  # 优秀市级单位（11个）
        measure = "grade_units"
    elif measure == "unit_count" and is_honour(own.group):  # 表扬单位（10家）
        measure, own = "grade_units", Subject(grade=own.group)
    also = is_of_more(reading, found) if measure == "unit_count" else False
    own = replace(own, group="") if also else own
    subject = _doubt_subject(reading, _settle(said, own, measure, context), measure, said, own, context)
    if measure == "unit_count" and is_judged(reading, found[_branch(found)]):
        subject = replace(subject, other="其中得了等次的")
    subject = replace(subject, component=name_rate(reading, words) or subject.component)
    if is_honour(own.grade):
        subject = replace(subject, group="", grade=own.grade)
    listed = _lead_by(reading, words.get("unit", "")) if measure == "total_max" else None
    if listed:
        subject = Subject(reading.draft.words["groups"].get(listed.get("group", ""), "") or subject.group)
    what = subject.other or subject.component
    block = subject.component if measure in _OF_BLOCKS and subject.component == what else ""
    if what and measure not in _OWN_WORDS and not block:
        span = found.span(_branch(found))
        reading.foreign.append(found.start())
        told = reading.clean[max(reading.start_of(span[0], "，；。"), span[1] - _SHOWN) : found.end()]
        reading.doubt(*span, f"“{told}”说的是“{what}”，不能断定是考核本身的结果")
    else:
        _take(reading, measure, found, **reading.identify(replace(subject, component=block)))
        if words.get("unit") and not block:
            reading.figure(
                "unit_total", found[_branch(found)], found.span(_branch(found)), unit=words["unit"], again=True
            )
        reading.pass_over_with_ends(*found.span())
    rest = _TAIL.match(reading.clean, found.end()) if measure == "unit_count" else None
    context.place = rest.end() if rest else found.end()
    is_joined = measure == context.measure == "unit_count" and reading.clean[found.start() - 1] in "、和及"
    of_all = replace(subject, group="") if is_joined or also is not False else subject  # what follows is of both
    if measure == "unit_count" and context.measure == measure and _is_aside(reading, found.start()):
        return
    _remember(context, measure, of_all, number, is_part="needs" in rule)


def _is_aside(reading: Reading, place: int) -> bool:
    """Say whether a place is within brackets: 46家政府网站（其中市直部门网站38家）."""
    first = reading.start_of(place, "。；")
    return reading.clean.count("（", first, place) > reading.clean.count("）", first, place)


def _explain(reading: Reading, measure: str, found: re.Match[str], start: int) -> tuple[Subject, Subject]:
    """Say what the words before a number say that it is of, and what its own words say."""
    words = _words(found)
    if measure in _COUNTS or "rate" in words:
        start = max(start, reading.clean.rfind("对", start, found.start() + 1) + 1)
        colon = reading.clean.rfind("：", start, found.start() + 1) + 1
        start = colon if colon and reading.explain(start, colon).other else start
        is_joined = reading.clean[start - 1 : start] == "对" and reading.clean[found.start() - 1] in "、和及"
        if measure == "unit_count" and (is_joined or re.search("包括|涵盖", reading.clean[start : found.start()])):
            start = max(start, *(reading.clean.rfind(mark, start, found.start() + 1) + 1 for mark in "、和及"))
    if measure in _COUNTS and reading.clean[start : found.start()].endswith("等"):  # whoever they are
        names = names_before(reading.clean, start, found.start() - 1, reading.words)
        names = names if measure == "grade_units" or len(names) == 1 else []  # few of all are named, many of some
        said = reading.explain(start, names[0].start if names else found.start())
        return said, Subject(words.get("group", ""), words.get("grade", ""))
    block, printed = find_block(reading, start, found.start()) if measure in _OF_BLOCKS else ("", 0)
    said = reading.explain(start, found.start() - printed)
    said = of_title(reading, replace(said, component=block or said.component))
    own = Subject(words.get("group", ""), words.get("grade", ""))
    if measure == "unit_count":
        group = find_population(reading, found, _branch(found))
        own = replace(own, group="" if is_of_all(group, said, found[0]) else group)
    elif measure == "grade_share" and not said.group and not said.is_silent:  # in words of the title
        said = replace(said, group=_first_group(reading, start, found.start()))
    return said, own


def _doubt_subject(
    reading: Reading, subject: Subject, measure: str, said: Subject, own: Subject, context: _Context
) -> Subject:
    """Say of what else a number may be: of what stands before it and was not understood."""
    if said.group or said.whole or own.group or (measure == "unit_count" and not subject.other):
        context.stray = ""
    elif context.stray and (measure not in _SAME or own.grade or measure == "grade_share"):
        return replace(subject, other=context.stray)
    elif context.astray and measure in _EXTREMES and said.is_silent and not context.measure:
        return replace(subject, other=context.astray)
    if measure == "unit_count" and reading.draft.year and subject.year not in {None, reading.draft.year}:
        return replace(subject, other=str(subject.year))  # who was ranked in another year
    return subject


def _remember(context: _Context, measure: str, subject: Subject, number: int, *, is_part: bool) -> None:
    """Take note of a number that was read, for those that follow."""
    context.last, context.measure = subject, measure
    if measure == "grade_units" and not is_part:
        context.count = number
        context.grades += (subject.grade,)
    elif measure in _OF_ALL:
        context.grades = ()
    if not is_part:
        context.whole = subject
    if measure == "unit_count":
        context.population = subject


def _first_group(reading: Reading, start: int, end: int) -> str:
    return next((found["group"] for found in reading.find("<组>", start, end)), "")


def _heads_graded(reading: Reading, found: re.Match[str], context: _Context) -> bool:
    """Say whether a group with its count is a heading below one that is a grade: its units of that grade."""
    segment = reading.text.segment(found.start())
    is_heading = segment.above[-1:] != () and reading.clean[segment.start : segment.end] == segment.above[-1][1]
    return is_heading and context.heading.grade != ""


def _settle(said: Subject, own: Subject, measure: str, context: _Context) -> Subject:
    """Say whose a number is: by its own words, those before it in its clause, the numbers before, the topic."""
    here, last = own.within(said), context.last
    topic = replace(context.heading, year=context.topic.year) if said.whole else context.topic
    if measure in _OF_ALL and topic.grade == context.heading.grade:  # of a list that stands before them
        topic = replace(topic, grade="")
    if measure == "grade_share" and own.grade:
        return here.within(replace(context.whole if said.whole else last, grade="", whole=False)).within(context.topic)
    if measure in _SAME:
        return replace(here.within(last), other=said.other or last.other, year=last.year)
    if measure == "unit_count":
        is_part = context.measure == "grade_units" and own.group
        outer = own.within(context.heading) if is_part else here.within(Subject() if said.whole else topic)
        return replace(outer, grade="")
    if said.is_silent and own.grade and not own.group:  # of the same units as the number before
        topic = replace(context.whole, grade="").within(topic)
    if measure == "grade_units" and not here.grade:
        return here.within(Subject(grade=last.grade or context.heading.grade)).within(replace(topic, grade=""))
    if here.is_silent and not last.is_silent:
        last = replace(last, year=context.topic.year or last.year)
        is_behind_several = measure in _OF_ALL and len(set(context.grades)) > 1
        return replace(last, grade="") if is_behind_several else last
    return here.within(replace(topic, grade="") if here.grade else topic)


def _topic(reading: Reading, clause: Stretch, topic: Subject) -> Subject:
    """Take what a clause without a number says for the topic of those that follow."""
    text = reading.clean[clause.start : clause.end].rstrip("，；。：")
    said = reading.explain(clause.start, clause.start + len(text))
    is_frame = re.search(_FRAME, text) is not None
    begins = reading.match("(?:其中|在|对)?<组>", clause.start, clause.end)
    group = said.group if is_frame or not said.other else begins["group"] if begins else ""
    if not is_frame:
        begins_with_year = re.match(r"(?:在)?20\d\d年", text) is not None and not re.search("[比较与]", text)
        return Subject(group or topic.group, topic.grade, year=said.year if begins_with_year else topic.year)
    other = "" if re.search(_PLAIN_FRAME, text) else said.other
    return Subject(group or topic.group, said.grade, said.component, said.year or topic.year, other=other)
