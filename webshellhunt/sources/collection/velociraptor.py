r"""The layout of Velociraptor: ``uploads/<accessor>/<volume>/…`` with escaped names, and the records next to it.

An encrypted collection is ``data.zip`` with a session password, which ``metadata.json`` has encrypted.

Source: Velociraptor, reporting/container.go (Upload, uploads.json), flows/client_flow_runner.go (uploads.json of the
server), utils/sanitize.go (escapes of names), vql/server/downloads/downloads.go (exports of the server),
accessors/ntfs/vss.go and mft.go (volumes of accessors), artifacts/definitions/Generic/Collectors/File.yaml and
Triage/Collection/Upload.yaml (times); accessors/collector/collector.go (``Scheme``, ``EncryptedPass``), bin/unzip.go
(options), docs/offline_collector/sample.spec.yaml (the command to decrypt).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

from webshellhunt.errors import SourceError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind, Timestamps
from webshellhunt.sources.collection.control import ControlFiles, add_times, read_time
from webshellhunt.sources.collection.layout import Layout, Mount, Records
from webshellhunt.sources.collection.missing_files import Missing, iter_gaps
from webshellhunt.sources.collection.names import (
    Decoder,
    drive_path,
    drive_top,
    folded,
    path_below,
    unescaped,
    unescaped_in_store,
)
from webshellhunt.sources.drives import folders_in, names_in
from webshellhunt.sources.source import Source, join

_RECORDS = frozenset(
    {"uploads", "client_info", "collection_context", "requests", "log", "logs", "metadata", "custom_artifacts"}
)
_FLOW = lazy_pattern(r"(?:(?:.*/)?clients/[^/]+/)?collections/[^/]+", re.DOTALL)

METADATA = "metadata.json"
"""The name of the file with the encrypted session password."""

CONTENT = "data.zip"
"""The name of the encrypted archive."""

_MOST_METADATA_BYTES = 1024 * 1024
_ADVICE = {
    "x509": (
        "it is a Velociraptor collection that only the key of its server decrypts (X509): on the server, run "
        "'velociraptor --config server.config.yaml unzip --dump_dir output file.zip', and hunt the folder 'output'; or "
        "pass the session password, which 'unzip --report_password' shows, with --password"
    ),
    "pgp": (
        "it is a Velociraptor collection whose session password is encrypted with PGP: decrypt EncryptedPass in "
        "metadata.json with the private key, and pass the result with --password"
    ),
}

ACCESSORS = ("auto", "file", "file_nocase", "file_links", "ntfs", "lazy_ntfs", "ntfs_vss", "fs", "collector", "mft")
"""The accessors whose paths are those of the server, the preferred one first; ``mft`` has numbers of files."""

_NO_PATHS = "mft"
_SHADOW = lazy_pattern(r"(?i)(?:\\\\[.?]\\)?(?:GLOBALROOT\\Device\\)?(HarddiskVolumeShadowCopy\d{1,6})")
_CREATED_SHADOW = lazy_pattern(r"Found VSS (\S{1,200}) .{0,20}?created (?:at )?(\d{4}-\d\d-\d\dT[\d:]{8}Z)")
_WMI_TIME = lazy_pattern(r"(\d{14})(?:\.\d+)?(?:[+-]\d{3})?")
_BASIS = "the results of the collection have the times of the server"
_FILE_TIMES = ("Mtime", "Btime", "Ctime", "Atime")
_TIME_FIELDS = (
    ("SourceFile", ("Modified", "Created", "Changed", "LastAccessed")),
    ("OSPath", _FILE_TIMES),
    ("FullPath", _FILE_TIMES),
    ("OSPath", ("Modifed",)),  # as the artifact Triage.Collection.Upload spells it
)
"""The field with the path, and those with the times of change, of creation, of the record, and of the last access."""

_Row = Mapping[str, object]


def recognise(source: Source, top: str, names: Mapping[str, EntryKind]) -> Layout | None:
    """Return the layout if a directory has ``uploads`` with a volume below an accessor."""
    if names.get("uploads") is not EntryKind.DIRECTORY:
        return None
    uploads = join(top, "uploads")
    accessors = sorted(set(folders_in(source, uploads)) & set(ACCESSORS), key=ACCESSORS.index)
    tops: dict[str, list[str]] = {}
    for accessor in accessors:
        inside = join(uploads, accessor)
        for name in folders_in(source, inside):
            volume = _volume(accessor, unescaped(name))
            if volume is not None:
                tops.setdefault(volume, []).append(join(inside, name))
    if not tops:
        return None
    decode = unescaped if _FLOW.fullmatch(top) is None else unescaped_in_store
    hidden = frozenset({uploads, *(join(uploads, each) for each in accessors), *_records(source, top, names)})
    mounts, escaped = tuple(_mounts(tops, decode)), frozenset({uploads})
    return Layout("a Velociraptor collection", mounts, hidden, read_records, top, escaped=escaped, has_extents=True)


def _records(source: Source, top: str, names: Mapping[str, EntryKind]) -> Iterator[str]:
    """Yield the records of the collector, and those next to an encrypted archive with the collection."""
    yield from (join(top, name) for name in names if _is_record(name))
    results = join(top, "results")
    yield results
    yield from (join(results, name) for name in names_in(source, results) if _is_table(name))
    above, _, name = top.rpartition("/")
    if name == CONTENT:
        yield from (top, join(above, METADATA))


def _mounts(tops: Mapping[str, list[str]], decode: Decoder) -> Iterator[Mount]:
    for top, layers in tops.items():
        yield Mount(top, tuple(layers), is_snapshot=shadow_top(top) is not None, decode=decode)


def _volume(accessor: str, name: str) -> str | None:
    """Return the top in the tree for the name of a volume: ``C:`` for a drive, the device for a shadow copy."""
    drive = drive_top(name)
    if accessor == "mft":
        return None if drive is None else f"file numbers of {drive[0]}"
    return drive or shadow_top(name)


def _is_record(name: str) -> bool:
    return _is_table(name) and name.removesuffix(".index").rpartition(".")[0] in _RECORDS


def _is_table(name: str) -> bool:
    return name.removesuffix(".index").endswith((".json", ".csv"))


def decryption_advice(metadata: bytes) -> str | None:
    """Return how to decrypt a collection, by its ``metadata.json``, or ``None`` if that doesn't state a known scheme.

    ``metadata``: the content of the file; at most its first megabyte is read.
    """
    try:
        rows = json.loads(metadata[:_MOST_METADATA_BYTES].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    for row in rows if isinstance(rows, list) else [rows]:
        scheme = row.get("Scheme") if isinstance(row, dict) else None
        if isinstance(scheme, str) and scheme.lower() in _ADVICE and "EncryptedPass" in row:
            return _ADVICE[scheme.lower()]
    return None


def refusal_of(source: Source) -> str | None:
    """Return the reason why an unpacked encrypted collection can't be hunted, or ``None`` for any other source."""
    try:
        if set(source.names("")) != {METADATA, CONTENT}:
            return None
        return decryption_advice(source.read(METADATA, _MOST_METADATA_BYTES))
    except SourceError:
        return None


