r"""Claims about services that no product, administrator or Windows would make.

A service of Windows, IIS or Exchange is known by its name and its program together. One of another maker in its own
folder under Program Files, or on a drive for programs, is no claim; one among the files of Windows or Exchange is,
unless a table has it.

References:
    https://attack.mitre.org/techniques/T1543/003/
    https://attack.mitre.org/techniques/T1569/002/
"""

import struct
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.host.machine.autostarts import Autostart
from webshellhunt.knowledge.products import REMOTE_SUPPORT, Product, find_product, find_product_at
from webshellhunt.knowledge.programs import Oddity, ProgramClaim, judge_command
from webshellhunt.knowledge.stock_services import (
    EXCHANGE,
    SYSTEM32,
    StockService,
    find_stock_service,
    is_core_program,
    is_known_program,
    is_stock_library,
    name_of,
    normal_program,
)
from webshellhunt.lazy_pattern import lazy_pattern

_DRIVER: Final = 0x0F
_HOSTS: Final = frozenset({f"{SYSTEM32}svchost.exe", "%windir%\\syswow64\\svchost.exe"})
_DRIVERS: Final = f"{SYSTEM32}drivers\\"
_DRIVER_FOLDERS: Final = frozenset({"%windir%", "%windir%\\system32", "%windir%\\syswow64\\drivers"})
_ROOTKITS: Final = frozenset({"winkbj.sys"})
"""Source: https://www.elastic.co/security-labs/tollbooth (the rootkit of TOLLBOOTH)."""
_STORE: Final = f"{SYSTEM32}driverstore\\"
_OWN_FOLDERS: Final = tuple(
    f"%programfiles%\\{name}\\"
    for name in (
        *("windows nt", "internet explorer", "windows mail", "windows media player", "windows photo viewer"),
        *(
            "windows portable devices",
            "windowspowershell",
            "windows sidebar",
            "common files\\system",
            "windows defender",
        ),
        "reference assemblies",
    )
)
"""Folders of Windows under Program Files."""
_STOCK_FAILURE = lazy_pattern(
    r"(?i)"
    r"customscript\.cmd|not used|\"?[^\" ]{1,80}\\system32\\(?:spectrum\.exe\"? -safemode|mrt\.exe\"? /ehb .{0,400})"
)
_QUERY: Final = 0x5  # the rights to read the configuration and the state of a service
_ADMINISTRATORS: Final = bytes.fromhex("01020000000000052000000020020000")  # S-1-5-32-544
_SHOWN: Final = 160


class ServiceIdea(StrEnum):
    """The idea of a claim about a service."""

    PROGRAM = "program"
    OTHER_PROGRAM = "other program"
    FOREIGN = "foreign"


class ServiceClaim(NamedTuple):
    """A claim; ``words`` are a sentence without its subject, the service. ``sure`` is false for a question."""

    idea: ServiceIdea
    words: str
    sure: bool = True


def judge_service(service: Autostart) -> Iterator[ServiceClaim]:
    """Yield the claims about a service; nothing for a stock service and for one of a product in its own folder."""
    stock = find_stock_service(service.name)
    command = service.command
    if command or _library_of(service):
        is_stock = stock is not None and not normal_program(command).startswith(_DRIVERS)
        claim = _judge_stock(service, stock) if stock is not None and is_stock else _judge_other(service)
        if claim is not None:
            yield claim
    failure = service.text("failurecommand").strip()
    if failure and _STOCK_FAILURE.fullmatch(failure) is None:
        odd = judge_command(failure)
        words = f"starts {failure[:_SHOWN]} each time it fails"
        if stock is not None:
            because = odd.words if odd is not None else "Windows and Exchange set no such command"
            yield ServiceClaim(ServiceIdea.OTHER_PROGRAM, f"{words} ({because})")
        elif odd is not None and odd.sure:
            yield ServiceClaim(ServiceIdea.PROGRAM, f"{words} ({odd.words})")
    if _is_hidden(service.values.get("security\\security")):
        words = "is listed by no tool, because its security descriptor denies administrators to read it"
        yield ServiceClaim(ServiceIdea.PROGRAM, words)


