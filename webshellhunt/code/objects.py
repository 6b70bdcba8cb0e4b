"""Objects: what kind of object an expression makes, and so what a member of it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.constants.placed import PlacedConstants
from webshellhunt.code.declarations import CONTEXTS
from webshellhunt.code.names import Names
from webshellhunt.code.reflection import Reflection
from webshellhunt.code.scopes import Scopes
from webshellhunt.code.unit import Unit

MAKERS = frozenset(
    {"createobject", "getobject", "activexobject", "gettypefromprogid", "gettypefromclsid", "createinstance"}
)
TEXT_MAKERS = frozenset({"createtextfile", "opentextfile", "createtext", "appendtext"})
STREAM_MAKERS = frozenset((owner, name) for owner in ("file", "fileinfo") for name in ("open", "openwrite", "create"))
"""What opens a file as a stream of bytes, by its last two names."""
INPUTS = frozenset({"standardinput", "stdin"})
"""Members of a program that was started: what is written to them is typed into it."""
_WITH = frozenset({"with"})


@lru_cache(maxsize=1)
def _telling() -> frozenset[str]:
    """Return the last words of dotted names that tell more of a type than what a variable is."""
    streams = {name for _, name in STREAM_MAKERS}
    return MAKERS | TEXT_MAKERS | INPUTS | streams | {"get", "startinfo"} | CONTEXTS.keys() | vocabulary().types.keys()


class Objects:
    """The objects of one unit, with what is known of names so far; ``reflection`` where the unit calls by that."""

    def __init__(
        self,
        unit: Unit,
        calls: Calls,
        names: Names,
        scopes: Scopes,
        constants: PlacedConstants,
        reflection: Reflection | None,
    ) -> None:
        self._unit = unit
        self._values = unit.tokens.values
        self._calls = calls
        self._names = names
        self._scopes = scopes
        self._constants = constants
        self._reflection = reflection
        self._vocabulary = vocabulary()
        self.bare_members: dict[int, tuple[int, int]] = (
            dict(self._find_bare_members()) if unit.language == "jscript" else {}
        )
        """The names in a ``with`` of JScript that may be members of the request, with the range of its object."""

    def _find_bare_members(self) -> Iterator[tuple[int, tuple[int, int]]]:
        unit, members = self._unit, self._vocabulary.request_members
        for at in self._calls.indexes_of(_WITH):
            closer = unit.match.get(at + 1, -1)
            number = unit.statement_at(closer + 1)
            end = unit.match.get(closer + 1, 0) or (unit.statements[number][1] if number is not None else 0)
            for root in self._calls.roots_in(closer + 1, end) if closer > at else ():
                if self._calls.lower[root] in members and not self._calls.is_member(root):
                    yield root, (at + 2, closer)

    def resolve(self, root: int, owner: str | None) -> tuple[DottedName, tuple[str, ...]]:
        """Return the dotted name at a root, and its names with the root replaced by its type."""
        dotted = self._calls.name(root)
        subject = self._calls.subjects.get(root) or self.bare_members.get(root)
        if subject is not None:
            return dotted, (*self._subject(*subject, owner), *dotted.names)
        own = self._calls.own(root)
        name = self._values[own]
        if name not in self._names.plain:
            return dotted, dotted.names
        kind = self._names.types.get(name if own != root else self._scopes.key(name, owner))
        if kind is None:
            return dotted, dotted.names
        return dotted, (*kind.split("."), *dotted.names[dotted.tokens.index(own) + 1 :])

    def _subject(self, start: int, end: int, owner: str | None) -> tuple[str, ...]:
        """Return the names of the object of a ``With``, by its type where that is known; not of one inside another."""
        if self._calls.lower[start] == ".":
            return ("with",)
        kind = self.type_of(start, end, owner)
        if kind is not None:
            return tuple(kind.split("."))
        names = self.resolve(start, owner)[1] if self._calls.is_root(start) else ("with",)
        return names if names[-1] not in MAKERS else ("with",)

    def type_of(self, start: int, end: int, owner: str | None) -> str | None:
        """Return the type that an expression makes: by a folded ProgID, ``new X``, the request, a variable's type."""
        reflected = self.reflected(start, end, owner) if self._reflection is not None else None
        return self._object_of(start, end, owner) if reflected is None else reflected

    def reflected(self, start: int, end: int, owner: str | None) -> str | None:
        """Return what an expression is in reflection: a type, a function of one, what one of their members gives."""
        return self._reflection.kind_of(start, end, owner) if self._reflection is not None else None

    def _object_of(self, start: int, end: int, owner: str | None) -> str | None:
        vocab, lower = self._vocabulary, self._calls.lower
        index = start
        while index < end and lower[index] in ("new", "await"):
            index += 1
        if index >= end or not self._calls.is_root(index):
            return None
        dotted, names = self.resolve(index, owner)
        if names[-1] not in _telling():
            return self._type_of_variable(dotted, owner) if dotted.last + 1 >= end else None
        if names[-1] in MAKERS:
            made_of = self._made_of(dotted, index, end, owner)
            if made_of is not None:
                return made_of
            made = [constant.value for constant in self._constants.within(dotted.last, end)]
            found = [identity(value) for value in (*made, "".join(made))]
            return next((vocab.types[v] for v in found if v in vocab.types), None if made else "unknown")
        if index > start and names[-1] in vocab.types:
            return vocab.types[names[-1]]
        if names[-1] == "get" and any(
            identity(c.value) == "win32_process" for c in self._constants.within(dotted.last, end)
        ):
            return "win32_process"
        if names[-1] in TEXT_MAKERS:
            return "textstream"
        if names[-2:] in STREAM_MAKERS:
            return "filestream"
        return None if dotted.last + 1 < end else self._named(dotted, names, owner)

    def _made_of(self, dotted: DottedName, root: int, end: int, owner: str | None) -> str | None:
        """Return the type of an object that is made of a type which reflection gave."""
        if self._reflection is None:
            return None
        arguments = self._calls.arguments(dotted.last, root, root, end)
        return self._reflection.made(*arguments[0], owner) if arguments else None

    def _named(self, dotted: DottedName, names: tuple[str, ...], owner: str | None) -> str | None:
        """Return the type of what a dotted name is that calls nothing: the request, a variable."""
        if names[-1] in INPUTS and len(names) > 1:
            return names[-1]
        if names[-1] == "startinfo" and len(names) > 1:
            return "processstartinfo"
        owners = self._vocabulary.request_owners
        if names[-1] in CONTEXTS and all(n in owners or "context" in n for n in names[:-1]):
            return CONTEXTS[names[-1]]
        return self._type_of_variable(dotted, owner)

    def _type_of_variable(self, dotted: DottedName, owner: str | None) -> str | None:
        """Return the type of a variable, where a name is that and nothing more."""
        if len(dotted.tokens) == 1 and (name := self._values[dotted.last]) in self._names.plain:
            return self._names.types.get(self._scopes.key(name, owner))
        return None


def identity(text: str) -> str:
    """Return what a constant names: a ProgID, a class id (``clsid:{…}``), a class (``winmgmts:…:Win32_Process``)."""
    return text.lower().rpartition(":")[2].strip("{}")
