"""Addresses: where the address of a page leads on the server, whether it is there, and whether that can be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from webshellhunt.host.machine.paths import fold
from webshellhunt.host.walk.file_filter import SERVER_EXTENSIONS
from webshellhunt.host.walk.roles import role_at
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.places import Role

_CONFIGURATION = frozenset({"config", "compiled"})


class PageLocation(NamedTuple):
    r"""One place that an address may lead to: several sites of a server serve the same address.

    ``server_path`` names the page as the server does (``C:\inetpub\wwwroot\x.aspx``). ``listed`` tells whether the
    source would have the page if it were there: all of a live server or image, and of a copy a directory of which it
    holds other pages.
    """

    server_path: str
    role: Role
    found: bool
    listed: bool


class _Mapped(NamedTuple):
    """A virtual directory: the site and the names of its address, and the directory as the server names it."""

    site: str
    names: tuple[str, ...]
    server_path: str


class VirtualPathResolver:
    """Finds the places of addresses by the server's configuration; without one, by the usual directories."""

    def __init__(self, surveyed: Survey) -> None:
        self._survey = surveyed
        self._paths = surveyed.paths
        self._mapped = list(self._configured()) or list(self._usual())

    def resolve(self, virtual_path: str) -> list[PageLocation]:
        """Return the places of an address, ``/owa/auth/x.aspx``: one for each site.

        A site of which only the top fits counts where no site has a directory nearer to the page.
        """
        names = [name for name in virtual_path.split("/") if name not in ("", ".", "..")]
        if not names:
            return []
        nearest: dict[str, _Mapped] = {}
        for each in self._mapped:
            fits = [fold(name) for name in names[: len(each.names)]] == [fold(name) for name in each.names]
            if fits and len(each.names) < len(names):
                known = nearest.get(each.site)
                if known is None or len(known.names) < len(each.names):
                    nearest[each.site] = each
        deepest = max((len(each.names) for each in nearest.values()), default=0)
        chosen = [each for each in nearest.values() if each.names or not deepest]
        return [self._place(each.server_path, names[len(each.names) :]) for each in chosen]

    def resolve_below(self, directory: str, names: Sequence[str]) -> PageLocation:
        """Return the place of a page by names below a directory as the server names it."""
        return self._place(directory, list(names))

    def _place(self, directory: str, names: list[str]) -> PageLocation:
        shown = "\\".join([self._paths.expand(directory).rstrip("\\"), *names])
        role = role_at(shown.split("\\")[:-1])
        tops = [entry for entry in self._paths.find_all(directory) if entry.kind is EntryKind.DIRECTORY]
        lookup = self._paths.lookup
        found = any(lookup.find(top.path, names) is not None for top in tops)
        listed = self._is_whole(shown) or any(self._holds_pages(top, names[:-1]) for top in tops)
        return PageLocation(shown, role, found, listed and not self._is_unreadable(tops, names[:-1]))

    def _is_whole(self, server_path: str) -> bool:
        """Tell whether the source is all of the drive that a path is on."""
        letter = self._paths.split(server_path).letter
        held = [volume for volume in self._paths.volumes if volume.letter == letter]
        if self._survey.live:
            return bool(held)
        return any(volume.top in self._survey.whole_systems for volume in held)

    def _holds_pages(self, top: Entry, names: Sequence[str]) -> bool:
        folders = self._paths.lookup.find_all(top.path, names)
        return any(
            entry.kind is EntryKind.FILE and _is_page(entry.name)
            for folder in folders
            for entry in self._paths.lookup.entries(folder.path)
        )

    def _is_unreadable(self, tops: Sequence[Entry], names: Sequence[str]) -> bool:
        unreadable = self._paths.lookup.unreadable
        return any(
            folder.path in unreadable
            for top in tops
            for depth in range(len(names) + 1)
            for folder in self._paths.lookup.find_all(top.path, names[:depth])
        )

    def _configured(self) -> Iterator[_Mapped]:
        server = self._survey.configuration.server
        for each in () if server is None else server.mapped_directories():
            site, *names = each.location.split("/")
            yield _Mapped(site, tuple(names), each.physical_path)

    def _usual(self) -> Iterator[_Mapped]:
        """Yield where Exchange and IIS put their directories, of those that the source holds."""
        for root in self._survey.roots:
            if root.server_path is None:
                continue
            if root.role is Role.WWWROOT:
                yield _Mapped("site", (), root.server_path)
            elif root.role in (Role.HTTP_PROXY, Role.CLIENT_ACCESS):
                for entry in self._paths.lookup.entries(root.path):
                    if entry.kind is EntryKind.DIRECTORY:
                        yield _Mapped(root.role.value, (entry.name,), f"{root.server_path}\\{entry.name}")


def _is_page(name: str) -> bool:
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return extension in SERVER_EXTENSIONS - _CONFIGURATION
