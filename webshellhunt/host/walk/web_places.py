"""Places: where the virtual paths that the pages of a directory name lead, by the site that serves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.host.iis.configuration_chain import Chain
from webshellhunt.host.machine.paths import fold
from webshellhunt.model.places import Root, Volume, WebPlaces


class WebPlacesBuilder:
    """Tells the places of each directory; those with the same site and the same directories above are one object.

    ``served`` maps each IIS location (a site's name, then names) to its directory inside the source.
    """

    def __init__(self, volumes: Sequence[Volume], served: Mapping[str, str]) -> None:
        self._volumes = tuple(volumes)
        self._served = dict(served)
        self._sites: dict[str, tuple[tuple[str, str], ...]] = {}
        self._same: dict[WebPlaces, WebPlaces] = {}

    def of(self, path: str, chain: Chain, root: Root) -> WebPlaces:
        """Return the places of a directory, found under a root by a chain of configurations."""
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
