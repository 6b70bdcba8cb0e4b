"""Unopened containers (disk images, archives, event logs) in the evidence, as a small number of gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from webshellhunt.containers.container import Container, find_container
from webshellhunt.containers.formats import OPENED_IMAGES, ContainerFormat, Family
from webshellhunt.containers.page_names import RUN_EXTENSIONS, STATIC_EXTENSIONS, extension_of
from webshellhunt.containers.recognition import HEAD_BYTES, LARGE_BYTES, may_be_container
from webshellhunt.containers.window import Window, window_of
from webshellhunt.decoding.carriers import MAX_NESTED, MAX_NESTED_BYTES
from webshellhunt.decoding.carriers.archive import MEMBER_BYTES, MOST_MEMBERS
from webshellhunt.errors import SourceError
from webshellhunt.host.machine.registry_hives import LOOSE_HIVE
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import WorkerResult
from webshellhunt.pages.kinds import effective_name, nature_of

_CODES = {
    Family.ARCHIVE: "archive-not-opened",
    Family.IMAGE: "image-not-opened",
    Family.ENCRYPTED: "encrypted-not-opened",
    Family.EVENT_LOG: "event-log-not-read",
    Family.HIVE: "hive-not-read",
    Family.FILE_TABLE: "file-table-not-read",
}
_LOCATIONS = OPENED_IMAGES | {
    ContainerFormat.ZIP,
    ContainerFormat.TAR,
    ContainerFormat.SEVEN_ZIP,
    ContainerFormat.VELOCIRAPTOR,
}
"""Formats that are opened as a location."""

_CONTAINERS = frozenset(_CODES.values())
_GROUPED = _CONTAINERS | {"log-format-not-read", "log-repeated"}
_SINGLE = frozenset(
    {ContainerFormat.GZIP, ContainerFormat.BZIP2, ContainerFormat.XZ, ContainerFormat.ZSTANDARD}
)  # one compressed file
_MAY_HAVE_SERVER = frozenset({Family.ARCHIVE, Family.IMAGE, Family.ENCRYPTED})
_ON_DRIVE = lazy_pattern(r"[A-Za-z]:\\")
_MOST_FOLDERS = 5


class Unopened(NamedTuple):
    """A container in the evidence that is not opened, or not all of it.

    ``gap`` is ``None`` if it can't have a file that a server runs. ``is_examined`` is true if its bytes are examined
    nevertheless, as those of an archive and of any small file are, because a text may start like a disk image.
    """

    gap: Gap | None
    is_examined: bool


def find_unopened(window: Window, artifact: Artifact) -> Unopened | None:
    """Return the description of a container that is not opened, or ``None`` for any other file.

    A file that the server runs by its name or by a mapping is never taken for a container.
    """
    if (
        extension_of(effective_name(artifact.name)) in RUN_EXTENSIONS
        or nature_of(artifact.name, artifact.settings).executable
    ):
        return None
    try:
        found = find_container(window, artifact.name)
    except SourceError:
        return None  # The examination of the file reports the error.
    return None if found is None else _describe(found, artifact)


def find_unopened_bytes(data: bytes, artifact: Artifact) -> Unopened | None:
    """Return the same for a file whose bytes were read; for most files the first bytes decide."""
    return find_unopened(window_of(data), artifact) if may_be_container(data[:HEAD_BYTES], len(data)) else None


def with_unopened(outcome: WorkerResult, unopened: Unopened | None) -> WorkerResult:
    """Return a result with the gap of a container, and without a digest, so that it has no benign verdict."""
    if unopened is None or unopened.gap is None or outcome.known_good is not None:
        return outcome
    digest = outcome.sha256 if outcome.findings else None
    return outcome._replace(sha256=digest, gaps=(*outcome.gaps, unopened.gap))


def group_unopened(gaps: Iterable[Gap]) -> Iterator[Gap]:
    """Yield the gaps, those with the same reason in one folder as one; for many folders, as one for all of them."""
    folders: dict[tuple[str, bool, str], dict[str, list[Gap]]] = defaultdict(lambda: defaultdict(list))
    for gap in gaps:
        if gap.code in _GROUPED:
            folders[gap.code, gap.matters, gap.reason][_folder(gap.path)].append(gap)
        else:
            yield gap
    for by_folder in folders.values():
        if len(by_folder) > _MOST_FOLDERS:
            everyone = [gap for members in by_folder.values() for gap in members]
            yield _grouped(_common(list(by_folder)) or everyone[0].path, everyone, f" in {len(by_folder):,} folders")
            continue
        for folder, members in by_folder.items():
            yield _grouped(folder or members[0].path, members, "") if len(members) > 1 else members[0]


def without_repeats(gaps: Iterable[Gap], read: frozenset[str]) -> Iterator[Gap]:
    """Yield the gaps, without files that another stage read whole; a file that two stages can't read is one gap."""
    unread: dict[str, Gap] = {}
    for gap in gaps:
        is_part = (gap.code, gap.stage, gap.matters) == ("too-large", "examine", False)  # no page that the server runs
        if gap.path in read and (gap.code in _CONTAINERS or is_part):
            continue
        if gap.code != "unreadable":
            yield gap
        elif gap.path not in unread or gap.matters > unread[gap.path].matters:
            unread[gap.path] = gap
    yield from unread.values()


