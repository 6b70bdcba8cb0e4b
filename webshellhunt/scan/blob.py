"""Blob: one content that is examined by itself, from bytes or from a file of this machine."""

from __future__ import annotations

import os
from dataclasses import replace

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.host.walk.roles import role_at
from webshellhunt.model.arguments import type_words
from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.limits import Limits
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.scan import deadline
from webshellhunt.sources.directory import DirectorySource

DEFAULT_NAME = "page.aspx"
_PARTLY = frozenset({deadline.CODE, "too-large"})


def blob_of(data: object, path: object, limits: Limits) -> tuple[bytes, Artifact]:
    """Return the content to examine, as far as the limit for a file, and the artifact that it is.

    Args:
        data: Bytes, or the path of a file.
        path: The name of the file on the server, or ``None``.
        limits: Bounds of the examination.

    Raises:
        WrongTypeError: An argument has a wrong type.
        UsageError: ``data`` is a folder, or ``path`` is empty.
        SourceError: The file can't be read.
    """
    if path is not None and not isinstance(path, str):
        raise WrongTypeError(f"examine: path is {type_words(path)}; pass the name of the file on the server as str")
    if path == "":
        raise UsageError("examine: path is empty; pass the name of the file on the server, such as x.aspx")
    if isinstance(data, os.PathLike):
        return _read(os.fspath(data), path, limits)
    if not isinstance(data, bytes | bytearray | memoryview):
        raise WrongTypeError(f"examine: data is {type_words(data)}; {_advice(data)}")
    content = bytes(data)
    return content[: limits.file_bytes], _artifact(path or DEFAULT_NAME, len(content))


def partly_examined(verdict: Verdict) -> Verdict:
    """Return a verdict that calls no content benign of which only a part was examined."""
    partly = [gap.reason for gap in verdict.gaps if gap.code in _PARTLY]
    if verdict.disposition is not Disposition.BENIGN or verdict.subject.sha256 is not None or not partly:
        return verdict
    return replace(verdict, disposition=Disposition.UNEXPLAINED, reasons=(*verdict.reasons, *partly))


def _read(file: object, path: str | None, limits: Limits) -> tuple[bytes, Artifact]:
    if not isinstance(file, str):
        raise WrongTypeError("examine: data is a path in bytes; pass a pathlib.Path")
    with DirectorySource(file) as source:
        entry = source.only_entry()
        if entry is None:
            raise UsageError("this is a folder, and examine takes one file; pass the folder to hunt", path=file)
        data = source.read(entry.path, limits.file_bytes)
        return data, _artifact(path or entry.name, max(entry.size_bytes, len(data)), entry.times)


def _artifact(path: str, size_bytes: int, times: Timestamps | None = None) -> Artifact:
    entry_path = path.replace("\\", "/")
    role = role_at(entry_path.split("/")[:-1])
    return Artifact(entry_path, path, role, size_bytes, Timestamps() if times is None else times)


def _advice(data: object) -> str:
    if isinstance(data, str):
        return "pass the content as bytes, or the file as pathlib.Path"
    return "pass the content as bytes, bytearray or memoryview, or the file as pathlib.Path"
