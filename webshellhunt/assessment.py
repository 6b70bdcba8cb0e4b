"""Assess: one sentence and a state for the whole host, with the next steps that fit what was found."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Assessment, AssessmentState, Coverage, Held
from webshellhunt.model.verdict import Disposition, Verdict

_STEPS_FOUND = (
    "Preserve before you remove: copy each listed file with its times, or image the server: "
    "they are the evidence of when and how.",
    "Isolate the server from the internet: whoever planted these can still reach them.",
    "Remove the listed files, and the configuration that makes any of them run; then hunt again.",
    "Rotate what the server knew: machine keys, service and administrator credentials, certificates; "
    "a shell runs as the server.",
)
_STEPS_SUSPECT = ("Have somebody who knows the server read each listed file: each row says what to look at, and why.",)
_STEPS_MISSING = (
    "Hunt again on the server itself or on a full image: what a collection did not hold was not examined.",
)


def assess(
    verdicts: Sequence[Verdict], gaps: Sequence[Gap], coverage: Coverage, *, interrupted: bool = False
) -> Assessment:
    """Return the host's assessment; ``nothing_found`` is said only where nothing that matters was missing."""
    doors = sum(v.disposition == Disposition.MALICIOUS for v in verdicts)
    suspects = sum(v.disposition == Disposition.SUSPICIOUS for v in verdicts)
    empty = any(gap.code == "nothing-to-examine" for gap in gaps)
    matter = sum(gap.matters for gap in gaps) - empty
    if doors:
        also = f"; {_many(suspects, 'more file')} {'is' if suspects == 1 else 'are'} suspicious" if suspects else ""
        sentence = f"{_many(doors, 'back door')} found{also}."
        return Assessment(AssessmentState.BACKDOORED, sentence, _STEPS_FOUND)
    if suspects:
        sentence = f"{_many(suspects, 'suspicious file')} found, none of them proven."
        return Assessment(AssessmentState.SUSPICIOUS_ONLY, sentence, _STEPS_SUSPECT)
    missing = _missing(matter, interrupted=interrupted, empty=empty or coverage.pages == Held.MISSING)
    if missing:
        sentence = (
            f"Nothing was found, but the hunt is incomplete: {missing}. "
            "A patched server can still hold what was planted before."
        )
        return Assessment(AssessmentState.INCOMPLETE, sentence, _STEPS_MISSING)
    sentence = (
        "Nothing was found in what was examined. "
        "That is no proof of a clean server, and a patch would not remove a back door."
    )
    return Assessment(AssessmentState.NOTHING_FOUND, sentence)


def _missing(matter: int, *, interrupted: bool, empty: bool) -> str:
    """Say in words what keeps an empty result from meaning anything."""
    parts = ["it was interrupted"] if interrupted else []
    if empty:
        parts.append("no file was there to examine")
    if matter:
        parts.append(f"{_many(matter, 'thing')} that {'matters' if matter == 1 else 'matter'} could not be examined")
    return " and ".join(parts)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")