def sentence_about(service: Autostart, claim: ServiceClaim) -> str:
    """Return a claim as a sentence; that about a service that is switched off says so."""
    disabled = "; the service is disabled, so that it does not start now" if service.number_of("start") == 4 else ""
    return f"the service {service.name} {claim.words}{disabled}"


def _judge_stock(service: Autostart, stock: StockService) -> ServiceClaim | None:
    """Return the claim about a service with a stock name."""
    program = normal_program(service.command)
    library = _library_of(service)
    if service.command and not stock.has_program(program):
        same = any(name_of(program) == name_of(each) for each in stock.programs)
        if same and program.startswith("%programfiles%\\") and judge_command(service.command) is None:
            return None  # another edition of the same program, such as OpenSSH
        if find_product("service", service.name, program) is not None:
            return None
        words = f"has the name of a known service, and starts {service.command[:_SHOWN]}"
        return ServiceClaim(ServiceIdea.OTHER_PROGRAM, words)
    loads = normal_program(library) if library else ""
    is_stock = (
        (stock.has_library(loads) or is_stock_library(loads)) if stock.libraries else loads.startswith("%windir%\\")
    )
    if loads and not is_stock:
        words = f"has the name of a service of Windows, and loads {library[:_SHOWN]}"
        return ServiceClaim(ServiceIdea.OTHER_PROGRAM, words)
    odd = judge_command(service.command)
    is_away = odd is not None and odd.kind in (Oddity.PLACE, Oddity.SHARE, Oddity.PROFILE)
    is_of_exchange = any(each.startswith(EXCHANGE) for each in stock.programs)
    if odd is not None and (odd.kind in (Oddity.COMMAND, Oddity.TUNNEL) or (is_away and is_of_exchange)):
        return ServiceClaim(ServiceIdea.PROGRAM, f"starts {service.command[:_SHOWN]} ({odd.words})")
    return None


def _judge_other(service: Autostart) -> ServiceClaim | None:
    """Return the claim about a service of another maker."""
    command, program = service.command, normal_program(service.command)
    wrapped = service.text("parameters\\application").strip()
    odd = judge_command(command) or _judge_wrapped(wrapped, service.text("parameters\\appparameters"))
    is_driver = bool((service.number_of("type") or 0) & _DRIVER)
    if is_driver and odd is None:
        return _judge_driver(program, command)
    product = _product_of(service.name, program, by_place=odd is None or not odd.sure)
    if product is not None:
        words = f"is {product.name}, which intruders install as well"
        return ServiceClaim(ServiceIdea.FOREIGN, words, sure=False) if product.category == REMOTE_SUPPORT else None
    if odd is not None and not _is_installed_script(odd.kind, command):
        return ServiceClaim(ServiceIdea.PROGRAM, f"starts {(wrapped or command)[:_SHOWN]} ({odd.words})")
    if program in _HOSTS:
        return _judge_library(service)
    return _judge_place(program, command)


@lru_cache(maxsize=1024)
def _product_of(name: str, program: str, *, by_place: bool) -> Product | None:
    """Return the known product of a service, by its name and place or by its folder alone."""
    return find_product("service", name, program) or (find_product_at(program) if by_place else None)


def _judge_wrapped(program: str, arguments: str) -> ProgramClaim | None:
    """Return the claim about the program that a wrapper (``nssm``, ``srvany``) starts; none for a script."""
    odd = judge_command(f"{program} {arguments}") if program else None
    return None if odd is None or odd.kind in (Oddity.INTERPRETER, Oddity.PROXY) else odd