def read_records(source: Source, layout: Layout) -> Records:
    """Return times, cut files and the name of the computer from the records of Velociraptor."""
    files = ControlFiles(source)
    uploads = _Uploads()
    for row in _rows(files, join(layout.top, "uploads")):
        uploads.add(row)
    times: dict[str, Timestamps] = {}
    shadows: dict[str, datetime] = {}
    for name in _results(source, layout):
        for row in _rows(files, name):
            _add_times(times, row, uploads.known)
            _add_shadow(shadows, row)
    for row in _rows(files, join(layout.top, "log")):
        _add_logged_shadow(shadows, row.get("message"))
    info = files.document(join(layout.top, "client_info.json"))
    gaps = (*files.all_gaps(), *iter_gaps(uploads.cut(), "cut-by-collector", join(layout.top, "uploads.json")))
    return Records(times, {}, shadows, gaps, _computer(info), _BASIS if times else "", uploads.stored())


def shadow_top(name: str) -> str | None:
    """Return the top in the tree for the device of a shadow copy, or ``None`` for another name."""
    match = _SHADOW.fullmatch(name)
    return None if match is None else match[1]


def tree_path(text: str) -> str | None:
    """Return the path in the tree for a path of the server, or ``None`` if it isn't on a drive or shadow copy."""
    on_drive = drive_path(text)
    shadow = _SHADOW.match(text) if on_drive is None else None
    return on_drive if shadow is None else path_below(shadow[1], text[shadow.end() :])


