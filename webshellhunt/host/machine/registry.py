r"""The values of a registry about Windows and Exchange, from a SOFTWARE hive or from the running system.

Source: ``ExchangeServer\v15\Setup`` and the uninstall keys name the cumulative update; ``Microsoft\Updates`` the
security updates on it, by article (CSS-Exchange, Get-ExchangeUpdates).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from types import MappingProxyType, ModuleType
from typing import NamedTuple

from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.registry_hive import Hive, Key
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import Witness, WitnessKind
from webshellhunt.sources.source import Source

_HIVE = ("Windows", "System32", "config", "SOFTWARE")
_WINDOWS = ("Microsoft\\Windows NT\\CurrentVersion", "SystemRoot")
_PROGRAMS = ("Microsoft\\Windows\\CurrentVersion", "ProgramFilesDir")
_EXCHANGE = "Microsoft\\ExchangeServer"
_INSTALL_PATH = "MsiInstallPath"
_MOST_VERSIONS = 64
MOST_KEYS = 2_048
_MOST_WITNESSES = 256
_UPDATES = "Microsoft\\Updates"
_UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"
_PARTS = ("MsiProductMajor", "MsiProductMinor", "MsiBuildMajor", "MsiBuildMinor")
_ARTICLE = lazy_pattern(r"KB\d{6,8}", re.ASCII | re.IGNORECASE)

Values = Callable[[str], str | int | None]
"""Returns a value of a key by its name."""

Children = Callable[[str], Iterator[tuple[str, Values]]]
"""Yields the subkeys of a path in the SOFTWARE hive, each with its values."""


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

    def value(key: Key | None, name: str) -> str | int | None:
        if key is None:
            return None
        text = hive.find_text(key, name)
        return hive.find_number(key, name) if text is None else text

    def children(path: str) -> Iterator[tuple[str, Values]]:
        above = hive.find(path)
        for key in hive.iter_keys(above) if above is not None else ():
            yield key.name, partial(value, key)

    return _facts(children, lambda path: partial(value, hive.find(path)))


def read_live(winreg: ModuleType) -> RegistryFacts:
    """Return the values of the running system's registry; ``winreg`` is Python's module or a substitute."""
    access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY

    def value(path: str, name: str) -> str | int | None:
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, f"SOFTWARE\\{path}", 0, access) as key:
                found, _ = winreg.QueryValueEx(key, name)
        except OSError:
            return None
        return found if isinstance(found, str | int) else None

    def children(path: str) -> Iterator[tuple[str, Values]]:
        names: list[str] = []
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, f"SOFTWARE\\{path}", 0, access) as key:
                names.extend(winreg.EnumKey(key, index) for index in range(MOST_KEYS))
        except OSError:
            pass  # no more names, or no such key
        yield from ((name, partial(value, f"{path}\\{name}")) for name in names)

    return _facts(children, lambda path: partial(value, path))


def _facts(children: Children, values_of: Callable[[str], Values]) -> RegistryFacts:
    """Return the values of a registry, whichever way its keys are read."""

    def text(path: str, name: str) -> str | None:
        value = values_of(path)(name)
        return value if isinstance(value, str) and value else None

    paths: dict[str, str] = {}
    # The newest version first: an upgraded server may keep the keys of the previous one.
    versions = sorted((name for name, _ in children(_EXCHANGE)), key=str.lower, reverse=True)
    for version in versions[:_MOST_VERSIONS]:
        path = text(f"{_EXCHANGE}\\{version}\\Setup", _INSTALL_PATH)
        if path is not None:
            paths[f"ExchangeServer\\{version}\\Setup"] = path
    return RegistryFacts(
        found=True,
        system_root=text(*_WINDOWS),
        program_files=text(*_PROGRAMS),
        exchange_paths=paths,
        witnesses=find_registry_witnesses(children),
    )


def find_registry_witnesses(children: Children) -> tuple[Witness, ...]:
    """Return the witnesses of builds in a registry; damaged parts are left out."""
    found: list[Witness] = []
    for iterate in (_iter_setups, _iter_updates, _iter_uninstalls):
        with suppress(UnreadableError):
            found.extend(islice(iterate(children), _MOST_WITNESSES))
    return tuple(found)


def _iter_setups(children: Children) -> Iterator[Witness]:
    for version, _ in islice(children(_EXCHANGE), MOST_KEYS):
        for name, values in islice(children(f"{_EXCHANGE}\\{version}"), MOST_KEYS):
            parts = [values(part) for part in _PARTS] if name.lower() == "setup" else []
            if parts and all(isinstance(part, int) for part in parts):
                key = f"ExchangeServer\\{version}\\{name}"
                yield Witness(WitnessKind.REGISTRY, key, ".".join(map(str, parts)))


def _iter_updates(children: Children) -> Iterator[Witness]:
    for product, _ in islice(children(_UPDATES), MOST_KEYS):
        if product.lower().startswith("exchange 20") or product.lower().startswith("exchange server"):
            yield from _iter_articles(children, f"{_UPDATES}\\{product}", deeper=True)


def _iter_articles(children: Children, path: str, *, deeper: bool) -> Iterator[Witness]:
    """Yield the updates below the key of a product or below the keys of its service packs."""
    for name, _ in islice(children(path), MOST_KEYS):
        article = _ARTICLE.search(name)
        if article is not None:
            yield Witness(WitnessKind.UPDATE_KEY, f"{path}\\{name}", update=article[0].upper())
        elif deeper:
            yield from _iter_articles(children, f"{path}\\{name}", deeper=False)


def _iter_uninstalls(children: Children) -> Iterator[Witness]:
    for name, values in islice(children(_UNINSTALL), MOST_KEYS):
        title = values("DisplayName")
        if isinstance(title, str) and title.lower().startswith("microsoft exchange server"):
            version, day = values("DisplayVersion"), values("InstallDate")
            if isinstance(version, str):
                yield Witness(WitnessKind.UNINSTALL_KEY, f"{_UNINSTALL}\\{name}", version, _read_day(day))


def _read_day(text: str | int | None) -> datetime | None:
    if not isinstance(text, str) or len(text) != 8:
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
