"""Requested values: the values that a page reads from its visitors, by name, and the variables that have only one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from webshellhunt.analysis.checks.expressions import key_of, names_in
from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.assignments import Assignment
from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Node

_NOT_SENT = frozenset({"isauthenticated", "servervariables", "requesttype"})
_SIGNING_IN = frozenset({"password", "username"})
_OF_SERVER = frozenset({"response", "server", "session"})
_TIDYING = frozenset({"trim", "ltrim", "rtrim", "lcase", "ucase", "cstr", "tostring", "tolower", "toupper", "equals"})


class RequestedValues:
    """The values that one code reads from its visitors."""

    def __init__(self, index: SyntaxIndex, constants: Constants) -> None:
        self._index = index
        self._constants = constants

    @cached_property
    def by_place(self) -> Mapping[int, str]:
        """The names by which values are read, ``""`` for one that is not known, by the places of the reads."""
        return dict(self._iter_reads())

    def _iter_reads(self) -> Iterator[tuple[int, str]]:
        members = vocabulary().control_members
        for dotted in self._index.find(_SIGNING_IN | members | {"request"}):
            names = dotted.names
            if "request" in names[:4]:
                if _NOT_SENT.isdisjoint(names):
                    yield dotted.place, key_of(self._index, self._constants, dotted.nodes)
            elif len(names) > 1 and names[0] not in _OF_SERVER:
                if names[-1] in _SIGNING_IN:
                    yield dotted.place, names[-1]
                elif len(names) < 4 and names[-1] in members:
                    yield dotted.place, names[-2]

    def are_all_of(self, node: Node) -> bool:
        """Return True if an expression reads nothing but such values, by constant names."""
        return all(self.key_at(dotted) is not None or _tidies(dotted) for dotted in names_in(self._index, node))

    def key_at(self, dotted: DottedName) -> str | None:
        """Return the name of the value that is read, or that a variable has; ``None`` for any other value."""
        return self.by_place.get(dotted.place) or self._held.get(dotted.own)

    @cached_property
    def _assignments(self) -> Mapping[str, list[Assignment]]:
        found: dict[str, list[Assignment]] = defaultdict(list)
        for assignment in self._index.assignments:
            found[assignment.name].append(assignment)
        return found

    @cached_property
    def _held(self) -> Mapping[str, str]:
        """The names of the values that variables have, unchanged and with no others, by the variables."""
        held: dict[str, str] = {}
        for name, assignments in self._assignments.items():
            keys = {self._key_of(assignment.value) for assignment in assignments}
            key = keys.pop() if len(keys) == 1 else None
            if key:
                held[name] = key
        return held

    def _key_of(self, value: Node) -> str | None:
        """Return the name of the one value that an expression reads."""
        read = (dotted for dotted in names_in(self._index, value) if not _tidies(dotted))
        keys = {self.by_place.get(dotted.place) for dotted in read}
        return keys.pop() if len(keys) == 1 else None


def _tidies(dotted: DottedName) -> bool:
    """Return True if a name is a function that only tidies a text, or finds out if there is any."""
    return dotted.names[-1] in _TIDYING or vocabulary().is_cleaner(dotted.names)
