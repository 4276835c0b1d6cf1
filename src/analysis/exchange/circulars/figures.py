"""Numbers of which a sentence says what they are: of the scheme at once, of results by what stands before them."""

import re
from dataclasses import replace
from typing import Any

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.reading import Reading, Stretch
from analysis.exchange.circulars.whose import Subject, explain

_COMPARED = r"(?:与|较|比|同)(?P<year>20\d\d年度?|上年度?|去年|上一年度?)(?:度)?(?:的|平均得?分|平均|得分)*(?P<number>\d{1,3}(?:\.\d+)?)分"
_CHANGED = r"平均(?:得分|分|成绩)?由(?P<number>\d{1,3}(?:\.\d+)?)分(?:提高|上升|增长|提升|下降|降低|降)(?:到|至)"
_SAME = {"average_delta", "average_growth", "grade_share", "bonus_max", "bonus_min", "deduction_max"}
"""Measures of what stands before in the sentence, whatever says so."""


def read_told(reading: Reading) -> None:
    """Numbers of which one sentence says all: points, caps, counts of indicators."""
    for each in load("rules.yml")["told"]:
        scope = load("rules.yml")["sentences"][each["from"]] if "from" in each else None
        for outer in reading.find(scope) if scope else (None,):
            stretch, known = (outer.span("rest"), _about(reading, outer)) if outer else ((), {})
            for found in reading.find(each["sentence"], *stretch):
                _take(reading, each["measure"], found, **{**known, **_about(reading, found)})


def _about(reading: Reading, found: re.Match[str]) -> dict[str, Any]:
    words = {name.rstrip("2"): word for name, word in found.groupdict().items() if word is not None}
    subject = Subject(words.get("group", ""), words.get("grade", ""), words.get("component", words.get("part", "")))
    known = reading.identify(subject)
    if "rating" in words:
        known["of"] = words["rating"]
    return known


def _take(reading: Reading, measure: str, found: re.Match[str], **known: Any) -> None:
    words = found.groupdict()
    branch = next((name for name in ("number", "number2", "nothing") if words.get(name)), None)
    if branch:
        reading.figure(measure, found[branch], found.span(branch), fall=bool(words.get("fall")), **known)


def read_results(reading: Reading) -> None:
    """Averages, their changes, extremes, counts and shares: clause by clause, by what stands before each number."""
    for sentence in reading.sentences():
        _read_sentence(reading, sentence)


def _read_sentence(reading: Reading, sentence: Stretch) -> None:
    heading = reading.heading(sentence.segment)
    topic, last, measure, outer, population = heading, Subject(), "", Subject(), Subject()
    place = sentence.start
    for clause in reading.clauses(sentence):
        place, is_first = max(clause.start, place), True
        if reading.clean[clause.start - 1 : clause.start] == "；":
            outer = population
        for rule, found in _matches(reading, clause, sentence.end):
            if found.start() < place:
                continue
            if any(reading.taken[slice(*found.span(_branch(found)))]):
                if rule["measure"] == "grade_units" and _own(found).grade:  # beside a list of names
                    last, measure = _own(found).within(topic), "grade_units"
                continue
            if "after" in rule and not re.search(rule["after"], reading.clean[sentence.start : found.start()]):
                continue
            if rule.get("needs") and not _fits(rule["needs"], measure):
                continue
            before = reading.clean[place : found.start()]
            if rule["measure"] in _COUNTS:
                before = re.split("[：对]", before)[-1]
            said = explain(before, reading.words)
            own = _own(found)
            around = heading if said.whole else topic
            if said.is_silent and own.grade and not own.group:  # of the same units as the number before
                around = replace(outer, grade="").within(around)
            subject = _settle(said, own, around, last, rule["measure"])
            if rule["measure"] == "unit_count":
                subject = replace(own.within(said).within(Subject() if said.whole else topic), grade="")
            text = reading.clean[clause.start : found.end()]
            if (subject.other or subject.component) and rule["measure"] not in _OWN_WORDS:
                reading.foreign.append(found.start())
            if subject.other and rule["measure"] not in _OWN_WORDS:
                reading.doubt(
                    *found.span(_branch(found)), f"“{text[-40:]}”说的是“{subject.other}”，不能断定是考核本身的结果"
                )
            elif subject.component and rule["measure"] not in {"component_points"}:
                reading.doubt(*found.span(_branch(found)), f"“{text[-40:]}”说的是“{subject.component}”，不是总的结果")
            else:
                _take(reading, rule["measure"], found, **reading.identify(subject))
                reading.pass_over(*found.span())
            last, measure, place, is_first = subject, rule["measure"], found.end(), False
            if not rule.get("needs"):
                outer = subject
            if rule["measure"] == "unit_count":
                population = subject
        if is_first or re.search("[中里内]，$", reading.clean[clause.start : clause.end]):
            topic = _topic(reading, clause, topic)


