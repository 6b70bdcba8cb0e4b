r"""Registrations of the server configuration, and the copy of the configuration in which each first appears.

IIS copies applicationHost.config to ``inetpub\history\CFGHISTORY_…`` after each change, and keeps the last ten.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from webshellhunt.binaries.origin import Origin, iter_kinship, read_origin
from webshellhunt.errors import ConfigError, SourceError
from webshellhunt.host.iis.configuration_chain import read_config
from webshellhunt.host.iis.named_sections import NamedSection, iter_sections
from webshellhunt.host.iis.native_modules import (
    Folder,
    KnownModule,
    exchange_folders,
    find_known_image,
    find_known_module,
    normal_place,
)
from webshellhunt.host.iis.stock_configuration import iter_virtual_directories
from webshellhunt.host.iis.xml_tree import Element, parse_xml, section_in_line
from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.host.walk.served_folders import find_current, find_history
from webshellhunt.model.artifact import Entry, EntryKind, Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits

if TYPE_CHECKING:
    from webshellhunt.binaries.signed_data import Signer

NATIVE_MODULE: Final = "native module"
MODULE: Final = "module"
HANDLER: Final = "handler"
FILTER: Final = "ISAPI filter"
VIRTUAL_DIRECTORY: Final = "virtual directory"
SETTING: Final = "setting"
PROGRAMS: Final = frozenset({NATIVE_MODULE, FILTER})
"""Kinds of registrations whose target is a file that the server loads."""

_MOST_COPIES = 32
_MOST_REGISTRATIONS = 5_000
_SHOWN_BYTES = 160
_SECTIONS = (
    "system.webserver/globalmodules",
    "system.webserver/isapifilters",
    "system.webserver/modules",
    "system.webserver/handlers",
    "system.applicationhost/sites",
)
_DATED = {
    "system.applicationhost/applicationpools": ("value", "CLRConfigFile", "managedRuntimeLoader", "userName"),
    "system.webserver/rewrite": ("url", "value"),
    "system.webserver/aspnetcore": ("processPath",),
    "system.webserver/httpprotocol": ("value",),
    "webfarms": ("address",),
}
"""Sections with settings that lead to code or elsewhere, and the attributes of their elements that say where."""

_TABLE_KINDS = {NATIVE_MODULE: "module", FILTER: "filter"}
_MOST_READ = 100
_Key = tuple[str, str, str]

LARGEST_BYTES: Final = 8 * 1024 * 1024
_LEAST_AGE_DIFFERENCE: Final = timedelta(days=30)
_FEWEST: Final = 3
_KINDS: Final = (".dll", ".exe")


class Snapshot(NamedTuple):
    """One state of the configuration: its path as reports show it, and the time of its last change, if known."""

    path: str
    written_utc: datetime | None


class Registration(NamedTuple):
    """One registration of the current configuration: a module, filter, handler, virtual directory or another setting.

    ``target`` is a program, a type, a folder or a value, as written. If an earlier snapshot lacks the registration,
    ``without`` is the latest such snapshot, and ``since`` the next one. For a native module or filter, ``place`` is
    the path of its program in the notation of ``native_modules``, ``known`` the product with this file at this
    place, ``program`` the properties of the file, and ``missing`` is true if it does not exist although its folder
    contains other programs.

    ``section`` is the path of the section with its element, ``system.webServer/globalModules``, if the line of the
    element has others.

    Units: ``line`` and ``column`` from 1; ``offset`` in bytes from 0.
    """

    kind: str
    name: str
    target: str
    declared_in: str
    source_path: str | None
    line: int
    offset: int
    excerpt: str
    since: Snapshot | None = None
    without: Snapshot | None = None
    column: int = 1
    section: str = ""
    missing: bool = False
    place: str = ""
    known: KnownModule | None = None
    program: Program | None = None


class _State(NamedTuple):
    snapshot: Snapshot
    data: bytes
    elements: Mapping[_Key, Element]
    source_path: str | None
    root: Element
    starts: Sequence[int]


def iter_registrations(paths: HostPaths, limits: Limits, *, history: bool = True) -> Iterator[Registration]:
    """Yield the registrations of the current configuration, or of the newest readable copy.

    Without ``history`` the earlier copies are not read, so that ``since`` and ``without`` are ``None``.
    """
    state, older = _find_state(paths, limits)
    if state is None:
        return
    earlier = [_read(paths, entry, limits) for entry in (older if history else ())]
    newest_first = [each for each in earlier if each is not None]
    exchange = _exchange_of(paths, state)
    absent = find_absent_programs(paths, _programs_of(state)).absent
    unread = _MOST_READ
    for key, element in state.elements.items():
        since, without = _first_snapshot(key, state, newest_first)
        stop = min(state.data.find(b">", element.offset) + 1 or len(state.data), element.offset + _SHOWN_BYTES)
        found = Registration(
            *key,
            declared_in=state.snapshot.path,
            source_path=state.source_path,
            line=element.line,
            offset=element.offset,
            excerpt=" ".join(state.data[element.offset : stop].decode("utf-8", "replace").split()),
            since=since,
            without=without,
            column=element.offset - state.starts[min(element.line, len(state.starts)) - 1] + 1,
            section=section_in_line(state.root, state.data, element.offset),
        )
        if key[0] in PROGRAMS:
            found = _with_product(found, element, exchange, _drive_of(state))._replace(missing=found.target in absent)
            if unread > 0:
                found = found._replace(program=read_program(paths, found.target, is_known=found.known is not None))
            unread -= 1
        yield found


def find_uncollected(paths: HostPaths, limits: Limits) -> Gap | None:
    """Return a gap if native modules or filters of the configuration were not collected, otherwise ``None``."""
    state, _ = _find_state(paths, limits)
    return None if state is None else find_absent_programs(paths, _programs_of(state)).gap(state.snapshot.path)


def _with_product(found: Registration, element: Element, exchange: Collection[Folder], drive: str) -> Registration:
    place = normal_place(found.target, exchange, drive)
    known = find_known_module(_TABLE_KINDS[found.kind], element.get("name"), place) or find_known_image(place)
    return found._replace(place=place, known=known)


def _drive_of(state: _State) -> str:
    """Return the drive letter of Windows from the path of the configuration, or an empty text."""
    path = split_server_path(state.snapshot.path)
    return path.letter or "" if path.names[:1] and path.names[0].lower() == "windows" else ""


def _programs_of(state: _State) -> Iterator[str]:
    return (target for kind, _, target in state.elements if kind in PROGRAMS)


def _find_state(paths: HostPaths, limits: Limits) -> tuple[_State | None, list[Entry]]:
    """Return the newest readable configuration, and the older copies."""
    history = find_history(paths)[:_MOST_COPIES]
    for entry in find_current(paths)[:1]:
        state = _read(paths, entry, limits)
        if state is not None:
            return state, history
    for at, entry in enumerate(history):
        state = _read(paths, entry, limits)
        if state is not None:
            return state, history[at + 1 :]
    return None, []


def _exchange_of(paths: HostPaths, state: _State) -> frozenset[Folder]:
    """Return the folders in which Exchange is installed, from the registry and from the folders that IIS serves."""
    served = [target for kind, _, target in state.elements if kind == VIRTUAL_DIRECTORY]
    path = paths.expand("%ExchangeInstallPath%")
    registered = () if "%" in path else (tuple(name.lower() for name in split_server_path(path).names),)
    return exchange_folders(served) | {each for each in registered if each}


def _first_snapshot(key: _Key, current: _State, newest_first: list[_State]) -> tuple[Snapshot | None, Snapshot | None]:
    """Return the first snapshot with a registration, and the snapshot before it, which lacks the registration."""
    since = current
    for state in newest_first:
        if key not in state.elements:
            return since.snapshot, state.snapshot
        since = state
    return None, None


def _read(paths: HostPaths, entry: Entry, limits: Limits) -> _State | None:
    display_path = paths.display_path(entry.path)
    try:
        data = read_config(paths, entry, limits)
        root = parse_xml(data, display_path)
    except (SourceError, ConfigError):
        return None  # a gap of the survey or the walk already
    elements: dict[_Key, Element] = {}
    for key, element in _registered(root):
        elements.setdefault(key, element)
        if len(elements) >= _MOST_REGISTRATIONS:
            break
    source_path = paths.lookup.source.locate(entry.path)
    starts = [0, *(found.end() for found in re.finditer(rb"\n", data))]
    return _State(Snapshot(display_path, entry.times.modified_utc), data, elements, source_path, root, starts)


def _registered(root: Element) -> Iterator[tuple[_Key, Element]]:
    for section in iter_sections(root, *_SECTIONS, *_DATED):
        if section.name in _DATED:
            yield from _settings(section)
        elif section.name.endswith("/sites"):
            for site, address, directory in iter_virtual_directories(section.element):
                yield (VIRTUAL_DIRECTORY, f"{site}{address}", directory.get("physicalPath")), directory
        else:
            yield from _loaded(section)


def _settings(section: NamedSection) -> Iterator[tuple[_Key, Element]]:
    where = f" for {section.location}" if section.location else ""
    for element in section.element.iter():
        for attribute in _DATED[section.name]:
            if element.get(attribute):
                yield (
                    (SETTING, f"{element.get('name') or element.tag} {attribute}{where}", element.get(attribute)),
                    element,
                )


def _loaded(section: NamedSection) -> Iterator[tuple[_Key, Element]]:
    where = f" for {section.location}" if section.location else ""
    for element in section.element.children:
        name = element.get("name") + where
        tag, section_name = element.tag.lower(), section.name.rpartition("/")[2]
        if tag == "add" and section_name == "globalmodules" and element.get("image"):
            yield (NATIVE_MODULE, name, element.get("image")), element
        elif tag == "filter" and section_name == "isapifilters" and element.get("path"):
            yield (FILTER, name, element.get("path")), element
        elif tag == "add" and section_name == "modules" and element.get("type"):
            yield (MODULE, name, element.get("type")), element
        elif tag == "add" and section_name == "handlers":
            target = element.get("type") or element.get("scriptProcessor")
            if target:
                yield (HANDLER, f"{element.get('path')}{where}", target), element


class Program(NamedTuple):
    """A program that the configuration registers, with its stated origin and its verified signature.

    ``is_stock`` is the answer of the catalogues of Windows, which are consulted about a file there that is in doubt.
    ``kinship`` describes its similarities to modules of intruders, if it belongs to no known product. ``days_later`` is
    the number of days by which it is younger than every other program in its folder, if that is a month or more and the
    times are original.
    """

    origin: Origin
    signer: Signer
    kinship: tuple[str, ...] = ()
    days_later: int | None = None
    is_stock: bool | None = None

    @property
    def is_of_microsoft(self) -> bool:
        """True if a signature of Microsoft is valid for the content, in the file or in a catalogue."""
        return self.signer.is_microsoft or self.is_stock is True


def read_program(paths: HostPaths, target: str, *, is_known: bool = False) -> Program | None:
    """Return the properties of a program, or ``None`` if the file is missing, too large, or not a program."""
    entry = paths.find(target)
    if entry is None or entry.kind is not EntryKind.FILE or entry.size_bytes > LARGEST_BYTES:
        return None
    return paths.lookup.cached(
        ("program", entry.path, is_known), lambda: _read_program(paths, entry, is_known=is_known)
    )


def _read_program(paths: HostPaths, entry: Entry, *, is_known: bool) -> Program | None:
    # Here, for a quick start: few trees have the programs of their configuration.
    from webshellhunt.binaries.authenticode import read_signature
    from webshellhunt.binaries.signed_data import SignatureState
    from webshellhunt.host.machine.catalogues import catalogues_of

    try:
        data = paths.lookup.source.read(entry.path, LARGEST_BYTES)
    except SourceError:
        return None
    origin = read_origin(data)
    if origin is None:
        return None
    kinship = () if is_known else tuple(iter_kinship(data))
    program = Program(origin, read_signature(data), kinship, _days_later(paths, entry))
    is_plain = is_known and program.days_later is None and "microsoft" in (origin.company or "").lower()
    if is_plain or program.signer.state is not SignatureState.UNSIGNED or not _is_in_windows(paths, entry):
        return program
    return program._replace(is_stock=catalogues_of(paths).is_stock(entry, data))


def _is_in_windows(paths: HostPaths, entry: Entry) -> bool:
    return normal_place(paths.display_path(entry.path)).startswith("%windir%\\")


def _days_later(paths: HostPaths, entry: Entry) -> int | None:
    created = _creation_time(entry.times)
    if created is None:
        return None
    folder = entry.path.rpartition("/")[0]
    others = [each for each in paths.lookup.entries(folder) if each.path != entry.path and _is_program(each)]
    times = [time for each in others if (time := _creation_time(each.times)) is not None]
    if len(times) < _FEWEST or created - max(times) < _LEAST_AGE_DIFFERENCE:
        return None
    return (created - max(times)).days


def _creation_time(times: Timestamps) -> datetime | None:
    return (times.created_utc or times.modified_utc) if times.original else None


def _is_program(entry: Entry) -> bool:
    return entry.kind is EntryKind.FILE and entry.name.lower().endswith(_KINDS)


class AbsentPrograms(NamedTuple):
    """Programs as the configuration writes their paths.

    ``absent`` programs do not exist although most others do, and although their folder contains programs. For
    ``uncollected`` programs the source does not show whether they exist.
    """

    absent: frozenset[str] = frozenset()
    uncollected: tuple[str, ...] = ()
    total: int = 0

    def gap(self, declared_in: str) -> Gap | None:
        """Return one gap for all programs that were not collected, or ``None`` if there is none."""
        if not self.uncollected:
            return None
        count = len(self.uncollected)
        reason = (
            f"{count} of the {self.total} native modules and filters that it loads were not collected "
            f"(for example {self.uncollected[0][:200]}), so their files were not examined"
        )
        return Gap("modules-not-collected", "survey", declared_in, reason)


def find_absent_programs(paths: HostPaths, targets: Iterable[str]) -> AbsentPrograms:
    """Return the programs that are absent or were not collected."""
    distinct = tuple(dict.fromkeys(targets))
    missing = [target for target in distinct if not paths.find_all(target)]
    if len(missing) * 2 > len(distinct):
        return AbsentPrograms(uncollected=tuple(missing), total=len(distinct))
    absent = frozenset(target for target in missing if _is_in_folder_of_programs(paths, target))
    return AbsentPrograms(absent, tuple(target for target in missing if target not in absent), len(distinct))


def _is_in_folder_of_programs(paths: HostPaths, target: str) -> bool:
    path = split_server_path(paths.expand(target))
    if path.letter is None or not path.names:
        return False
    folders = paths.find_all(str(path).rpartition("\\")[0])
    listed = (
        entry for each in folders if each.kind is EntryKind.DIRECTORY for entry in paths.lookup.entries(each.path)
    )
    return any(entry.name.lower().endswith(_KINDS) for entry in listed)
