"""Fix times: whether a page was planted, or a request came, before the installation of a fix, in words."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from webshellhunt.model.exploitation import Exploit, Exposure, Grade, Sighting
from webshellhunt.model.patches import FixState, PatchState, Wave, WaveState
from webshellhunt.views.file_times import days_in_words

_UNKNOWN = (Exposure.UNKNOWN, "")


def days_to_the_fix(days: int) -> str:
    """Return the days from a moment until the fix of a wave was public."""
    if days == 0:
        return "on the day on which the fix was public"
    return f"{days_in_words(timedelta(days=abs(days)))} {'before' if days > 0 else 'after'} the fix was public"


def in_windows(waves: Sequence[Wave]) -> str:
    """Return the waves in whose windows a moment is."""
    names = " and ".join(wave.name for wave in waves)
    return f"in the window of {names}" if len(waves) == 1 else f"in the windows of {names}"


def against_fix(day: date, wave: Wave, state: PatchState | None) -> tuple[bool | None, str]:
    """Return whether a planting is before the installation of the fix of its wave, and the consequence in words."""
    found = next((each for each in state.waves if each.wave.slug == wave.slug), None) if state is not None else None
    if found is None:
        return None, ""
    if found.state is FixState.OPEN:
        return None, "the vulnerability is still open"
    if found.state is not FixState.CLOSED:
        return None, "it is unknown whether the fix is installed"
    return _against_closed(day, found)


def _against_closed(day: date, found: WaveState) -> tuple[bool | None, str]:
    stays = "the patch did not remove it"
    if found.closed_on is None or found.closed_by is None:
        if day < found.wave.fixed:
            return True, f"the fix is installed, since {found.wave.fixed} or later; {stays}"
        return None, "the fix is installed, on an unknown day"
    by = f"{found.closed_on} ({found.closed_by.words})"
    came = f"the fixed build was installed on {by}" if found.closed_exactly else f"the fix was installed by {by}"
    if day == found.closed_on:
        return None, f"{came}, on the same day"
    if day > found.closed_on:
        return False, f"{came}, before it was planted"
    if found.closed_exactly or day < found.wave.fixed or (found.open_on is not None and day <= found.open_on):
        return True, f"{came}; {stays}"
    return None, f"{came}, perhaps before it was planted"


def against_build(day: date, state: PatchState | None) -> tuple[bool | None, str]:
    """Return whether a planting outside all windows is before the installed build, and the same in words."""
    words = "in the window of no known wave"
    if state is None or state.installed is None or state.installed_by is None:
        return None, words
    days = (state.installed - day).days
    how = "before" if days > 0 else "after" if days else "on the day when"
    if not state.installed_by.is_installation and days >= 0:
        return None, f"{words}; the current build was present by {state.installed} ({state.installed_by.words})"
    came = "was installed on" if state.installed_by.is_installation else "was present by"
    day_and_witness = f"{state.installed} ({state.installed_by.words})"
    return (days > 0 if days else None), f"{words}; {how} the current build {came} {day_and_witness}"


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
