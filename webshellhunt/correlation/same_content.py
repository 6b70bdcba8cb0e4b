"""Correlation: facts and findings that follow from all examinations of a host together.

The same content at several places is one shell planted several times. A file that does not run as it lies is executed
where a page includes or runs it, or makes a page of it. Copies of the configuration that IIS makes are
reported once, with the earliest time. Times that contradict each other are a finding. Files at places that antivirus
excludes have this as a fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from webshellhunt.correlation.planting_time import neighbours_by_creation, with_contradiction
from webshellhunt.host.iis.history import fold_copies
from webshellhunt.knowledge.antivirus_exclusions import exclusion_of
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Examination, SubjectKind
from webshellhunt.views.file_times import CommonHours

_JOINED = ("include ", "file ")
"""How layers of files begin that a page includes, runs or makes pages of."""


def correlate(
    examinations: Sequence[Examination], *, on_exchange: bool = False, common_hours: CommonHours | None = None
) -> list[Examination]:
    """Return the examinations with facts and findings from the others.

    ``on_exchange`` is true for an Exchange server, on which antivirus usually has the exclusions that Microsoft
    recommends. ``common_hours`` are the hours that contain most file times.
    """
    common_hours = common_hours or CommonHours()
    examinations = _awake(fold_copies(examinations))
    places: dict[str, list[str]] = defaultdict(list)
    for examination in examinations:
        if examination.findings and examination.subject.sha256 is not None:
            places[examination.subject.sha256].append(examination.subject.path)
    created = neighbours_by_creation(examinations)
    return [
        _correlated(e, places, common_hours, created.get(e.subject.path), on_exchange=on_exchange) if e.findings else e
        for e in examinations
    ]


def taken_files(examinations: Iterable[Examination]) -> dict[str, dict[str, list[Finding]]]:
    """Return the files with code in which pages have grave findings: these by the path of the page, by that of file."""
    taken: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for page in (each for each in examinations if each.subject.executable):
        for finding in (each for each in page.findings if each.evidence and each.severity >= Severity.HIGH):
            place = finding.evidence[0]
            if place.path != page.subject.path and place.layer.startswith(_JOINED):
                taken[place.path][page.subject.path].append(finding)
    return taken


def _awake(examinations: Sequence[Examination]) -> list[Examination]:
    """Return the examinations, with files as executed if grave findings of a page are in code from them."""
    taken = taken_files(examinations)
    return [_taken(each, taken[each.subject.path]) if each.subject.path in taken else each for each in examinations]


def _taken(examination: Examination, pages: Mapping[str, Sequence[Finding]]) -> Examination:
    """Return a file that some pages run, with their findings in it."""
    if examination.subject.executable:
        return examination
    facts: dict[str, FactValue] = {"run_by": tuple(sorted(pages)[:20])}
    own = {each.rule.id for each in examination.findings}
    others = {each.rule.id: each for found in pages.values() for each in found if each.rule.id not in own}
    found = [*examination.findings, *others.values()]
    awake = tuple(replace(each, dormant=False, facts={**each.facts, **facts}) for each in found)
    return replace(examination, subject=replace(examination.subject, executable=True), findings=awake)


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
