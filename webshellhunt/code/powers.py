"""Powers: what a page is able to do, by the uses of its code.

A word counts where it is used: as a member that is called, a class or an object that is made, a property that is
assigned, a statement or a command that is run. In a list of what is forbidden or installed, in a message, or as the
name of a function of the page it is only a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.vocabulary import LONGEST_OF_POWER, vocabulary
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.objects import MAKERS
from webshellhunt.lazy_pattern import lazy_pattern

_NAMING = MAKERS | {
    "gettype", "getmethod", "getproperty", "invokemember", "managementclass", "managementobjectsearcher",
    "execquery", "instancesof", "directoryentry", "selectquery", "wqlobjectquery",
}  # fmt: skip
"""What makes an object, a type or a member of one by the name that it is given."""
_BEFORE_STATEMENT = frozenset({"then", "else", ":", ";", "{", "}", ")"})
_STATEMENT = lazy_pattern(
    r"[\s;('\"]{0,20}(?:exec|execute|select|declare|use|backup|insert|create|drop|alter|update|set|if|begin|union)\s"
)
_FEWEST_LISTED = 4


def find_powers(calls: Calls, constants: Iterable[Constant], *, starts_programs: bool = False) -> dict[str, int]:
    """Return what the page is able to do, with the token that shows it, where that is of three kinds at least.

    Args:
        calls: The dotted names of the code.
        constants: Its constants.
        starts_programs: Whether anything in the code starts programs; without it, names of programs are words.
    """
    vocab = vocabulary()
    first: dict[str, Constant] = {}  # a long one may be used at a thousand places
    named = _Naming(calls)
    for constant in constants:
        if len(constant.value) < LONGEST_OF_POWER and (constant.value not in first or named.holds(constant.start)):
            first[constant.value] = constant
    dotted = (word for word in vocab.power_names if "." in word and calls.words >= {*word.split(".")})
    words = frozenset(vocab.power_words("\n".join((*calls.words, *first, *dotted))))
    if not words:
        return {}
    found: dict[str, int] = {}
    shown = [*_iter_members(calls, words), *_iter_texts(first, named, starts_programs=starts_programs)]
    for index, power in sorted(shown):
        found.setdefault(power, index)
    return found


class _Naming:
    """The ranges of what is given to calls that make something by its name."""

    def __init__(self, calls: Calls) -> None:
        self._tokens: set[int] = set()
        unit = calls.unit
        for root, dotted in calls.find(_NAMING) if not calls.words.isdisjoint(_NAMING) else ():
            number = unit.statement_at(root)
            for name, token in zip(*dotted, strict=True) if number is not None else ():
                if name in _NAMING and number is not None:
                    for left, right in calls.arguments(token, root, *unit.statements[number])[:4]:
                        self._tokens.update(range(left, min(right, left + 200)))

    def holds(self, token: int) -> bool:
        """True if a token is given to such a call."""
        return token in self._tokens


def _iter_members(calls: Calls, words: Set[str]) -> Iterator[tuple[int, str]]:
    """Yield each name that is used in the way that shows a power, as token and power."""
    vocab = vocabulary()
    own = frozenset(function.name.lower() for function in calls.unit.functions)
    lasts = frozenset(word.rpartition(".")[2] for word in words)
    for root, dotted in calls.find(lasts):
        for place, token in enumerate(dotted.tokens):
            for word in (dotted.names[place], ".".join(dotted.names[max(0, place - 1) : place + 1])):
                way = vocab.power_ways.get(word) if word in words else None
                if way is not None and _is_used(calls, root, dotted, place, way, own):
                    yield token, vocab.power_names[word]


def _is_used(calls: Calls, root: int, dotted: DottedName, place: int, way: str, own: Set[str]) -> bool:
    """True if a part of a dotted name is used in a way, and is nothing of the page's own."""
    token, unit = dotted.tokens[place], calls.unit
    is_member = place > 0 or calls.is_member(root)
    if dotted.names[place] in own and (not is_member or calls.own(root) == token):
        return False
    if way == "call":
        return not is_member
    if way == "assigned":
        number = unit.statement_at(root)
        begins = number is not None and (unit.statements[number][0] == root or calls.is_member(root))
        return (
            is_member
            and token == dotted.last
            and unit.is_op(token + 1, "=")
            and (begins or _opens(unit.value(root - 1)))
        )
    if way in ("member", "object"):
        return is_member or len(dotted.names) > 1 or unit.value(root - 1).lower() == "new"
    return False


def _opens(before: str) -> bool:
    return before.lower() in _BEFORE_STATEMENT


def _iter_texts(first: Mapping[str, Constant], named: _Naming, *, starts_programs: bool) -> Iterator[tuple[int, str]]:
    """Yield each constant that names what is made, or is run as a statement or a command, with the power it shows."""
    vocab = vocabulary()
    for value, constant in first.items():
        text = value.lower()
        is_statement = _STATEMENT.match(text) is not None
        for word in vocab.words_of_power(text):
            way = vocab.power_ways[word]
            is_run = (way == "statement" and is_statement) or (way == "command" and starts_programs)
            if named.holds(constant.start) or (is_run and not _is_list(text)):
                yield constant.start, vocab.power_names[word]


def _is_list(text: str) -> bool:
    """True if a text lists words between bars, or between commas without anything else."""
    return text.count("|") >= _FEWEST_LISTED - 1 or (" " not in text and max(map(text.count, ",;")) >= _FEWEST_LISTED)
