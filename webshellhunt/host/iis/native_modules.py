r"""Known native modules and ISAPI filters: their name, the place of their file, and the product that registers them.

``native_modules.tsv`` has one line for each, with its source. A place begins with ``%windir%``, ``%programfiles%``,
``%commonprogramfiles%`` or ``%exchange%``, which mean these folders on any drive; ``?:`` is any drive, and ``*`` any
text within one name. ``SysWOW64`` and ``Program Files (x86)`` count as the same places.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.lazy_pattern import lazy_pattern

Folder = tuple[str, ...]
"""The lower-case names of a folder, from the top of its drive."""

_LONGEST: Final = 1_024
_VARIABLE = lazy_pattern(r"%([\w()]{1,64})%")
_VARIABLES: Final = {
    "windir": r"c:\windows",
    "systemroot": r"c:\windows",
    "systemdrive": "c:",
    "programfiles": r"c:\program files",
    "programw6432": r"c:\program files",
    "programfiles(x86)": r"c:\program files (x86)",
    "commonprogramfiles": r"c:\program files\common files",
    "commonprogramw6432": r"c:\program files\common files",
    "commonprogramfiles(x86)": r"c:\program files (x86)\common files",
    "exchangeinstallpath": r"c:\exchange server\v15",
    "iis_bin": r"c:\program files\iis express",
}
_PROGRAM_FILES: Final = frozenset({"program files", "program files (x86)"})
_OTHER_WIDTH: Final = frozenset({"syswow64"})
_WINDOWS: Final = ("windir", "systemroot", "systemdrive")
_EXPRESS: Final = "%programfiles%\\iis express\\"
_EXPRESS_HAS: Final = ("%windir%\\system32\\inetsrv\\", "%programfiles%\\iis\\")
_MICROSOFT: Final = frozenset({"IIS", "ASP.NET", "Exchange", "SharePoint", "Windows"})
_LEAST_FOLDERS: Final = 3
_OF_HANDLERS: Final = lazy_pattern(
    r"%windir%\\(?:system32\\(?:inetsrv\\(?:asp|cgi|isapi|iisfcgi|iis_ssi|ssinc|webdav|wmsvc|smsfileisapi)"
    r"|windowspowershell\\v1\.0\\pwrshplugin|rpcproxy\\rpcproxyshim|msw3prt|mqise|bitssrv|ocspisapi"
    r"|certsrv\\mscep\\mscep)"
    r"|microsoft\.net\\framework(?:64)?\\v\d\.\d\.\d+\\aspnet_isapi)\.dll"
    r"|%exchange%\\bin\\authmodulerpc\.dll"
)
_STOCK_FOLDER = lazy_pattern(
    r"(?i)(?:%systemdrive%|[a-z]:)\\inetpub\\wwwroot\\?"
    r"|(?:%exchangeinstallpath%|[a-z]:\\[^\r\n]{1,200}\\exchange server\\v1[45])\\(?:frontend\\httpproxy|clientaccess)"
    r"(?:\\[^\r\n]{1,200})?"
)


class KnownModule(NamedTuple):
    """One line of the table; ``kind`` is ``module`` or ``filter``, ``image`` the place of the file, lower-case."""

    kind: str
    name: str
    image: str
    product: str
    source: str

    @property
    def is_microsoft(self) -> bool:
        """Return True for a product of Microsoft, whose files all have version information."""
        return self.product.partition(" ")[0] in _MICROSOFT

    @property
    def stem(self) -> str:
        """Return the name of the file without its extension."""
        return self.image.rpartition("\\")[2].partition(".")[0]


@lru_cache(maxsize=1)
def load_known_modules() -> tuple[KnownModule, ...]:
    """Return the rows of the shipped table."""
    text = Path(__file__).with_name("native_modules.tsv").read_text(encoding="utf-8")
    return tuple(KnownModule(*line.split("\t")) for line in text.splitlines()[1:])


def normal_place(image: str, exchange: Collection[Folder] = (), drive: str = "") -> str:
    r"""Return the place of a program in the notation of the table (``%windir%\system32\inetsrv\static.dll``).

    A place on another drive than that of Windows begins with that drive.

    Args:
        image: The path as the configuration writes it.
        exchange: The folders in which Exchange is installed. If empty, any folder ``Exchange Server\V15`` counts;
            otherwise only these and the default folder of setup.
        drive: The letter of the drive of Windows. If empty, any drive counts.
    """
    text = _VARIABLE.sub(lambda found: _meaning(found[1], drive) or found[0], image.partition("|")[0][:_LONGEST])
    path = split_server_path(text)
    if path.letter is None or " \\" in text.replace("/", "\\"):  # "C:\Windows \x.dll" is not in "C:\Windows"
        return text.strip().lower()
    names = tuple(name.lower() for name in path.names)
    is_named = image.lstrip(' "').lower().startswith("%exchangeinstallpath%")
    root = _exchange_root(names, () if is_named else exchange)
    if root is not None:
        return "\\".join(("%exchange%", *names[len(root) :]))
    if names[:1] == ("windows",) and drive.upper() not in ("", path.letter):
        return "\\".join((f"{path.letter.lower()}:", *names))
    if names[:1] == ("windows",):
        system = ("system32",) if names[1:2] and names[1] in _OTHER_WIDTH else names[1:2]
        return "\\".join(("%windir%", *system, *names[2:]))
    if names[:1] and names[0] in _PROGRAM_FILES:
        is_shared = names[1:2] == ("common files",)
        return "\\".join(("%commonprogramfiles%", *names[2:]) if is_shared else ("%programfiles%", *names[1:]))
    return "\\".join(("?:", *names))


def find_known_module(kind: str, name: str, place: str) -> KnownModule | None:
    """Return the line of the table for a module or filter of this name at this place, or ``None``.

    ``place`` is a result of ``normal_place``.
    """
    return next((each for each in _at(place) if each.kind == kind and each.name.lower() == name.lower()), None)


def find_known_image(place: str) -> KnownModule | None:
    """Return a line of the table for this place and any module name, or ``None``."""
    return next(iter(_at(place)), None)


def exchange_folders(physical_paths: Sequence[str]) -> frozenset[Folder]:
    r"""Return the folders in which Exchange is installed, derived from the folders that IIS serves.

    ``F:\Mail\FrontEnd\HttpProxy\owa`` and ``F:\Mail\ClientAccess\ecp`` indicate ``F:\Mail``; three folders are needed.
    """
    counts: dict[Folder, int] = {}
    for path in physical_paths:
        names = tuple(name.lower() for name in split_server_path(path).names)
        for at, name in enumerate(names):
            if at and (name == "clientaccess" or names[at : at + 2] == ("frontend", "httpproxy")):
                counts[names[:at]] = counts.get(names[:at], 0) + 1
                break
    return frozenset(root for root, count in counts.items() if count >= _LEAST_FOLDERS)


def _meaning(variable: str, drive: str) -> str | None:
    name = variable.lower()
    meaning = _VARIABLES.get(name)
    return f"{drive}{meaning[1:]}" if meaning is not None and drive and name in _WINDOWS else meaning


def _exchange_root(names: Folder, exchange: Collection[Folder]) -> Folder | None:
    """Return the Exchange folder at the start of a path: a known one, the default, or any by name if none is known."""
    is_default = names[:2] == ("program files", "microsoft")
    for at in range(1, len(names)):
        if (
            names[at - 1] == "exchange server"
            and names[at] in ("v14", "v15")
            and (not exchange or (is_default and at == 3))
        ):
            return names[: at + 1]
    known = (root for root in exchange if root and names[: len(root)] == root)
    return max(known, key=len, default=None)


def _at(place: str) -> list[KnownModule]:
    """Return the lines for a place; IIS Express has copies of the modules of IIS in its own folder."""
    exact, patterns = _index()
    places = [place]
    if place.startswith(_EXPRESS):
        places += [f"{folder}{place[len(_EXPRESS) :]}" for folder in _EXPRESS_HAS]
    found = [each for where in places for each in exact.get(where, ())]
    return [*found, *(each for pattern, each in patterns if pattern.fullmatch(place))]


@lru_cache(maxsize=1)
def _index() -> tuple[dict[str, list[KnownModule]], list[tuple[re.Pattern[str], KnownModule]]]:
    exact: dict[str, list[KnownModule]] = {}
    patterns: list[tuple[re.Pattern[str], KnownModule]] = []
    for each in load_known_modules():
        if "*" in each.image:
            pattern = r"[^\\]*".join(re.escape(part) for part in each.image.split("*"))
            patterns.append((re.compile(pattern), each))
        else:
            exact.setdefault(each.image, []).append(each)
    return exact, patterns


def is_stock_program(path: str) -> bool:
    """Return True if the path of a program in a configuration is that of a known product."""
    place = normal_place(path)
    return find_known_image(place) is not None or _OF_HANDLERS.fullmatch(place) is not None


def is_stock_folder(path: str) -> bool:
    """Return True if a virtual directory maps to a folder of the default site or of Exchange."""
    return ".." not in path and _STOCK_FOLDER.fullmatch(path.strip()) is not None
