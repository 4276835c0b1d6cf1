"""Blocks and rates that a number is of, and whom the title is about."""

import re
from dataclasses import replace

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.whose import Subject


def find_block(reading: Reading, start: int, end: int) -> tuple[str, int]:
    """Find the block that stands right before a number, and how many characters name it.

    Its name is one that the circular has given points to, or that all circulars use and the title does not.
    """
    before = reading.clean[start:end].removesuffix("的")
    taught = sorted(reading.draft.words["components"].values(), key=len, reverse=True)
    block = next((name for name in taught if before.endswith(name)), "")
    if not block and (common := re.search(f"(?:{load('words.yml')['blocks']})$", before)):
        block = "" if common[0] in "".join(reading.words.title) else common[0]
    longer = [name for name in taught if block and name.endswith(block)]
    name = longer[0] if len(longer) == 1 else block
    return name, end - start - len(before) + len(block) if block else 0


def name_rate(reading: Reading, words: dict[str, str]) -> str:
    """Name the rate that an average is of, unless it is what the whole circular is about: 公众安全感满意度测评."""
    rate = words.get("rate", "")
    stem = re.sub("(?:满意)?(?:度|率|指数)$", "", rate)
    return "" if stem and stem in "".join(reading.words.title) else rate


def of_title(reading: Reading, said: Subject) -> Subject:
    """All units of the only kind that the title names are all there are: 全区政府网站."""
    named = {each["group"] for each in reading.find("<组>") if each["group"] in "".join(reading.words.title)}
    return replace(said, group="") if said.whole and named and all(each in said.group for each in named) else said
