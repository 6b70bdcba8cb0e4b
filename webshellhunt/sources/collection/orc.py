r"""The layout of DFIR-ORC: all files in one folder under new names, and ``GetThis.csv`` with the path of each.

An archive has one archive for each command, such as ``Event.7z``, and each of them has a record of its own.

Source: DFIR-ORC, documentation of GetThis (output); OrcLib, GetThis (columns).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from webshellhunt.model.artifact import EntryKind, Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.sources.collection.control import ControlFiles, add_times, read_time
from webshellhunt.sources.collection.layout import Layout, Records
from webshellhunt.sources.collection.names import folded, path_below
from webshellhunt.sources.source import Source, join

_RECORD = "getthis.csv"
_LABEL = "a collection of DFIR-ORC"
_TIMES = ("LastModificationDate", "CreationDate", "LastAttrChangeDate", "LastAccessDate")
_BASIS = "the records of DFIR-ORC have the times of the server"
_UNNAMED = "examined under the name that the collector gave; lay the files out (orc2tree), and hunt that folder"
_SYSTEM = "\\WINDOWS\\"
_Row = Mapping[str, str]


def recognise(source: Source, top: str, names: Mapping[str, EntryKind]) -> Layout | None:
    """Return the layout if a directory has the record of the collected files."""
    record = next((name for name, kind in names.items() if name.lower() == _RECORD and kind is EntryKind.FILE), None)
    if record is None:
        return None
    path = join(top, record)
    rows = list(_rows(ControlFiles(source), path))
    stored = {join(top, _inside(row)) for row in rows}
    folders = {each[:at] for each in stored for at in range(len(top), len(each)) if each[at] == "/"}
    computer = next((row["ComputerName"] for row in rows if row.get("ComputerName")), "")
    hidden = frozenset({path} | stored | folders)
    return Layout(_LABEL, (), hidden, read_records, top, has_duplicates=True, computer=computer, moves_files=True)


def merged(layouts: Sequence[Layout]) -> Layout:
    """Return one layout for the commands of one computer."""
    hidden = frozenset(path for each in layouts for path in each.hidden)
    return layouts[0]._replace(hidden=hidden, top="", parts=tuple(layouts))


def read_records(source: Source, layout: Layout) -> Records:
    """Return the path of each file on the system drive, with its times, and the name of the computer.

    A record has the number of a volume instead of its letter, so only the volume with Windows is known: ``C:``.
    """
    files = ControlFiles(source)
    records = sorted(path for path in layout.hidden if path.lower().rpartition("/")[2] == _RECORD)
    rows = [(path.rpartition("/")[0], row) for path in records for row in _rows(files, path)]
    systems = Counter(row["VolumeID"] for _, row in rows if folded(row["FullName"]).startswith(_SYSTEM))
    system = max(systems, key=lambda each: systems[each], default=None)
    paths, times, others = dict[str, str](), dict[str, Timestamps](), list[str]()
    for top, row in rows:
        if row["VolumeID"] != system:
            others.append(row["FullName"])
            continue
        stream = row.get("AttrName", "")
        path = path_below("C:", row["FullName"]) + (f":{stream}" if stream else "")
        paths.setdefault(path, join(top, _inside(row)))
        add_times(times, path, [read_time(row.get(name)) for name in _TIMES])
    gaps = list(files.all_gaps())
    if others:
        count = "1 file" if len(others) == 1 else f"{len(others):,} files"
        reason = f"{count}, such as {others[0][:200]}, of a volume whose letter is unknown: {_UNNAMED}"
        gaps.append(Gap("left-out-by-collector", "survey", records[0], reason, matters=True))
    return Records(times, paths, {}, tuple(gaps), layout.computer or None, _BASIS if times else "")


def _rows(files: ControlFiles, record: str) -> Iterator[_Row]:
    """Yield the rows about contents of files, not about those in shadow copies."""
    for row in files.table(record):
        is_content = row.get("AttrType", "$DATA") == "$DATA" and not row.get("SnapshotID", "").strip("{}0-")
        if is_content and row.get("SampleName") and row.get("FullName") and "VolumeID" in row:
            yield row


def _inside(row: _Row) -> str:
    """Return the path of a stored file in the folder of the record."""
    return "/".join(filter(None, row["SampleName"].replace("\\", "/").split("/")))