def _judge_driver(program: str, command: str) -> ServiceClaim | None:
    """Return the claim about a driver: those of all makers are in the folders for drivers, and in their own."""
    name, folder = name_of(program), program.rpartition("\\")[0]
    if name in _ROOTKITS:
        return ServiceClaim(ServiceIdea.PROGRAM, f"starts {command[:_SHOWN]}, which has the name of a known rootkit")
    if not program.startswith("%windir%\\") or program.startswith((_DRIVERS, _STORE)) or folder in _DRIVER_FOLDERS:
        return None
    return ServiceClaim(ServiceIdea.PROGRAM, f"starts {command[:_SHOWN]} in a folder that is not for drivers")


def _is_installed_script(kind: Oddity, command: str) -> bool:
    """Return True for a program of Windows that starts a file of an installed product."""
    return kind is Oddity.PROXY and "\\program files" in command.lower()


def _judge_place(program: str, command: str) -> ServiceClaim | None:
    """Return the claim about the folder of a program."""
    name, shown = name_of(program), command[:_SHOWN]
    if program.startswith("%exchange%\\"):
        words = f"starts {shown} in the folder of Exchange, and is no service of Exchange"
        return ServiceClaim(ServiceIdea.FOREIGN, words)
    if program.startswith("%windir%\\"):
        if program.startswith(_STORE) or is_known_program(program):
            return None
        words = (
            f"starts {shown} in a folder of Windows, and no known service of Windows or of a product has this program"
        )
        return ServiceClaim(ServiceIdea.FOREIGN, words)
    if is_core_program(name):
        return ServiceClaim(ServiceIdea.PROGRAM, f"starts {shown}, which has the name of a program of Windows")
    if program.startswith(_OWN_FOLDERS):
        return ServiceClaim(ServiceIdea.FOREIGN, f"starts {shown} in a folder that belongs to Windows itself")
    if program[1:3] == ":\\" and program.count("\\") == 1:
        return ServiceClaim(
            ServiceIdea.PROGRAM, f"starts {shown} at the top of a drive, where no installer puts programs"
        )
    return None


def _judge_library(service: Autostart) -> ServiceClaim | None:
    """Return the claim about the library of a service in a process of Windows (``svchost.exe``)."""
    library = _library_of(service)
    if not library:
        return None
    path, shown = normal_program(library), library[:_SHOWN]
    odd = judge_command(library)
    if odd is not None:
        return ServiceClaim(ServiceIdea.PROGRAM, f"has svchost.exe load {shown} ({odd.words})")
    if is_stock_library(path):
        return None
    if path.startswith("%programfiles%\\"):
        return None if find_product_at(library) else ServiceClaim(
            ServiceIdea.FOREIGN, f"has svchost.exe load {shown}, and products hardly use that program", sure=False
        )  # fmt: skip
    where = "from a folder of Windows" if path.startswith("%windir%\\") else "from outside of Windows"
    words = f"has svchost.exe load {shown} {where}, and no known service has this library"
    return ServiceClaim(ServiceIdea.FOREIGN, words)


def _library_of(service: Autostart) -> str:
    return (service.text("parameters\\servicedll") or service.text("servicedll")).strip()


def _is_hidden(descriptor: object) -> bool:
    """Return True if a security descriptor denies somebody to read a service; its list of rights is relative."""
    if not isinstance(descriptor, bytes) or len(descriptor) < 20:
        return False
    start = struct.unpack_from("<I", descriptor, 16)[0]
    if not 20 <= start <= len(descriptor) - 8:
        return False
    count, at = struct.unpack_from("<H", descriptor, start + 4)[0], start + 8
    for _ in range(min(count, 64)):
        if at + 8 > len(descriptor):
            return False
        kind, _, size, rights = struct.unpack_from("<BBHI", descriptor, at)
        if kind == 1 and rights & _QUERY and descriptor[at + 8 :].startswith(_ADMINISTRATORS):  # ACCESS_DENIED_ACE
            return True
        at += max(size, 8)
    return False
