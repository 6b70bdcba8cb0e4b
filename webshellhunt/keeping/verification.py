"""Verification of an evidence bag: each member against the manifest, and the manifest against the case notes."""

from __future__ import annotations

import json
import os
import stat as modes
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from webshellhunt.containers.aes_zip_writer import password_bytes
from webshellhunt.errors import SourceNotFoundError, UnreadableError, UsageError, WrongTypeError
from webshellhunt.keeping.archive_layout import DAMAGED, PIECE_BYTES, ArchiveContents, Difference, read_layout
from webshellhunt.keeping.file_copy import Digester, Digests
from webshellhunt.keeping.manifest import KIND, MANIFEST, SCHEMA_VERSION
from webshellhunt.keeping.readme import CUSTOMARY_PASSWORD
from webshellhunt.model.arguments import type_words

MOST_MANIFEST_BYTES = 128 << 20
_MOST_ENTRIES = 1_000_000
_DIGEST = frozenset("0123456789abcdef")
_DIGEST_CHARACTERS = 64
NO_MANIFEST = "it has no manifest.json of webshellhunt, so that it is no evidence bag"


class BagCheck(NamedTuple):
    """The result of a verification: the differences, none of which is expected, and the state in the manifest.

    ``state`` is ``complete``, ``partial`` (some files could not be copied) or ``interrupted``.
    """

    path: str
    manifest_sha256: str | None
    files: int
    size_bytes: int
    state: str
    differences: tuple[Difference, ...] = ()

    @property
    def is_intact(self) -> bool:
        """True if there is no difference."""
        return not self.differences


