r"""Stock entries: the elements that the setups of Exchange, IIS and ASP.NET write, with their places.

An element is stock only if its name, path, verbs, type or program, and place are those that setup writes. A place is a
folder of an Exchange installation (``frontend/httpproxy/owa``), the folder of the default web site (``wwwroot``), or
the server configuration (``server``). A ``<location>`` of ``applicationHost.config`` has the place of the folder that
its virtual directory maps to, regardless of its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.lazy_pattern import lazy_pattern

HANDLER: Final = "handler"
MODULE: Final = "module"
BUILD_PROVIDER: Final = "build-provider"
SERVER: Final = "server"
NATIVE: Final = "native"
"""Target of a module that is not a .NET type: the ``globalModules`` of the server contain its program."""

_REMOVED, _PAGE, _VIRTUAL, _TYPE = "removed-module", "page", "virtual-directory", "type"
_FRONT_END, _BACK_END, _DEFAULT_SITE = ("frontend", "httpproxy"), "clientaccess", ["inetpub", "wwwroot"]
# A folder below one of these is not a folder of Exchange, even if it has the name of one.
_NEVER_ABOVE = frozenset({"inetpub", "wwwroot", "aspnet_client", "programdata", "users", "temp", "perflogs", "windows"})
_INSTALL_PATH = lazy_pattern(r"(?i)%exchangeinstallpath%\\?")
_WINDOWS = lazy_pattern(r"(?i)(?:%windir%|%systemroot%|[a-z]:\\windows)\\")
_IIS_EXPRESS = "%iis_bin%\\"  # a variable of IIS Express only; a server can't load from it
_TOKEN = lazy_pattern(r"\bpublickeytoken\s*=\s*(\w{1,32})")
_LAST_NUMBER = lazy_pattern(r"\d{1,12}$")
_LONGEST = 2_048


class BoundType(NamedTuple):
    """A .NET type of a configuration: type, assembly and public key token, all in lower case."""

    name: str = ""
    assembly: str = ""
    token: str = ""


class StockEntry(NamedTuple):
    """One stock entry. ``path`` is the pattern of a handler; either ``bound`` or ``program`` is empty."""

    name: str
    path: str = ""
    verbs: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    bound: BoundType = BoundType()
    program: str = ""
    target: str = ""

    def equals(self, element: Element) -> bool:
        """Return True if an element equals this entry; it may have fewer verbs."""
        verbs = _words(element.get("verb"))
        return (
            self.path == element.get("path").lower()
            and verbs <= self.verbs
            and bool(verbs) == bool(self.verbs)
            and self.runs_same_code(element)
        )

    def runs_same_code(self, element: Element) -> bool:
        """Return True if an element runs exactly the code of this entry."""
        return (
            self.modules == _words(element.get("modules"))
            and self.bound == bound_type(element.get("type"))
            and self.program == normal_program(element.get("scriptProcessor"))
        )


class StockPlaces:
    """The places of the ``<location>`` elements of one configuration file.

    ``path`` is the path of the file as reports show it.
    """

    def __init__(self, root: Element, path: str) -> None:
        folder, _, name = path[-_LONGEST:].replace("/", "\\").rpartition("\\")
        self._root = root
        self._is_server = name.lower() == "applicationhost.config"
        self._own = stock_place(folder) if name.lower() == "web.config" else None
        self._mapped_places: dict[str, str | None] | None = None

    def of(self, location: str) -> str | None:
        """Return the place of a location (``""``: the whole file), or ``None`` if setup writes nothing there."""
        if not self._is_server:
            return self._own if not location or self._own is None else f"{self._own}/{location.lower()}"
        if not location:
            return SERVER
        if self._mapped_places is None:
            self._mapped_places = _mapped_places(self._root)
        names = location.lower().split("/")
        for length in range(len(names), 0, -1):
            above = "/".join(names[:length])
            if above in self._mapped_places:
                folder = self._mapped_places[above]
                return None if folder is None else "/".join([folder, *names[length:]])
        return None


def stock_place(folder: str) -> str | None:
    """Return the place of a folder by its path, or ``None`` if no setup writes configuration there.

    A copy of Exchange's folders inside a web root or in a folder that every user can write to has no place.
    """
    return _home_and_place(folder)[1]


def served_places(root: Element) -> list[tuple[str, str, Element, str | None]]:
    """Return site, address, element and place of each virtual directory of ``applicationHost.config``.

    Exchange is installed once: the installation is the folder that most virtual directories map to. Virtual directories
    of other folders with the same names have no place.
    """
    found = [
        (site, address, directory, _home_and_place(directory.get("physicalPath")[:_LONGEST]))
        for sites in root.find_all("system.applicationHost/sites")
        for site, address, directory in iter_virtual_directories(sites)
    ]
    homes = Counter(home for *_, (home, place) in found if home and place)
    own = {"", *(home for home, _ in homes.most_common(1))}
    return [
        (site, address, directory, place if home in own else None) for site, address, directory, (home, place) in found
    ]


def iter_virtual_directories(sites: Element) -> Iterator[tuple[str, str, Element]]:
    """Yield the site name, the address (``/owa``) and the element of each virtual directory below ``<sites>``."""
    for site in sites.find_all("site"):
        for application in site.find_all("application"):
            for directory in application.find_all("virtualDirectory"):
                address = f"{application.get('path').rstrip('/')}{directory.get('path').rstrip('/')}"
                yield site.get("name"), address or "/", directory


def _home_and_place(folder: str) -> tuple[str, str | None]:
    """Return the installation of a folder (``""``: none, or written as a variable), and the place of the folder."""
    named = _INSTALL_PATH.sub("", folder)
    names = [name for name in named.lower().replace("/", "\\").split("\\") if name]
    if ".." in names:
        return "", None
    for index, name in enumerate(names):
        if names[index:] == _DEFAULT_SITE:
            return "", "wwwroot"
        if name == _BACK_END or tuple(names[index : index + 2]) == _FRONT_END:
            return "\\".join(names[:index]), "/".join(names[index:])
        if name in _NEVER_ABOVE:
            break
    return "", None


def is_stock(kind: str, place: str | None, element: Element) -> bool:
    """Return True if an element equals a stock entry of its kind at a place."""
    name = element.get("extension" if kind == BUILD_PROVIDER else "name")
    return place is not None and any(entry.equals(element) for entry in stock_entries(kind, place, name))


def stock_entries(kind: str, place: str, name: str) -> tuple[StockEntry, ...]:
    """Return the stock entries of a name at a place."""
    lowered = name.lower()
    known = _table()
    return known.get((kind, place, lowered)) or known.get((kind, place, _LAST_NUMBER.sub("#", lowered)), ())


def is_stock_removal(place: str | None, name: str, section: Element) -> bool:
    """Return True if setup removes this module at a place; for some modules only if it adds a replacement."""
    for entry in () if place is None else stock_entries(_REMOVED, place, name):
        instead = entry.target.lower()
        if not instead or any(
            child.tag.lower() == "add" and child.get("name").lower() == instead and is_stock(MODULE, place, child)
            for child in section.children
        ):
            return True
    return False


def adds_module(place: str, name: str) -> bool:
    """Return True if setup adds a module of this name at a place."""
    return bool(stock_entries(MODULE, place, name))


def is_stock_page(path: str) -> bool:
    """Return True if a path is that of a page with a stock mapping of its own."""
    folder, _, name = path[-_LONGEST:].replace("/", "\\").rpartition("\\")
    place = stock_place(folder)
    return place is not None and bool(stock_entries(_PAGE, place, name))


def stock_folders(site: str, address: str) -> tuple[str, ...]:
    """Return the places that a virtual directory of Exchange maps to; empty if setup doesn't create it."""
    return tuple(entry.target for entry in stock_entries(_VIRTUAL, site.lower(), address))


