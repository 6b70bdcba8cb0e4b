r"""The computer's name, from the SYSTEM hive of an image or from the registry of the running system.

Source: ``ControlSet00N\Control\ComputerName\ComputerName``, where ``Select\Current`` is N.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from webshellhunt.errors import SourceError
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.registry_hive import Registry, open_hive
from webshellhunt.host.machine.registry_live import LiveRegistry
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap

_HIVE = ("Windows", "System32", "config", "SYSTEM")
_KEY = "CurrentControlSet\\Control\\ComputerName\\ComputerName"
_VALUE = "ComputerName"
_LONGEST = 64


def find_computer_name(
    lookup: Lookup, tops: Iterable[str], gaps: list[Gap], *, live_module: str = "winreg"
) -> str | None:
    """Return the name that the first registry with one contains; a damaged hive becomes a gap.

    ``lookup``: finds names in the source. ``gaps``: the list that a gap for an unreadable hive is added to.
    ``live_module``: python's module for the registry, imported for a running system only.
    """
    if lookup.source.live:
        return _live_name(live_module)
    for top in tops:
        entry = lookup.find(top, _HIVE)
        if entry is None or entry.kind is not EntryKind.FILE:
            continue
        try:
            name = _hive_name(lookup, entry)
        except SourceError as error:
            lookup.broken.add(entry.path)
            lost = "the computer's name is unknown, and its services and drivers were not examined"
            reason = f"the SYSTEM hive can't be read: {error.message}; {lost}"
            gaps.append(Gap("broken-registry", "survey", entry.path, reason, matters=True))
            continue
        if name:
            return name[:_LONGEST]
    return None


def _hive_name(lookup: Lookup, entry: Entry) -> str | None:
    return _find_name(open_hive(lookup, entry))


def _find_name(system: Registry) -> str | None:
    key = system.find(_KEY)
    return system.find_text(key, _VALUE) if key is not None else None


def _live_name(live_module: str) -> str | None:
    try:
        winreg = importlib.import_module(live_module)
    except ImportError:
        return None
    name = _find_name(LiveRegistry(winreg, winreg.HKEY_LOCAL_MACHINE, "SYSTEM"))
    return name[:_LONGEST] if name else None
