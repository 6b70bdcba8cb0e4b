"""Sent names: the reads of one upload, or of one parameter of the request, and the variables that have them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from webshellhunt.analysis.calling.outside.sources import UPLOADED
from webshellhunt.analysis.checks.branches import Functions
from webshellhunt.analysis.checks.derived_names import DerivedNames, Key
from webshellhunt.analysis.checks.expressions import key_of
from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.domain.traces import Trace
from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Node

_STARTED = "startinfo"
"""The object whose ``FileName`` is a program."""


class SentNames:
    """The origins of the names in one code."""

    def __init__(self, index: SyntaxIndex, constants: Constants) -> None:
        self._index = index
        self._constants = constants
        self._names = DerivedNames(index, Functions(index))
        self._found: dict[tuple[str, str], tuple[frozenset[int], frozenset[Key]]] = {}

    def is_read(self, dotted: DottedName, trace: Trace) -> bool:
        """Return True if a dotted name itself is a read of the origin of a trace."""
        return dotted.place in self._of(trace)[0]

    def is_sent(self, dotted: DottedName, trace: Trace) -> bool:
        """Return True if a dotted name is such a read, or a variable that may have a value of the origin."""
        reads, variables = self._of(trace)
        return dotted.place in reads or self._names.key(dotted.own, dotted.place) in variables

    def values_of(self, dotted: DottedName) -> Iterator[Node]:
        """Yield the values that are assigned to the variable that a dotted name means."""
        for assignment in self._names.assigned.get(self._names.key(dotted.own, dotted.place), ()):
            yield assignment.value

    def _of(self, trace: Trace) -> tuple[frozenset[int], frozenset[Key]]:
        """Return the reads of the origin of a trace, by their places, and the variables that may have its value."""
        mark = (trace.kind, "" if trace.kind == "upload" else trace.origin)
        if mark not in self._found:
            reads = self._uploads if trace.kind == "upload" else frozenset(self._iter_reads(trace))
            self._found[mark] = reads, self._names.of(reads)
        return self._found[mark]

    @cached_property
    def _uploads(self) -> frozenset[int]:
        """The places of all reads of uploads."""
        return frozenset(dotted.place for dotted in self._index.find(UPLOADED | {"files"}) if _is_upload(dotted))

    def _iter_reads(self, trace: Trace) -> Iterator[int]:
        """Yield the places of the reads of a request by the same key, or in the same words."""
        said = trace.origin.lower()
        for dotted in self._index.dotted:
            if dotted.nodes[0].start <= trace.place <= dotted.place:
                yield dotted.place
            elif "request" not in dotted.names or trace.key is None:
                is_said = len(dotted.names) > 1 and said in (".".join(dotted.names), ".".join(dotted.names[:2]))
                yield from [dotted.place] if is_said else []
            elif key_of(self._index, self._constants, dotted.nodes).lower() == trace.key.lower():
                yield dotted.place


def _is_upload(dotted: DottedName) -> bool:
    names = dotted.names
    if "request" in names:
        return "files" in names[names.index("request") :]
    return not UPLOADED.isdisjoint(names[1:]) and _STARTED not in names
