"""Numbers that are told of several groups or units at once, in their order: 分别为91.24分、89.57分."""

import re
from dataclasses import replace

from analysis.exchange.circulars.blocks import name_rate
from analysis.exchange.circulars.names import Name, find_runs, names_before
from analysis.exchange.circulars.numerals import NUMBER
from analysis.exchange.circulars.own import is_clear
from analysis.exchange.circulars.reading import NEAR, Reading, Stretch
from analysis.exchange.circulars.whose import Subject, explain

_NUMBERS = re.compile(rf"(?P<numbers>{NUMBER}(?:分|%)?(?:(?:、|，|和|及)+{NUMBER}(?:分|%)?)+)")
_SAID = re.compile(
    r"(?P<words>[^，。；]{0,40}?)(?:分别|依次)(?P<change>为|是|达到?|提高|增加|增长|上升|提升|下降|降低|减少)了?(?:为)?$"
)
_EARLIER = re.compile("[与较比](?P<year>20\\d\\d)年度?的?$")
"""What stands before averages of an earlier year."""
_NEAR = 60
"""Characters before numbers in which it stands what they are."""
_AVERAGE = "<组>(?:单位|<另一个数>[个家])?，?平均(?:得?分|成绩)?(?:为|是)?<另一数>分"
_MEASURES = {
    "average": "平均(?:得分|分|成绩)?的?$|均分$",
    "total_max": "最高分?$",
    "total_min": "最低分?$",
    "unit_total": "(?:得分率?|总分|成绩|分数|满意[率度]|指数)$|^（?$",
}


def read_respective(reading: Reading) -> None:
    """Give each number to the group or unit that stands in its place."""
    for sentence in reading.sentences():
        before = list[Subject]()
        for found in _NUMBERS.finditer(reading.clean, sentence.start, sentence.end):
            near = max(sentence.start, found.start() - _NEAR)
            said = _SAID.search(reading.clean, near, found.start())
            if earlier := _EARLIER.search(reading.clean, near, found.start()):
                _read_earlier(reading, sentence, found, int(earlier["year"]))
            if said is not None:
                before = _read(reading, sentence, found, said, before)


def _read(
    reading: Reading, sentence: Stretch, found: re.Match[str], said: re.Match[str], before: list[Subject]
) -> list[Subject]:
    numbers = list(re.compile(NUMBER).finditer(reading.clean, *found.span("numbers")))
    is_change = said["change"] not in {"为", "是", "达", "达到"}
    measure = next((name for name, words in _MEASURES.items() if re.search(words, said["words"])), "")
    if is_change:
        measure = "average_growth" if "%" in found["numbers"] else "average_delta"
    if not measure:
        return before
    if measure == "unit_total" and (names := _named_before(reading, said, len(numbers))):
        return _give_to_names(reading, names, numbers, said["words"]) or before
    if measure == "unit_total":
        return _give_to_units(reading, sentence, said.start(), numbers, "%" * ("%" in found["numbers"])) or before
    before = before or (_averaged(reading, sentence, found.start()) if is_change else [])
    subjects = before if is_change else _groups(reading, sentence.start, said.end("words"))
    if len(subjects) != len(numbers):
        return before
    fall = said["change"] in {"下降", "降低", "减少"}
    for subject, number in zip(subjects, numbers, strict=True):
        sign = "%" if measure == "average_growth" else ""
        end = number.end() + len(sign)
        reading.figure(measure, number[0] + sign, (number.start(), end), fall=fall, **reading.identify(subject))
    return subjects


def _read_earlier(reading: Reading, sentence: Stretch, found: re.Match[str], year: int) -> None:
    """Give averages of an earlier year to the groups whose averages stand before: 较2031年度的88.92分和80.37分."""
    numbers = list(re.compile(NUMBER).finditer(reading.clean, *found.span("numbers")))
    subjects = _averaged(reading, sentence, found.start())
    for subject, number in zip(subjects, numbers, strict=True) if len(subjects) == len(numbers) else ():
        reading.figure("average", number[0], number.span(), **reading.identify(replace(subject, year=year)))


def _averaged(reading: Reading, sentence: Stretch, end: int) -> list[Subject]:
    """List the groups whose averages a sentence tells one by one: 市直部门平均得分81.36分，县区平均得分78.92分."""
    return [Subject(each["group"]) for each in reading.find(_AVERAGE, sentence.start, end)]


def _groups(reading: Reading, start: int, end: int) -> list[Subject]:
    """List the groups that a clause names, where it says nothing that is not understood."""
    clause = max(reading.clean.rfind(mark, start, end) + 1 for mark in "，；。")
    first = max(clause, start)
    said = explain(reading.clean[first:end], reading.words)
    groups = [each["group"] for each in reading.find("<组>", first, end)]
    return [] if said.other else [replace(said, group=group, whole=False) for group in groups]


def _named_before(reading: Reading, said: re.Match[str], count: int) -> list[Name]:
    """Find the names that stand before what the numbers are: 甲区、乙区得分, 甲区、乙区满意率."""
    words = re.search(_MEASURES["unit_total"], said["words"])
    end = said.start("words") + (words.start() if words else 0)
    end -= reading.clean[end - 1] == "的"
    names = names_before(reading.clean, said.start("words"), end, reading.words)
    lead = reading.explain(said.start("words"), names[0].start) if names else Subject()
    is_own = lead.year in {None, reading.draft.year} and is_clear(reading, said.start("words"))
    return names if is_own and not lead.other and len(names) == count > 1 and names[-1].end == end else []


def _give_to_names(reading: Reading, names: list[Name], numbers: list[re.Match[str]], words: str) -> list[Subject]:
    """Give each name its number: its total, or its rate, unless the circular is about that."""
    rate = re.search("满意[率度]$", words)
    block = name_rate(reading, {"rate": rate[0]}) if rate else ""
    for name, number in zip(names, numbers, strict=True):
        end = number.end() + reading.clean.startswith("%", number.end())
        of = reading.identify(Subject(component=block))
        written = reading.clean[number.start() : end]
        reading.pass_over(name.start, name.end)
        reading.figure("unit_score" if block else "unit_total", written, (number.start(), end), unit=name.text, **of)
    return []


def _give_to_units(
    reading: Reading, sentence: Stretch, end: int, numbers: list[re.Match[str]], sign: str
) -> list[Subject]:
    """Give scores to the names right before them: as many as there are, or the last of a run."""
    near = max(sentence.start, end - NEAR)
    runs = [run for run in find_runs(reading.clean, near, end, reading.words) if len(run) >= len(numbers)]
    names = runs[-1][-len(numbers) :] if runs else []
    if sign and names and names[-1].end < end - len("，（"):  # a rate is of what stands right before it
        return []
    for name, number in zip(names, numbers, strict=True) if names else ():
        span = (number.start(), number.end() + len(sign))
        reading.figure("unit_total", number[0] + sign, span, unit=name.text)
    return []
