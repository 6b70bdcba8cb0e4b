"""Blob: one content that is examined by itself, from bytes or from a file of this machine."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import NamedTuple

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.arguments import type_words
from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.limits import Limits
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.scan import deadline
from webshellhunt.scan.readings import Reading
from webshellhunt.sources.directory import DirectorySource

_PARTLY = frozenset({deadline.CODE, "too-large"})


class Blob(NamedTuple):
    """One content, cut at the limit for a file, with the name that the caller or this machine has for it."""

    content: bytes
    name: str | None
    size_bytes: int
    times: Timestamps = Timestamps()

    def artifact(self, reading: Reading) -> Artifact:
        """Return the artifact that the content is in one reading."""
        entry_path = reading.path.replace("\\", "/")
        return Artifact(entry_path, reading.path, reading.role, self.size_bytes, self.times, reading.settings)


def blob_of(data: object, path: object, limits: Limits) -> Blob:
    """Return the content to examine, as far as the limit for a file.

    ``data``: bytes, or the path of a file. ``path``: the name of the file on the server, or ``None``.

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
    return Blob(content[: limits.file_bytes], path, len(content))


def named_as_given(verdict: Verdict, reading: Reading, name: str | None) -> Verdict:
    """Return a verdict with the assumptions of its reading, and with the caller's name in place of an assumed one."""
    verdict = replace(verdict, assumed=reading.assumed)
    if name is None or name == reading.path:
        return verdict

    def named(path: str) -> str:
        return name if path == reading.path else path

    findings = tuple(
        replace(each, evidence=tuple(replace(at, path=named(at.path)) for at in each.evidence))
        for each in verdict.findings
    )
    gaps = tuple(replace(each, path=named(each.path)) for each in verdict.gaps)
    return replace(verdict, subject=replace(verdict.subject, path=name), findings=findings, gaps=gaps)


def partly_examined(verdict: Verdict) -> Verdict:
    """Return a verdict that calls no content benign of which only a part was examined."""
    partly = [gap.reason for gap in verdict.gaps if gap.code in _PARTLY]
    if verdict.disposition is not Disposition.BENIGN or verdict.subject.sha256 is not None or not partly:
        return verdict
    return replace(verdict, disposition=Disposition.UNEXPLAINED, reasons=(*verdict.reasons, *partly))


def _read(file: object, path: str | None, limits: Limits) -> Blob:
    if not isinstance(file, str):
        raise WrongTypeError("examine: data is a path in bytes; pass a pathlib.Path")
    with DirectorySource(file) as source:
        entry = source.only_entry()
        if entry is None:
            raise UsageError("this is a folder, and examine takes one file; pass the folder to hunt", path=file)
        data = source.read(entry.path, limits.file_bytes)
        return Blob(data, path or entry.name, max(entry.size_bytes, len(data)), entry.times)


def _advice(data: object) -> str:
    if isinstance(data, str):
        return "pass the content as bytes, or the file as pathlib.Path"
    return "pass the content as bytes, bytearray or memoryview, or the file as pathlib.Path"
