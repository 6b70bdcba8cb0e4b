r"""The layout of acquire: ``fs/C:/…``, with records of the tool in a folder of their own.

Source: fox-it/acquire, acquire.py (``fs``, the report), collector.py (``$metadata$``), utils.py (letter case of paths);
older versions wrote ``sysvol`` for the system drive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.control import ControlFiles
from webshellhunt.sources.collection.layout import Layout, Mount, Records
from webshellhunt.sources.collection.missing_files import Missing, iter_gaps
from webshellhunt.sources.collection.names import drive_path
from webshellhunt.sources.drives import folders_in, has_windows, names_in
from webshellhunt.sources.source import Source, join

_DRIVE = lazy_pattern(r"([A-Za-z])[:_]?")  # programs that can't write a colon write an underscore
_COMPUTER = lazy_pattern(r"[\w-]{1,63}")
_METADATA = "$metadata$"
_SYSTEM = "sysvol"
_REPORT = "report.json"
_TABLE = ".csv.gz"


def recognise(source: Source, top: str, names: Mapping[str, EntryKind]) -> Layout | None:
    """Return the layout if a directory has ``fs`` with drives, or the ``sysvol`` of older versions."""
    folders = {name for name, kind in names.items() if kind is EntryKind.DIRECTORY}
    inside = join(top, "fs") if "fs" in folders else top
    below = set(folders_in(source, inside)) if "fs" in folders else folders
    if "fs" not in folders and not (_SYSTEM in folders and has_windows(source, join(top, _SYSTEM))):
        return None
    drives: dict[str, list[str]] = {}
    for name in sorted(below):
        match = _DRIVE.fullmatch(name)
        if match is not None:
            drives.setdefault(f"{match[1].upper()}:", []).append(join(inside, name))
    if _SYSTEM in below:
        drives.setdefault("C:", []).append(join(inside, _SYSTEM))
    if not drives:
        return None
    metadata = join(inside, _METADATA)
    tables = (join(metadata, name) for name in names_in(source, metadata) if name.endswith(_TABLE))
    reports = (join(top, name) for name in names if name.endswith(_REPORT))
    mounts = tuple(Mount(drive, tuple(layers)) for drive, layers in drives.items())
    hidden = frozenset({metadata, *tables, *reports})
    return Layout("an acquire collection", mounts, hidden, read_records, top, keeps_times=True)


def read_records(source: Source, layout: Layout) -> Records:
    """Return the name of the computer, and the files that could not be collected, from the report of acquire."""
    files = ControlFiles(source)
    missing: list[Missing] = []
    computer = None
    reports = sorted(path for path in layout.hidden if path.endswith(_REPORT))
    for path in reports:
        report = files.document(path)
        if not isinstance(report, dict) or "acquire-version" not in report:
            continue
        missing += _failed(report)
        computer = _computer(report.get("name")) or computer
    gaps = (*files.all_gaps(), *iter_gaps(missing, "left-out-by-collector", reports[0] if reports else source.location))
    return Records(gaps=gaps, computer=computer)


def _failed(report: Mapping[str, object]) -> Iterator[Missing]:
    """Yield the files that a module of acquire could not collect."""
    for outcomes in report.values():
        records = outcomes.get("failure") if isinstance(outcomes, dict) else None
        for record in records if isinstance(records, list) else ():
            if not isinstance(record, dict) or record.get("artifact_type") not in {"file", "path", "dir"}:
                continue
            value, details = record.get("artifact_value"), record.get("details")
            path = drive_path(value.lstrip("/")) if isinstance(value, str) else None
            if path is not None:
                last = details.strip().splitlines()[-1:] if isinstance(details, str) else []
                yield Missing(path, f"the collector could not copy it: {last[0][:300] if last else 'no reason'}")


def _computer(name: object) -> str | None:
    """Return the name of the target if it is a host name, not the path of an image."""
    is_name = isinstance(name, str) and _COMPUTER.fullmatch(name) is not None and name != "local"
    return str(name) if is_name else None
