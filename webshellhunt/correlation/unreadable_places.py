"""Traces of pages whose directory is in the evidence and can't be read, such as in an image that is cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Examination, Presence

_WORDS = "was not collected"


def with_unreadable(examinations: Sequence[Examination], surveyed: Survey) -> list[Examination]:
    """Return the examinations; a page in an unreadable directory is ``not_readable`` instead of not collected."""
    folders = tuple(sorted(_unreadable(surveyed)))
    if not folders:
        return list(examinations)
    return [_checked(each, folders) for each in examinations]


def _unreadable(surveyed: Survey) -> Iterator[str]:
    for path in surveyed.paths.lookup.unreadable:
        yield surveyed.paths.display_path(path).rstrip("\\").lower() + "\\"


def _checked(examination: Examination, folders: tuple[str, ...]) -> Examination:
    subject = examination.subject
    if subject.presence is not Presence.NOT_COLLECTED or not subject.path.lower().startswith(folders):
        return examination
    findings = tuple(map(_reworded, examination.findings))
    return replace(examination, subject=replace(subject, presence=Presence.NOT_READABLE), findings=findings)


def _reworded(finding: Finding) -> Finding:
    return replace(finding, message=finding.message.replace(_WORDS, "could not be read"))
