r"""The values of a registry about Windows and Exchange, from a SOFTWARE hive or from the running system."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType, ModuleType
from typing import NamedTuple

from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.registry_hive import Hive, Key
from webshellhunt.host.machine.registry_witnesses import MOST_KEYS, Values, find_registry_witnesses
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import Witness
from webshellhunt.sources.source import Source

_HIVE = ("Windows", "System32", "config", "SOFTWARE")
_WINDOWS = ("Microsoft\\Windows NT\\CurrentVersion", "SystemRoot")
_PROGRAMS = ("Microsoft\\Windows\\CurrentVersion", "ProgramFilesDir")
_EXCHANGE = "Microsoft\\ExchangeServer"
_INSTALL_PATH = "MsiInstallPath"
_MOST_VERSIONS = 64


class RegistryFacts(NamedTuple):
    r"""The values from the registry of one Windows.

    ``found`` is true if there is a readable registry, ``broken`` if there is one that can't be read. ``exchange_paths``
    maps a key (``ExchangeServer\v15\Setup``) to the install path in it; ``witnesses`` show which builds of Exchange
    were installed.
    """

    found: bool = False
    broken: bool = False
    system_root: str | None = None
    program_files: str | None = None
    exchange_paths: Mapping[str, str] = MappingProxyType({})
    witnesses: tuple[Witness, ...] = ()


class Registries:
    """Reads the registry of each Windows in a source once; ``gaps`` has the registries that can't be read."""

    def __init__(self, source: Source, lookup: Lookup, *, live_module: str = "winreg") -> None:
        self.gaps: list[Gap] = []
        self.lookup = lookup
        self._source = source
        self._live_module = live_module
        self._known: dict[str, RegistryFacts] = {}

    def facts(self, top: str) -> RegistryFacts:
        """Return the registry values of the Windows whose drive is at ``top``."""
        if top not in self._known:
            live = self._source.live and not top
            self._known[top] = self._read_live() if live else self._read_hive(top)
        return self._known[top]

    def _read_live(self) -> RegistryFacts:
        try:
            return read_live(importlib.import_module(self._live_module))
        except ImportError:
            reason = "the registry of this machine can't be read: Python's winreg module is missing"
            self.gaps.append(Gap("broken-registry", "survey", "HKLM\\SOFTWARE", reason, matters=True))
            return RegistryFacts(broken=True)

    def _read_hive(self, top: str) -> RegistryFacts:
        entry = self.lookup.find(top, _HIVE)
        if entry is None or entry.kind is not EntryKind.FILE:
            return RegistryFacts()
        try:
            facts = read_hive(self._source, entry)
            self.lookup.hives.add(entry.path)
            return facts
        except SourceError as error:
            where = f" (byte {error.offset})" if isinstance(error, UnreadableError) and error.offset else ""
            reason = f"the SOFTWARE hive can't be read: {error.message}{where}; defaults are used instead"
            self.gaps.append(Gap("broken-registry", "survey", entry.path, reason, matters=True))
            return RegistryFacts(broken=True)


def read_hive(source: Source, entry: Entry) -> RegistryFacts:
    """Return the values of a SOFTWARE hive.

    Raises:
        SourceError: The file can't be read, or is not a hive.
    """

    def read_at(offset: int, size: int) -> bytes:
        return source.read(entry.path, size, offset)

    hive = Hive(read_at, entry.path)
    return RegistryFacts(
        found=True,
        system_root=_hive_text(hive, *_WINDOWS),
        program_files=_hive_text(hive, *_PROGRAMS),
        exchange_paths=dict(_hive_installs(hive)),
        witnesses=find_registry_witnesses(partial(_hive_children, hive)),
    )


def _hive_children(hive: Hive, path: str) -> Iterator[tuple[str, Values]]:
    def value(key: Key, name: str) -> str | int | None:
        text = hive.find_text(key, name)
        return hive.find_number(key, name) if text is None else text

    above = hive.find(path)
    for key in hive.iter_keys(above) if above is not None else ():
        yield key.name, partial(value, key)


def _hive_text(hive: Hive, path: str, name: str) -> str | None:
    key = hive.find(path)
    return hive.find_text(key, name) if key is not None else None


def _hive_installs(hive: Hive) -> Iterator[tuple[str, str]]:
    product = hive.find(_EXCHANGE)
    versions = list(hive.iter_keys(product)) if product is not None else []
    # The newest version first: an upgraded server may keep the keys of the previous one.
    for version in sorted(versions, key=lambda key: key.name.lower(), reverse=True)[:_MOST_VERSIONS]:
        setup = next((key for key in hive.iter_keys(version) if key.name.lower() == "setup"), None)
        path = hive.find_text(setup, _INSTALL_PATH) if setup is not None else None
        if path:
            yield f"ExchangeServer\\{version.name}\\Setup", path


def read_live(winreg: ModuleType) -> RegistryFacts:
    """Return the values of the running system's registry; ``winreg`` is Python's module or a substitute."""
    return RegistryFacts(
        found=True,
        system_root=_live_text(winreg, *_WINDOWS),
        program_files=_live_text(winreg, *_PROGRAMS),
        exchange_paths=dict(_live_installs(winreg)),
        witnesses=find_registry_witnesses(partial(_live_children, winreg)),
    )


def _live_children(winreg: ModuleType, path: str) -> Iterator[tuple[str, Values]]:
    for name in _live_names(winreg, path, MOST_KEYS):
        yield name, partial(_live_value, winreg, f"{path}\\{name}")


def _live_text(winreg: ModuleType, path: str, name: str) -> str | None:
    value = _live_value(winreg, path, name)
    return value if isinstance(value, str) and value else None


def _live_value(winreg: ModuleType, path: str, name: str) -> str | int | None:
    access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, f"SOFTWARE\\{path}", 0, access) as key:
            value, _ = winreg.QueryValueEx(key, name)
    except OSError:
        return None
    return value if isinstance(value, str | int) else None


def _live_installs(winreg: ModuleType) -> Iterator[tuple[str, str]]:
    for version in sorted(_live_names(winreg, _EXCHANGE), key=str.lower, reverse=True):
        path = _live_text(winreg, f"{_EXCHANGE}\\{version}\\Setup", _INSTALL_PATH)
        if path is not None:
            yield f"ExchangeServer\\{version}\\Setup", path


def _live_names(winreg: ModuleType, path: str, most: int = _MOST_VERSIONS) -> list[str]:
    access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    names: list[str] = []
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, f"SOFTWARE\\{path}", 0, access) as key:
            names.extend(winreg.EnumKey(key, index) for index in range(most))
    except OSError:
        pass  # no more names, or no such key
    return names
