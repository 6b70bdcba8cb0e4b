"""Sinks in code: the calls and assignments of a tree that are sinks, also in functions that nobody calls.

The run sees only code that runs. Here the type of an object is that of any value which its name is assigned anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.structure.object_names import named_type
from webshellhunt.analysis.vocabulary import Sink, vocabulary
from webshellhunt.lang.assignments import Assignment
from webshellhunt.lang.dotted_names import PAGE_WORDS, DottedName, root_name
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.natives import native_name
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import (
    Assign,
    Call,
    Cast,
    Class,
    Declaration,
    Import,
    Literal,
    Member,
    Name,
    New,
    Node,
    Parameter,
    TypeName,
)

MAX_SINKS = 5_000
_MAKERS = frozenset({"createobject", "getobject", "activexobject"})
OPENERS: Mapping[str, str] = {
    **dict.fromkeys(("createtextfile", "opentextfile", "openastextstream", "createtext", "appendtext"), "textstream"),
    **dict.fromkeys(("openwrite",), "filestream"),
    "startinfo": "processstartinfo",
    "standardinput": "standardinput",
    "stdin": "stdin",
}
"""Types of the results of members of any object."""
_MOST_TYPES = 6
_ROUNDS = 3


class _Telling(NamedTuple):
    """A name that is assigned a value which may tell its type; ``other`` is the name that the value is or calls."""

    name: str
    value: Node
    other: str


class SeenSink(NamedTuple):
    """A sink of the code: its last names and its place."""

    sink: Sink
    name: str
    place: int


class SinksInCode:
    """The sinks of one tree.

    ``constants``: the constants of the code: names of objects that are made are among them. ``objects``: the types of
    names that the page declares in its markup. ``held``: the words of the code that some sinks need. ``declared``: the
    evaluators of the language that are functions in an include.
    """

    def __init__(
        self,
        index: SyntaxIndex,
        constants: Constants | None = None,
        objects: Mapping[str, str] | None = None,
        held: frozenset[str] = frozenset(),
        declared: frozenset[str] = frozenset(),
    ) -> None:
        self._index = index
        self._constants = constants
        self._objects = {name.lower(): kind for name, kind in (objects or {}).items()}
        self._held = held
        self._declared = declared

    def find(self) -> Iterator[SeenSink]:
        """Yield the sinks in the order of the code."""
        lasts = vocabulary().sinks.keys() | self._natives.keys() | self._aliases.keys() | self._objects.keys()
        seen: set[tuple[Sink, int]] = set()
        for dotted in self._index.find(lasts):
            for at in range(len(dotted.names)):
                for sink, name in self._at(dotted, at):
                    if (sink, dotted.places[at]) not in seen and len(seen) < MAX_SINKS:
                        seen.add((sink, dotted.places[at]))
                        yield SeenSink(sink, name, dotted.places[at])

    def _at(self, dotted: DottedName, at: int) -> Iterator[tuple[Sink, str]]:
        """Yield the sinks that a dotted name is up to one of its names."""
        is_last, node = at == len(dotted.names) - 1, dotted.nodes[at]
        call = self._index.call_of(node)
        is_made = isinstance(call, New) or (
            isinstance(node, TypeName) and isinstance(self._index.parents.get(node), New)
        )
        if (not is_last and call is None and not is_made) or (isinstance(node, TypeName) and not is_made):
            return
        is_assigned = is_last and self._is_assigned(node)
        for names in self._resolved(dotted, at):
            if self._is_own(names, dotted):
                continue
            found = vocabulary().sink(names, is_property=is_assigned)
            if not found and is_assigned and self._index.tokens.language == "vbscript":
                found = [sink for sink in vocabulary().sink(names) if sink.of_type and not sink.argument]
            for sink in found:
                is_spared = bool(sink.spared) and ".".join(names[:-1]) in sink.spared
                if sink.counts(self._held) and not (sink.is_made and not is_made) and not is_spared:
                    yield sink, ".".join(names[-2:])

    def _is_assigned(self, node: Node) -> bool:
        parent = self._index.parents.get(node)
        while isinstance(parent, Call) and parent.callee is node:
            node, parent = parent, self._index.parents.get(parent)
        return isinstance(parent, Assign) and parent.target is node

    def _is_own(self, names: tuple[str, ...], dotted: DottedName) -> bool:
        """True if a name alone is that of a function of the page, and not that of the language."""
        if len(names) > 1 or dotted.is_member:
            return False
        return names[0] in self._declared or (
            self._index.tokens.language in VB and names[0] in self._index.functions and names[0] not in self._natives
        )

    # Types of names -------------------------------------------------------------------------------------------------

    def _resolved(self, dotted: DottedName, at: int) -> Iterator[tuple[str, ...]]:
        """Yield a dotted name as it is written, and with each type that its object may have."""
        names = dotted.names[: at + 1]
        own = next((number for number, name in enumerate(names) if name not in PAGE_WORDS), 0)
        native = self._natives.get(names[-1])
        if native is not None and (at == 0 or at == len(dotted.names) - 1):
            yield (native,)
        yield names
        root = names[own]
        for kind in self._types.get(root, ()) if not dotted.is_member else ():
            yield (*kind.split("."), *names[own + 1 :])
        for place in range(own, at):
            if (opened := OPENERS.get(names[place])) is not None:
                yield (opened, *names[place + 1 :])
        made = self._made_at(dotted, at)
        if made:
            yield (*made.split("."), names[-1])

    def _made_at(self, dotted: DottedName, at: int) -> str:
        """Return the type of the object of a member that is made right there: ``CreateObject("x").Run``."""
        node = dotted.nodes[at]
        subject = node.subject if isinstance(node, Member) else None
        return self._type_of(subject) if subject is not None else ""

    @cached_property
    def _types(self) -> Mapping[str, Set[str]]:
        """The types that each name may have by its declarations and assignments."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, kind in self._objects.items():
            found[name].add(kind)
        for name, kind in self._aliases.items():
            found[name].add(kind)
        for node in chain.from_iterable(self._index.of_parts(_typed)):
            if node.type is not None:
                _add(found[node.name.lower()], _type_named(node.type))
        copies: list[tuple[str, str]] = []
        assigned = chain.from_iterable(self._index.of_parts(_telling))
        for name, value, other in (*assigned, *filter(None, map(_told_by, self._index.passed))):
            _add(found[name], self._type_of(value))
            copies += [(name, other)] if other else []
        for _ in range(_ROUNDS):
            for name, other in copies:
                if len(found[name]) < _MOST_TYPES:
                    found[name] |= found.get(other, set())
        return {name: kinds for name, kinds in found.items() if kinds}

    def _type_of(self, value: Node) -> str:
        """Return the type of an object that an expression makes, ``""`` where it is not known."""
        if isinstance(value, New):
            if value.type is not None and value.type.name.lower() in _MAKERS:
                return self._program(value)
            return _type_named(value.type) if value.type is not None else self._program(value)
        if isinstance(value, Cast):
            return self._type_of(value.operand) or _type_named(value.type)
        if isinstance(value, Call):
            callee = value.callee
            last = callee.name if isinstance(callee, Member) else callee.text if isinstance(callee, Name) else ""
            if last.lower() in _MAKERS:
                return self._program(value)
            return OPENERS.get(last.lower(), "")
        return OPENERS.get(value.name.lower(), "") if isinstance(value, Member) else ""

    def _program(self, call: Call | New) -> str:
        """Return the type of the object that a call makes by a name, where that is a constant."""
        for argument in call.arguments[:2]:
            if isinstance(argument, Literal) and isinstance(argument.value, str):
                return named_type(argument.value)
            for constant in self._constants.within(argument) if self._constants is not None else ():
                if constant.start == argument.start:
                    return named_type(constant.value)
        return "unknown" if call.arguments else ""

    @cached_property
    def _natives(self) -> Mapping[str, str]:
        """The functions of Windows that the code declares, by their names in the code."""
        declared = (each for functions in self._index.functions.values() for each in functions)
        return {each.name.lower(): name for each in declared if (name := native_name(each))}

    @cached_property
    def _aliases(self) -> Mapping[str, str]:
        """The real names of types and namespaces that the code gives another name."""
        imports = (each for each in self._index.of(Import) if each.alias)
        found = {each.alias.lower(): _plain(each.name) for each in imports}
        for node in self._index.of(Class):
            if node.bases:
                found.setdefault(node.name.lower(), _plain(node.bases[0].name))
        return found


