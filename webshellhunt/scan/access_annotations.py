"""Guarded: tell with findings which access check of the application stands in front of what a page does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from webshellhunt.model.findings import Finding
from webshellhunt.views.sample import Sample


def iter_with_access_check(findings: Sequence[Finding], sample: Sample) -> Iterator[Finding]:
    """Yield findings with the check as a fact, where all code of the page that works stands behind one."""
    check = _access_check(sample) if findings else None
    for finding in findings:
        yield finding if check is None else replace(finding, facts={**finding.facts, "access_check": check})


def _access_check(sample: Sample) -> str | None:
    """Return what the page asks of the application, in words; ``None`` where any of its code works without."""
    layers = (layer for layer in sample.layers if not layer.is_dormant)
    checks = [code.access_check for layer in layers for code in layer.codes if code.works]
    return checks[0] if checks and None not in checks else None
