"""Vulnerabilities of Exchange: the build that fixes each one, and its state at a build.

The rule is that of CSS-Exchange: a build is fixed if it is at least the fixed build of the *newest* cumulative update
that received the security update; else only if its own cumulative update received it and the build is at least that
one. A product that never received the update is not affected.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from webshellhunt.knowledge.exchange_builds import Build, Placed, find_build, written
from webshellhunt.knowledge.tables import data_file, read_table
from webshellhunt.model.patches import CveState, FixState

_PROTECTION = "Extended Protection has to be enabled"
FURTHER_REQUIREMENTS: Mapping[str, str] = {
    "CVE-2021-1730": "attachments have to be served under a domain of their own (Download Domains)",
    "CVE-2021-34470": "the directory's schema has to be extended (PrepareSchema)",
    "CVE-2022-21978": "every domain has to be prepared (PrepareAllDomains)",
    "CVE-2023-36434": "Windows has to be updated, or IIS's TokenCacheModule removed",
    "CVE-2023-21709": "Windows has to be updated, or IIS's TokenCacheModule removed",
    "CVE-2025-53786": "a hybrid server needs the dedicated application, and the shared principal's keys cleared",
    **dict.fromkeys(
        ("CVE-2022-24516", "CVE-2022-21979", "CVE-2022-21980", "CVE-2022-24477", "CVE-2022-30134", "CVE-2024-21410"),
        _PROTECTION,
    ),
}
"""Steps that a vulnerability requires in addition to an update: the build alone does not prove it closed."""

_UNLISTED = "no fixed build is listed for this branch: a later cumulative update may be needed"
_LATER = "a security update for this cumulative update closes it; its installation is unknown"


@dataclass(slots=True)
class _Fix:
    """One security update of one product: its build for each cumulative update, and its release date."""

    title: str
    released: date
    builds: dict[str, Build] = field(default_factory=dict)

    @property
    def newest(self) -> Build:
        return max(self.builds.values())

    def closes(self, number: Build, cu: str | None) -> bool:
        if number >= self.newest:
            return True
        own = self.builds.get(cu) if cu is not None else None
        return own is not None and number >= own

    def could_close(self, cu: str | None) -> bool:
        """Return True if a build of a cumulative update may be fixed, which includes an unknown cumulative update."""
        return cu is None or cu in self.builds


@dataclass(slots=True)
class _Affected:
    """One vulnerability in one product; ``branches`` are cumulative updates without a fixed build."""

    cve: str
    fixes: dict[str, _Fix] = field(default_factory=dict)
    branches: set[str] = field(default_factory=set)


Cves = Mapping[str, Mapping[str, _Affected]]
"""Vulnerabilities by product and name."""


def iter_states(placed: Placed, *, exact: bool = True, cu_is_known: bool = True) -> Iterator[CveState]:
    """Yield the state of each known vulnerability of a build's product.

    ``exact``: false if the installed build may be higher, so that an open vulnerability may be closed. ``cu_is_known``:
    false if the cumulative update is uncertain as well.
    """
    for affected in load_cves().get(placed.product or "", {}).values():
        state = _state(affected, placed, exact=exact, cu_is_known=cu_is_known)
        if state is not None:
            yield _as_far_as_known(state, placed)


def _as_far_as_known(state: CveState, placed: Placed) -> CveState:
    """Return a state; for a build newer than the table, open becomes unsettled."""
    if placed.newer_than_data is None or state.state is not FixState.OPEN:
        return state
    return state._replace(
        state=FixState.UNSETTLED, note=f"the build is newer than this data (of {placed.newer_than_data})"
    )


def _state(affected: _Affected, placed: Placed, *, exact: bool, cu_is_known: bool) -> CveState | None:
    more = FURTHER_REQUIREMENTS.get(affected.cve)
    if not affected.fixes:
        if placed.cu not in affected.branches:
            return None
        return CveState(affected.cve, FixState.UNSETTLED, note=more or _UNLISTED)
    missing = [fix for fix in affected.fixes.values() if not fix.closes(placed.number, placed.cu)]
    last = max(missing or affected.fixes.values(), key=lambda fix: fix.released)
    build = written(last.builds.get(placed.cu or "", last.newest))
    if not missing:
        state = FixState.CLOSED if more is None else FixState.UNSETTLED
        return CveState(affected.cve, state, last.title, build, more)
    cu = placed.cu if cu_is_known else None
    if not exact and all(fix.could_close(cu) for fix in missing):
        return CveState(affected.cve, FixState.UNSETTLED, last.title, build, _LATER)
    return CveState(affected.cve, FixState.OPEN, last.title, build, more)


def fix_public(cve: str) -> date | None:
    """Return the release date of the last fix of a vulnerability, or ``None`` if no fixed build is known."""
    days = [
        fix.released
        for product in load_cves().values()
        if (affected := product.get(cve)) is not None
        for fix in affected.fixes.values()
    ]
    return max(days, default=None)


@lru_cache(maxsize=1)
def load_cves() -> Cves:
    """Load the shipped table; the lower fixed build of a branch counts if two sources differ."""
    found: dict[str, dict[str, _Affected]] = {}
    for cve, product, cu, number, title, released, _ in read_table(data_file("exchange_cves.tsv")).rows:
        affected = found.setdefault(product, {}).setdefault(cve, _Affected(cve))
        build = find_build(number)
        if build is None:
            affected.branches.add(cu)
            continue
        fix = affected.fixes.setdefault(title, _Fix(title, date.fromisoformat(released)))
        fix.builds[cu] = min(fix.builds.get(cu, build), build)
    return found
