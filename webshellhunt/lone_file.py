"""A lone file, without its server: a source that has it at a chosen path, and the assumed context."""

from __future__ import annotations

import re
from dataclasses import replace

from webshellhunt.errors import UsageError
from webshellhunt.fence import Deadline
from webshellhunt.host.walk.roles import folder_of, role_at
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.hints import Hints
from webshellhunt.model.limits import Job
from webshellhunt.model.report import Host, Report
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.model.verdict import SubjectKind, Verdict
from webshellhunt.pages.kinds import nature_of
from webshellhunt.pipeline import hunt
from webshellhunt.scan.blob import named_as_given
from webshellhunt.scan.deadline import within
from webshellhunt.scan.readings import Reading, readings_of, worst_reading
from webshellhunt.sources.memory import MemorySource

_OF_A_HOST = "build-not-covered"
_DRIVE = lazy_pattern(r"([A-Za-z]):/+")


def lone_file_source(data: bytes, server_path: str, times: Timestamps | None = None) -> MemorySource:
    r"""Return a source that has one file, at the path by which the server names it.

    Args:
        data: The content.
        server_path: A path such as ``C:\inetpub\wwwroot\x.aspx``; without a drive, relative to any folder.
        times: The times of the file.

    Raises:
        UsageError: The path is not that of a file.
    """
    path = server_path.replace("\\", "/")
    drive = _DRIVE.match(path)
    letter = drive[1].upper() if drive else None
    names = [name for name in path[drive.end() if drive else 0 :].split("/") if name not in ("", ".")]
    if not names or ".." in names or path.endswith("/") or "\0" in path:
        raise UsageError(r"this is not the path of a file, such as C:\inetpub\wwwroot\page.aspx", path=server_path)
    inside = "/".join(names if letter is None else (letter, *names))
    drives = {} if letter is None else {letter: letter}
    return MemorySource({inside: data}, times={} if times is None else {inside: times}, drives=drives)


def hunt_lone_file(
    data: bytes, name: str | None, hints: Hints, job: Job, times: Timestamps | None = None
) -> tuple[Report, str]:
    """Hunt through a source with one file in each way in which a server may have read it, and return the worst report.

    ``name``: the path of the file on the server, or its name; ``None`` if it is unknown. ``hints``: knowledge of the
    user about it.

    Returns:
        The report, and the path under which the file was examined.

    Raises:
        UsageError: The path is not that of a file, or the handler in the hints is unknown.
    """
    results, reports = list[tuple[Reading, tuple[Verdict, ...]]](), list[Report]()
    deadline = Deadline(job.limits.seconds_per_file)
    for reading in readings_of(data, name, hints):
        path = reading.path
        if reading.role is not role_at(re.split(r"[\\/]", path)[:-1]):
            path = f"{folder_of(reading.role)}/{path.replace(chr(92), '/').rpartition('/')[2]}"
        report = hunt(lone_file_source(data, path, times), job=within(job, deadline))
        named = reading._replace(path=path)
        verdicts = tuple(
            named_as_given(each, named, name) if each.subject.kind is SubjectKind.FILE else each
            for each in report.verdicts
        )
        results.append((named, verdicts))
        reports.append(replace(report, verdicts=verdicts))
        if report.interrupted:
            break
    at = worst_reading(results)
    return reports[at], results[at][0].path


def lone_file_report(
    report: Report, name: str, *, location: str | None = None, before: str = "", after: str = ""
) -> Report:
    """Return the report of a source with one file, with a sentence about its context and without host data.

    ``report``: the report of the hunt; its host is only derived from the path. ``name``: the name of the file, or its
    path on the server.
    """
    return replace(
        report,
        location=report.location if location is None else location,
        host=Host(),
        gaps=tuple(gap for gap in report.gaps if gap.code != _OF_A_HOST),
        context=f"Context: {before}{_context(report, name)}{after}",
    )


def _context(report: Report, name: str) -> str:
    files = [verdict.subject for verdict in report.verdicts if verdict.subject.kind is SubjectKind.FILE]
    role = files[0].role if files else role_at(name.replace("\\", "/").split("/")[:-1])
    settings = PageSettings()
    kind = nature_of(name, settings).kind
    context = f"examined by itself as {name}; read as {kind.value.replace('_', ' ')}, role {role.value}"
    if kind is PageKind.STATIC:
        return f"{context}; no configuration was read: a web.config may make the server execute this name."
    return (
        f"{context}; no configuration was read, so text without a byte order mark is read as {settings.ansi_encoding}, "
        f"and a page that names no language as {settings.default_language} (classic ASP: {settings.asp_language})."
    )