def is_stock_type(name: str, assembly: str) -> bool:
    """Return True if setup registers a type of an assembly anywhere; its token and its place are not compared."""
    return (name.lower(), assembly.lower()) in _stock_types()


def bound_type(text: str) -> BoundType:
    """Parse ``Type, Assembly, Version=…, PublicKeyToken=…``; the version is ignored."""
    name, _, rest = text[:_LONGEST].lower().partition(",")
    token = _TOKEN.search(rest)
    return BoundType(name.strip(), rest.partition(",")[0].strip(), token[1] if token else "")


def normal_program(text: str) -> str:
    """Return a script processor in lower case, without quotes, its system folder written as a variable."""
    program = text[:_LONGEST].strip(" \"'").lower().replace("/", "\\")
    if program.startswith(_IIS_EXPRESS):
        return f"%windir%\\system32\\inetsrv\\{program[len(_IIS_EXPRESS) :]}"
    return _WINDOWS.sub(lambda _: "%windir%\\", program, count=1) if _WINDOWS.match(program) else program


@lru_cache(maxsize=1)
def stock_handled_names() -> frozenset[tuple[str, str]]:
    """Return the names that a handler of Exchange answers without a file, with their application: ``owa``, ``x.ashx``.

    A handler of all pages (``*.ashx``) needs the file.
    """
    rows = ((place, each) for (kind, place, _), found in _table().items() if kind == HANDLER for each in found)
    return frozenset((place.rpartition("/")[2], each.path) for place, each in rows if "*" not in each.path)


def _mapped_places(root: Element) -> dict[str, str | None]:
    """Return the place of each virtual directory of applicationHost.config by location; ``None`` if ambiguous."""
    found: dict[str, str | None] = {}
    for site, address, _, place in served_places(root):
        location = "/".join(part for part in f"{site}/{address}".lower().split("/") if part)
        found[location] = place if found.get(location, place) == place else None
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in text[:_LONGEST].split(",") if word.strip())


@lru_cache(maxsize=1)
def _stock_types() -> frozenset[tuple[str, str]]:
    return frozenset((each.bound.name, each.bound.assembly) for found in _table().values() for each in found)


@lru_cache(maxsize=1)
def _table() -> Mapping[tuple[str, str, str], tuple[StockEntry, ...]]:
    """Read the entries by kind, place and name."""
    text = Path(__file__).with_name("stock_configuration.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    found: dict[tuple[str, str, str], tuple[StockEntry, ...]] = {}
    for kind, place, names, path, verbs, modules, target, _ in rows[1:]:
        for name in names.split() if kind == _REMOVED else [names]:
            key = (kind, place.lower(), name.lower())
            found[key] = (*found.get(key, ()), _entry(kind, name, path, verbs, modules, target))
    return found


def _entry(kind: str, name: str, path: str, verbs: str, modules: str, target: str) -> StockEntry:
    typed = kind in (MODULE, BUILD_PROVIDER, _TYPE) or (kind == HANDLER and not modules)
    return StockEntry(
        name=name,
        path=path.lower(),
        verbs=_words(verbs),
        modules=_words(modules),
        bound=bound_type(target) if typed and target != NATIVE else BoundType(),
        program=normal_program(target) if kind == HANDLER and modules else "",
        target=target,
    )