class _Uploads:
    """The uploads by path in the tree: their stored and original size, and which of them have an index of extents."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self._cut: dict[str, tuple[int, int]] = {}
        self._sparse: set[str] = set()
        self._complete: set[str] = set()
        self._stored: dict[str, dict[str, int]] = {}

    def add(self, row: _Row) -> None:
        """Add a record of an upload."""
        path = _uploaded_path(row)
        if path is None:
            return
        key = folded(path)
        if row.get("Type") == "idx":
            self._sparse.add(key)
            return
        self.known.add(key)
        stored, size = _size(row.get("uploaded_size")), _size(row.get("file_size"))
        accessor = _accessor(row)
        if accessor is not None and stored != 0:
            self._stored.setdefault(path, {})[accessor] = stored or 0
        if stored is not None and size is not None:
            if stored >= size:
                self._complete.add(key)
            else:
                self._cut[path] = (stored, size)

    def cut(self) -> list[Missing]:
        """Return the files of which no accessor stored all bytes."""
        return [
            Missing(path, f"the collector stored {stored:,} of its {size:,} bytes")
            for path, (stored, size) in sorted(self._cut.items())
            if not {folded(path)} & (self._sparse | self._complete)
        ]

    def stored(self) -> dict[str, tuple[int, ...]]:
        """Return the least size of each stored file by path in the tree, one for each accessor; 0 if it is unknown.

        A file that was cut has a gap already.
        """
        cut = {each.path for each in self.cut()}
        return {
            path: tuple(0 if folded(path) in self._sparse else size for size in sizes.values())
            for path, sizes in self._stored.items()
            if path not in cut
        }


def _accessor(row: _Row) -> str | None:
    """Return the accessor of an upload, empty if it isn't stated; ``None`` for one whose paths are not the server's."""
    components = row.get("_Components")
    if not isinstance(components, list) or "uploads" not in components:
        return ""
    accessor = [*components, None][components.index("uploads") + 1]
    return accessor if accessor in ACCESSORS and accessor != _NO_PATHS else None


def _uploaded_path(row: _Row) -> str | None:
    """Return the path in the tree of an upload: by the components where it is stored, or else by its path."""
    components = row.get("_Components")
    if isinstance(components, list) and "uploads" in components:
        names = components[components.index("uploads") + 2 :]
        if names and all(isinstance(name, str) for name in names):
            return tree_path("\\".join(names))
    path = row.get("vfs_path")
    inside = tree_path(path) if isinstance(path, str) else None
    return inside.removesuffix(".idx") if inside is not None and row.get("Type") == "idx" else inside


def _size(value: object) -> int | None:
    """Return a size, which CSV has as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return value if type(value) is int else None


def _rows(files: ControlFiles, stem: str) -> Iterator[_Row]:
    """Yield the records of a file of JSON lines, or of the CSV that a collection without JSON has."""
    if files.source.stat(f"{stem}.json") is not None:
        yield from files.rows(f"{stem}.json")
    elif files.source.stat(f"{stem}.csv") is not None:
        yield from files.table(f"{stem}.csv")


def _results(source: Source, layout: Layout) -> list[str]:
    """Return the paths of the results without their extension."""
    folder = join(layout.top, "results")
    try:
        names = source.names(folder)
    except SourceError:
        return []
    return sorted({join(folder, name.rpartition(".")[0]) for name in names if name.endswith((".json", ".csv"))})


def _add_times(times: dict[str, Timestamps], row: _Row, uploads: Collection[str]) -> None:
    """Add the times of a record about an uploaded file, in one of the forms of the artifacts."""
    for path_name, names in _TIME_FIELDS:
        text = row.get(path_name)
        path = tree_path(text) if isinstance(text, str) else None
        if path is None or (uploads and folded(path) not in uploads):
            continue
        add_times(times, path, [read_time(row.get(name)) for name in names])


def _add_shadow(shadows: dict[str, datetime], row: _Row) -> None:
    """Add the creation time of a shadow copy in a listing of volumes, or in a result about shadow copies."""
    data = row.get("Data")
    for each in (row, data if isinstance(data, dict) else {}):
        device = each.get("DeviceObject")
        match = _SHADOW.match(device) if isinstance(device, str) else None
        when = _wmi_time(each.get("InstallDate")) or read_time(each.get("InstallDate"))
        if match is not None and when is not None:
            shadows.setdefault(folded(match[1]), when)


def _add_logged_shadow(shadows: dict[str, datetime], message: object) -> None:
    found = _CREATED_SHADOW.search(message) if isinstance(message, str) and len(message) < 1000 else None
    match = _SHADOW.match(found[1]) if found is not None else None
    when = read_time(found[2]) if found is not None else None
    if match is not None and when is not None:
        shadows.setdefault(folded(match[1]), when)


def _wmi_time(value: object) -> datetime | None:
    """Return a time of Windows Management, ``20210301000000.000000+000``, which the collector takes as UTC."""
    match = _WMI_TIME.fullmatch(value) if isinstance(value, str) else None
    try:
        return None if match is None else datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _computer(info: object) -> str | None:
    """Return the host name in the information about the client, of old and new versions."""
    if not isinstance(info, dict):
        return None
    system = info.get("os_info")
    for fields in (info, system if isinstance(system, dict) else {}):
        named = {key.lower(): value for key, value in fields.items() if isinstance(key, str)}
        for name in ("hostname", "fqdn"):
            value = named.get(name)
            if isinstance(value, str) and 0 < len(value) < 256:
                return value.partition(".")[0]
    return None
