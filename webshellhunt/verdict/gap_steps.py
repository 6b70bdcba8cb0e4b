"""Steps after gaps: the ways to examine the files that were left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Step
from webshellhunt.verdict.step_items import items_of

_BY_HAND = frozenset({"broken-config", "too-large"})
"""Codes of gaps about files that are present and that a person can read."""


def steps_unread(gaps: Sequence[Gap]) -> Iterator[Step]:
    """Yield the step for important files and folders that the user has no permission to read."""
    denied = [gap.path for gap in gaps if gap.matters and _is_denied(gap)]
    if denied:
        yield Step(
            "Hunt again as administrator (on Linux as root): these were not examined, because the permission to read "
            "them was denied.",
            items_of(denied, "listed under 'Not examined'"),
        )


def steps_missing(gaps: Sequence[Gap] = (), *, unopened: bool = False) -> Iterator[Step]:
    """Yield the steps of an incomplete hunt; ``unopened`` is true if unopened containers may have web directories."""
    denied = list(steps_unread(gaps))
    yield from denied
    if denied and all(_is_denied(gap) or gap.code == "nothing-to-examine" for gap in gaps if gap.matters):
        return
    if any(gap.code in _BY_HAND for gap in gaps if gap.matters):
        yield Step("Read the files marked 'matters' under 'Not examined' yourself: this report does not cover them.")
    if unopened:
        yield Step(
            "Unpack the archives and mount the images (read-only) that are listed as not opened, and hunt through "
            "them: they may contain web directories. A ZIP or tar archive is also hunted as it is."
        )
    yield Step("Hunt again on the server itself or on a full image: files missing from a collection were not examined.")


def _is_denied(gap: Gap) -> bool:
    """Return True if the user had no permission to read a file; an administrator has it."""
    return gap.code == "unreadable" and "permission denied" in gap.reason
