"""Correlate: what only the whole host tells.

Here: the same content in several places is one shell planted several times, and a configuration file that makes a
found page run belongs to it; and times that contradict each other are told. Logs, traces of deleted pages and histories
join in this room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Examination
from webshellhunt.planting import with_contradiction


def correlate(examinations: Sequence[Examination]) -> list[Examination]:
    """Return the examinations with what they mean to each other added as facts of their findings."""
    places: dict[str, list[str]] = defaultdict(list)
    for examination in examinations:
        if examination.findings and examination.subject.sha256 is not None:
            places[examination.subject.sha256].append(examination.subject.path)
    return [with_contradiction(_with_copies(e, places.get(e.subject.sha256 or "", []))) for e in examinations]


def _with_copies(examination: Examination, places: list[str]) -> Examination:
    others = tuple(sorted(path for path in places if path != examination.subject.path)[:20])
    if not others:
        return examination
    return replace(examination, findings=tuple(_with_fact(f, others) for f in examination.findings))


def _with_fact(finding: Finding, others: tuple[str, ...]) -> Finding:
    return replace(finding, facts={**finding.facts, "same_content_at": others})