@dataclass
class _Found:
    """The members of a bag as they are: their sizes and digests."""

    members: dict[str, tuple[int, Digests]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    manifest: bytes | None = None

    def add(self, name: str, pieces: Iterable[bytes | Difference]) -> None:
        """Read one member."""
        digester, kept, intact = Digester(), bytearray(), True
        for piece in pieces:
            if isinstance(piece, Difference):
                self.differences.append(piece)
                intact = False
                continue
            digester.update(piece)
            if name == MANIFEST and len(kept) <= MOST_MANIFEST_BYTES:
                kept += piece
        if name in self.members:
            return
        self.members[name] = digester.size_bytes, digester.digests
        if name == MANIFEST and intact:
            self.manifest = bytes(kept)


def verify(
    path: str | os.PathLike[str], *, password: str = CUSTOMARY_PASSWORD, manifest_sha256: str | None = None
) -> BagCheck:
    """Verify an evidence bag: that it has exactly the members of its manifest, each with the digest there.

    Args:
        path: The archive, or the folder.
        password: The password of the archive.
        manifest_sha256: The digest of the manifest in the case notes. Without it, a manifest that was rewritten with
            the copies is not noticed.

    Raises:
        SourceNotFoundError: There is nothing at the path.
        UnreadableError: It is no evidence bag, the password is wrong, or it can't be read.
        WrongTypeError: An argument has a wrong type; it is a ``TypeError``, too.
        UsageError: ``manifest_sha256`` is no SHA-256.
        MissingDependencyError: The extra for encryption is not installed.

    Examples:
        >>> import tempfile
        >>> import webshellhunt as wsh
        >>> from webshellhunt.sources import MemorySource
        >>> source = MemorySource({"a.aspx": b"<p>"})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     kept = wsh.collect(wsh.hunt(source), source, to=f"{folder}/bag", password=None)
        ...     check = wsh.verify(kept.path, manifest_sha256=kept.manifest_sha256)
        >>> check.is_intact, check.state
        (True, 'complete')
    """
    for name, value in {"path": path, "password": password, "manifest_sha256": manifest_sha256 or ""}.items():
        if not isinstance(value, str | os.PathLike if name == "path" else str):
            raise WrongTypeError(f"verify: {name} is {type_words(value)}; pass a str")
    expected = _digest(manifest_sha256)
    place = os.fspath(path)
    try:
        found = _read_folder(Path(place)) if Path(place).is_dir() else _read_archive(place, password)
    except FileNotFoundError as error:
        raise SourceNotFoundError("there is no such file or folder; check the spelling", path=place) from error
    except (OSError, ValueError) as error:
        if isinstance(error, UnreadableError | UsageError):
            raise
        raise UnreadableError(f"it can't be read: {getattr(error, 'strerror', None) or error}", path=place) from error
    return _check(found, place, expected)


def _digest(text: str | None) -> str | None:
    if text is None:
        return None
    digest = text.strip().lower()
    if len(digest) != _DIGEST_CHARACTERS or not _DIGEST.issuperset(digest):
        raise UsageError("the digest of the manifest is no SHA-256; pass its 64 hexadecimal characters")
    return digest


def _read_archive(path: str, password: str) -> _Found:
    found = _Found()
    with Path(path).open("rb") as stream:
        layout = read_layout(stream, path)
        named = {member.name for member in layout.members} | {each.member for each in layout.differences}
        if MANIFEST not in named:
            cut = next((each.words for each in layout.differences if each.words.startswith(DAMAGED)), None)
            raise UnreadableError(NO_MANIFEST if cut is None else f"it is cut off or damaged: {cut}", path=path)
        contents = ArchiveContents(stream, password_bytes(password))
        if not contents.accepts_password(layout.members):
            raise UnreadableError("the password is wrong; pass the one that the bag was made with", path=path)
        found.differences += layout.differences
        for member in layout.members:
            found.add(member.name, contents.read(member))
    return found


def _read_folder(folder: Path) -> _Found:
    found = _Found()
    for name, path in sorted(_walk(folder)):
        if not modes.S_ISREG(path.lstat().st_mode):
            found.differences.append(Difference(name, "it is not a plain file"))
            continue
        found.add(name, _pieces(path))
    if MANIFEST not in found.members:
        raise UnreadableError(NO_MANIFEST, path=str(folder))
    return found


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a bag's folder and of its one subfolder."""
    count = 0
    for path in [*folder.iterdir()]:
        inside = [*path.iterdir()] if path.is_dir() and not path.is_symlink() and path.name == "files" else [path]
        for each in inside:
            count += 1
            if count > _MOST_ENTRIES:
                raise UnreadableError("it has too many files for an evidence bag", path=str(folder))
            yield each.relative_to(folder).as_posix(), each


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece


def _check(found: _Found, path: str, expected: str | None) -> BagCheck:
    """Compare the members with the manifest."""
    differences = list(found.differences)
    if found.manifest is None:
        if not any(each.member == MANIFEST for each in differences):
            differences.append(Difference(MANIFEST, "it is missing"))
        return BagCheck(path, None, 0, 0, "unknown", tuple(differences))
    actual = found.members[MANIFEST][1].sha256
    if expected is not None and expected != actual:
        differences.append(Difference(MANIFEST, f"its SHA-256 is {actual}, not the one of the case notes"))
    manifest = _parse(found.manifest, path)
    listed = _listed(manifest, path)
    damaged = {each.member for each in differences}
    differences += [each for each in _compare(listed, found) if each.member not in damaged]
    copies = [name for name in listed if name.startswith("files/")]
    size = sum(found.members[name][0] for name in copies if name in found.members)
    return BagCheck(path, actual, len(copies), size, str(manifest.get("state")), tuple(differences))


def _compare(listed: Mapping[str, Mapping[str, Any]], found: _Found) -> Iterator[Difference]:
    """Yield the differences between the members of the manifest and those of the bag."""
    others = {name: digests.sha256 for name, (_, digests) in found.members.items() if name not in (*listed, MANIFEST)}
    for name, entry in listed.items():
        if name not in found.members:
            renamed = next((other for other, digest in others.items() if digest == entry["sha256"]), None)
            yield Difference(name, "it is missing" if renamed is None else f"it is missing; {renamed} has its content")
            continue
        size, digests = found.members[name]
        if size != entry["size_bytes"]:
            yield Difference(name, f"it has {size:,} bytes, and the manifest says {entry['size_bytes']:,}")
        for kind, digest in digests._asdict().items():
            if kind in entry and entry[kind] != digest:
                yield Difference(name, f"its {kind.upper()} is {digest}, and the manifest says {entry[kind]}")
    for name in others:
        yield Difference(name, "the manifest does not list it")


def _parse(data: bytes, path: str) -> dict[str, Any]:
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(NO_MANIFEST, path=path) from error
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise UnreadableError(NO_MANIFEST, path=path)
    version = manifest.get("schema_version")
    if version != SCHEMA_VERSION:
        readable = f"this version of webshellhunt reads {SCHEMA_VERSION}; use the one that wrote it"
        raise UnreadableError(f"its manifest has schema version {version!r}, and {readable}", path=path)
    return manifest


def _listed(manifest: Mapping[str, Any], path: str) -> dict[str, Mapping[str, Any]]:
    """Return the entries of a manifest by member."""
    listed: dict[str, Mapping[str, Any]] = {}
    for entry in [*_entries(manifest, "files", path), *_entries(manifest, "other_members", path)]:
        member = entry.get("member")
        if member is None:
            continue
        valid = isinstance(member, str) and isinstance(entry.get("size_bytes"), int)
        if not valid or not isinstance(entry.get("sha256"), str) or member in listed:
            raise UnreadableError(f"its manifest is damaged: the entry of {member!r} is invalid", path=path)
        listed[member] = entry
    return listed


def _entries(manifest: Mapping[str, Any], name: str, path: str) -> list[Mapping[str, Any]]:
    entries = manifest.get(name)
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise UnreadableError(f"its manifest is damaged: '{name}' is no list of entries", path=path)
    return entries
