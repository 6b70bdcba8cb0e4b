"""Deadline: the time for a file, and the outcome of one whose examination took longer."""

from __future__ import annotations

from dataclasses import replace

from webshellhunt.fence import Deadline
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.verdict import WorkerResult

CODE = "deadline"
"""The code of the gap."""


_LEAST_SECONDS = 0.001


def within(job: Job, deadline: Deadline) -> Job:
    """Return the job with the rest of the time for a file, which is examined in several ways."""
    left = deadline.seconds_left
    if left is None:
        return job
    return replace(job, limits=replace(job.limits, seconds_per_file=max(left, _LEAST_SECONDS)))


def cut_short(outcome: WorkerResult, path: str, *, matters: bool) -> WorkerResult:
    """Return an outcome with the gap; without a digest, so that a file in which nothing was found is not benign."""
    reason = "its examination took longer than seconds_per_file allows, and the rest was left out; raise this limit"
    reason += " (--timeout-per-file)"
    gap = Gap(CODE, "examine", path, reason, matters)
    return outcome._replace(sha256=None, gaps=(*outcome.gaps, gap))


def vouched(outcome: WorkerResult, sha256: str, baseline: str) -> WorkerResult:
    """Return the outcome of a content that a baseline of the user has: of its gaps only that of the deadline stays."""
    gaps = tuple(gap for gap in outcome.gaps if gap.code == CODE)
    return outcome._replace(sha256=sha256, gaps=gaps, known_good=baseline)
