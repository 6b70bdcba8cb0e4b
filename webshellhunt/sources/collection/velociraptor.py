r"""The layout of Velociraptor: ``uploads/<accessor>/<volume>/…`` with escaped names.

Source: Velociraptor, reporting/container.go (Upload, uploads.json), utils/sanitize.go (escapes of names),
vql/server/downloads/downloads.go (exports of the server), artifacts/definitions/Generic/Collectors/File.yaml (times).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from webshellhunt.errors import SourceError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind, Timestamps
from webshellhunt.sources.collection.control import ControlFiles, add_times, read_time
from webshellhunt.sources.collection.layout import Layout, Mount, Records
from webshellhunt.sources.collection.missing_files import Missing, iter_gaps
from webshellhunt.sources.collection.names import drive_path, drive_top, folded, join, path_below, unescaped
from webshellhunt.sources.source import Source

_ACCESSORS = ("auto", "file", "ntfs", "lazy_ntfs", "mft", "ntfs_vss", "lazy_ntfs_vss", "fs", "collector")
_RECORDS = frozenset(
    {"uploads.json", "client_info.json", "collection_context.json", "requests.json", "log.json", "logs.json"}
    | {"metadata.json", "custom_artifacts.json", "uploads.csv", "log.csv"}
)
_SHADOW = lazy_pattern(r"(?:\\\\[.?]\\)?(?:GLOBALROOT\\Device\\)?(HarddiskVolumeShadowCopy\d{1,6})", re.IGNORECASE)
_BASIS = "the results of the collection have the times of the server"
_FILE_TIMES = ("Mtime", "Btime", "Ctime", "Atime")
_TIME_FIELDS = (
    ("SourceFile", ("Modified", "Created", "Changed", "LastAccessed")),
    ("OSPath", _FILE_TIMES),
    ("FullPath", _FILE_TIMES),
    ("OSPath", ("Modifed",)),  # as the artifact Triage.Collection.Upload spells it
)
"""The field with the path, and those with the times of change, of creation, of the record, and of the last access."""


def recognise(source: Source, top: str, names: Mapping[str, EntryKind]) -> Layout | None:
    """Return the layout if a directory has ``uploads`` with a volume below an accessor."""
    if names.get("uploads") is not EntryKind.DIRECTORY:
        return None
    uploads = join(top, "uploads")
    volumes: dict[str, list[str]] = {}
    closed: set[str] = set()
    accessors = _folders(source, uploads)
    for accessor in sorted(accessors, key=_rank):
        inside = join(uploads, accessor)
        found = {name: _volume(unescaped(name)) for name in _folders(source, inside)} if accessor in _ACCESSORS else {}
        for name, volume in found.items():
            if volume is not None:
                volumes.setdefault(volume, []).append(join(inside, name))
        if found and all(found.values()):
            closed.add(inside)
    if not volumes:
        return None
    hidden = {join(top, name) for name in names if _is_record(name)} | closed
    if len(closed) == len(_names(source, uploads)):
        hidden.add(uploads)
    return Layout(
        "a Velociraptor collection",
        _mounts(volumes),
        frozenset(hidden),
        read_records,
        top=top,
        escaped=frozenset({uploads}),
        has_runs=True,
    )


def _mounts(volumes: Mapping[str, list[str]]) -> tuple[Mount, ...]:
    return tuple(
        Mount(volume, tuple(layers), is_snapshot=not volume.endswith(":"), decode=unescaped)
        for volume, layers in volumes.items()
    )


def _rank(accessor: str) -> tuple[int, str]:
    return _ACCESSORS.index(accessor) if accessor in _ACCESSORS else len(_ACCESSORS), accessor


def read_records(source: Source, layout: Layout) -> Records:
    """Return times, cut files and the name of the computer from the records of Velociraptor."""
    files = ControlFiles(source)
    uploads = _read_uploads(files, join(layout.top, "uploads.json"))
    times: dict[str, Timestamps] = {}
    shadows: dict[str, datetime] = {}
    for name in _results(source, layout):
        for row in files.rows(name):
            _add_times(times, row, uploads.known)
            _add_shadow(shadows, row)
    computer = _computer(files.document(join(layout.top, "client_info.json")))
    gaps = (*files.all_gaps(), *iter_gaps(uploads.cut(), "cut-by-collector", join(layout.top, "uploads.json")))
    return Records(times, {}, shadows, gaps, computer, _BASIS if times else "")


class _Uploads:
    """The uploads by path in the tree: their stored and original size, and which of them have an index of runs."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self._cut: dict[str, tuple[int, int]] = {}
        self._sparse: set[str] = set()
        self._complete: set[str] = set()

    def add(self, row: Mapping[str, object]) -> None:
        path = row.get("vfs_path")
        inside = tree_path(path) if isinstance(path, str) else None
        if inside is None:
            return
        if row.get("Type") == "idx":
            self._sparse.add(inside.removesuffix(".idx"))
            return
        key = folded(inside)
        self.known.add(key)
        stored, size = row.get("uploaded_size"), row.get("file_size")
        if type(stored) is int and type(size) is int:
            if stored >= size:
                self._complete.add(key)
            else:
                self._cut[inside] = (stored, size)

    def cut(self) -> list[Missing]:
        """Return the files of which no accessor stored all bytes."""
        return [
            Missing(path, f"the collector stored {stored:,} of its {size:,} bytes")
            for path, (stored, size) in sorted(self._cut.items())
            if path not in self._sparse and folded(path) not in self._complete
        ]


