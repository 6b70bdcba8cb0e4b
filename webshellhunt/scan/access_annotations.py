"""Access annotations: the access check of the application before the code of a page, as a fact of its findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from webshellhunt.model.findings import Finding
from webshellhunt.views.sample import Sample


def iter_with_access_check(findings: Sequence[Finding], sample: Sample) -> Iterator[Finding]:
    """Yield findings with the access check as a fact, if all active code of the page runs only after one."""
    check = _access_check(sample) if findings else None
    for finding in findings:
        yield finding if check is None else replace(finding, facts={**finding.facts, "access_check": check})


def _access_check(sample: Sample) -> str | None:
    """Return the access check in words, or ``None`` if any active code of the page runs without one."""
    layers = (layer for layer in (*sample.layers, *sample.constant_layers) if not layer.is_dormant)
    checks = [code.access_check for layer in layers for code in layer.judged_codes if code.works]
    return checks[0] if checks and None not in checks else None
