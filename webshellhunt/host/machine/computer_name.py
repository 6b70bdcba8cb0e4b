r"""The computer's name, from the SYSTEM hive of an image or from the registry of the running system.

Source: ``ControlSet00N\Control\ComputerName\ComputerName``, where ``Select\Current`` is N.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from types import ModuleType

from webshellhunt.errors import SourceError
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.registry_hive import Hive
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap

_HIVE = ("Windows", "System32", "config", "SYSTEM")
_KEY = "Control\\ComputerName\\ComputerName"
_VALUE = "ComputerName"
_LONGEST = 64
_MOST_SETS = 999


def find_computer_name(
    lookup: Lookup, tops: Iterable[str], gaps: list[Gap], *, live_module: str = "winreg"
) -> str | None:
    """Return the name that the first registry with one contains; a damaged hive becomes a gap.

    Args:
        lookup: Finds names in the source.
        tops: The drives of the source.
        gaps: The list that a gap for an unreadable hive is added to.
        live_module: Python's module for the registry, imported for a running system only.
    """
    if lookup.source.live:
        return _live_name(live_module)
    for top in tops:
        entry = lookup.find(top, _HIVE)
        if entry is None or entry.kind is not EntryKind.FILE:
            continue
        try:
            name = _hive_name(lookup, entry)
            lookup.hives.add(entry.path)
        except SourceError as error:
            reason = f"the SYSTEM hive can't be read: {error.message}; the computer's name is unknown"
            gaps.append(Gap("broken-registry", "survey", entry.path, reason))
            continue
        if name:
            return name[:_LONGEST]
    return None


def _hive_name(lookup: Lookup, entry: Entry) -> str | None:
    def read_at(offset: int, size: int) -> bytes:
        return lookup.source.read(entry.path, size, offset)

    hive = Hive(read_at, entry.path)
    select = hive.find("Select")
    current = hive.find_number(select, "Current") if select is not None else None
    number = current if current is not None and 0 < current <= _MOST_SETS else 1
    key = hive.find(f"ControlSet{number:03}\\{_KEY}")
    return hive.find_text(key, _VALUE) if key is not None else None


def _live_name(live_module: str) -> str | None:
    try:
        winreg: ModuleType = importlib.import_module(live_module)
        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, f"SYSTEM\\CurrentControlSet\\{_KEY}", 0, access) as key:
            value, _ = winreg.QueryValueEx(key, _VALUE)
    except (ImportError, OSError):
        return None
    return value[:_LONGEST] if isinstance(value, str) and value else None
