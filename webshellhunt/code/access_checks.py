"""Access checks: whether a page asks the application who its visitor is, and turns strangers away, before it works.

What the application alone can say counts: who signed in at its forms, an identity that IIS made sure of, an entry of
the session that another page set. A password that the page itself asks for does not, nor an entry of the session that
the page itself sets: that is how shells keep others out. Nor does a cookie or anything else of the request.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.branches import Branch, iter_branches
from webshellhunt.code.calls import DottedName
from webshellhunt.code.flow import FlowAnalysis
from webshellhunt.code.functions import owners_of
from webshellhunt.code.unit import Function, name_of
from webshellhunt.lang.tokens import NAME
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.pages.page import Dependency, DependencyKind

_IDENTITY_ENDS = (("isinrole",), ("isuserinrole",), ("identity", "isauthenticated"), ("request", "isauthenticated"))
_IDENTIFYING = frozenset({"servervariables", "session", *(end[-1] for end in _IDENTITY_ENDS)})
_WINDOWS_NAMES = frozenset({"logon_user", "auth_user", "remote_user"})
_ATTRIBUTES = frozenset(
    {"authorize", "authorizeattribute", "principalpermission", "principalpermissionattribute", "customauthorize"}
)
_DENIALS = frozenset(
    {
        ("response", "end"), ("response", "redirect"), ("response", "redirectpermanent"), ("server", "transfer"),
        ("formsauthentication", "redirecttologinpage"),
    }
)  # fmt: skip
_ANSWERS = frozenset({("response", "status"), ("response", "statuscode")})
_REFUSED = frozenset({"401", "403"})
_SENDING_TO_SIGN_IN = "redirecttologinpage"
_ENTRIES = frozenset(
    {
        "page_load", "page_init", "page_preinit", "page_preload", "page_prerender", "oninit", "onload", "onpreinit",
        "processrequest", "processrequestasync", "application_beginrequest", "application_authenticaterequest",
        "application_authorizerequest", "application_acquirerequeststate", "application_prerequesthandlerexecute",
    }
)  # fmt: skip
_EMPTY = frozenset({"", "nothing", "null", "empty", "false", "0", "dbnull"})
_JOINTS = frozenset({"and", "andalso", "&&"})
_OF_EVERY_PAGE = frozenset({"ispostback", "iscallback"})
_INCLUDES = frozenset({DependencyKind.INCLUDE_FILE, DependencyKind.INCLUDE_VIRTUAL})
_CHECK_FILE = lazy_pattern(
    r"(?:(?:ch?e?c?k|verify|validate|require|is|need|must|test)[-_]?(?:is)?(?:log(?:g?ed)?[-_]?[io]n|admin|session|user|auth|power|pass|qx)"
    r"|(?:log[io]n|admin|session|user|auth|sign[-_]?in)[-_]?(?:ch?e?c?k|verify|validat\w*|required|guard)"
    r"|auth(?:enticat\w*|ori[sz]\w*)?|security|secure|noadmin|adminchk\w*)(?:\.\w+)+",
    re.IGNORECASE,
)
_MOST_FUNCTIONS = 200


def find_access_check(analysis: FlowAnalysis, pulls: Iterable[Dependency] = ()) -> str | None:
    """Return what a page asks before it works, in words, or ``None`` where it asks nothing that counts.

    Args:
        analysis: the code of the page.
        pulls: what the page pulls in; a file that checks for itself is known by its name alone.
    """
    return _Search(analysis).run() or next(_included(analysis, pulls), None)


def _included(analysis: FlowAnalysis, pulls: Iterable[Dependency]) -> Iterator[str]:
    starts = analysis.unit.tokens.starts
    first = min((starts[token] for token in find_work(analysis)), default=0)
    for pull in pulls:
        name = pull.target.replace("\\", "/").rpartition("/")[2]
        if pull.kind in _INCLUDES and pull.start < first and len(name) < 80 and _CHECK_FILE.fullmatch(name):
            yield f"the include {name}"


def find_work(analysis: FlowAnalysis) -> list[int]:
    """Return the tokens of what a page does that not everybody may do."""
    return [*(token for _, _, token in analysis.sinks), *analysis.powers.values()]


class _Search:
    """One look through one unit."""

    def __init__(self, analysis: FlowAnalysis) -> None:
        self._analysis = analysis
        self._unit = analysis.unit
        self._calls = analysis.calls
        self._lower = analysis.calls.lower
        self._denying: dict[str, bool] = {}
        self._functions: dict[str, list[Function]] = {}
        for function in self._unit.functions:
            self._functions.setdefault(function.name, []).append(function)

    def run(self) -> str | None:
        """Return the first check that counts."""
        return self._attribute() or self._condition()

    # What the application knows ------------------------------------------------------------------------------------

    def _attribute(self) -> str | None:
        """Return an attribute that asks for an identity: ``[Authorize]``, ``<PrincipalPermission(…)>``."""
        kinds = self._unit.tokens.kinds
        for index in self._calls.indexes_of(_ATTRIBUTES):
            if kinds[index] != NAME:
                continue
            opens, after = self._unit.value(index - 1), self._unit.value(index + 1)
            if (opens, after) in (("[", "]"), ("[", "("), ("<", ">"), ("<", "("), (",", "]")):
                return f"the attribute {self._unit.tokens.values[index]}"
        return None

    def _identities(self) -> dict[int, str]:
        """Return the names by which the application says who somebody is, in words, by their first token."""
        own_keys, any_key = self._set_here()
        found: dict[int, str] = {}
        for root, dotted in self._calls.find(_IDENTIFYING):
            names = dotted.names
            if any(names[-len(end) :] == end for end in _IDENTITY_ENDS):
                found[root] = ".".join(self._unit.value(token) for token in dotted.tokens[-2:])
            elif "servervariables" in names:
                key = self._key(dotted, "servervariables")
                if key in _WINDOWS_NAMES:
                    found[root] = key.upper()
            elif "session" in names and not any_key:
                key = self._key(dotted, "session")
                if key and key not in own_keys:
                    found[root] = f"the session's {key!r}, which another page sets"
        return found

    def _key(self, dotted: DottedName, owner: str) -> str:
        """Return the constant key, in lower case, that a collection is asked for; ``""`` where it is none."""
        at = dotted.names.index(owner)
        if dotted.names[at + 1 : at + 2] in (("contents",), ("item",)):
            at += 1
        opener = dotted.tokens[min(at, len(dotted.tokens) - 1)] + 1
        closer = self._unit.match.get(opener, -1)
        constant = self._analysis.constants.get(opener + 1)
        return constant.value.lower() if constant is not None and constant.end == closer else ""

    def _set_here(self) -> tuple[frozenset[str], bool]:
        """Return the keys of the session that the page itself sets, and whether it sets any that can't be told."""
        keys = set[str]()
        numbers = dict.fromkeys(self._unit.statement_at(root) for root, _ in self._calls.find({"session"}))
        for start, end in (self._unit.statements[number] for number in numbers if number is not None):
            for name_at, right, stop in iter_assignments(self._unit, self._lower, start, end):
                dotted = self._calls.name(name_at)
                if "session" in dotted.names and not self._is_empty(right, stop):
                    keys.add(self._key(dotted, "session"))
            for root in self._calls.roots_in(start, end):
                dotted = self._calls.name(root)
                if dotted.names[-1] in ("add", "set", "setstring") and "session" in dotted.names:
                    constant = self._analysis.constants.get(dotted.last + 2)
                    keys.add(constant.value.lower() if constant is not None else "")
        return frozenset(keys), "" in keys

    def _is_empty(self, start: int, end: int) -> bool:
        """Tell whether what is assigned is nothing: a sign-out."""
        return self._lower[end - 1].lower() in _EMPTY and end - start in (1, 3)

    # Who is turned away ---------------------------------------------------------------------------------------------

    def _condition(self) -> str | None:
        """Return the identity that a condition asks for, whose answer keeps strangers from the work."""
        identities = self._identities()
        if not identities and _SENDING_TO_SIGN_IN not in self._calls.words:
            return None
        known, live, work = self._known(identities), self._live(), self._work()
        sometimes = 0  # up to here it depends on something else whether a condition is asked at all
        for branch in iter_branches(self._unit, self._lower):
            start, end = branch.condition
            owner = self._owner(start)
            asked: dict[int, str] = {}
            if _SENDING_TO_SIGN_IN in self._lower[branch.holds[0] : branch.other[1]]:
                asked[start] = "FormsAuthentication"
            for root in self._calls.roots_in(start, end):
                name = self._unit.value(root)
                words = identities.get(root) or known.get((owner, name)) or known.get((None, name))
                if words is not None:
                    asked[root] = words
            alone = self._alone(branch, asked)
            if asked and self._guards(branch, live, work, always=alone and start >= sometimes):
                return min(asked.values())
            if not alone and _OF_EVERY_PAGE.isdisjoint(self._lower[start:end]):
                sometimes = max(sometimes, branch.other[1])
        return None

    def _alone(self, branch: Branch, asked: Iterable[int]) -> bool:
        """Tell whether nothing but identities decides: each part that ``And`` joins asks for one."""
        start, end = branch.condition
        joints = [i for i in range(start, end) if self._lower[i] in _JOINTS]
        places = sorted(asked)
        return all(
            bisect_left(places, left) < bisect_left(places, right) for left, right in pairwise([start, *joints, end])
        )

    def _known(self, identities: dict[int, str]) -> dict[tuple[str | None, str], str]:
        """Return the variables that hold an identity, each with its function, and the functions that ask for one."""
        known: dict[tuple[str | None, str], str] = {}
        places = sorted(identities)
        for start, end in self._unit.statements:
            at = bisect_left(places, start)
            if at < len(places) and places[at] < end:
                owner = self._owner(start)
                for name_at, right, stop in iter_assignments(self._unit, self._lower, start, end):
                    if right <= places[at] < stop:
                        known[owner, self._unit.value(name_at)] = identities[places[at]]
        for root, words in identities.items():
            owner = self._owner(root)
            if owner is not None:
                known.setdefault((None, owner), words)
        return known

    def _work(self) -> dict[str | None, tuple[int, int]]:
        """Return the first and the last token of what each function does that not everybody may."""
        work: dict[str | None, tuple[int, int]] = {}
        for token in sorted(find_work(self._analysis)):
            work[self._owner(token)] = (work.get(self._owner(token), (token, 0))[0], token)
        return work

    def _guards(
        self, branch: Branch, live: dict[str | None, int], work: dict[str | None, tuple[int, int]], *, always: bool
    ) -> bool:
        """Tell whether a condition that runs on every visit keeps those from the work who fail.

        ``always`` tells that it is asked whatever else the visitor sends.
        """
        at = branch.condition[0]
        owner = self._owner(at)
        if owner not in live:
            return False
        asked_at = at if owner is None else live[owner]
        if always and (self._denies(branch.holds) or self._denies(branch.other)):
            comes_first = asked_at < work.get(None, (asked_at + 1, 0))[0]
            return comes_first and at <= work.get(owner, (at, at))[0]
        first, last = work.get(owner, (-1, -1))
        return branch.holds[0] <= first and last < branch.holds[1]

    def _denies(self, part: tuple[int, int], *, deeper: bool = True) -> bool:
        """Tell whether a range ends the visit, by itself or in a function of the page."""
        if any(self._lower[index] == "throw" for index in range(*part)):
            return True
        for root in self._calls.roots_in(*part):
            names = self._calls.name(root).names
            if names[-1] == _SENDING_TO_SIGN_IN or (names[-2:] in _DENIALS and not self._goes_on(root)):
                return True
            if names[-2:] in _ANSWERS and self._unit.value(self._calls.name(root).last + 2)[:3] in _REFUSED:
                return True
            if deeper and len(names) == 1 and self._is_denying(self._unit.value(root)):
                return True
        return False

    def _goes_on(self, root: int) -> bool:
        """Tell whether a visitor is sent elsewhere while the page runs to its end: ``Redirect(a, false)``."""
        opener = self._calls.name(root).last + 1
        closer = self._unit.match.get(opener, -1)
        return closer > opener and self._lower[closer - 1] == "false"

    def _is_denying(self, name: str) -> bool:
        """Tell whether a function of the page ends the visit."""
        if name not in self._denying:
            function = next(iter(self._functions.get(name, ())), None)
            self._denying[name] = function is not None and self._denies((function.start, function.end), deeper=False)
        return self._denying[name]

    def _owner(self, token: int) -> str | None:
        """Return the function that a token stands in, the innermost."""
        return self._owners[token]

    @cached_property
    def _owners(self) -> list[str | None]:
        return [None if owner is None else name_of(owner) for owner in owners_of(self._unit)]

    def _is_declared(self, root: int) -> bool:
        """Tell whether a function's name is where it is declared, not where it is called."""
        if self._unit.is_vb:
            return self._lower[root - 1] in ("sub", "function")
        after = self._unit.match.get(root + 1, -1) + 1
        return any(function.start == after for function in self._functions[self._unit.value(root)])

    def _live(self) -> dict[str | None, int]:
        """Return what runs on every visit, with where it is called from: the page itself, and functions of it."""
        live: dict[str | None, int] = {None: -1}
        live |= {name: -1 for name in self._functions if name.lower() in _ENTRIES}
        calls = [root for root in self._calls.roots if self._unit.value(root) in self._functions]
        calls = [root for root in calls if not self._is_declared(root)][:_MOST_FUNCTIONS]
        for _ in range(3):
            for root in calls:
                owner = self._owner(root)
                if owner in live:
                    live.setdefault(self._unit.value(root), root if owner is None else live[owner])
        return live
