"""The patch state on the page: open waves with their fixes, the closed ones, and other vulnerabilities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from webshellhunt.model.patches import FixState, PatchState, WaveState, WitnessKind
from webshellhunt.reports.patch_words import ALSO_OPEN, basis_words, cves_without_wave, last_fix, support_line
from webshellhunt.reports.writers.html.environment import day

OTHERS: Final = 12
"""Largest number of further vulnerabilities without ``--all``, the newest first."""


class OpenWave(NamedTuple):
    """A wave with its vulnerabilities, the day of its first use, and the update that fixes it."""

    name: str
    cves: str
    first_use: str
    fix: str


def patch_values(state: PatchState, *, show_all: bool) -> Mapping[str, Any]:
    """Return the values of the template."""
    return {
        "state": state,
        "title": " ".join(part for part in (state.product or "Exchange", state.update) if part),
        "came": _came(state),
        "basis": basis_words(state),
        "support": support_line(state),
        "open": [_wave(each, state) for each in state.waves_in(FixState.OPEN)],
        "unsettled": [_wave(each, state) for each in state.waves_in(FixState.UNSETTLED)],
        "closed": [f"{each.wave.name}{_since(each)}" for each in state.waves_in(FixState.CLOSED)],
        "others": [
            (words, *_cut([each.cve for each in cves_without_wave(state, fix)], show_all=show_all))
            for fix, words in ALSO_OPEN
        ],
        "witnesses": list(_witnesses(state)),
    }


def _came(state: PatchState) -> str:
    released = f", released on {day(state.released)}" if state.released is not None else ""
    if state.installed is not None and state.installed_by is not None:
        how = "on" if state.installed_by.is_installation else "by"
        return f"installed {how} {day(state.installed)} ({state.installed_by.words}){released}"
    return (
        f"not installed before its release on {day(state.released)}"
        if state.released
        else "installed at an unknown time"
    )


def _wave(wave: WaveState, state: PatchState) -> OpenWave:
    last = last_fix(state, wave)
    fix = "no fixed build in the table" if last is None else f"{last.fixed_by or 'update'} ({last.fixed_build})"
    return OpenWave(wave.wave.name, ", ".join(wave.cves), day(wave.wave.first_use), fix)


def _since(wave: WaveState) -> str:
    if wave.closed_on is None or wave.closed_by is None:
        return ""
    return f" ({'on' if wave.closed_exactly else 'by'} {day(wave.closed_on)}, {wave.closed_by.words})"


def _cut(names: list[str], *, show_all: bool) -> tuple[list[str], int]:
    return (names, 0) if show_all else (names[:OTHERS], max(0, len(names) - OTHERS))


def _witnesses(state: PatchState) -> Iterator[tuple[str, str, str, str]]:
    """Yield the kind, the build or update, the time and the place of each piece of evidence for the build."""
    for each in state.witnesses:
        if each.kind is not WitnessKind.VERSION_FOLDER or not state.exact:
            when = day(each.when_utc) if each.when_utc is not None else ""
            yield each.kind.words, each.build or each.update or "", when, each.where