def _read_uploads(files: ControlFiles, path: str) -> _Uploads:
    uploads = _Uploads()
    if files.source.stat(path) is not None:
        for row in files.rows(path):
            uploads.add(row)
    return uploads


def _names(source: Source, path: str) -> dict[str, EntryKind]:
    try:
        return source.names(path)
    except SourceError:
        return {}


def _folders(source: Source, path: str) -> list[str]:
    return sorted(name for name, kind in _names(source, path).items() if kind is EntryKind.DIRECTORY)


def _volume(name: str) -> str | None:
    """Return the top in the tree for the name of a volume: ``C:`` for a drive, the device for a shadow copy."""
    shadow = _SHADOW.fullmatch(name)
    return drive_top(name) if shadow is None else shadow[1]


def _is_record(name: str) -> bool:
    return name == "results" or name.removesuffix(".index") in _RECORDS


def _results(source: Source, layout: Layout) -> list[str]:
    folder = join(layout.top, "results")
    return [join(folder, name) for name in sorted(_names(source, folder)) if name.endswith(".json")]


def tree_path(text: str) -> str | None:
    """Return the path in the tree for a path of the server, or ``None`` if it isn't on a drive or shadow copy."""
    on_drive = drive_path(text)
    shadow = _SHADOW.match(text) if on_drive is None else None
    return on_drive if shadow is None else path_below(shadow[1], text[shadow.end() :])


def _add_times(times: dict[str, Timestamps], row: Mapping[str, object], uploads: Collection[str]) -> None:
    """Add the times of a record about an uploaded file, in one of the forms of the artifacts."""
    for path_name, names in _TIME_FIELDS:
        text = row.get(path_name)
        path = tree_path(text) if isinstance(text, str) else None
        if path is None or (uploads and folded(path) not in uploads):
            continue
        add_times(times, path, [read_time(row.get(name)) for name in names])


def _add_shadow(shadows: dict[str, datetime], row: Mapping[str, object]) -> None:
    device = row.get("DeviceObject")
    match = _SHADOW.match(device) if isinstance(device, str) else None
    when = read_time(row.get("InstallDate")) or read_time(row.get("CreationTime"))
    if match is not None and when is not None:
        shadows.setdefault(folded(match[1]), when)


def _computer(info: object) -> str | None:
    """Return the host name in the information about the client, of old and new versions."""
    if not isinstance(info, dict):
        return None
    fields = {key.lower(): value for key, value in info.items() if isinstance(key, str)}
    for name in ("hostname", "fqdn"):
        if isinstance(fields.get(name), str) and fields[name]:
            return str(fields[name]).partition(".")[0]
    return _computer(fields.get("os_info"))
