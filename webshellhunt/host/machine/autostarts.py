"""Autostarts: the services, tasks, values, COM classes and addresses by which the registry starts or opens something.

Each one has the time at which its key was written last. Whether it is stock, of a known product or a way to stay, the
detectors decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import islice
from types import MappingProxyType
from typing import Final, NamedTuple

from webshellhunt.errors import SourceError
from webshellhunt.host.machine.autostart_places import AutostartPlace, find_keys, iter_items, texts_of
from webshellhunt.host.machine.registry_hive import Key, Registry
from webshellhunt.host.machine.registry_hives import FoundHive, HiveKind, iter_hives, unread_gap
from webshellhunt.host.machine.task_cache import CachedTask, iter_tasks, iter_unlisted_files, with_files
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.model.findings import Gap

Data = str | int | bytes | tuple[str, ...]

MOST_AUTOSTARTS: Final = 50_000
_SERVICES: Final = "CurrentControlSet\\Services"
_MOST_SERVICES: Final = 8_192
_MOST_VALUES: Final = 256
_ENVIRONMENTS: Final = {"SYSTEM": "CurrentControlSet\\Control\\Session Manager\\Environment", "USER": "Environment"}
_PROXIES: Final = tuple(f"{_SERVICES}\\PortProxy\\v{a}tov{b}\\*" for a in (4, 6) for b in (4, 6))
_ADDRESSES: Final = f"{_SERVICES}\\HTTP\\Parameters\\UrlAclInfo"
_FIREWALL: Final = f"{_SERVICES}\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules"
_MACHINE_KEYS: Final = ("Microsoft\\ASP.NET\\*\\AutoGenKeys\\*", "Software\\Microsoft\\ASP.NET\\*")
_CLASSES: Final = {"SOFTWARE": ("Classes\\CLSID", "Classes\\Wow6432Node\\CLSID"), "USER": ("Software\\Classes\\CLSID",)}
_CLASSES_OF_USER: Final = ("CLSID", "Wow6432Node\\CLSID")
_SERVERS: Final = ("InprocServer32", "LocalServer32", "TreatAs", "ScriptletURL", "ProgID")
_MOST_CLASSES: Final = 20_000
_NAMES: Final = {HiveKind.SYSTEM: "SYSTEM", HiveKind.SOFTWARE: "SOFTWARE", HiveKind.CLASSES: "CLASSES"}


class AutostartKind(StrEnum):
    """The kind of an autostart."""

    SERVICE = "service"
    ENVIRONMENT = "environment"
    TASK = "task"
    TASK_FILE = "task file"
    VALUE = "value"
    CLASS = "class"
    PORT_PROXY = "port proxy"
    ADDRESS = "address"
    FIREWALL = "firewall rule"
    MACHINE_KEY = "machine key"


class Autostart(NamedTuple):
    r"""One thing that the registry starts, loads or opens.

    ``key`` is the path of its key (``HKLM\SYSTEM\CurrentControlSet\Services\X``), ``name`` the name of the service, the
    path of the task, or the name of the value; ``command`` is the command line, the library or the text as written.
    ``values`` are the other values, those of a subkey as ``parameters\servicedll``. ``hive`` is the path of the hive,
    empty for the live registry, ``account`` the owner of the hive of a user, ``place`` the entry of the table for a
    value.
    """

    kind: AutostartKind
    name: str
    key: str
    command: str
    values: Mapping[str, Data] = MappingProxyType({})
    written_utc: datetime | None = None
    hive: str = ""
    account: str = ""
    place: AutostartPlace | None = None
    task: CachedTask | None = None
    number: int | None = None
    top: str = ""

    def text(self, name: str) -> str:
        """Return the text of a value; empty if there is none."""
        value = self.values.get(name.lower())
        return value if isinstance(value, str) else ""

    def number_of(self, name: str) -> int | None:
        """Return the number of a value."""
        value = self.values.get(name.lower())
        return value if isinstance(value, int) else None


def iter_autostarts(paths: HostPaths, gaps: list[Gap], *, live_module: str = "winreg") -> Iterator[Autostart]:
    """Yield the autostarts of all hives; a hive or a part of one that can't be read is added to the gaps."""
    waiting: list[Autostart] = []
    for found in iter_hives(paths, gaps, live_module=live_module):
        try:
            for autostart in islice(_of_hive(found, paths), MOST_AUTOSTARTS):
                if found.kind is HiveKind.SYSTEM and autostart.kind is AutostartKind.ENVIRONMENT:
                    waiting.append(autostart)  # its classes are in the SOFTWARE hive
                else:
                    yield autostart
            if found.kind is HiveKind.SOFTWARE:
                yield from (with_classes(each, found.registry) for each in waiting if each.top == found.top)
                waiting = [each for each in waiting if each.top != found.top]
        except SourceError as error:
            gaps.append(unread_gap(found, error))
    yield from waiting


def _of_hive(found: FoundHive, paths: HostPaths) -> Iterator[Autostart]:
    registry, name = found.registry, _NAMES.get(found.kind, "USER")
    if name == "SYSTEM":
        yield from _services(found)
        yield from _values_as(found, AutostartKind.PORT_PROXY, _PROXIES)
        yield from _values_as(found, AutostartKind.ADDRESS, (_ADDRESSES,))
        yield from _values_as(found, AutostartKind.FIREWALL, (_FIREWALL,))
    for item in iter_items(registry, name):
        yield _made(found, AutostartKind.VALUE, item.value, item.key, item.item)._replace(
            place=item.place, number=item.number
        )
    if name in _ENVIRONMENTS:
        yield from _environment(found, _ENVIRONMENTS[name])
    if name == "SOFTWARE":
        yield from _tasks(found, paths)
    if name in ("SOFTWARE", "USER"):
        yield from _machine_keys(found)
    yield from _classes(found, name)