def _typed(index: SyntaxIndex) -> Sequence[Declaration | Parameter]:
    """Return the declarations with types of a part of the code."""
    return [node for node in index.of(Declaration, Parameter) if node.type is not None]


def _telling(index: SyntaxIndex) -> Sequence[_Telling]:
    """Return the knowledge of the assignments of a part of the code about the types of names."""
    return [*filter(None, map(_told_by, index.assignments))]


def _told_by(assignment: Assignment) -> _Telling | None:
    """Return the knowledge of an assignment about the type of a name; ``None`` if that is nothing."""
    value, target = assignment.value, assignment.target
    name = value.callee if isinstance(value, Call) else value
    if isinstance(name, Member):
        word = name.name.lower()
        tells = word in OPENERS or (word in _MAKERS and name is not value)
    else:
        tells = isinstance(name, Name) or isinstance(value, (New, Cast))
    if not tells:
        return None
    root = target.name.lower() if isinstance(target, Member) else root_name(target)
    return _Telling(root, value, name.text.lower() if isinstance(name, Name) else "")


def _plain(name: str) -> str:
    last = name.rpartition(".")[2].lower()
    return vocabulary().types.get(last, last)


def _type_named(written: TypeName) -> str:
    """Return the type that a written one is in the vocabulary."""
    last = written.name.rpartition(".")[2].lower()
    return "" if written.rank else vocabulary().types.get(last, last)


def _add(kinds: set[str], kind: str) -> None:
    if kind and len(kinds) < _MOST_TYPES:
        kinds.add(kind)
