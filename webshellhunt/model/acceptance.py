"""Acceptance: an entry of the user for a known false alarm, with a reason, a name and a last day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webshellhunt.errors import UsageError
from webshellhunt.model.rules import Rule

_WILDCARDS = "*?\\/."


@dataclass(frozen=True, slots=True)
class Acceptance:
    r"""One entry: the findings that it matches are accepted until a day, including that day.

    ``sha256``, ``path`` and ``rule`` select the findings; all that are set must match. ``path`` is a path of the
    server in lower case with ``\`` as separator: ``*`` and ``?`` match within one name, ``**`` any number of
    folders. ``rule`` is an id or a slug in lower case. ``expired`` is true if the day has passed: such an entry
    accepts nothing, and the report lists it. ``file`` and ``number`` are the place of the entry (1-based).
    """

    reason: str
    by: str
    until: date
    sha256: str | None = None
    path: str | None = None
    rule: str | None = None
    expired: bool = False
    file: str = ""
    number: int = 1

    def __post_init__(self) -> None:
        if not (self.sha256 or self.path or self.rule):
            raise UsageError("an entry needs sha256, path or rule")
        if not (self.reason.strip() and self.by.strip()):
            raise UsageError("an entry needs a reason and the name of the person who accepts")
        if self.path is not None and not self._without_drive.strip(_WILDCARDS):
            raise UsageError("the path would match every file: name a folder or a file")

    @property
    def _without_drive(self) -> str:
        path = self.path or ""
        return path[2:] if path[1:2] == ":" else path

    @property
    def is_exact(self) -> bool:
        """True if the path has no wildcard."""
        return self.path is not None and not ("*" in self.path or "?" in self.path)

    @property
    def terms(self) -> str:
        """The conditions of the entry, in words."""
        given = (("sha256", self.sha256), ("path", self.path), ("rule", self.rule and self.rule.upper()))
        return ", ".join(f"{name} {value}" for name, value in given if value)

    def covers(self, path: str, sha256: str | None) -> bool:
        """Return True if the entry matches a subject with this path and content."""
        if self.sha256 is not None and self.sha256 != sha256:
            return False
        return self.path is None or path_matches(path, self.path)

    def is_about(self, rule: Rule) -> bool:
        """Return True if the entry applies to this rule, also by the name of a merged one, or to all rules."""
        return self.rule is None or self.rule in map(str.lower, rule.names)


class AcceptanceState(StrEnum):
    """The use of an entry in one hunt.

    ``APPLIED``: it accepted findings. ``EXPIRED``: it matched findings, but its day has passed. ``UNUSED``: it matched
    nothing.
    """

    APPLIED = "applied"
    EXPIRED = "expired"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class AcceptanceUse:
    """One entry with the number of findings that it matched, and the paths of their subjects in order."""

    acceptance: Acceptance
    findings: int = 0
    paths: tuple[str, ...] = ()

    @property
    def state(self) -> AcceptanceState:
        """The use of the entry."""
        if not self.findings:
            return AcceptanceState.UNUSED
        return AcceptanceState.EXPIRED if self.acceptance.expired else AcceptanceState.APPLIED


def path_key(path: str) -> str:
    r"""Return a path in the spelling for comparison with entries: lower case, ``\`` as the only separator."""
    return path.lower().replace("/", "\\")


def path_matches(path: str, pattern: str) -> bool:
    """Return True if a path matches a pattern; both may have any spelling."""
    names, wanted = path_key(path).split("\\"), path_key(pattern).split("\\")
    return _fits(names, wanted, "**", lambda name, part: _fits(name, part, "*", _same))


def _same(character: str, wanted: str) -> bool:
    return wanted in ("?", character)


def _fits(items: Sequence[str], pattern: Sequence[str], star: str, same: Callable[[str, str], bool]) -> bool:
    """Return True if items match a pattern in which ``star`` matches any number of items; without recursion."""
    at = wanted = mark = 0
    last_star = -1
    while at < len(items):
        if wanted < len(pattern) and pattern[wanted] == star:
            last_star, mark = wanted, at
            wanted += 1
        elif wanted < len(pattern) and same(items[at], pattern[wanted]):
            at += 1
            wanted += 1
        elif last_star >= 0:
            mark += 1
            at, wanted = mark, last_star + 1
        else:
            return False
    return all(each == star for each in pattern[wanted:])
