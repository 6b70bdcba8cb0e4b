"""Machine keys in two reports: a key that an intruder has read opens the server until it is changed.

Keys are compared by their fingerprints, so that saved reports without secrets can be compared as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from webshellhunt.comparison.paths import path_key
from webshellhunt.model.report import Report
from webshellhunt.reports.redaction import fingerprint

_FACTS: Final = ("validation_key", "decryption_key")
"""The facts that are whole machine keys. An excerpt may be cut in a key, and may have other secrets beside it."""


class Keys(NamedTuple):
    """The keys of the old reports that the new ones have as well, and those whose place has another key now."""

    kept: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class _Key(NamedTuple):
    name: str
    fingerprint: str
    path: str

    def __str__(self) -> str:
        return f"{self.fingerprint} in {self.path}"

    @property
    def place(self) -> tuple[str, str]:
        return self.name, path_key(self.path)


def compare_keys(old: Sequence[Report], new: Sequence[Report]) -> Keys:
    """Return the machine keys that are in both reports, and those that were changed, each with its file."""
    before, after = _keys(old), _keys(new)
    there = {key.fingerprint for key in after}
    places = {key.place for key in after}
    kept = [str(key) for key in before if key.fingerprint in there]
    changed = [str(key) for key in before if key.fingerprint not in there and key.place in places]
    return Keys(tuple(kept), tuple(changed))


def _keys(reports: Sequence[Report]) -> dict[_Key, None]:
    """Return the keys in the order of the reports, each once."""
    return {
        _Key(name, fingerprint(value), verdict.subject.path): None
        for report in reports
        for verdict in report.verdicts
        for finding in verdict.findings
        for name in _FACTS
        if isinstance(value := finding.facts.get(name), str) and value
    }
