"""Virtual paths: the address of a page as files of the server, and the directories that the paths in a page name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from webshellhunt.host.iis.configuration_chain import Chain
from webshellhunt.host.machine.paths import fold
from webshellhunt.host.walk.collected_folders import CollectedFolders
from webshellhunt.host.walk.roles import role_at
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.places import Role, Root, Volume, WebPlaces


class PageLocation(NamedTuple):
    r"""One location that an address may resolve to: several sites of a server may serve the same address.

    ``server_path`` is the path on the server (``C:\inetpub\wwwroot\x.aspx``). ``listed`` is true if the directory of
    the page was collected, so that the source would contain the page if it existed.
    """

    server_path: str
    role: Role
    found: bool
    listed: bool


class _Mapped(NamedTuple):
    """A virtual directory: the site, the names of its address, and the server path of its directory."""

    site: str
    names: tuple[str, ...]
    server_path: str


class VirtualPathResolver:
    """Resolves virtual paths by the server configuration, or without one by the default directories."""

    def __init__(self, surveyed: Survey) -> None:
        self._survey = surveyed
        self._paths = surveyed.paths
        self._collected = CollectedFolders(surveyed)
        self._mapped = list(self._configured()) or list(self._default())

    def resolve(self, virtual_path: str, *, site: str | None = None) -> list[PageLocation]:
        """Return the locations of an address (``/owa/auth/x.aspx``), one for each site, or only that of one site.

        A match of only the root of a site counts if no site has a longer match.
        """
        names = [name for name in virtual_path.split("/") if name not in ("", ".", "..")]
        if not names:
            return []
        nearest: dict[str, _Mapped] = {}
        for each in self._mapped:
            fits = [fold(name) for name in names[: len(each.names)]] == [fold(name) for name in each.names]
            if fits and len(each.names) < len(names) and site in (None, each.site):
                known = nearest.get(each.site)
                if known is None or len(known.names) < len(each.names):
                    nearest[each.site] = each
        deepest = max((len(each.names) for each in nearest.values()), default=0)
        chosen = [each for each in nearest.values() if each.names or not deepest]
        return [self._location(each.server_path, names[len(each.names) :]) for each in chosen]

    def resolve_below(self, directory: str, names: Sequence[str]) -> PageLocation:
        """Return the location of a page by the names below a server path."""
        return self._location(directory, list(names))

    def _location(self, directory: str, names: list[str]) -> PageLocation:
        server_path = "\\".join([self._paths.expand(directory).rstrip("\\"), *names])
        role = role_at(server_path.split("\\")[:-1])
        found = any(self._paths.lookup.find(top.path, names) is not None for top in self._paths.find_all(directory))
        return PageLocation(server_path, role, found, self._collected.has(server_path, directory))

    def _configured(self) -> Iterator[_Mapped]:
        server = self._survey.configuration.server
        for each in () if server is None else server.mapped_directories():
            site, *names = each.location.split("/")
            yield _Mapped(site, tuple(names), each.physical_path)

    def _default(self) -> Iterator[_Mapped]:
        """Yield the default directories of Exchange and IIS that the source contains."""
        for root in self._survey.roots:
            if root.server_path is None:
                continue
            if root.role is Role.WWWROOT:
                yield _Mapped("site", (), root.server_path)
            elif root.role in (Role.HTTP_PROXY, Role.CLIENT_ACCESS):
                for entry in self._paths.lookup.entries(root.path):
                    if entry.kind is EntryKind.DIRECTORY:
                        yield _Mapped(root.role.value, (entry.name,), f"{root.server_path}\\{entry.name}")


class WebPlacesBuilder:
    """Builds the web places of directories; directories with equal places share one object.

    ``served`` maps each IIS location (the name of a site, then path names) to its directory inside the source.
    """

    def __init__(self, volumes: Sequence[Volume], served: Mapping[str, str]) -> None:
        self._volumes = tuple(volumes)
        self._served = dict(served)
        self._sites: dict[str, tuple[tuple[str, str], ...]] = {}
        self._same: dict[WebPlaces, WebPlaces] = {}

    def of(self, path: str, chain: Chain, root: Root) -> WebPlaces:
        """Return the web places of a directory below a root, by its chain of configurations."""
        site = chain.names[0] if chain.located and chain.names else None
        virtual = () if site is None else self._site(site)
        above = {directory for _, directory in virtual if not directory or f"{path}/".startswith(directory + "/")}
        tops = (*sorted(above, key=len, reverse=True), root.path)
        places = WebPlaces(self._volumes, virtual, tuple(dict.fromkeys(tops)))
        return self._same.setdefault(places, places)

    def _site(self, site: str) -> tuple[tuple[str, str], ...]:
        if site not in self._sites:
            wanted = fold(site)
            pairs = ((location.partition("/"), directory) for location, directory in self._served.items())
            self._sites[site] = tuple((rest.lower(), d) for (name, _, rest), d in pairs if fold(name) == wanted)
        return self._sites[site]