_COUNTS = {"grade_units", "unit_count"}
"""Measures before which a colon ends what is said of something else."""
_OWN_WORDS = {"bonus_units", "deduction_units", "veto_units", "threshold"}
"""Measures whose words can be of nothing else."""


def _branch(found: re.Match[str]) -> str:
    return next((name for name in ("number", "number2") if found.groupdict().get(name)), "number")


def _fits(needs: str, measure: str) -> bool:
    family = {
        "average": ("average",),
        "grade_units": ("grade_units", "grade_share"),
        "bonus": ("bonus",),
        "unit_count": ("unit_count",),
        "deduction": ("deduction",),
        "total_min": ("total_min",),
    }[needs]
    return measure.startswith(family)


def _own(found: re.Match[str]) -> Subject:
    words = {name.rstrip("2"): word for name, word in found.groupdict().items() if word is not None}
    return Subject(words.get("group", ""), words.get("grade", ""))


def _settle(said: Subject, own: Subject, topic: Subject, last: Subject, measure: str) -> Subject:
    """Say whose a number is: by its own words, those before it in the clause, the last number's, the sentence's topic."""
    here = own.within(said)
    if measure in _SAME:
        base = here.within(last)
        return replace(base, other=last.other if not said.other else base.other, year=last.year)
    if measure == "grade_units" and not here.grade:
        return here.within(Subject(grade=last.grade)).within(replace(topic, grade=""))
    if here.is_silent:
        return last if not last.is_silent else topic
    return here.within(replace(topic, year=None)) if not here.grade else here.within(replace(topic, grade=""))


def _topic(reading: Reading, clause: Stretch, topic: Subject) -> Subject:
    """Take what a clause without a number says for the topic of those that follow."""
    text = reading.clean[clause.start : clause.end].rstrip("，；。")
    said = explain(text, reading.words)
    is_frame = re.search("^(?:在|从|就)|(?:中|方面|上|看|：)$", text) is not None
    begins = reading.match("(?:其中|在|对)?<组>", clause.start, clause.end)
    group = said.group if is_frame or not said.other else begins["group"] if begins else ""
    return Subject(
        group or topic.group, said.grade if is_frame else topic.grade, said.component if is_frame else "", None,
        "" if not is_frame or re.search("看$|考核|相比", text) else said.other,
    )  # fmt: skip


def _matches(reading: Reading, clause: Stretch, end: int) -> list[tuple[dict[str, Any], re.Match[str]]]:
    """Match all rules of results in a clause, in order of place; at one place the one that stands first."""
    found = [
        (rule, match)
        for rule in load("rules.yml")["results"]
        for match in reading.find(rule["sentence"], clause.start, end)
        if match.start() < clause.end and (match.groupdict().get("number") or match.groupdict().get("number2"))
    ]
    return sorted(found, key=lambda each: each[1].start(_branch(each[1])))


def read_compared(reading: Reading) -> None:
    """The average of an earlier year, told beside the year's own: 与2031年的86.95分相比."""
    for sentence in reading.sentences():
        text = reading.clean[sentence.start : sentence.end]
        for found in re.finditer(_CHANGED, text):
            named = re.search(r"(?:与|较|比|同)(20\d\d)年", text[: found.start()])
            clause = re.split("[，；]", text[: found.start()])[-1]
            said = explain(clause, reading.words)
            if named and not said.other:
                start, end = (sentence.start + each for each in found.span("number"))
                reading.figure(
                    "average", found["number"], (start, end), **reading.identify(replace(said, year=int(named[1])))
                )
        for found in re.finditer(_COMPARED, text):
            before = explain(text[: found.start()], reading.words)
            named = re.match(r"20\d\d", found["year"])
            year = int(named[0]) if named else (reading.draft.year - 1 if isinstance(reading.draft.year, int) else None)
            if year is None or "平均" not in text[: found.start()] or before.other:
                continue
            span = tuple(sentence.start + each for each in found.span("number"))
            known = reading.identify(replace(before, year=year))
            reading.figure("average", found["number"], span, **known)  # type: ignore[arg-type]
