"""Machine keys in two reports: a key that an intruder has read opens the server until it is changed.

Keys are compared by their fingerprints, so that saved reports without secrets can be compared as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from webshellhunt.comparison.paths import path_key
from webshellhunt.model.report import Report
from webshellhunt.reports.redaction import Redaction

_ABOUT_KEYS: Final = "machine-key"
_FINGERPRINT: Final = re.compile(r"sha256:[0-9a-f]{12}(?![0-9a-f])")


class Keys(NamedTuple):
    """The keys of the old reports that the new ones have as well, and those whose place has another key now."""

    kept: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def compare_keys(old: Sequence[Report], new: Sequence[Report]) -> Keys:
    """Return the machine keys that are in both reports, and those that were changed, each with its file."""
    before, after = _keys(old), _keys(new)
    fingerprints = {fingerprint for fingerprint, _ in after}
    places = {path_key(path) for _, path in after}
    kept = [f"{fingerprint} in {path}" for fingerprint, path in before if fingerprint in fingerprints]
    changed = [
        f"{fingerprint} in {path}"
        for fingerprint, path in before
        if fingerprint not in fingerprints and path_key(path) in places
    ]
    return Keys(tuple(kept), tuple(changed))


def _keys(reports: Sequence[Report]) -> dict[tuple[str, str], None]:
    """Return the fingerprints with their files, in the order of the reports."""
    found: dict[tuple[str, str], None] = {}
    for verdict in (verdict for report in reports for verdict in report.verdicts):
        about = [finding for finding in verdict.findings if _ABOUT_KEYS in finding.rule.slug]
        if about:
            redaction = Redaction(verdict, show_secrets=False)
            for evidence in (evidence for finding in about for evidence in finding.evidence):
                for fingerprint in _FINGERPRINT.findall(redaction.excerpt(evidence)):
                    found[fingerprint, evidence.path] = None
    return found
