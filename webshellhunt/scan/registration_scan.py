"""The examination of registrations in the server configuration; each finding's subject is a registration."""

from __future__ import annotations

from webshellhunt.detectors import detectors_on
from webshellhunt.fence import Fence
from webshellhunt.host.iis.registrations import Registration, find_uncollected, iter_registrations
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Examination, Subject, SubjectKind

_ALL = "applicationHost.config"
MOST_REPORTED = 200
"""The most registrations with findings in a report, and the most with information only."""


def examine_registrations(survey: Survey, job: Job) -> list[Examination]:
    """Return an examination of each registration with a finding, or with a rule that crashed."""
    outer = Fence(_ALL)
    examined: list[Examination] = []
    noted: list[Examination] = []
    for registration in outer.collect("registrations", lambda: iter_registrations(survey.paths, job.limits)):
        detectors = detectors_on(Registration) if job.detectors else ()
        subject = _subject(registration)
        fence = Fence(subject.path)
        findings = fence.collect_each("registration", detectors, (registration,))
        reported = examined if fence.gaps or any(f.severity > Severity.INFO for f in findings) else noted
        if (findings or fence.gaps) and len(reported) < MOST_REPORTED:
            reported.append(Examination(subject, tuple(findings), tuple(fence.gaps)))
    uncollected = outer.collect("registrations", lambda: filter(None, [find_uncollected(survey.paths, job.limits)]))
    gaps = (*outer.gaps, *uncollected)
    if gaps:
        examined.append(Examination(Subject(SubjectKind.REGISTRATION, _ALL), gaps=gaps))
    return examined + noted


def _subject(registration: Registration) -> Subject:
    return Subject(
        SubjectKind.REGISTRATION,
        f"{registration.declared_in} ({registration.kind} {registration.name[:200]})",
        source_path=registration.source_path,
        role=Role.IIS_CONFIG,
    )
