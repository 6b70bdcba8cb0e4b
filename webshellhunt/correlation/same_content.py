"""Correlation: facts and findings that follow from all examinations of a host together.

The same content at several places is one shell planted several times. Copies of the configuration that IIS makes are
reported once, with the earliest time. Times that contradict each other are a finding. Files at places that antivirus
excludes have this as a fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from webshellhunt.correlation.planting_time import neighbours_by_creation, with_contradiction
from webshellhunt.host.iis.history import fold_copies
from webshellhunt.knowledge.antivirus_exclusions import exclusion_of
from webshellhunt.model.verdict import Examination, SubjectKind
from webshellhunt.views.file_times import CommonHours


def correlate(
    examinations: Sequence[Examination], *, on_exchange: bool = False, common_hours: CommonHours | None = None
) -> list[Examination]:
    """Return the examinations with facts and findings from the others.

    ``on_exchange`` is true for an Exchange server, on which antivirus usually has the exclusions that Microsoft
    recommends. ``common_hours`` are the hours that contain most file times.
    """
    common_hours = common_hours or CommonHours()
    examinations = fold_copies(examinations)
    places: dict[str, list[str]] = defaultdict(list)
    for examination in examinations:
        if examination.findings and examination.subject.sha256 is not None:
            places[examination.subject.sha256].append(examination.subject.path)
    created = neighbours_by_creation(examinations)
    return [
        _correlated(e, places, common_hours, created.get(e.subject.path), on_exchange=on_exchange) if e.findings else e
        for e in examinations
    ]


def _correlated(
    examination: Examination,
    places: Mapping[str, list[str]],
    common_hours: CommonHours,
    same_created: str | None,
    *,
    on_exchange: bool,
) -> Examination:
    copies = places.get(examination.subject.sha256 or "", [])
    correlated = with_contradiction(_with_copies(examination, copies), common_hours, same_created)
    return _with_exclusion(correlated) if on_exchange else correlated


def _with_exclusion(examination: Examination) -> Examination:
    """Add the antivirus exclusion that Microsoft recommends for Exchange, if one covers the file."""
    excluded = exclusion_of(examination.subject.path) if examination.subject.kind is SubjectKind.FILE else None
    if excluded is None:
        return examination
    findings = tuple(replace(f, facts={**f.facts, "av_excluded": excluded}) for f in examination.findings)
    return replace(examination, findings=findings)


def _with_copies(examination: Examination, places: list[str]) -> Examination:
    others = tuple(sorted(path for path in places if path != examination.subject.path)[:20])
    if not others:
        return examination
    findings = tuple(replace(f, facts={**f.facts, "same_content_at": others}) for f in examination.findings)
    return replace(examination, findings=findings)
