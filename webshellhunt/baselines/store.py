"""The file of a baseline, which may be damaged or hostile: the known contents of each path, searched without parsing.

It is a ZIP archive with these members:

- ``head.json``: ``format`` (1), ``name``, ``builds`` (in order; empty for a baseline of any host), ``origin``,
  ``licence``, ``tops`` (the first folders of all keys: most files of a host are in none of them).
- ``paths``: the keys (``path_keys``), sorted as bytes, UTF-8, each ended by NUL.
- ``starts``: for each path and once more, where its contents start: 32 bits, little-endian.
- ``digests``: 16 bytes a content, the beginning of its SHA-256, sorted within a path. A second preimage of any of
  171,939 listed contents takes about 2^110 attempts; the chance that any two of them collide is 1 in 2^94.
- ``spans``: 2 bytes a content, the first and the last build that ship it, as indices of ``builds``; 255 where unknown.
- ``accused``: the numbers of contents that our rules accused when the list was made: 32 bits, little-endian. It is
  absent if there are none.
- ``text/<digest>``: the pages themselves, on request.

Loading only splits the list of paths; a look-up is a binary search. The parts of the shipped baseline, which the tests
verify, are read on first use: never for a host without files in its folders.
"""

from __future__ import annotations

import json
import lzma
import os
import sys
import zipfile
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import IO, Any, NamedTuple

from webshellhunt.errors import UsageError

_MEMBER_BYTES = 512 * 1024 * 1024
DIGEST_BYTES = 16
PAGE_ENDINGS = (".aspx", ".ashx", ".asmx", ".svc", ".asax", ".ascx", ".master")
_MOST_PATHS = 4_000_000
_DIRECTORIES = 3


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open the file of a baseline.

    Raises:
        UsageError: The file can't be read, or is no archive.
    """
    try:
        endless = path.is_fifo() or path.is_char_device()
        return zipfile.ZipFile(os.devnull if endless else path)
    except OSError as error:
        raise UsageError(f"the baseline can't be read: {error.strerror or error}", path=str(path)) from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise UsageError("this is no baseline of webshellhunt ('baseline make' writes one)", path=str(path)) from error


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a member of bounded size.

    Raises:
        KeyError: The member is missing.
        ValueError: The member is larger than in any baseline, or damaged.
    """
    if archive.getinfo(name).file_size > _MEMBER_BYTES:
        raise ValueError(f"its part {name} is too large")
    try:
        with archive.open(name) as member:
            return member.read(_MEMBER_BYTES)
    except (
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
    ) as error:
        raise ValueError(f"its part {name} can't be read: {error}") from error


class BaselineHead(NamedTuple):
    """The head of a baseline; ``builds`` in the order of the products, empty for a baseline of any host."""

    name: str
    builds: tuple[str, ...] = ()
    origin: str = ""
    licence: str = ""
    tops: tuple[str, ...] = ()


class Content(NamedTuple):
    """One known content: the prefix of its SHA-256, and the first and the last build that ship it."""

    digest: str
    first_build: str | None
    last_build: str | None


