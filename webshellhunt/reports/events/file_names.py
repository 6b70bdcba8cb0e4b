r"""The parts of a path as reports have it: of Windows (``C:\inetpub\x.aspx``), or below a location (``a/b.aspx``)."""

from __future__ import annotations

import re
from typing import NamedTuple

from webshellhunt.model.verdict import Subject, SubjectKind, Verdict

_DRIVE = re.compile(r"([A-Za-z]):[\\/]")


class FileName(NamedTuple):
    """A path and its parts; ``extension`` is in lower case without a dot, ``drive`` is a letter in upper case."""

    path: str
    name: str
    directory: str
    extension: str
    drive: str


def file_name(path: str) -> FileName:
    """Return the parts of a path; the name of a path that ends with a separator is the path itself."""
    at = max(path.rfind("\\"), path.rfind("/"))
    name = path[at + 1 :] or path
    stem, dot, extension = name.rpartition(".")
    drive = _DRIVE.match(path)
    directory = path[: max(at, 0)]
    return FileName(
        path,
        name,
        f"{directory}\\" if len(directory) == 2 and drive is not None else directory,
        extension.lower() if dot and stem else "",
        drive[1].upper() if drive is not None else "",
    )


def path_of_file(verdict: Verdict) -> str:
    """Return the path of the file that a verdict is about: of a configuration element, its configuration file.

    Empty for a trace that no file has, such as requests in the logs.
    """
    subject = verdict.subject
    if subject.kind is SubjectKind.REGISTRATION:
        places = (evidence.path for finding in verdict.findings for evidence in finding.evidence)
        return next(places, subject.path)
    return subject.path if subject.kind is SubjectKind.FILE or _is_path(subject) else ""


def _is_path(subject: Subject) -> bool:
    return _DRIVE.match(subject.path) is not None or "/" in subject.path or "\\" in subject.path
