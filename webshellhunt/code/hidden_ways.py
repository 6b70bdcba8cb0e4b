"""Hidden ways: decisions to let somebody in that depend on what the page hides, beside what it asks visitors for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from webshellhunt.analysis.constants import Constant
from webshellhunt.code.asked import Asked
from webshellhunt.code.branches import Branch, iter_branches
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.flow import FlowAnalysis
from webshellhunt.code.grants import COMPARING, Decision, iter_decisions, operands
from webshellhunt.code.marks import Marks
from webshellhunt.lang.tokens import STRING
from webshellhunt.lazy_pattern import lazy_pattern

_SHORTEST = 4
_DIGEST = lazy_pattern(
    r"(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})|[\w+/]{22}==|[\w+/]{27}=|[\w+/]{43}=",
    re.I,
)
_DIGESTING = lazy_pattern(r"\w*(?:md5|md_5|sha_?\d|hash)\w*", re.IGNORECASE)
_PASSWORDS = ("pass", "pwd", "psw")
_PASSWORD = lazy_pattern(r"passw|pwd|passwd|\bpass|psw", re.IGNORECASE)
_USUAL = lazy_pattern(
    r"passw|pwd|psw|user|login|logon|mail|action|submit|\A(?:pass|\w*name|act|cmd|mode|do|op|type|code|token)\Z",
    re.IGNORECASE,
)
"""Names that forms of other pages send, so that one which this page has no field for is no secret."""
_OR = frozenset({"or", "orelse", "||"})
_LEAVING = frozenset({"redirect", "transfer", "throw", "exit", "return"})
_JOINING = frozenset({"&", "+"})
_MAKING = frozenset(
    {
        "chr", "chrw", "chrb", "strreverse", "replace", "mid", "fromcharcode", "unescape", "frombase64string",
        "getstring", "char", "tochar", "atob", "fromhexstring", "reverse", "join", "concat",
    }
)  # fmt: skip
_MOST_KEYS = 20
_LONGEST = 2_000  # tokens of a condition
_VISITOR = frozenset({"visitor"})


class HiddenWay(NamedTuple):
    """A way in that is hidden: the words for it, its token, and what opens it."""

    words: str
    token: int
    key: str | None
    constant: str


def iter_hidden_ways(analysis: FlowAnalysis, texts: Sequence[str]) -> Iterator[HiddenWay]:
    """Yield the hidden ways past the sign-in of a page.

    Args:
        analysis: the code of the page.
        texts: the page and all that it takes in, as text: a name that is read and stands nowhere else is no field.
    """
    said = (analysis.told, "\n".join(analysis.words()))
    asks = any(word in text for text in said for word in _PASSWORDS)
    decisions = list(iter_decisions(analysis)) if asks else []
    if decisions:
        search = _Search(analysis, decisions, texts)
        for decision in decisions:
            found = search.look_at(decision)
            if found is not None:
                yield found


class _Search:
    """One look through the decisions of one unit."""

    def __init__(self, analysis: FlowAnalysis, decisions: Sequence[Decision], texts: Sequence[str]) -> None:
        self._analysis = analysis
        self._unit = analysis.unit
        self._calls = analysis.calls
        self._lower = analysis.calls.lower
        self._decisions = decisions
        self._texts = texts
        self._asked = Asked(analysis)
        self._unsaid: dict[str, bool] = {}

    @cached_property
    def _constants(self) -> Mapping[int, Constant]:
        """The constants of the page, joined as far as they can be."""
        own = PageEvaluator(self._unit, None)
        return {each.start: each for each in iter_constants(self._unit.tokens, own=own)}

    @cached_property
    def _branches(self) -> list[Branch]:
        return list(iter_branches(self._unit, self._lower))

    @cached_property
    def _visitor(self) -> Marks:
        return Marks(self._calls, dict.fromkeys(self._asked.roots, _VISITOR) | self._parameters())

    def look_at(self, decision: Decision) -> HiddenWay | None:
        """Return the hidden way that a decision is."""
        condition = decision.by or decision.around[0].condition
        if COMPARING.isdisjoint(self._lower[slice(*condition)]):
            return None
        return (
            self._put_together(decision, condition)
            or self._digest(decision, condition)
            or self._unasked(decision, condition)
        )

    # What is compared -----------------------------------------------------------------------------------------------

    def _put_together(self, decision: Decision, condition: tuple[int, int]) -> HiddenWay | None:
        """Tell of a constant that is written so that nobody reads it."""
        if not self._may_hide(condition) or not self._visitor.on(*condition):
            return None
        for constant in self._compared(condition, self._constants):
            steps = set(constant.steps) - {"variable"}
            hidden = bool(steps - {"concatenate"}) or (bool(steps) and "variable" not in constant.steps)
            if hidden and len(constant.value) >= _SHORTEST and constant.value.isprintable():
                words = f"a constant that the page puts together grants access ({decision.grant.target})"
                return HiddenWay(words, constant.start, None, constant.value)
        return None

    def _digest(self, decision: Decision, condition: tuple[int, int]) -> HiddenWay | None:
        """Tell of the digest of a fixed password, where others sign in by something else."""
        names = [name for root in self._calls.roots_in(*condition) for name in self._calls.name(root).names]
        if not any(_DIGESTING.fullmatch(name) for name in names) or not self._has_other_way(decision, condition):
            return None
        for constant in self._compared(condition, self._analysis.constants):
            if _DIGEST.fullmatch(constant.value):
                words = (
                    "a fixed password, of which the page contains only the digest, "
                    f"grants access ({decision.grant.target})"
                )
                return HiddenWay(words, constant.start, None, constant.value)
        return None

    def _has_other_way(self, decision: Decision, condition: tuple[int, int]) -> bool:
        """Tell whether the same is given by another condition as well, one without a digest, or by an alternative."""
        if not _OR.isdisjoint(self._lower[slice(*condition)]):
            return True
        others = (d for d in self._decisions if d.grant.target == decision.grant.target and d.grant != decision.grant)
        conditions = (other.by or other.around[0].condition for other in others)
        return any(
            each != condition
            and not any(_DIGEST.fullmatch(c.value) for c in self._compared(each, self._analysis.constants))
            for each in conditions
        )

    def _may_hide(self, condition: tuple[int, int]) -> bool:
        """Tell whether a condition joins or makes a text, or names a variable that is given one so made."""
        start, end = condition
        return self._makes(start, end) or any(
            self._unit.value(r) in self._made for r in self._calls.roots_in(start, end)
        )

    def _makes(self, start: int, end: int) -> bool:
        """Tell whether a range calls what makes texts, or joins two that stand there."""
        if not _MAKING.isdisjoint(self._lower[start:end]):
            return True
        return any(self._lower[at] in _JOINING and self._joins(at) for at in range(start + 1, end - 1))

    def _joins(self, at: int) -> bool:
        """Tell whether an operator stands between two literals."""
        return self._unit.tokens.kinds[at - 1 : at + 2 : 2] == bytes((STRING, STRING))

    @cached_property
    def _made(self) -> frozenset[str]:
        """The variables that are given a text which nothing but such calls and literals make."""
        names = set[str]()
        found = self._calls.indexes_of(_MAKING | _JOINING)
        making = (at for at in found if self._lower[at] in _MAKING or self._joins(at))
        for name_at, right, stop in self._asked.assigned(making):
            roots = self._calls.roots_in(right, stop)
            if self._makes(right, stop) and all(_MAKING.intersection(self._calls.name(r).names) for r in roots):
                names.add(self._unit.value(name_at))
        return frozenset(names)

    def _compared(self, condition: tuple[int, int], constants: Mapping[int, Constant]) -> Iterator[Constant]:
        """Yield the constants of a condition that something is compared with."""
        for token in range(condition[0], min(condition[1], condition[0] + _LONGEST)):
            constant = constants.get(token)
            if constant is not None and self._is_whole(constant):
                before, after = operands(self._unit, self._lower, constant.start, constant.end)
                called = self._called_around(constant.start)
                if not COMPARING.isdisjoint((before, after, called)):
                    yield constant

    def _is_whole(self, constant: Constant) -> bool:
        """Tell whether a constant is an expression by itself: what it opens, it closes."""
        inside = range(constant.start, min(constant.end, constant.start + _LONGEST))
        return all(self._unit.match.get(token, token) in inside for token in inside)

    def _called_around(self, token: int) -> str:
        """Return the name of the function that a token is an argument of, among the first few."""
        index, steps = token - 1, 0
        while index > 0 and steps < 12:
            if self._unit.is_op(index, "("):
                return self._lower[index - 1]
            index = min(self._unit.match.get(index, index), index) - 1
            steps += 1
        return ""

    # What is asked for ----------------------------------------------------------------------------------------------

    def _unasked(self, decision: Decision, condition: tuple[int, int]) -> HiddenWay | None:
        """Tell of a name that no form has, whose one value lets in whoever sends it."""
        if decision.by is not None or not self._asked.is_all_of(*condition):
            return None
        keys = {self._asked.key_at(root) for root in self._calls.roots_in(*condition)} - {None}
        constants = [each.value for each in self._compared(condition, self._analysis.constants)]
        key = next(iter(keys)) if len(keys) == 1 else None
        if not key or not constants or _USUAL.search(key) or not self._is_said_nowhere_else(key):
            return None
        if not any(_PASSWORD.search(other) for other in self._asked.roots.values() if other != key):
            return None
        if any(self._decides_too(branch, decision) for branch in decision.around[1:]) or self._left_before(decision):
            return None
        words = f"the parameter {key!r}, which no form of the page has, grants access ({decision.grant.target})"
        return HiddenWay(words, condition[0], key, constants[0])

    def _is_said_nowhere_else(self, key: str) -> bool:
        """Tell whether a name stands in the page only where the code asks for it."""
        if key not in self._unsaid:
            said = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])", re.IGNORECASE)
            asked = sum(other == key for other in self._asked.roots.values())
            looked_up = len(self._unsaid) < _MOST_KEYS and len(key) < 200
            self._unsaid[key] = looked_up and all(len(said.findall(text)) <= asked for text in self._texts)
        return self._unsaid[key]

    def _decides_too(self, branch: Branch, decision: Decision) -> bool:
        """Tell whether a condition farther out asks for something that only those who signed in have."""
        token = decision.grant.token
        if branch.other[0] <= token and any(
            other.grant.target == decision.grant.target and branch.holds[0] <= other.grant.token < branch.holds[1]
            for other in self._decisions
        ):
            return False
        return not self._asked.is_all_of(*branch.condition)

    def _left_before(self, decision: Decision) -> bool:
        """Tell whether a condition before sends strangers away."""
        around = {branch.condition for branch in decision.around}
        return any(at[0] < decision.grant.token and at not in around for at in self._turning_away)

    @cached_property
    def _turning_away(self) -> list[tuple[int, int]]:
        """The conditions that end the visit where they hold, and ask for more than what the request carries."""
        leaving = (branch.condition for branch in self._branches if self._leaves(branch.holds))
        return [condition for condition in leaving if not self._asked.is_all_of(*condition)]

    def _leaves(self, part: tuple[int, int]) -> bool:
        """Tell whether the visit, or the function, ends in a range."""
        ends = any(self._calls.name(root).names[-2:] == ("response", "end") for root in self._calls.roots_in(*part))
        return ends or not _LEAVING.isdisjoint(self._lower[slice(*part)])

    # The visitor ----------------------------------------------------------------------------------------------------

    def _parameters(self) -> dict[int, frozenset[str]]:
        """Return where parameters are used of functions that are given a password."""
        found: dict[int, frozenset[str]] = {}
        for function in self._unit.functions:
            if any(_PASSWORD.search(name) for name in function.parameters):
                for root in self._calls.roots_in(function.start, function.end):
                    if self._unit.value(root) in function.parameters:
                        found[root] = _VISITOR
        return found