def _made(
    found: FoundHive,
    kind: AutostartKind,
    name: str,
    key: Key,
    command: str,
    values: Mapping[str, Data] = MappingProxyType({}),
) -> Autostart:
    return Autostart(
        kind, name, found.key_path(key), command, values, key.written_utc, found.path, top=found.top,
        account=found.account or ("SYSTEM" if found.kind is HiveKind.DEFAULT else ""),
    )  # fmt: skip


def _services(found: FoundHive) -> Iterator[Autostart]:
    registry = found.registry
    above = registry.find(_SERVICES)
    for key in islice(registry.iter_keys(above) if above is not None else (), _MOST_SERVICES):
        values = _read(registry, key)
        if not values:
            continue
        for child in registry.iter_keys(key):
            if child.name.lower() in ("parameters", "security"):
                inner = _read(registry, child)
                values |= {f"{child.name.lower()}\\{name}": data for name, data in inner.items()}
        image = values.get("imagepath")
        yield _made(found, AutostartKind.SERVICE, key.name, key, image if isinstance(image, str) else "", values)
        variables = registry.find_value(key, "Environment")
        if variables is not None:
            pairs = (text.partition("=") for text in texts_of(variables))
            assigned: dict[str, Data] = {name.strip().lower(): data for name, _, data in pairs}
            yield _made(found, AutostartKind.ENVIRONMENT, key.name, key, "", assigned)


def _read(registry: Registry, key: Key) -> dict[str, Data]:
    return {value.name.lower(): value.data for value in islice(registry.iter_values(key), _MOST_VALUES)}


def _environment(found: FoundHive, path: str) -> Iterator[Autostart]:
    key = found.registry.find(path)
    if key is not None:
        yield _made(found, AutostartKind.ENVIRONMENT, "", key, "", _read(found.registry, key))


def _values_as(found: FoundHive, kind: AutostartKind, paths: Iterable[str]) -> Iterator[Autostart]:
    for path in paths:
        for key in find_keys(found.registry, path):
            for value in islice(found.registry.iter_values(key), _MOST_SERVICES):
                yield _made(found, kind, value.name, key, value.text or "", {"data": value.data})


def _tasks(found: FoundHive, paths: HostPaths) -> Iterator[Autostart]:
    tasks = (
        with_files(list(iter_tasks(found.registry)), paths.lookup, found.top)
        if found.path
        else [*iter_tasks(found.registry)]
    )
    for task in tasks:
        command = next((each.command for each in task.actions if each.program), "")
        handlers = {
            each.handler: server
            for each in task.actions
            if each.handler and (server := find_server(found.registry, each.handler))
        }
        yield _made(found, AutostartKind.TASK, task.path, task.key, command, handlers)._replace(task=task)
    for entry in iter_unlisted_files(tasks, paths.lookup, found.top) if found.path else ():
        path = paths.display_path(entry.path)
        yield Autostart(AutostartKind.TASK_FILE, entry.name, path, "", hive=found.path, top=found.top)


def _machine_keys(found: FoundHive) -> Iterator[Autostart]:
    for pattern in _MACHINE_KEYS:
        for key in find_keys(found.registry, pattern):
            for value in found.registry.iter_values(key):
                if value.name.lower().startswith("autogenkeyv") and value.name[-1:].isdigit():
                    yield _made(found, AutostartKind.MACHINE_KEY, value.name, key, "", {})


def _classes(found: FoundHive, name: str) -> Iterator[Autostart]:
    """Yield the COM classes of a hive that have a server: of a user all, of the machine the known ones."""
    paths = _CLASSES_OF_USER if name == "CLASSES" else _CLASSES.get(name, ())
    for path in paths:
        above = found.registry.find(path)
        if above is None:
            continue
        for key in islice(found.registry.iter_keys(above), _MOST_CLASSES):
            for child in found.registry.iter_keys(key):
                if child.name.lower() in ("inprocserver32", "localserver32", "treatas", "scriptleturl"):
                    values = _read(found.registry, child)
                    server = values.get("")
                    if isinstance(server, str):
                        yield _made(found, AutostartKind.CLASS, key.name, child, server, values)


def find_server(registry: Registry, clsid: str) -> str:
    """Return the library or the program of a COM class of the machine; empty if it is unknown."""
    for path in _CLASSES["SOFTWARE"]:
        for kind in _SERVERS[:2]:
            key = registry.find(f"{path}\\{clsid}\\{kind}")
            server = registry.find_text(key, "") if key is not None else None
            if server:
                return server
    return ""


def with_classes(environment: Autostart, registry: Registry) -> Autostart:
    """Return the variables of a service with the libraries of the profilers that they name."""
    found: dict[str, Data] = {}
    for name in ("cor_profiler", "coreclr_profiler"):
        clsid = environment.text(name).strip()
        if clsid.startswith("{") and (server := find_server(registry, clsid)):
            found[f"{name}\\server"] = server
    return environment._replace(values={**environment.values, **found}) if found else environment
