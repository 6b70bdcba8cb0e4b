"""Exposure: whether the installed build was vulnerable to an exploit on the day of a request."""

from __future__ import annotations

from datetime import date, datetime

from webshellhunt.model.exploitation import Exploit, Exposure, Grade, Sighting
from webshellhunt.model.patches import FixState, PatchState, WaveState

_UNKNOWN = (Exposure.UNKNOWN, "")


class Exposures:
    """The exposures of a host to one exploit by day."""

    def __init__(self, exploit: Exploit, patch_state: PatchState | None) -> None:
        self._exploit, self._patch_state = exploit, patch_state
        self._known: dict[date | None, tuple[Exposure, str]] = {}

    def at(self, when: datetime | None) -> tuple[Exposure, str]:
        """Return the exposure at a time, with the reason in words."""
        day = None if when is None else when.date()
        if day not in self._known:
            self._known[day] = find_exposure(self._exploit, when, self._patch_state)
        return self._known[day]

    def graded(self, sighting: Sighting) -> Sighting:
        """Return a request with the grade of its day: where the vulnerability was closed, no answer is a success."""
        exposure, words = self.at(sighting.when_utc)
        if exposure is not Exposure.CLOSED or sighting.grade is Grade.ATTEMPTED:
            return sighting
        return sighting._replace(grade=Grade.ATTEMPTED, because=f"{sighting.because}; but {words}")


def find_exposure(exploit: Exploit, when: datetime | None, patch_state: PatchState | None) -> tuple[Exposure, str]:
    """Return the exposure of a host to an exploit at a time, with the reason in words, which is empty if unknown."""
    if patch_state is None or exploit.product != "exchange":
        return _UNKNOWN
    day = None if when is None else when.date()
    for state in patch_state.waves:
        if exploit.wave == state.wave.slug:
            return _of_wave(state, day)
    return _of_vulnerabilities(exploit, patch_state, day)


def _of_wave(state: WaveState, day: date | None) -> tuple[Exposure, str]:
    if state.state is FixState.OPEN:
        return Exposure.OPEN, "the installed build has this vulnerability"
    if state.state is not FixState.CLOSED or day is None:
        return _UNKNOWN
    if state.closed_on is not None and day > state.closed_on:
        return Exposure.CLOSED, f"the update that closes this vulnerability was installed by {state.closed_on}"
    if state.open_on is not None and day <= state.open_on:
        return Exposure.OPEN, f"this vulnerability was open on {state.open_on}, after the request"
    if state.closed_on is not None and state.closed_exactly and day < state.closed_on:
        return Exposure.OPEN, f"the update that closes this vulnerability was installed later, on {state.closed_on}"
    if day < state.wave.fixed:
        return Exposure.OPEN, f"no update closed this vulnerability before {state.wave.fixed}"
    return _UNKNOWN


def _of_vulnerabilities(exploit: Exploit, patch_state: PatchState, day: date | None) -> tuple[Exposure, str]:
    """Return the exposure to an exploit without a wave, from the installed build alone."""
    states = {each.state for each in patch_state.cves if each.cve in exploit.cves}
    if FixState.OPEN in states:
        return Exposure.OPEN, "the installed build has this vulnerability"
    since = patch_state.installed
    if states == {FixState.CLOSED} and day is not None and since is not None and day > since:
        return Exposure.CLOSED, f"the installed build, of {since}, does not have this vulnerability"
    return _UNKNOWN
