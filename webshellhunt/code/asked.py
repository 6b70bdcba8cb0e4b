"""Asked: what the code of a page asks its visitors for, by name, and which variables hold that and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.flow import FlowAnalysis
from webshellhunt.code.grants import key_of

_NOT_SENT = frozenset({"isauthenticated", "servervariables", "requesttype"})
_SIGNING_IN = frozenset({"password", "username"})
_OF_SERVER = frozenset({"response", "server", "session"})
_TIDYING = frozenset({"trim", "ltrim", "rtrim", "lcase", "ucase", "cstr", "tostring", "tolower", "toupper", "equals"})


class Asked:
    """What one unit asks for; ``roots`` are the first tokens of all that a visitor sends, each with its name."""

    def __init__(self, analysis: FlowAnalysis) -> None:
        self._analysis = analysis
        self._unit = analysis.unit
        self._calls = analysis.calls

    @cached_property
    def roots(self) -> Mapping[int, str]:
        """The root of each value that a visitor sends, with the name that it is asked for by, or ``""``."""
        return dict(self._iter_roots())

    def _iter_roots(self) -> Iterator[tuple[int, str]]:
        vocab = vocabulary()
        for root, dotted in self._calls.find(_SIGNING_IN | vocab.control_members | {"request"}):
            names = dotted.names
            if "request" in names[:4]:
                if _NOT_SENT.isdisjoint(names):
                    yield root, key_of(self._analysis, dotted)
            elif len(names) > 1 and names[0] not in _OF_SERVER:
                if names[-1] in _SIGNING_IN:
                    yield root, names[-1]
                elif len(names) < 4 and names[-1] in vocab.control_members:
                    yield root, names[-2]

    def is_all_of(self, start: int, end: int) -> bool:
        """Tell whether an expression asks for nothing but what a visitor sends, by fixed names."""
        return all(self.key_at(root) is not None or self._tidies(root) for root in self._calls.roots_in(start, end))

    def key_at(self, root: int) -> str | None:
        """Return the name of what a visitor sends, where a root is that or a variable that holds nothing else."""
        return self.roots.get(root) or self._held.get(self._unit.value(root))

    def assigned(self, tokens: Iterable[int]) -> Iterator[tuple[int, int, int]]:
        """Yield the assignments of the statements that some tokens stand in: the name's token, and what it is given."""
        statements, lower = self._unit.statements, self._calls.lower
        for number in dict.fromkeys(bisect_right(statements, (at, len(lower))) - 1 for at in tokens):
            if number >= 0:
                yield from iter_assignments(self._unit, lower, *statements[number])

    @cached_property
    def _held(self) -> dict[str, str]:
        """The variables that hold what a visitor sends as it is, with its name."""
        values = self._unit.tokens.values
        names = {values[name_at] for name_at, _, _ in self.assigned(self.roots)}
        held: dict[str, str | None] = {}
        for name_at, right, stop in self.assigned(self._unit.tokens.indexes_of(names)):
            keys = {self.roots.get(root) for root in self._calls.roots_in(right, stop) if not self._tidies(root)}
            key = keys.pop() if len(keys) == 1 else None
            held[values[name_at]] = key if held.setdefault(values[name_at], key) == key else None
        return {name: key for name, key in held.items() if key}

    def _tidies(self, root: int) -> bool:
        """Tell whether a name is a function that only tidies a text, or tells whether there is any."""
        names = self._calls.name(root).names
        return names[-1] in _TIDYING or vocabulary().is_cleaner(names)
