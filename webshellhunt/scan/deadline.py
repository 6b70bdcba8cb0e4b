"""Deadline: the outcome of a file whose examination took longer than the limit for a file."""

from __future__ import annotations

from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.verdict import WorkerResult

CODE = "deadline"
"""The code of the gap."""


def cut_short(outcome: WorkerResult, path: str, limits: Limits, *, matters: bool) -> WorkerResult:
    """Return an outcome with the gap; without a digest, so that a file in which nothing was found is not benign."""
    reason = (
        f"its examination took longer than {limits.seconds_per_file:g} s, and the rest was left out; "
        "raise seconds_per_file to examine all of it"
    )
    gap = Gap(CODE, "examine", path, reason, matters)
    return outcome._replace(sha256=None, gaps=(*outcome.gaps, gap))


def vouched(outcome: WorkerResult, sha256: str, baseline: str) -> WorkerResult:
    """Return the outcome of a content that a baseline of the user has: of its gaps only that of the deadline stays."""
    gaps = tuple(gap for gap in outcome.gaps if gap.code == CODE)
    return outcome._replace(sha256=sha256, gaps=gaps, known_good=baseline)
