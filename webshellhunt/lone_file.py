"""One file without its server: the source that places it where it is said to be, and the context that is assumed."""

from __future__ import annotations

from dataclasses import replace

from webshellhunt.errors import UsageError
from webshellhunt.host.walk.roles import role_at
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.report import Host, Report
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.model.verdict import SubjectKind
from webshellhunt.pages.kinds import nature_of
from webshellhunt.sources.memory import MemorySource

_OF_A_HOST = "build-not-covered"
_DRIVE = lazy_pattern(r"([A-Za-z]):/+")


def lone_file_source(data: bytes, server_path: str, times: Timestamps | None = None) -> MemorySource:
    r"""Return a source that has one file, at the path by which the server names it.

    Args:
        data: The content.
        server_path: Such as ``C:\inetpub\wwwroot\x.aspx``; without a drive, the path below some folder.
        times: Those of the file.

    Raises:
        UsageError: The path is not a file's.
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


def lone_file_report(
    report: Report, name: str, *, location: str | None = None, before: str = "", after: str = ""
) -> Report:
    """Return the report of a source that has one file, with its context, and without a server around it.

    Args:
        report: Of the hunt through that source. Its host is no more than the shape of a path.
        name: The name of the file, or its path on the server.
        location: Where the file really came from.
        before: Said before the context.
        after: Said after it.
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
    said = f"examined by itself as {name}; read as {kind.value.replace('_', ' ')}, role {role.value}"
    if kind is PageKind.STATIC:
        return f"{said}; no configuration was read: a web.config may make the server execute this name."
    return (
        f"{said}; no configuration was read, so text without a byte order mark is read as {settings.ansi_encoding}, "
        f"and a page that names no language as {settings.default_language} (classic ASP: {settings.asp_language})."
    )
