"""Dotted names and calls of a unit: what is named where, and with which arguments. Structure only, no meaning."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, KeysView, Mapping, Sequence, Set
from functools import cached_property
from itertools import compress
from typing import NamedTuple

from webshellhunt.code.aliases import AliasedCall, find_aliased_calls
from webshellhunt.code.declarations import first_of_name, own_objects
from webshellhunt.code.renames import NATIVE
from webshellhunt.code.unit import Unit
from webshellhunt.lang.places import merge, places_of
from webshellhunt.lang.tokens import NAME, OP

# Words that name nothing in any of the languages, and are a third of all; there are others, which do no harm.
_KEYWORDS = frozenset(
    {
        "if", "then", "else", "elseif", "end", "dim", "sub", "next", "loop", "do", "while", "wend", "for",
        "foreach", "each", "in", "to", "step", "until", "and", "or", "not", "mod", "exit", "public", "private",
        "const", "redim", "preserve", "byval", "byref", "select", "case", "nothing", "null", "true", "false",
        "return", "var", "static", "void", "int", "bool", "try", "catch", "finally", "break", "continue", "typeof",
    }
)  # fmt: skip
_PROTOTYPE = frozenset({"prototype"})
_DOTS = frozenset({".", "?.", "!"})
_NAME = bytes((NAME,))
MAX_NAMES = 64


class DottedName(NamedTuple):
    """``a.b(x).c``: its names in lower case, the token of each, and the last token of the name itself."""

    names: tuple[str, ...]
    tokens: tuple[int, ...]

    @property
    def last(self) -> int:
        """The token of the last name."""
        return self.tokens[-1]


class Calls:
    """All dotted names of a unit, found once; ``roots`` are their first tokens.

    ``renames`` are the real names of what the code calls otherwise: they stand in the names, not in ``lower``.
    """

    def __init__(self, unit: Unit, renames: Mapping[str, str] | None = None) -> None:
        self.unit = unit
        self._renames = renames or {}
        values = unit.tokens.values
        # JScript's constructor of functions is told from its keyword by one capital.
        self.lower: list[str] = values if unit.is_vb else [v if v == "Function" else v.lower() for v in values]
        self._places = unit.tokens.places if unit.is_vb else places_of(self.lower)
        self.compound: dict[int, DottedName] = {}
        self._alone: dict[int, DottedName] = {}
        self._has_with = unit.is_vb and "with" in self.words
        self._is_root = self._find_roots()
        self.roots: list[int] = list(compress(range(len(self._is_root)), self._is_root))
        self.subjects: dict[int, tuple[int, int]] = dict(self._find_subjects()) if self._has_with else {}

    @property
    def words(self) -> KeysView[str]:
        """What stands in the unit in lower case, names and all else, each once."""
        return self._places.keys()

    def indexes_of(self, words: Set[str]) -> Sequence[int]:
        """Return the tokens that are one of some words in lower case, whatever their kind, in their order."""
        return merge(self._places, words)

    def name(self, root: int) -> DottedName:
        """Return the dotted name that starts at a root."""
        found = self.compound.get(root) or self._alone.get(root)
        if found is None:
            found = self._alone[root] = DottedName((self._real(root),), (root,))
        return found

    def _real(self, root: int) -> str:
        """Return the real name of what a root names, in lower case; a function's declaration only names itself."""
        word = self.lower[root]
        if word not in self._renames:
            return word
        declares = root > 0 and self.lower[root - 1] in ("function", "sub")
        return word if declares or self.is_member(root) else self._renames[word]

    def own(self, root: int) -> int:
        """Return the token of the name at a root without the page's own object in front: that of ``F`` in ``this.F``.

        A class of the page and a variable of one stand for it too: ``Tool.F``, ``new Tool().F``, ``tool.F``.
        """
        return self._owned.get(root, root)

    @cached_property
    def _owned(self) -> dict[int, int]:
        """The token behind the page's own object, for each dotted name that begins with it."""
        own, found = self._own_objects, {}
        for root in self._named(own):
            dotted = self.compound.get(root)
            if dotted is not None and dotted.names[0] in own:
                size = next((size for size, name in enumerate(dotted.names) if name not in own), len(dotted.names) - 1)
                found[root] = dotted.tokens[size]
        return found

    @cached_property
    def _own_objects(self) -> frozenset[str]:
        return own_objects(self.unit, self.lower)

    def _named(self, words: Set[str]) -> Sequence[int]:
        """Return the tokens that are one of some words, or a name that the code gives to one."""
        return self.indexes_of(words | {name for name, real in self._renames.items() if real in words})

    @cached_property
    def natives(self) -> Mapping[str, str]:
        """The real names of the functions of Windows that the unit declares, by their names in the code."""
        return {name: real for name, real in self._renames.items() if real.startswith(NATIVE)}

    def is_root(self, index: int) -> bool:
        """Tell whether a dotted name begins at a token."""
        return 0 <= index < len(self._is_root) and self._is_root[index] == 1

    def _root_of(self, index: int) -> int | None:
        """Return the root of the dotted name that a token is a part of, if it is one."""
        return index if self._is_root[index] else self._root_by_member.get(index)

    @cached_property
    def _root_by_member(self) -> dict[int, int]:
        return {token: root for root, dotted in self.compound.items() for token in dotted.tokens[1:]}

    @cached_property
    def aliased(self) -> list[AliasedCall]:
        """The calls of what evaluates text by another name than its own."""
        return find_aliased_calls(self.unit, self.lower)

    def find(self, words: Set[str]) -> Iterator[tuple[int, DottedName]]:
        """Yield each dotted name of which one part at least is among some words, with its root."""
        found = set()
        for index in self._named(words):
            root = self._root_of(index)
            if root is not None and (self._real(root) if root == index else self.lower[index]) in words:
                found.add(root)
        for root in sorted(found):
            yield root, self.name(root)

    def users(self, name: str) -> list[int]:
        """Return the roots where a name is used, and those of what belongs to it as the object of a ``With``."""
        is_root, owned, found = self._is_root, self._owned, set()
        for index in self._places.get(name, ()):
            if is_root[index]:
                found.add(index)
            elif (root := self._root_by_member.get(index)) is not None and owned.get(root) == index:
                found.add(root)
        return [*sorted(found), *self._roots_by_subject.get(name, ())]

    def calls_of(self, functions: Collection[str]) -> list[int]:
        """Return the roots at which some functions of the unit are named, also by way of the page's own object."""
        users = {root for name in functions for root in self.users(name.lower())}
        return sorted(root for root in users if self.unit.value(self.own(root)) in functions)

    @cached_property
    def _roots_by_subject(self) -> dict[str, list[int]]:
        roots = defaultdict[str, list[int]](list)
        for root, (subject, _) in self.subjects.items():
            roots[self.lower[subject]].append(root)
        return roots

    def _find_roots(self) -> bytearray:
        """Join names over the dots between them, and tell of each token whether one begins there, or it stands alone.

        A chain is cut after 64 names.
        """
        lower, kinds, is_root = self.lower, self.unit.tokens.kinds, self.unit.tokens.flags(NAME)
        chains: dict[int, list[int]] = {}  # by the last name so far
        for index in self.indexes_of(_KEYWORDS):
            is_root[index] = 0
        for dot in self.indexes_of(_DOTS):
            if kinds[dot] != OP or kinds[dot + 1 : dot + 2] != _NAME or self._stands_off(dot):
                continue
            if (owner := self._owner_of(dot)) is None:
                continue
            chain = chains.pop(owner, None) or [owner]
            if len(chain) < MAX_NAMES:
                chain.append(dot + 1)
                is_root[dot + 1] = 0
            chains[chain[-1]] = chain
        for chain in chains.values():
            rest = [lower[token] for token in chain[1:]]
            self.compound[chain[0]] = DottedName((self._real(chain[0]), *rest), tuple(chain))
            is_root[chain[0]] = 1
        return is_root

    def _stands_off(self, dot: int) -> bool:
        """Tell whether a blank parts a dot from the name before it: in a ``With``, ``Execute .Form(x)`` is a call."""
        tokens = self.unit.tokens
        if not self._has_with or self.unit.language != "vbscript" or not dot or tokens.kinds[dot - 1] != NAME:
            return False
        return tokens.text[tokens.ends[dot - 1] : tokens.starts[dot]].isspace()

    def _owner_of(self, dot: int) -> int | None:
        """Return the name in front of a dot, over calls and indexes between."""
        lower, match, at = self.lower, self.unit.match, dot - 1
        while (opener := match.get(at, at)) < at and (lower[opener] != "{" or self._initialises(opener)):
            at = opener - 1
        return at if at >= 0 and self.unit.tokens.kinds[at] == NAME else None

    def _initialises(self, brace: int) -> bool:
        """Tell whether a brace holds what an object is made with: ``new T(x) { A = b }.C()``."""
        at = self.unit.match.get(brace - 1, brace) - 1
        named = at >= 0 and self.unit.tokens.kinds[at] == NAME
        return named and self.unit.value(first_of_name(self.lower, at) - 1) == "new"

    def _find_subjects(self) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield each name with a leading dot, and the range of the object that ``With`` says it belongs to."""
        lower, open_now = self.lower, list[tuple[int, int]]()
        for start, end in self.unit.statements:
            if lower[start] == "with" and end > start + 1:
                open_now.append((start + 1, end))
            elif lower[start : start + 2] == ["end", "with"] and open_now:
                open_now.pop()
            elif open_now:
                for root in self.roots_in(start, end):
                    if root > start and lower[root - 1] == "." and self._leads(root - 1, start):
                        yield root, open_now[-1]

    def _leads(self, dot: int, start: int) -> bool:
        """Tell whether a dot of a statement has nothing in front of it to which it could belong."""
        if dot == start or self._stands_off(dot):
            return True
        return self.unit.tokens.kinds[dot - 1] == OP and self.lower[dot - 1] not in (")", "]")

    def is_member(self, root: int) -> bool:
        """Tell whether a name belongs to what stands before it, though that is no name: ``"a".b``, ``.b``."""
        sign = self.lower[root - 1] if root > 0 and self.unit.tokens.kinds[root - 1] == OP else ""
        return sign in _DOTS and (sign != "!" or self.unit.is_vb)  # elsewhere it negates

    def roots_in(self, start: int, end: int) -> list[int]:
        """Return the first tokens of the dotted names in a range."""
        return self.roots[bisect_left(self.roots, start) : bisect_left(self.roots, end)]

    def only_calls(self, members: Set[str]) -> bool:
        """Tell whether some words are members that are called, and none that the code declares or gives anything."""
        lower, places = self.lower, self.indexes_of(members)
        if any(lower[at + 1 : at + 2] != ["."] for at in self.indexes_of(_PROTOTYPE)):
            return False
        return all(at > 0 and lower[at - 1] == "." and lower[at + 1 : at + 2] == ["("] for at in places)

    @cached_property
    def openings(self) -> frozenset[str]:
        """The words in lower case that statements begin with."""
        return frozenset(self.lower[start] for start in self.unit.starts)

    def names_in(self, start: int, end: int) -> set[str]:
        """Return the first names of a range in lower case, those behind the page's own object too."""
        roots = self.roots_in(start, end)
        owned = self._owned
        return set(map(self.lower.__getitem__, map(owned.get, roots, roots) if owned else roots))

    def iter_roots(self, start: int, end: int) -> Iterator[int]:
        """Yield what `roots_in` returns, for who may stop early in a long range."""
        for place in range(bisect_left(self.roots, start), bisect_left(self.roots, end)):
            yield self.roots[place]

    def arguments(self, last: int, root: int, start: int, end: int) -> list[tuple[int, int]]:
        """Return the argument ranges of the call whose name ends at ``last``; ``root`` is the name's first token.

        In VB a call that opens its statement needs no parentheses: then the rest of the statement is its arguments.
        """
        unit = self.unit
        bare = unit.is_vb and (
            root == start or self.lower[root - 1] == "call" or (root - 1 == start and self.lower[start] == ".")
        )
        closer = unit.match.get(last + 1, -1)
        if closer > last and unit.is_op(last + 1, "(") and not (bare and closer + 1 < end):
            return list(self.split(last + 2, closer))
        return list(self.split(last + 1, end)) if bare else []

    def split(self, left: int, right: int) -> Iterator[tuple[int, int]]:
        """Split a range at its own commas."""
        match, lower = self.unit.match, self.lower
        start = index = left
        while index < right:
            closer = match.get(index, -1)
            if index < closer < right:
                index = closer
            elif lower[index] == "," and self.unit.tokens.kinds[index] == OP:
                yield start, index
                start = index + 1
            index += 1
        if start < right:
            yield start, right
