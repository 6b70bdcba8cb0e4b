"""Write the file of a baseline, in the layout that ``store`` reads."""

from __future__ import annotations

import json
import sys
import zipfile
from array import array
from collections.abc import Iterable, Mapping
from typing import IO, NamedTuple

from webshellhunt.baselines.store import DIGEST_BYTES, BaselineHead, encoded
from webshellhunt.errors import UsageError

_UNKNOWN = 255
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Row(NamedTuple):
    """One row to write: a key, a SHA-256 in hexadecimal, and the first and the last build that ship it.

    ``accused`` is True if our rules accuse the content.
    """

    key: str
    sha256: str
    first_build: str | None = None
    last_build: str | None = None
    accused: bool = False


def write_baseline(
    stream: IO[bytes], head: BaselineHead, rows: Iterable[Row], texts: Mapping[str, bytes] | None = None
) -> None:
    """Write a baseline; equal rows result in equal bytes.

    ``rows``: known contents in any order; duplicates are merged to the widest span. ``texts``: pages to keep, by
    SHA-256 in hexadecimal.

    Raises:
        UsageError: The baseline has more builds than a span can index.
    """
    if len(head.builds) >= _UNKNOWN:
        raise UsageError(f"a baseline can cover {_UNKNOWN - 1} builds at most")
    merged = _merge(head, rows)
    starts, digests, spans, accused = array("I", [0]), bytearray(), bytearray(), array("I")
    for path in sorted(merged):
        for digest, (first, last, is_accused) in sorted(merged[path].items()):
            if is_accused:
                accused.append(len(spans) // 2)
            digests += digest
            spans += bytes((first, last))
        starts.append(len(spans) // 2)
    with zipfile.ZipFile(stream, "w") as archive:
        tops = sorted({path.partition(b"/")[0].decode("utf-8", "surrogatepass") for path in merged})
        _add(archive, "head.json", json.dumps({"format": 1, **head._asdict(), "tops": tops}, indent=1).encode())
        _add(archive, "paths", b"".join(path + b"\0" for path in sorted(merged)))
        _add(archive, "starts", _little(starts))
        _add(archive, "digests", bytes(digests), zipfile.ZIP_STORED)
        _add(archive, "spans", bytes(spans))
        if accused:
            _add(archive, "accused", _little(accused))
        for sha256, text in sorted((texts or {}).items()):
            _add(archive, f"text/{sha256[: 2 * DIGEST_BYTES]}", text)


def _merge(head: BaselineHead, rows: Iterable[Row]) -> dict[bytes, dict[bytes, tuple[int, int, bool]]]:
    """Return the first and the last build of each digest of each key, and True if the digest is accused."""
    number_of = {build: number for number, build in enumerate(head.builds)}
    merged: dict[bytes, dict[bytes, tuple[int, int, bool]]] = {}
    for row in rows:
        known = merged.setdefault(encoded(row.key), {})
        digest = bytes.fromhex(row.sha256)[:DIGEST_BYTES]
        first = number_of.get(row.first_build or "", _UNKNOWN)
        last = number_of.get(row.last_build or "", _UNKNOWN)
        before = known.get(digest, (first, last, False))
        known[digest] = (min(first, before[0]), max(last, before[1]), before[2] or row.accused)
    return merged


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, how, 9)
