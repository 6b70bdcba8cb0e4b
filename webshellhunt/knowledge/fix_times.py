"""Fix times: whether a page was planted before the installation of a fix or of the current build, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from webshellhunt.model.patches import FixState, PatchState, Wave, WaveState
from webshellhunt.views.file_times import days_in_words


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
