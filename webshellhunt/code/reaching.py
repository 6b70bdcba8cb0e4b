"""Reaching: the statements of a unit in which a sink may stand, before anything is followed."""

from __future__ import annotations

from webshellhunt.analysis.vocabulary import Sink, vocabulary
from webshellhunt.code.calls import Calls
from webshellhunt.code.declarations import CONTEXT_TYPES, WEB_METHOD
from webshellhunt.code.givers import Givers
from webshellhunt.code.objects import MAKERS, identity
from webshellhunt.code.reflection import KEEPING, SETTING, WORDS
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import STRING

_VISITED = WEB_METHOD | {"request", "eval"} | CONTEXT_TYPES.keys()
_GIVES = frozenset({"=", "as"})
_NOTHING = (["nothing"], ["null"], ["empty"])
_LONGEST = 60  # tokens of a statement that makes an object


def find_reaching(
    unit: Unit, calls: Calls, givers: Givers, held: frozenset[str], *, objects: frozenset[str], visited: bool
) -> list[int]:
    """Return the statements in which a sink may stand, were an object there of a type that it may have.

    Args:
        unit: The code.
        calls: Its dotted names.
        givers: What gives something to its names.
        held: The words beside sinks that its constants hold.
        objects: The names, in lower case, that have a type from the start.
        visited: Whether the page is known to ask its visitor for something.
    """
    lasts = vocabulary().sinks
    typed = _Types(unit, calls, givers, objects)
    visited = visited or not calls.words.isdisjoint(_VISITED)
    found = {number for _, number in unit.placed(root for root, _ in calls.find(KEEPING | SETTING))}
    for root, name in calls.find(lasts.keys()):
        number = unit.statement_at(root)
        if number is None or number in found:
            continue
        ahead = ("with",) if root in calls.subjects else ()
        for size in (size for size, word in enumerate(name.names, 1) if word in lasts):
            names = (*ahead, *name.names[:size])
            in_place = len(names) > 1 and names[-2] in vocabulary().types  # new StreamWriter(x).Write(y)
            sinks = vocabulary().possible_sinks(names, held, visited=visited)
            if any(in_place or sink.matches(names) or typed.allows(root, sink) for sink in sinks):
                found.add(number)
                break
    return sorted(found)


def evaluates(calls: Calls) -> bool:
    """Tell whether a unit runs text as code, which may use any name of it."""
    vocab = vocabulary()
    found = calls.find(vocab.evaluating)
    return any(sink.kind == "evaluate" for _, name in found for sink in vocab.sink(name.names))


class _Types:
    """Tells of a name which types it may have, as far as that is plain from what gives it something."""

    def __init__(self, unit: Unit, calls: Calls, givers: Givers, objects: frozenset[str]) -> None:
        self._unit = unit
        self._calls = calls
        self._givers = givers
        self._given = objects | {parameter.lower() for each in unit.functions for parameter in each.parameters}
        self._reflects = not calls.words.isdisjoint(WORDS)
        self._known: dict[str, frozenset[str] | None] = {}

    def allows(self, root: int, sink: Sink) -> bool:
        """Tell whether the name at a root may be of the type that a sink needs; one that needs none always may."""
        name = self._calls.lower[self._calls.own(root)]
        if self._reflects or root in self._calls.subjects or name in self._given:
            return True
        if name not in self._known:
            made = [self._made(number) for number in self._givers.of(name)]
            self._known[name] = None if None in made else frozenset().union(*filter(None, made))
        kinds = self._known[name]
        return kinds is None or ".".join(sink.pattern[:-1]) in kinds

    def _made(self, number: int) -> frozenset[str] | None:
        """Return the type that a statement makes an object of, none for an ordinary one; ``None`` where unsure."""
        start, end = self._unit.statements[number]
        lower, types = self._calls.lower, vocabulary().types
        if end - start > _LONGEST:
            return None
        right = max((index for index in range(start, end) if lower[index] in _GIVES), default=end) + 1
        if lower[right:end] in _NOTHING:
            return frozenset()
        is_new = lower[right : right + 1] == ["new"]
        root = right + is_new
        if not self._calls.is_root(root):
            return None
        name = self._calls.name(root)
        if name.names[-1] in MAKERS:
            made = self._only_text(name.last + 1, end)
            return None if made is None else frozenset(filter(None, [types.get(identity(made))]))
        return frozenset(filter(None, [types.get(name.names[-1])])) if is_new else None

    def _only_text(self, start: int, end: int) -> str | None:
        """Return the text of a range that is one literal, in brackets or not."""
        kinds = self._unit.tokens.kinds
        if self._unit.match.get(start) == end - 1:
            start, end = start + 1, end - 1
        return self._unit.value(start) if end - start == 1 and kinds[start] == STRING else None
