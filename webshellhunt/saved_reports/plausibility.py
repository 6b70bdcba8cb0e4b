"""Values of a saved report that no hunt writes, though their type is right: formats may rely on the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webshellhunt.errors import UsageError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.patches import PatchState
from webshellhunt.model.report import Report

_LONGEST_BUILD: Final = 100
_DIGEST = lazy_pattern(r"[0-9a-fA-F]{64}")


def check_values(report: Report) -> None:
    """Check the values of a report that was read.

    Raises:
        UsageError: A digest is none, or a build is too long; the text names it.
    """
    for number, verdict in enumerate(report.verdicts, 1):
        digest = verdict.subject.sha256
        if digest is not None and _DIGEST.fullmatch(digest) is None:
            raise UsageError(f"'sha256' of verdict {number} is no digest: this report is damaged")
    for name, build in _builds(report.patch_state):
        if build is not None and len(build) > _LONGEST_BUILD:
            raise UsageError(f"'{name}' of the patch state has {len(build):,} characters: this report is damaged")


def _builds(state: PatchState | None) -> Iterator[tuple[str, str | None]]:
    if state is not None:
        yield "build", state.build
        yield from (("fixed_build", each.fixed_build) for each in state.cves)
        yield from (("build of a witness", each.build) for each in state.witnesses)
