"""Powers: the abilities of a page, by the uses of its code.

A word counts where it is used: as a member that is called, a class or an object that is made, a property that is
assigned, a statement or a command that is run. In a list of forbidden or installed programs, in a message, or as the
name of a function of the page it is only a word.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.structure.object_names import MAKERS
from webshellhunt.analysis.vocabulary import LONGEST_OF_POWER, vocabulary
from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Assign, New
from webshellhunt.lang.unit import Unit
from webshellhunt.lazy_pattern import lazy_pattern

_NAMING = MAKERS | {
    "gettype", "getmethod", "getproperty", "invokemember", "managementclass", "managementobjectsearcher",
    "execquery", "instancesof", "directoryentry", "selectquery", "wqlobjectquery",
}  # fmt: skip
"""Calls that make an object, a type or a member of one by its name."""
_MOST_ARGUMENTS = 4
_STATEMENT = lazy_pattern(
    r"[\s;('\"]{0,20}(?:exec|execute|select|declare|use|backup|insert|create|drop|alter|update|set|if|begin|union)\s"
)
_FEWEST_LISTED = 4


def words_of_powers(unit: Unit, constants: Iterable[Constant]) -> frozenset[str]:
    """Return the words of abilities in a code, found without its tree, if they are of three kinds."""
    vocab = vocabulary()
    dotted = (word for word in vocab.power_names if "." in word and unit.words >= {*word.split(".")})
    texts = (each.value for each in constants if len(each.value) < LONGEST_OF_POWER)
    return frozenset(vocab.power_words("\n".join((*unit.words, *dict.fromkeys(texts), *dotted))))


def find_powers(
    unit: Unit, constants: Iterable[Constant], words: Set[str], *, starts_programs: Callable[[], bool]
) -> dict[str, int]:
    """Return the abilities of the page, each with the first place that shows it.

    ``starts_programs``: whether anything in the code starts programs; without it, names of programs are words.
    """
    if not words:
        return {}
    texts: dict[str, list[Constant]] = {}  # a long one may be used at a thousand places
    for constant in constants:
        if len(constant.value) < LONGEST_OF_POWER:
            texts.setdefault(constant.value, []).append(constant)
    named = _Naming(unit.index)
    first = {text: next((each for each in some if named.has(each.start)), some[0]) for text, some in texts.items()}
    found: dict[str, int] = {}
    shown = [*_iter_members(unit.index, words), *_iter_texts(first, named, starts_programs=starts_programs())]
    for place, power in sorted(shown):
        found.setdefault(power, place)
    return found


class _Naming:
    """The arguments of calls that make something by its name."""

    def __init__(self, index: SyntaxIndex) -> None:
        ends: dict[int, int] = {}
        for dotted in index.find(_NAMING):
            for name, node in zip(dotted.names, dotted.nodes, strict=True):
                if name in _NAMING:
                    for argument in index.arguments_of(node)[:_MOST_ARGUMENTS]:
                        ends[argument.start] = max(ends.get(argument.start, 0), argument.end)
        self._starts = sorted(ends)
        self._ends: list[int] = []
        for start in self._starts:
            self._ends.append(max(ends[start], self._ends[-1] if self._ends else 0))

    def has(self, place: int) -> bool:
        """True if a place is in an argument of such a call."""
        at = bisect_right(self._starts, place) - 1
        return at >= 0 and place < self._ends[at]


def _iter_members(index: SyntaxIndex, words: Set[str]) -> Iterator[tuple[int, str]]:
    """Yield each name that is used in the way that shows a power, as place and power."""
    vocab = vocabulary()
    own = {name for name, functions in index.functions.items() if any(each.body is not None for each in functions)}
    for dotted in index.find(frozenset(word.rpartition(".")[2] for word in words)):
        for at, place in enumerate(dotted.places):
            for word in (dotted.names[at], ".".join(dotted.names[max(0, at - 1) : at + 1])):
                way = vocab.power_ways.get(word) if word in words else None
                is_own = way is not None and dotted.names[at] in own and _is_of_page(dotted, at, index.own_objects)
                if way is not None and not is_own and _is_used(index, dotted, at, way):
                    yield place, vocab.power_names[word]


def _is_of_page(dotted: DottedName, at: int, objects: frozenset[str]) -> bool:
    """True if a part of a dotted name is a member of the page, or of an object of one of its classes."""
    return not dotted.is_member and objects.issuperset(dotted.names[:at])


def _is_used(index: SyntaxIndex, dotted: DottedName, at: int, way: str) -> bool:
    """True if a part of a dotted name is used in a way."""
    is_member = at > 0 or dotted.is_member
    parent = index.parents.get(dotted.node)
    if way == "call":
        return not is_member
    if way == "assigned":
        is_target = isinstance(parent, Assign) and parent.target is dotted.node and parent.operator == "="
        return is_member and is_target and at == len(dotted.names) - 1
    if way in ("member", "object"):
        return is_member or len(dotted.names) > 1 or isinstance(parent, New)
    return False


def _iter_texts(first: Mapping[str, Constant], named: _Naming, *, starts_programs: bool) -> Iterator[tuple[int, str]]:
    """Yield each constant that names an object, or is run as a statement or a command, with the power it shows."""
    vocab = vocabulary()
    for value, constant in first.items():
        text = value.lower()
        is_statement = _STATEMENT.match(text) is not None
        for word in vocab.words_of_power(text):
            way = vocab.power_ways[word]
            is_run = (way == "statement" and is_statement) or (way == "command" and starts_programs)
            if named.has(constant.start) or (is_run and not _is_list(text)):
                yield constant.start, vocab.power_names[word]


def _is_list(text: str) -> bool:
    """True if a text lists words between bars, or between commas without anything else."""
    return text.count("|") >= _FEWEST_LISTED - 1 or (" " not in text and max(map(text.count, ",;")) >= _FEWEST_LISTED)
