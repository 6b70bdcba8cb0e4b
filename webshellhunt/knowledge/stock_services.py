r"""Stock services: those of Windows, IIS and Exchange with their programs and libraries, and programs of Windows.

Programs are in lower case, with ``%windir%``, ``%exchange%``, ``%programfiles%`` and ``%programdata%`` for folders; a
name without a folder is in ``System32``.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.knowledge.programs import program_of
from webshellhunt.knowledge.tables import data_file, read_table
from webshellhunt.lazy_pattern import lazy_pattern

EXCHANGE: Final = "%exchange%"
SYSTEM32: Final = "%windir%\\system32\\"
_LONGEST: Final = 1_024
_INSTANCE = lazy_pattern(r"_[0-9a-f]{3,8}$")
_FOLDERS: Final = (
    (lazy_pattern(r"(?:%systemroot%|%windir%|\\?systemroot|[a-z]:\\windows)(?=\\)"), "%windir%"),
    (lazy_pattern(r"(?:system32|syswow64)(?=\\)"), "%windir%\\\\\\g<0>"),
    (lazy_pattern(r"(?:[a-z]:\\(?:program files \(x86\)|progra~2)|%programfiles\(x86\)%)(?=\\)"), "%programfiles%"),
    (lazy_pattern(r"(?:[a-z]:\\(?:program files|progra~1)|%programw6432%|%programfiles%)(?=\\)"), "%programfiles%"),
    (lazy_pattern(r"(?:[a-z]:\\programdata|%allusersprofile%)(?=\\)"), "%programdata%"),
)
_EXCHANGE = lazy_pattern(
    r"(?:[a-z]:|%programfiles%)\\(?:[^\\]{1,100}\\){0,8}?exchange server\\v1[45](?=\\)|%exchangeinstallpath%(?=.)"
)
_FOLDERS_OF_PROGRAMS: Final = frozenset(
    f"%windir%{below}" for below in ("", "\\system32", "\\syswow64", "\\system32\\wbem", "\\system32\\inetsrv")
) | {f"{SYSTEM32}windowspowershell\\v1.0"}
_BARE = lazy_pattern(r"[^\\/:]{1,260}")


class StockService(NamedTuple):
    """A service that Windows, IIS, Exchange or a known product in the folder of Windows installs."""

    name: str
    programs: tuple[str, ...]
    libraries: tuple[str, ...]

    def has_program(self, program: str) -> bool:
        """Return True if a program, as ``normal_program`` has it, is one of the service.

        Exchange may be installed in a folder of any name.
        """
        ends = (each.removeprefix(EXCHANGE) for each in self.programs if each.startswith(EXCHANGE))
        return any(_fits(program, each) for each in self.programs) or program.endswith(tuple(ends))

    def has_library(self, library: str) -> bool:
        """Return True if a library, as ``normal_program`` has it, is one of the service."""
        return any(_fits(library, each) for each in self.libraries)


def normal_program(command: str) -> str:
    r"""Return the program of a command line, as the tables have it.

    Examples:
        >>> normal_program(r'\SystemRoot\System32\drivers\x.sys')
        '%windir%\\system32\\drivers\\x.sys'
        >>> normal_program('svchost.exe -k netsvcs')
        '%windir%\\system32\\svchost.exe'
    """
    text = program_of(command[:_LONGEST]).replace("/", "\\").strip().strip('"').lower()
    if text[1:2] == ":" or text.startswith("\\"):
        parts = split_server_path(text)
        text = f"{parts.letter.lower()}:\\" + "\\".join(parts.names) if parts.letter else text
    for pattern, folder in _FOLDERS:
        found = pattern.match(text)
        if found is not None:
            text = found.expand(folder) + text[found.end() :]
            break
    text = text.replace("\\sysnative\\", "\\system32\\", 1)
    exchange = _EXCHANGE.match(text)
    if exchange is not None:
        return "%exchange%\\" + text[exchange.end() :].lstrip("\\")
    if text and _BARE.fullmatch(text) is not None and "%" not in text:
        return f"{SYSTEM32}{text}" if "." in text else f"{SYSTEM32}{text}.exe"
    return text


def name_of(program: str) -> str:
    """Return the file name of a program."""
    return program.rpartition("\\")[2]


def find_stock_service(name: str) -> StockService | None:
    """Return the known service with a name, or the one of which it is the instance for a session, or ``None``."""
    key = name.strip().lower()
    return _services().get(key) or _services().get(_INSTANCE.sub("", key))


def is_stock_library(library: str) -> bool:
    """Return True if a library, as ``normal_program`` has it, is one of a known service."""
    return library in _libraries()


def is_known_program(program: str) -> bool:
    """Return True if Windows has a program, as ``normal_program`` has it, in this folder."""
    folder, _, name = program.rpartition("\\")
    return program in _service_programs() or (folder in _FOLDERS_OF_PROGRAMS and name in _programs())


def is_core_program(name: str) -> bool:
    """Return True if a program of this name is one of Windows that has its one place."""
    return _programs().get(name) == "core"


class KnownClass(NamedTuple):
    """A COM class of Windows: the file names of its servers, and whether these are the same in all versions."""

    servers: frozenset[str]
    is_constant: bool


def find_known_class(clsid: str) -> KnownClass | None:
    """Return the COM class of Windows with an id, or ``None`` if it is not known."""
    return _classes().get(clsid.strip().lower())


@lru_cache(maxsize=1)
def _services() -> dict[str, StockService]:
    found = {}
    for name, programs, libraries, _ in read_table(data_file("stock_services.tsv")).rows:
        found[name.lower()] = StockService(name, _full(programs), _full(libraries))
    return found


def _full(cell: str) -> tuple[str, ...]:
    """Return the programs of a cell with their folders."""
    names = (each.strip() for each in cell.split(";") if each.strip())
    texts = (each.replace("%programfiles(x86)%", "%programfiles%") for each in names)
    return tuple(each if each.startswith("%") else f"{SYSTEM32}{each}" for each in texts)


def _fits(program: str, known: str) -> bool:
    if "*" not in known:
        return program == known
    return re.fullmatch("[^\\\\]{1,100}".join(map(re.escape, known.split("*"))), program) is not None


@lru_cache(maxsize=1)
def _libraries() -> frozenset[str]:
    return frozenset(library for service in _services().values() for library in service.libraries)


@lru_cache(maxsize=1)
def _service_programs() -> frozenset[str]:
    return frozenset(program for service in _services().values() for program in service.programs)


@lru_cache(maxsize=1)
def _programs() -> dict[str, str]:
    named = {name: use for name, use, _ in read_table(data_file("windows_programs.tsv")).rows}
    return dict.fromkeys(_names(each.programs for each in _services().values()), "program") | named


def _names(groups: Iterable[tuple[str, ...]]) -> set[str]:
    return {name_of(program) for group in groups for program in group if program.startswith("%windir%")}


@lru_cache(maxsize=1)
def _classes() -> dict[str, KnownClass]:
    rows = read_table(data_file("known_classes.tsv")).rows
    names = {clsid: frozenset(name.strip() for name in servers.split(";")) for clsid, servers, _, _ in rows}
    return {clsid: KnownClass(names[clsid], constant == "yes") for clsid, _, constant, _ in rows}
