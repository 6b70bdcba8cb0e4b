"""Examine what the server configuration registers: each finding's subject is the registration, not the file."""

from __future__ import annotations

from itertools import islice

from webshellhunt.detectors import load_detectors
from webshellhunt.discovery.registrations import Registration, iter_registrations
from webshellhunt.discovery.survey import Survey
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Examination, Subject, SubjectKind

MOST_TOLD = 200
"""Registrations with findings that are told: a server has some hundreds of all kinds."""


def examine_registrations(survey: Survey, job: Job) -> list[Examination]:
    """Return an examination of each registration that something is found about."""
    detectors = [each for each in load_detectors() if each.on is Registration] if job.detectors else []
    examined = (
        Examination(_subject(registration), tuple(found for each in detectors for found in each(registration)))
        for registration in iter_registrations(survey.paths, job.limits)
    )
    return list(islice((each for each in examined if each.findings), MOST_TOLD))


def _subject(registration: Registration) -> Subject:
    return Subject(
        SubjectKind.REGISTRATION,
        f"{registration.declared_in} ({registration.kind} {registration.name[:200]})",
        source_path=registration.source_path,
        role=Role.IIS_CONFIG,
    )
