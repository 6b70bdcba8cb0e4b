"""Presence of the pages that only traces prove: deleted, not collected, or in a directory that can't be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from webshellhunt.host.walk.collected_folders import CollectedFolders
from webshellhunt.host.walk.survey import Survey
from webshellhunt.host.walk.virtual_paths import VirtualPathResolver
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Examination, Presence

_WORDS = "was not collected"


def with_presence(traces: Iterable[Examination], surveyed: Survey) -> list[Examination]:
    """Return the traces of logs, with the path and the presence of each page that an event names.

    A page that is there keeps its presence: its trace belongs to the file.
    """
    resolver, collected = VirtualPathResolver(surveyed), CollectedFolders(surveyed)
    return [
        _placed(each, surveyed, resolver, collected) if each.subject.presence is Presence.NOT_COLLECTED else each
        for each in traces
    ]


def _placed(
    trace: Examination, surveyed: Survey, resolver: VirtualPathResolver, collected: CollectedFolders
) -> Examination:
    path = trace.subject.path
    places = resolver.resolve(path) if path.startswith("/") else []
    if places:
        path = next((each for each in places if each.found), places[0]).server_path
        is_gone = all(each.listed and not each.found for each in places)
    else:
        is_gone = collected.has(path) and surveyed.paths.find(path) is None
    presence = Presence.DELETED if is_gone else Presence.NOT_COLLECTED
    return replace(trace, subject=replace(trace.subject, path=path, presence=presence))


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
