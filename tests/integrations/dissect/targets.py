"""Targets of dissect for tests: the described host as a folder, an archive, a disk image."""

from __future__ import annotations

from typing import Any

from integrations.dissect.dissect_webshellhunt.source import TargetSource
from webshellhunt import Disposition, Report, hunt


def opened(place: object) -> Any:
    """Return the target at a place of this machine."""
    from dissect.target import Target

    return Target.open(place)


def told(report: Report) -> list[tuple[object, ...]]:
    """Return all that is said of each subject that is not benign."""
    return sorted(
        (each.subject.path, each.disposition, each.reasons, tuple(finding.rule.id for finding in each.findings))
        for each in report.verdicts
        if each.disposition > Disposition.BENIGN
    )


def hunted(place: object, **options: bool) -> Report:
    """Return the report of a target."""
    return hunt(TargetSource(opened(place), **options))
