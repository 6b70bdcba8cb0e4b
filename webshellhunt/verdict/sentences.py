"""Parts of the sentence of an assessment: counts, names, and the state of the patches."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.model.patches import FixState, PatchState
from webshellhunt.model.verdict import SubjectKind, Verdict
from webshellhunt.views.figures import count_in_words, list_in_words


def open_sentence(state: PatchState | None) -> str:
    """Return the sentence that names the waves to which the server is open; empty for none."""
    names = [] if state is None else [each.wave.name for each in state.waves_in(FixState.OPEN)]
    return f" The server is open to {list_in_words(names, 'wave')}." if names else ""


def unsettled_sentence(state: PatchState | None) -> str:
    """Return the sentence about waves of which nobody knows whether they are fixed; empty for none."""
    if state is not None and state.newer_than_data is not None:
        return newer_sentence(state)
    names = [] if state is None else [each.wave.name for each in state.waves_in(FixState.UNSETTLED)]
    if not names:
        return ""
    return f" It is unknown whether the server is open to {list_in_words(names, 'wave')}: its exact build is not known."


def newer_sentence(state: PatchState | None) -> str:
    """Return the sentence about a build that is newer than the data; empty for another one."""
    if state is None or state.newer_than_data is None:
        return ""
    names = [each.wave.name for each in state.waves_in(FixState.UNSETTLED)]
    unknown = (
        f"it is unknown whether {list_in_words(names, 'wave')} {'is' if len(names) == 1 else 'are'} fixed"
        if names
        else "vulnerabilities found since then are not in the data"
    )
    return f" The installed build {state.build} is newer than our data (of {state.newer_than_data}): {unknown}."


def counted(verdicts: Sequence[Verdict], adjective: str) -> str:
    """Count files and registrations separately: ``2 suspicious files and 1 suspicious registration``."""
    registrations = sum(verdict.subject.kind is SubjectKind.REGISTRATION for verdict in verdicts)
    counts = {"file": len(verdicts) - registrations, "registration": registrations}
    return " and ".join(count_in_words(count, f"{adjective} {noun}") for noun, count in counts.items() if count)
