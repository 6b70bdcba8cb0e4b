"""Grants: the places where a page grants access, and the conditions that decide over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from itertools import chain, islice
from typing import NamedTuple

from webshellhunt.analysis.checks.branches import Branch, Functions, iter_branches
from webshellhunt.analysis.checks.expressions import constant_of, fixed_text, key_of, words_in
from webshellhunt.analysis.checks.identities import NO_VALUES
from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.structure.comparisons import COMPARISONS
from webshellhunt.lang.assignments import Assignment
from webshellhunt.lang.dotted_names import inner_of
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Assign, Declaration, Jump, Member, Name, Node
from webshellhunt.lazy_pattern import lazy_pattern

SIGNED_IN = r"adm|log|auth|user|uid|pass|pwd|power|manag|master|memb|valid|access|right|priv|allow|super|root"
"""Parts of the keys by which pages remember who is signed in, as alternatives of an expression."""
_KEY = lazy_pattern(SIGNED_IN, re.IGNORECASE)
_FLAG_NAME = (
    r"(?:is|b|bln|has|was|m_|_)*"
    r"(?:auth\w*|admin\w*|log(?:ged|in|on)+\w*|valid\w*|allow\w*|access\w*|granted|pass(?:ed)?|super\w*|ok)"
)
_FLAG = lazy_pattern(_FLAG_NAME, re.IGNORECASE)
_FLAGS = lazy_pattern(f"^{_FLAG_NAME}$", re.IGNORECASE | re.MULTILINE)  # all of a list, one name a line
_ASKING = lazy_pattern(r"\w*?(?:check|ch?k|valid|verif|auth|log[io]n|sign|isadmin|isuser|canaccess)\w*", re.IGNORECASE)
_CALLS = frozenset({"setauthcookie", "redirectfromloginpage", "getauthcookie", "signin", "passwordsignin"})
_SIGNING_IN = _CALLS | {"session"}
_OF_SESSION = "the session's"
_TRUE = frozenset({"true", "1", "-1", "yes", "ok"})
MOST_GRANTS = 200
_MOST_AROUND = 1_000
"""Nodes around a grant that are looked at."""


class Grant(NamedTuple):
    """A place where access is granted: the target that is set or made, in words, and its place."""

    target: str
    place: int


class Decision(NamedTuple):
    """A grant with the branches around it, the innermost first; ``by`` is a condition whose result is the grant."""

    grant: Grant
    around: tuple[Branch, ...]
    by: Node | None = None

    @property
    def test(self) -> Node:
        """The condition that is nearest to the grant."""
        return self.around[0].test if self.by is None else self.by


def may_grant(words: Set[str]) -> bool:
    """Return True if code with some names, in lower case, may grant access."""
    names = "\n".join(words)
    return not words.isdisjoint(_SIGNING_IN) or _FLAGS.search(names) is not None or _ASKING.search(names) is not None


def iter_decisions(index: SyntaxIndex, constants: Constants) -> Iterator[Decision]:
    """Yield each grant of a code over which something decides."""
    grants = list(islice(_Grants(index, constants).find(), MOST_GRANTS))
    branches = {branch.node: branch for branch in iter_branches(index)} if grants else {}
    for grant, node, by in grants:
        nodes = islice(index.ancestors(node), _MOST_AROUND)
        around = [branch for each in nodes if (branch := branches.get(each)) is not None and branch.covers(node.start)]
        if around or by is not None:
            yield Decision(grant, tuple(around), by)


class _Found(NamedTuple):
    """A grant with its node, and the value that is assigned there if it is a condition."""

    grant: Grant
    node: Node
    by: Node | None = None


class _Grants:
    """The grants of one code."""

    def __init__(self, index: SyntaxIndex, constants: Constants) -> None:
        self._index = index
        self._constants = constants
        self._functions = Functions(index)

    def find(self) -> Iterator[_Found]:
        """Yield each grant."""
        for assignment in chain.from_iterable(self._index.of_parts(_possible)):
            target = self._target(assignment)
            if target is not None:
                yield from self._given(target, assignment)
        for dotted in self._index.find(_CALLS):
            if dotted.names[-1] in _CALLS:
                yield _Found(Grant("the ticket of forms authentication", dotted.place), dotted.node)

    def _target(self, assignment: Assignment) -> str | None:
        """Return the target of an assignment in words, if its value may grant access."""
        target = assignment.target
        if isinstance(assignment.node, Jump):
            function = self._functions.at(assignment.node.start)
            return "the sign-in" if function is not None and _ASKING.fullmatch(function.name) else None
        if not isinstance(assignment.node, (Assign, Declaration)):
            return None
        if isinstance(target, Name) and self._is_asking(target):
            return "the sign-in"
        nodes = _nodes_of(target)
        if not nodes:
            return None
        if any(_name_of(each).lower() == "session" for each in nodes):
            key = key_of(self._index, self._constants, nodes)
            return f"{_OF_SESSION} {key!r}" if _KEY.search(key) else None
        name = _name_of(nodes[-1])
        return name if _FLAG.fullmatch(name) else None

    def _is_asking(self, target: Name) -> bool:
        """Return True if the result of a function of Visual Basic that checks a sign-in is assigned."""
        is_vb = self._index.tokens.language in ("vb", "vbscript")
        return is_vb and target.text in self._index.functions and _ASKING.fullmatch(target.text) is not None

    def _given(self, target: str, assignment: Assignment) -> Iterator[_Found]:
        """Yield a grant if the value means access: true, a constant for the session, or a comparison."""
        value = assignment.value
        place = assignment.node.start if isinstance(assignment.node, Jump) else assignment.target.start
        fixed = fixed_text(self._index, self._constants, value)
        if fixed is None:
            if not COMPARISONS.isdisjoint(words_in(self._index, value)):
                yield _Found(Grant(target, place), assignment.node, value)
            return
        is_name = target.startswith(_OF_SESSION) and constant_of(self._index, self._constants, value) is not None
        if fixed in _TRUE or (is_name and fixed not in NO_VALUES):
            yield _Found(Grant(target, place), assignment.node)


def _possible(index: SyntaxIndex) -> Sequence[Assignment]:
    """Return the assignments of a part of the code whose targets may be granted, by their names."""
    return [each for each in index.assignments if _may_be_target(each)]


def _may_be_target(assignment: Assignment) -> bool:
    target = assignment.target
    if not isinstance(assignment.node, (Assign, Declaration)):
        return isinstance(assignment.node, Jump)
    if isinstance(target, Name) and _ASKING.fullmatch(target.text) is not None:
        return True
    names = [*map(_name_of, _nodes_of(target))]
    return bool(names) and (_FLAG.fullmatch(names[-1]) is not None or any(each.lower() == "session" for each in names))


def _nodes_of(target: Node) -> list[Node]:
    """Return the parts of a target that are names, ``a`` and ``b`` of ``a(1).b``."""
    found: list[Node] = []
    at: Node | None = target
    while at is not None:
        if isinstance(at, (Name, Member, Declaration)):
            found.append(at)
        at = inner_of(at)
    return found[::-1]


def _name_of(node: Node) -> str:
    return node.text if isinstance(node, Name) else node.name if isinstance(node, (Member, Declaration)) else ""