def _describe(found: Container, artifact: Artifact) -> Unopened:
    family = found.form.family
    is_archive = family is Family.ARCHIVE
    on_drive = _ON_DRIVE.match(artifact.path) is not None
    is_evidence = not on_drive and artifact.role is Role.GIVEN and _may_have_server(found)
    matters = is_evidence or (found.may_contain_server and not _is_read_whole(found, on_drive=on_drive))
    matters = matters or (artifact.role is not Role.GIVEN and _has_unread_archives(found))
    if is_archive and not matters and found.listing is not None:
        return Unopened(None, is_examined=True)
    is_location = (found.inner or found.form) in _LOCATIONS
    lacking = "which is not opened as a file of the evidence" if is_location else "which this version does not open"
    reason = f"it is {found.label}, {lacking}"
    if family in (Family.EVENT_LOG, Family.HIVE, Family.FILE_TABLE):
        lacking = "was not read" if found.form is ContainerFormat.EVTX else "this version does not read"
        if family is Family.HIVE:
            matters = matters or (not on_drive and LOOSE_HIVE.fullmatch(artifact.name) is not None)
            lacking = "was not read here; hunt a folder with it at its place, Windows\\System32\\config or Users\\NAME"
        reason = f"it is {found.label}, which {lacking}"
    elif matters:
        holds = "holds a server or its web pages" if _holds_server(found) else "may hold web directories"
        reason += f" and which {holds}: {found.advice}"
    is_small = artifact.size_bytes < LARGE_BYTES
    is_examined = is_archive or is_small or extension_of(effective_name(artifact.name)) in STATIC_EXTENSIONS
    return Unopened(Gap(_CODES[family], "examine", artifact.path, reason, matters), is_examined)


def _is_read_whole(found: Container, *, on_drive: bool) -> bool:
    """Return True if all pages in a ZIP archive are examined as the content of a carrier.

    Those of a server are examined, too, but without its folders, settings and logs. An archive on the drive of a server
    is a file of that server, such as a backup of its site.
    """
    listing = found.listing
    return (
        found.form is ContainerFormat.ZIP
        and listing is not None
        and listing.complete
        and (on_drive or not listing.holds_server)
        and not (listing.images or listing.encrypted_pages or listing.other_methods)
        and listing.pages < MAX_NESTED
        and listing.members <= MOST_MEMBERS
        and listing.content_bytes <= min(MEMBER_BYTES, MAX_NESTED_BYTES)
    )


def _has_unread_archives(found: Container) -> bool:
    """Return True if an archive has further ones that are not examined either: all but small ZIP archives in one."""
    listing = found.listing
    if listing is None:
        return False
    is_small = listing.content_bytes <= min(MEMBER_BYTES, MAX_NESTED_BYTES) and listing.members <= MOST_MEMBERS
    read = listing.zips if found.form is ContainerFormat.ZIP and is_small else 0
    return listing.archives > listing.compressed + read


def _may_have_server(found: Container) -> bool:
    """Return True if the names in a container can't be listed here, or are those of further archives.

    Outside of a server it is evidence, of any size.
    """
    if found.listing is not None:
        return bool(found.listing.archives or found.listing.encrypted or not found.listing.complete)
    family, form = found.form.family, found.form
    is_single = form in _SINGLE and (found.inner is None or found.inner.family not in _MAY_HAVE_SERVER)
    return family in _MAY_HAVE_SERVER and form is not ContainerFormat.ISO and not is_single


def _holds_server(found: Container) -> bool:
    return found.listing is not None and found.listing.holds_server


def _grouped(path: str, members: list[Gap], where: str) -> Gap:
    first = members[0]
    reason = f"{len(members):,} files{where}, such as {first.path}: {first.reason}"
    return Gap(first.code, first.stage, path, reason, first.matters)


def _folder(path: str) -> str:
    cut = max(path.rfind("\\"), path.rfind("/"))
    return path[: cut + 1]


def _common(folders: list[str]) -> str:
    """Return the folder that contains all folders; empty if there is none."""
    first, last = min(folders), max(folders)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return _folder(first[:same])
