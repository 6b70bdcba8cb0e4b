"""Access checks: whether a page checks the identity of its visitor, and denies strangers access, before it works."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from webshellhunt.analysis.checks.branches import Branch, Functions, Range, iter_branches
from webshellhunt.analysis.checks.conditions import iter_conjuncts
from webshellhunt.analysis.checks.expressions import arguments_at, assigned_to, fixed_text
from webshellhunt.analysis.checks.identities import attribute_of, iter_identities
from webshellhunt.analysis.constants import Constants
from webshellhunt.lang.dotted_names import PAGE_WORDS, DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Jump, Node
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.pages.page import Dependency, DependencyKind

_ENTRIES = frozenset(
    {
        "page_load", "page_init", "page_preinit", "page_preload", "page_prerender", "oninit", "onload", "onpreinit",
        "processrequest", "processrequestasync", "application_beginrequest", "application_authenticaterequest",
        "application_authorizerequest", "application_acquirerequeststate", "application_prerequesthandlerexecute",
    }
)  # fmt: skip
_OF_EVERY_PAGE = frozenset({"ispostback", "iscallback"})
_INCLUDES = frozenset({DependencyKind.INCLUDE_FILE, DependencyKind.INCLUDE_VIRTUAL})
_CHECK_FILE = lazy_pattern(
    r"(?:(?:admin[-_]?)?(?:ch?e?c?k|verify|validate|require|is|need|must|test)[-_]?(?:is)?"
    r"(?:log(?:g?ed)?[-_]?[io]n|admin|session|user|auth|power|pass|qx|purview|popedom)"
    r"|(?:log[io]n|admin|session|user|auth|sign[-_]?in)[-_]?(?:ch?e?c?k|verify|validat\w*|required|guard)"
    r"|auth(?:enticat\w*|ori[sz]\w*)?|security|secure|noadmin|adminchk\w*)(?:\.\w+)+",
    re.IGNORECASE,
)
_LONGEST_NAME = 80
_MOST_CALLS = 200
_ROUNDS = 3
SENDING_TO_SIGN_IN = "redirecttologinpage"
_DENIALS = frozenset(
    {
        ("response", "end"), ("response", "redirect"), ("response", "redirectpermanent"), ("server", "transfer"),
        ("formsauthentication", "redirecttologinpage"),
    }
)  # fmt: skip
_ANSWERS = frozenset({("response", "status"), ("response", "statuscode")})
_WORDS = frozenset(names[-1] for names in _DENIALS | _ANSWERS)
_REFUSED = frozenset({"401", "403"})


class _Condition(NamedTuple):
    """A branch with the identities in its condition, in words.

    ``is_always``: nothing but identities decides, and no other condition decides if it is evaluated.
    """

    branch: Branch
    asked: Sequence[str]
    is_always: bool


def find_access_check(
    index: SyntaxIndex, constants: Constants, work: Sequence[int], includes: Iterable[Dependency] = ()
) -> str | None:
    """Return the access check of a page in words, ``None`` without one that counts.

    Args:
        index: The index of the code.
        constants: The constants of the code.
        work: The tokens of the operations that need a check.
        includes: The dependencies of the page; an include that checks is known by its name alone.
    """
    check = attribute_of(index) or _Search(index, constants, work).find()
    return check or next(_iter_included(index, work, includes), None)


def _iter_included(index: SyntaxIndex, work: Sequence[int], includes: Iterable[Dependency]) -> Iterator[str]:
    starts = index.tokens.starts
    first = min((starts[token] for token in work), default=0)
    for include in includes:
        name = include.target.replace("\\", "/").rpartition("/")[2]
        is_before = include.kind in _INCLUDES and include.start < first
        if is_before and len(name) < _LONGEST_NAME and _CHECK_FILE.fullmatch(name):
            yield f"the include {name}"


class _Search:
    """A search for the conditions of one code that deny strangers access."""

    def __init__(self, index: SyntaxIndex, constants: Constants, work: Sequence[int]) -> None:
        self._index = index
        self._work = work
        self._functions = Functions(index)
        self._denials = Denials(index, constants)
        self._identities = dict(iter_identities(index, constants))

    def find(self) -> str | None:
        """Return the first identity that a condition asks for, in words, which decides over the work."""
        if not self._identities and SENDING_TO_SIGN_IN not in self._index.words:
            return None
        live, work = self._live, self._work_by_function()
        for condition in self._iter_conditions():
            if condition.asked and self._guards(condition, live, work):
                return min(condition.asked)
        return None

    def _iter_conditions(self) -> Iterator[_Condition]:
        sometimes = 0  # the end of a branch in which a condition may not be evaluated
        for branch in iter_branches(self._index):
            start, end = branch.test.start, max(branch.test.end, branch.holds.end, branch.other.end)
            asked, parts = self._asked(branch.test), [*iter_conjuncts(branch.test)]
            if self._sends_to_sign_in(branch):
                asked[parts[0].start] = "FormsAuthentication"
            is_alone = all(any(part.start <= place < part.end for place in asked) for part in parts)
            yield _Condition(branch, [*asked.values()], is_alone and start >= sometimes)
            names = {name for dotted in self._index.within(branch.test) for name in dotted.names}
            if not is_alone and _OF_EVERY_PAGE.isdisjoint(names):
                sometimes = max(sometimes, end)

    def _sends_to_sign_in(self, branch: Branch) -> bool:
        places = self._sending
        return any(
            bisect_left(places, part.start) < bisect_left(places, part.end) for part in (branch.holds, branch.other)
        )

    @cached_property
    def _sending(self) -> Sequence[int]:
        """The places of the calls that send a visitor to the sign-in."""
        return sorted(dotted.place for dotted in self._index.find({SENDING_TO_SIGN_IN}))

    def _asked(self, test: Node) -> dict[int, str]:
        """Return the identities that a condition asks for, in words, by their places."""
        found: dict[int, str] = {}
        function = self._functions.name_at(test.start)
        for dotted in self._index.within(test):
            words = self._identities.get(dotted.place)
            words = words or self._known.get((function, dotted.own)) or self._known.get((None, dotted.own))
            if words is not None:
                found[dotted.place] = words
        return found

    @cached_property
    def _known(self) -> dict[tuple[str | None, str], str]:
        """The variables that have an identity, each with its function, and the functions that ask for one, in words."""
        known: dict[tuple[str | None, str], str] = {}
        places = sorted(self._identities)
        for assignment in self._index.assignments if places else ():
            at = bisect_left(places, assignment.value.start)
            if at < len(places) and places[at] < assignment.value.end:
                function = self._functions.name_at(assignment.node.start)
                known[function, assignment.name] = self._identities[places[at]]
        for place, words in self._identities.items():
            function = self._functions.name_at(place)
            if function is not None:
                known.setdefault((None, function), words)
        return known

    def _work_by_function(self) -> dict[str | None, tuple[int, int]]:
        """Return the first and the last token of the work in each function."""
        work: dict[str | None, tuple[int, int]] = {}
        for token in sorted(self._work):
            function = self._functions.name_at(token)
            work[function] = (work.get(function, (token, 0))[0], token)
        return work

    def _guards(
        self, condition: _Condition, live: dict[str | None, int], work: dict[str | None, tuple[int, int]]
    ) -> bool:
        """Return True if a condition runs at each visit and keeps the visitors for whom it fails from the work."""
        branch = condition.branch
        at = branch.test.start
        function = self._functions.name_at(at)
        if function not in live:
            return False
        asked_at = at if function is None else live[function]
        if condition.is_always and (self._denials.denies(branch.holds) or self._denials.denies(branch.other)):
            comes_first = asked_at < work.get(None, (asked_at + 1, 0))[0]
            return comes_first and at <= work.get(function, (at, at))[0]
        first, last = work.get(function, (-1, -1))
        return branch.holds.start <= first and last < branch.holds.end

    @cached_property
    def _live(self) -> dict[str | None, int]:
        """The functions that run at each visit, with the place of their call; the page itself is ``None``."""
        functions = self._index.functions
        live: dict[str | None, int] = {None: -1}
        live |= {name: -1 for name in functions if name in _ENTRIES}
        calls = [dotted for dotted in self._index.find(functions.keys()) if dotted.own in functions][:_MOST_CALLS]
        for _ in range(_ROUNDS):
            for dotted in calls:
                function = self._functions.name_at(dotted.place)
                if function in live:
                    live.setdefault(dotted.own, dotted.place if function is None else live[function])
        return live


class Denials:
    """The denials of one code."""

    def __init__(self, index: SyntaxIndex, constants: Constants) -> None:
        self._index = index
        self._constants = constants
        self._denying: dict[str, bool] = {}
        found = [node.start for node in index.of(Jump) if node.kind == "throw"]
        found += [dotted.place for dotted in index.find(_WORDS) if self._ends(dotted)]
        self._places = sorted(found)
        calls = (dotted for dotted in index.find(index.functions.keys()) if _is_own(dotted))
        self._calls = [(dotted.place, dotted.own) for dotted in calls]

    def denies(self, part: Range) -> bool:
        """Return True if a part of the code denies access, itself or by a function of the page."""
        if self._has(part):
            return True
        first, last = bisect_left(self._calls, (part.start, "")), bisect_left(self._calls, (part.end, ""))
        return any(self._is_denying(name) for name in {name for _, name in self._calls[first:last]})

    def _has(self, part: Range) -> bool:
        return bisect_left(self._places, part.start) < bisect_left(self._places, part.end)

    def _ends(self, dotted: DottedName) -> bool:
        """Return True if a dotted name ends the answer, or refuses it by its status."""
        names = dotted.names
        if names[-1] == SENDING_TO_SIGN_IN:
            return True
        if names[-2:] in _DENIALS:
            arguments = arguments_at(self._index, dotted.node)
            goes_on = arguments and fixed_text(self._index, self._constants, arguments[-1]) == "false"
            return not goes_on
        value = assigned_to(self._index, dotted) if names[-2:] in _ANSWERS else None
        return value is not None and (fixed_text(self._index, self._constants, value) or "")[:3] in _REFUSED

    def _is_denying(self, name: str) -> bool:
        """Return True if a function of the page denies access."""
        if name not in self._denying:
            function = self._index.functions[name][0]
            self._denying[name] = self._has(Range(function.start, function.end))
        return self._denying[name]


def _is_own(dotted: DottedName) -> bool:
    """Return True if a dotted name is a single one, that of the page itself aside."""
    return not dotted.is_member and sum(name not in PAGE_WORDS for name in dotted.names) == 1
