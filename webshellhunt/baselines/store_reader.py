"""Reading of baselines: a file or a stream, which may be damaged or hostile."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from webshellhunt.baselines.store import Baseline, BaselineHead, open_archive, read_member
from webshellhunt.errors import UsageError


def read_baseline(path: str | Path, *, trusted: bool = False) -> Baseline:
    """Read the file of a baseline; of a ``trusted`` one only the head, and each part on first use.

    Raises:
        UsageError: The file is missing, or is no baseline.
    """
    with open_archive(Path(path)) as archive:
        try:
            return _parsed(archive, Path(path), _Later(Path(path)) if trusted else None)
        except (KeyError, RecursionError, TypeError, ValueError) as error:
            words = f"this is no baseline of webshellhunt, or a damaged one ({error})"
            raise UsageError(words, path=str(path)) from error


def parse_baseline(stream: IO[bytes]) -> Baseline:
    """Read a baseline without pages from a stream."""
    with zipfile.ZipFile(stream) as archive:
        return _parsed(archive, None, None)


def _parsed(archive: zipfile.ZipFile, path: Path | None, later: _Later | None) -> Baseline:
    head = _head(json.loads(read_member(archive, "head.json")))
    has_texts = any(name.startswith("text/") for name in archive.namelist())
    texts = path if has_texts else None
    if later is not None:
        return Baseline(head, later, texts)
    # An untrusted file may state wrong tops: compute them.
    head = head._replace(tops=())
    names = ["paths", "starts", "digests", "spans", *({"accused"} & set(archive.namelist()))]
    baseline = Baseline(head, {name: read_member(archive, name) for name in names}, texts)
    baseline.check()
    return baseline


class _Later(dict[str, bytes]):
    """The parts of a baseline's file, each read on first use."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def __missing__(self, name: str) -> bytes:
        with open_archive(self._path) as archive:
            try:
                content = self[name] = read_member(archive, name)
            except (KeyError, ValueError) as error:
                raise UsageError(f"this baseline is damaged ({error})", path=str(self._path)) from error
        return content


def _head(fields: Mapping[str, Any]) -> BaselineHead:
    if fields["format"] != 1:
        raise ValueError("its format has another version")
    builds = tuple(map(str, fields["builds"]))
    tops = tuple(map(str, fields.get("tops", ())))
    return BaselineHead(str(fields["name"]), builds, str(fields["origin"]), str(fields["licence"]), tops)
