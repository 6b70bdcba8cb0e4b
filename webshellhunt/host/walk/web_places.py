"""Web places: the directories for the virtual paths in the pages of a directory, by the site that serves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.host.iis.configuration_chain import Chain
from webshellhunt.host.machine.paths import fold
from webshellhunt.model.places import Root, Volume, WebPlaces


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
