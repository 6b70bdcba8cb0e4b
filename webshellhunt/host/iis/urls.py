r"""URLs: the addresses at which the server serves a file, by its configuration or by the default directories.

The virtual directory with the longest matching path serves an address of a site. A file has no address below a virtual
directory if a longer one hides it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple
from urllib.parse import quote

from webshellhunt.host.iis.application_host import Binding, ServerConfig, Site
from webshellhunt.host.machine.paths import ServerPath, fold, folded, split_server_path
from webshellhunt.host.walk.survey import Survey
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.places import EXCHANGE_ROLES, Role, Url
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict

MOST_URLS = 8
"""Maximum number of URLs for one file."""

_MOST_DIRECTORIES = 5_000
_MOST_BINDINGS = 4
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_ANY = frozenset({"", "*", "0.0.0.0", "[::]"})  # noqa: S104 - a value in configurations; nothing listens here
_LOOPBACK = frozenset({"127.0.0.1", "[::1]", "localhost"})
_ADDRESS = lazy_pattern(r"(?i)[0-9.]{7,15}|\[[0-9a-f:.%]{2,60}\]")
_LOCATION_NAMES = 6

_HIDDEN_SEGMENTS = frozenset(
    {"bin", "app_browsers", "app_code", "app_data", "app_globalresources", "app_localresources", "app_webreferences"}
)
_REFUSED_EXTENSIONS = frozenset(
    {
        "asax", "ascx", "master", "skin", "browser", "sitemap", "config", "cs", "csproj", "vb", "vbproj", "resx",
        "resources", "licx", "mdb", "ldb", "mdf", "ldf", "java",
    }
)  # fmt: skip
"""Source: the default ``requestFiltering`` of applicationHost.config."""

_EXCHANGE_FOLDERS = {
    ("sync",): "Microsoft-Server-ActiveSync",
    ("rest",): "API",
    ("exchweb", "ews"): "EWS",
    ("powershell-proxy",): "PowerShell",
}
"""Directories of Exchange whose address differs from their name."""

_APPLICATIONS = {Role.OWA: "owa", Role.OWA_AUTH: "owa", Role.ECP: "ecp", Role.ECP_AUTH: "ecp", Role.OAB: "oab"}
_EXCHANGE_TOPS = ("httpproxy", "clientaccess")


class _Mapped(NamedTuple):
    """A virtual directory: its site, the names of its virtual path, and the case-folded path of its folder."""

    number: int
    site: int
    names: tuple[str, ...]
    folder: tuple[str, ...]


class UrlFinder:
    """Finds the URLs of the files of one survey."""

    def __init__(self, surveyed: Survey) -> None:
        server = surveyed.configuration.server
        self._server = server or ServerConfig("")
        self._is_configured = server is not None
        source = surveyed.paths.lookup.source
        self._location = tuple(re.split(r"[\\/]", source.locate("") or source.location))[-_LOCATION_NAMES:]
        self._by_folder: dict[tuple[str, ...], list[_Mapped]] = defaultdict(list)
        self._by_address: dict[tuple[int, tuple[str, ...]], tuple[str, ...]] = {}
        self._tops: dict[int, list[str]] = {}
        for each in islice(self._mapped(surveyed), _MOST_DIRECTORIES):
            self._by_folder[each.folder].append(each)
            # The server doesn't start a site in which two have the same address; the first one is used.
            self._by_address.setdefault((each.site, folded(each.names)), each.folder)

    def of(self, path: str, role: Role) -> tuple[Url, ...]:
        """Return the URLs of a file by its path as reports show it, the likeliest of each site first.

        For a page that only traces show, ``path`` is its address (``/owa/x.aspx``), which is its URL.
        """
        if path.startswith("/"):
            names = [name for name in path.split("/") if name]
            return (Url(_encoded(names), refused=is_refused(names)),) if names else ()
        split = split_server_path(path)
        if not split.names or ":" in split.names[-1] or path.lower().endswith(".config"):
            return ()
        if split.letter is not None and self._is_configured:
            return tuple(islice(self._configured(split), MOST_URLS))
        default = _default_names(split.names, role) or _default_names((*self._location, *split.names), role)
        return (Url(_encoded(default), assumed=True, refused=is_refused(default)),) if default else ()

    def of_compiled_page(self, path: str, role: Role, virtual_path: str) -> tuple[Url, ...]:
        """Return the URLs of a page that runs from an assembly: its virtual path on each site of the assembly."""
        names = [name for name in virtual_path.split("/") if name]
        sites = dict.fromkeys(url.site for url in self.of(path, role) if url.site is not None)
        all_sites = enumerate(self._server.sites)
        tops = [(site.name, top) for n, site in all_sites if site.name in sites for top in self._tops_of(n)]
        urls = (Url(f"{top}{_encoded(names)}", name, refused=is_refused(names)) for name, top in tops)
        return tuple(islice(urls, MOST_URLS)) if names else ()

    def _configured(self, path: ServerPath) -> Iterator[Url]:
        """Yield the URLs of the sites in turn: the likeliest of each site, then the second of each."""
        keys = (path.letter or "", *folded(path.names))
        found: list[tuple[_Mapped, tuple[str, ...]]] = []
        for depth in range(len(keys) - 1, 0, -1):
            for each in self._by_folder.get(keys[:depth], ()):
                names = (*each.names, *path.names[depth - 1 :])
                if self._serves(each, names):
                    found.append((each, names))
        found.sort(key=lambda each: _likeliness(each[0]))
        ranks: dict[int, int] = defaultdict(int)
        turns: list[tuple[int, int, int, tuple[str, ...]]] = []
        for order, (each, names) in enumerate(found):
            turns.append((ranks[each.site], each.site, order, names))
            ranks[each.site] += 1
        for _, number, _, names in sorted(turns):
            site = self._server.sites[number]
            for top in self._tops_of(number):
                yield Url(f"{top}{_encoded(names)}", site.name, refused=is_refused(names))

    def _tops_of(self, number: int) -> list[str]:
        """Return the cached prefixes of the URLs of a site, which may have thousands of bindings."""
        if number not in self._tops:
            self._tops[number] = _tops(self._server.sites[number])
        return self._tops[number]

    def _serves(self, mapped: _Mapped, names: Sequence[str]) -> bool:
        """Return True if no longer virtual directory of the site serves this address."""
        keys = folded(names)
        for depth in range(len(keys) - 1, len(mapped.names), -1):
            if (mapped.site, keys[:depth]) in self._by_address:
                return False
        return self._by_address.get((mapped.site, keys[: len(mapped.names)])) == mapped.folder

    def _mapped(self, surveyed: Survey) -> Iterator[_Mapped]:
        number = 0
        for index, site in enumerate(self._server.sites):
            for application in site.applications:
                for directory in application.virtual_directories:
                    names = f"{application.path}/{directory.path}".replace("\\", "/").split("/")
                    folder = surveyed.paths.split(directory.physical_path)
                    if folder.letter is not None:
                        number += 1
                        parts = (folder.letter, *folded(folder.names))
                        yield _Mapped(number, index, tuple(name for name in names if name), parts)


def with_urls(verdict: Verdict, finder: UrlFinder) -> Verdict:
    """Return a verdict with the URLs of its file, if the report lists it."""
    subject = verdict.subject
    if verdict.disposition <= Disposition.BENIGN or subject.kind is SubjectKind.REGISTRATION:
        return verdict
    urls = finder.of(subject.path, subject.role)
    page = next((p for f in verdict.findings if isinstance(p := f.facts.get("virtual_path"), str)), None)
    if page is not None and subject.role is Role.BIN:
        urls = finder.of_compiled_page(subject.path, subject.role, page) or urls
    return replace(verdict, subject=replace(subject, urls=urls))


def _default_names(names: Sequence[str], role: Role) -> tuple[str, ...]:
    """Return the names of the default address below the last directory that fits the role, or none."""
    if role is Role.LAYOUTS:
        at = _after(names, "template", "layouts")
        return ("_layouts", "15", *names[at:]) if at else ()
    if role is Role.WWWROOT:
        at = _after(names, "wwwroot")
        return tuple(names[at:]) if at else ()
    if role is Role.ASPNET_CLIENT:
        at = _after(names, "aspnet_client")
        return tuple(names[at - 1 :]) if at else ()
    if role in EXCHANGE_ROLES:
        at = max(_after(names, top) for top in _EXCHANGE_TOPS)
        if at:
            return _renamed(tuple(names[at:]))
        at = _after(names, _APPLICATIONS.get(role, ""))
        return tuple(names[at - 1 :]) if at else ()
    return ()


def _after(names: Sequence[str], *wanted: str) -> int:
    """Return the position after the last occurrence of the consecutive names, or 0 if there is none."""
    size, lowered = len(wanted), tuple(name.lower() for name in names)
    places = range(len(names) - size - 1, -1, -1)
    return next((at + size for at in places if lowered[at : at + size] == wanted), 0)


def _renamed(names: tuple[str, ...]) -> tuple[str, ...]:
    for folder, name in _EXCHANGE_FOLDERS.items():
        if tuple(each.lower() for each in names[: len(folder)]) == folder:
            return (name, *names[len(folder) :])
    return names


def _likeliness(mapped: _Mapped) -> tuple[int, bool, int]:
    """Return a sort key: a short address first, and ``/owa`` before other names of the folder ``owa``."""
    same = [fold(name) for name in mapped.names[-1:]] == [*mapped.folder[-1:]]
    return len(mapped.names), not same, mapped.number


def _tops(site: Site) -> list[str]:
    """Return the URL prefix of each HTTP binding (scheme, host, port), https first; an empty one if there is none."""
    found = [each for binding in site.bindings if (each := _read(binding)) is not None]
    anywhere = {(scheme, port) for scheme, host, port in found if host == "*"}
    kept = [each for each in found if each[1] not in _LOOPBACK or (each[0], each[2]) not in anywhere]
    kept.sort(key=lambda each: each[0] != "https")
    tops = (f"{s}://{host}" + ("" if _DEFAULT_PORTS[s] == port else f":{port}") for s, host, port in kept)
    return list(dict.fromkeys(tops))[:_MOST_BINDINGS] or [""]


def _read(binding: Binding) -> tuple[str, str, str] | None:
    """Return scheme, host and port of a binding (``*:443:mail.example.org``), or ``None`` for another protocol."""
    scheme = binding.protocol.lower()
    rest, _, name = binding.information.rpartition(":")
    address, _, port = rest.rpartition(":")
    if scheme not in _DEFAULT_PORTS or not (port.isascii() and port.isdigit() and len(port) <= 5):
        return None
    if name:
        return scheme, quote(_bytes(name[:255]), safe="*"), port
    address = address.strip().lower()
    return scheme, "*" if address in _ANY or not _ADDRESS.fullmatch(address) else address, port


def _encoded(names: Sequence[str]) -> str:
    """Return a path with all characters except letters, digits and ``-._~`` percent-encoded."""
    return "".join(f"/{quote(_bytes(name), safe='')}" for name in names)


def _bytes(name: str) -> bytes:
    """Return a name as UTF-8; undecodable bytes and lone surrogates are kept."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogatepass")


def is_refused(names: Sequence[str]) -> bool:
    """Return True for a path, as its names, that IIS refuses to everybody as long as nobody changes its defaults."""
    lowered = [name.lower() for name in names]
    extension = lowered[-1].rpartition(".")[2] if "." in lowered[-1] else ""
    return not _HIDDEN_SEGMENTS.isdisjoint(lowered) or extension in _REFUSED_EXTENSIONS
