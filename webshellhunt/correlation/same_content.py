"""Correlate: what only the whole host tells.

Here: the same content in several places is one shell planted several times; what IIS copies of its own configuration
says the same once, and since when; times that contradict each other are told; and some places are those that antivirus
was told not to look at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from webshellhunt.correlation.planting_time import with_contradiction
from webshellhunt.host.iis.history import fold_copies
from webshellhunt.knowledge.antivirus_exclusions import exclusion_of
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Examination, SubjectKind
from webshellhunt.views.file_times import CommonHours


def correlate(
    examinations: Sequence[Examination], *, on_exchange: bool = False, common_hours: CommonHours | None = None
) -> list[Examination]:
    """Return the examinations with what they mean to each other added as facts of their findings.

    ``on_exchange`` says that the host is one of Exchange, where antivirus leaves out what Microsoft recommends.
    ``common_hours`` are the hours in which most files have their times.
    """
    common_hours = common_hours or CommonHours()
    examinations = fold_copies(examinations)
    places: dict[str, list[str]] = defaultdict(list)
    for examination in examinations:
        if examination.findings and examination.subject.sha256 is not None:
            places[examination.subject.sha256].append(examination.subject.path)
    # Of a file in which nothing was found, nothing more is told.
    return [_told(e, places, common_hours, on_exchange=on_exchange) if e.findings else e for e in examinations]


def _told(
    examination: Examination, places: Mapping[str, list[str]], common_hours: CommonHours, *, on_exchange: bool
) -> Examination:
    copies = places.get(examination.subject.sha256 or "", [])
    told = with_contradiction(_with_copies(examination, copies), common_hours)
    return _with_exclusion(told) if on_exchange else told


def _with_exclusion(examination: Examination) -> Examination:
    """Tell of findings in a place that antivirus on an Exchange server is told to leave alone."""
    excluded = exclusion_of(examination.subject.path) if examination.subject.kind is SubjectKind.FILE else None
    if excluded is None:
        return examination
    findings = tuple(replace(f, facts={**f.facts, "av_excluded": excluded}) for f in examination.findings)
    return replace(examination, findings=findings)


def _with_copies(examination: Examination, places: list[str]) -> Examination:
    others = tuple(sorted(path for path in places if path != examination.subject.path)[:20])
    if not others:
        return examination
    return replace(examination, findings=tuple(_with_fact(f, others) for f in examination.findings))


def _with_fact(finding: Finding, others: tuple[str, ...]) -> Finding:
    return replace(finding, facts={**finding.facts, "same_content_at": others})