class Baseline:
    """A list of known contents by path; the keys are those of ``path_keys``."""

    def __init__(self, head: BaselineHead, members: Mapping[str, bytes], texts: Path | None = None) -> None:
        self.head = head
        self._members = members
        self._texts = texts

    def check(self) -> None:
        """Check that the parts fit together.

        Raises:
            ValueError: They do not.
        """
        count, paths = len(self), self._members["paths"].count(b"\0")
        if paths > _MOST_PATHS:
            raise ValueError(f"it has more than {_MOST_PATHS:,} paths")
        if len(self._starts) != paths + 1 or self._starts[-1] != count:
            raise ValueError("its parts don't belong together")
        if len(self._digests) != count * DIGEST_BYTES:
            raise ValueError("its digests are cut off")
        if any(number >= count for number in self._accused):
            raise ValueError("it accuses contents that it does not list")

    @cached_property
    def _paths(self) -> list[bytes]:
        return self._members["paths"].split(b"\0")[:-1]

    @cached_property
    def _starts(self) -> array[int]:
        return _numbers(self._members["starts"])

    @cached_property
    def _accused(self) -> frozenset[int]:
        return frozenset(_numbers(self._members.get("accused", b"")))

    @property
    def _digests(self) -> bytes:
        return self._members["digests"]

    @property
    def _spans(self) -> bytes:
        return self._members["spans"]

    def __len__(self) -> int:
        return len(self._spans) // 2

    @property
    def path_count(self) -> int:
        """Return the number of paths."""
        return len(self._paths)

    @cached_property
    def tops(self) -> frozenset[str]:
        """The first folders of all paths. These are sorted, so a binary search skips the paths of a folder."""
        if self.head.tops:
            return frozenset(self.head.tops)
        found, number = set(), 0
        while number < len(self._paths):
            top, inside, _ = self._paths[number].partition(b"/")
            found.add(top.decode("utf-8", "surrogatepass"))
            number = bisect_left(self._paths, top + b"0", number) if inside else number + 1  # 0 follows / in ASCII
        return frozenset(found)

    def iter_keys(self) -> Iterator[str]:
        """Yield the keys of all paths in order."""
        return (path.decode("utf-8", "surrogatepass") for path in self._paths)

    def covers(self, builds: Sequence[str]) -> bool:
        """Return True if differences from this baseline are significant on a host with these builds."""
        if not self.head.builds:
            return True
        return bool(builds) and set(builds) <= set(self.head.builds)

    def lists(self, key: str) -> bool:
        """Return True if a path is listed."""
        return self._find(key) is not None

    def lists_directory(self, directory: str) -> bool:
        """Return True if a path below a directory is listed."""
        prefix = encoded(directory) + b"/"
        at = bisect_left(self._paths, prefix)
        return at < len(self._paths) and self._paths[at].startswith(prefix)

    def knows(self, key: str, sha256: str) -> bool:
        """Return True if a content is known for a path."""
        digest = bytes.fromhex(sha256)[:DIGEST_BYTES]
        return any(self._digest(number) == digest for number in self._contents(key))

    def accuses(self, key: str, sha256: str) -> bool:
        """Return True if our rules accused a content at a path when this baseline was made."""
        digest = bytes.fromhex(sha256)[:DIGEST_BYTES]
        return any(number in self._accused for number in self._contents(key) if self._digest(number) == digest)

    def contents(self, key: str) -> list[Content]:
        """Return the known contents of a path; empty for an unlisted path."""
        found = []
        for number in self._contents(key):
            first, last = self._spans[2 * number : 2 * number + 2]
            found.append(Content(self._digest(number).hex(), self._build(first), self._build(last)))
        return found

    def contents_at(self, key: str, build: str | None) -> list[Content]:
        """Return the contents that a build may ship at a path; all contents for an unknown build."""
        builds = self.head.builds
        if build not in builds:
            return self.contents(key)
        at = builds.index(build)
        return [
            content
            for content in self.contents(key)
            if content.first_build is None
            or content.last_build is None
            or builds.index(content.first_build) <= at <= builds.index(content.last_build)
        ]

    def directories_of(self, name: str) -> tuple[str, ...]:
        """Return the directories that list a server-side file of this name; empty if there are many."""
        found = self._pages.get(name.lower(), ())
        return tuple(found) if len(found) <= _DIRECTORIES else ()

    def find_text(self, key: str) -> bytes | None:
        """Return a content of a path, if the baseline contains the text of its pages.

        Raises:
            UsageError: The file of the baseline can't be read any more.
        """
        if self._texts is None:
            return None
        with open_archive(self._texts) as archive:
            names = set(archive.namelist())
            for content in self.contents(key):
                if f"text/{content.digest}" in names:
                    try:
                        return read_member(archive, f"text/{content.digest}")
                    except ValueError as error:
                        raise UsageError(str(error), path=str(self._texts)) from error
        return None

    @cached_property
    def _pages(self) -> dict[str, list[str]]:
        endings = tuple(ending.encode() for ending in PAGE_ENDINGS)
        pages: dict[str, list[str]] = {}
        for path in self._paths:
            if path.endswith(endings):
                directory, _, name = path.decode("utf-8", "surrogatepass").rpartition("/")
                pages.setdefault(name, []).append(directory)
        return pages

    def _find(self, key: str) -> int | None:
        wanted = encoded(key)
        at = bisect_left(self._paths, wanted)
        return at if at < len(self._paths) and self._paths[at] == wanted else None

    def _contents(self, key: str) -> range:
        at = self._find(key)
        return range(0) if at is None else range(self._starts[at], self._starts[at + 1])

    def _digest(self, number: int) -> bytes:
        return self._digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]

    def _build(self, number: int) -> str | None:
        return self.head.builds[number] if number < len(self.head.builds) else None


def _numbers(content: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(content)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def encoded(key: str) -> bytes:
    """Return a key in the encoding of the file."""
    return key.encode("utf-8", "surrogatepass")


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
