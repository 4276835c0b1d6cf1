"""words.yml: how a city's circulars call its groups, grades, parts and components."""

import os
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from analysis.data.dataset import Dataset
from analysis.data.documents import Document, load_document
from analysis.data.schemes import Scheme

WORDS = "words.yml"
_Word = Annotated[str, Field(min_length=1, max_length=40)]
_Words = dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], tuple[_Word, ...]]


class CityWords(Document):
    """The words of a city: id → the words that stand for it in its circulars, each once.

    Attributes
    ----------
    groups, grades, parts, components : dict of str to tuple of str
    """

    groups: _Words = Field(default_factory=dict)
    grades: _Words = Field(default_factory=dict)
    parts: _Words = Field(default_factory=dict)
    components: _Words = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        for kind in (self.groups, self.grades, self.parts, self.components):
            words = [word for each in kind.values() for word in each]
            twice = next((word for word in words if words.count(word) > 1), None)
            if twice:
                raise ValueError(f"“{twice}”写了两次；一个词只能有一个意思")
        return self


def name_clauses(scheme: Scheme) -> dict[str, dict[str, str]]:
    """Return how a scheme calls its groups, grades, parts and components: kind → id → name."""
    return {
        "groups": {key: group.name for key, group in scheme.groups.items()},
        "grades": {grade.id: grade.name for grade in scheme.grades},
        "parts": {key: part.name for key, part in scheme.parts.items()},
        "components": {component.id: component.name for component in scheme.components},
    }


def words_of(dataset: Dataset) -> tuple[dict[str, dict[str, list[str]]], frozenset[str]]:
    """Return the words by which a city calls its groups, grades, parts and components, and the names of its units.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    words : dict
        As `load_city_words`, with the names that the schemes have.
    names : frozenset of str
        Of all years.
    """
    words = {kind: dict(known) for kind, known in load_city_words(dataset.root).items()}
    for facts in dataset.years.values():
        for kind, called in name_clauses(facts.scheme).items():
            for key, name in called.items():
                known = words.setdefault(kind, {})
                known[key] = list(dict.fromkeys([*known.get(key, []), name]))
    return words, frozenset([*dataset.units["name"], *dataset.lineage["name"].dropna()]) - {""}


def load_city_words(root: Path) -> dict[str, dict[str, list[str]]]:
    """Read a data folder's words.yml; none without one.

    Parameters
    ----------
    root : Path
        The data folder.

    Returns
    -------
    dict
        groups, grades, parts and components, each id → its words.

    Raises
    ------
    InputError
        If a clause breaks a rule.
    """
    return read_city_words(root / WORDS) if os.path.lexists(root / WORDS) else {}


def read_city_words(path: Path) -> dict[str, dict[str, list[str]]]:
    """Read a file that is written as words.yml is (see `load_city_words`)."""
    words = load_document(path, path.parent, CityWords)
    return {kind: {key: list(each) for key, each in known.items()} for kind, known in words.model_dump().items()}
