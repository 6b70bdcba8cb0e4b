"""Indicators: digests, names, places and user agents of known intrusions, each with its campaign and source.

The names and places of pages serve files and requests alike: ``shell_at`` takes the path of a file, or the usual path
of an address.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from webshellhunt.knowledge.exchange_names import is_shipped_at
from webshellhunt.knowledge.tables import data_file, read_table
from webshellhunt.model.places import EXCHANGE_ROLES, Role

LISTED = "listed_sha256"
"""The type of a digest from a list that mixes malware with ordinary tools."""

CRAWLER = "crawler_agent"
"""The type of a user agent of a search engine, which asks for pages and sends no data."""

SHELL_CLIENT = "shell_agent"
"""The type of a user agent of a client for web shells."""


_IN_SETUP: Final = EXCHANGE_ROLES | {Role.ASPNET_CLIENT}
_NUMBER: Final = re.compile(r"\d{1,3}(?=\.\w+\Z)")
_LONGEST_AGENT: Final = 300


class Indicator(NamedTuple):
    """One observable of a known intrusion.

    ``type`` is ``sha256``, ``sha1``, ``md5``, ``path`` (the end of a path, lower-case, with backslashes; ``#`` stands
    for a number at the end of a name), ``filename`` (of a page in a directory of setup), ``shell_name`` (of a public
    web shell, in any directory), ``shell_agent`` (the start of the user agent of a client for web shells), ``agent``
    (that of a tool of intruders, which others use, too), ``crawler_agent`` (that of a search engine, under which
    intruders sent data), ``known_good_sha256``, or ``listed_sha256``: a digest from a published list that mixes malware
    with ordinary tools. ``source`` is an address or a citation, ``day`` that of the source.
    """

    type: str
    value: str
    campaign: str
    source: str
    day: str = ""


@dataclass(frozen=True)
class Indicators:
    """All indicators: digests by value, places by the end of their path, names, and the starts of user agents."""

    digests: Mapping[str, Indicator]
    paths: Mapping[str, Indicator]
    filenames: Mapping[str, Indicator]
    shell_names: Mapping[str, Indicator] = field(default_factory=dict)
    agents: Mapping[str, Indicator] = field(default_factory=dict)

    def may_be_at(self, path: str) -> bool:
        """Return True if a place has the last name of a server path: a prefilter of ``by_path``."""
        name = path[max(path.rfind("\\"), path.rfind("/")) + 1 :].lower()
        if name in self._by_name:
            return True
        return name.rpartition(".")[0][-1:].isdigit() and _NUMBER.sub("#", name) in self._by_name

    def by_path(self, path: str) -> Indicator | None:
        """Return the indicator whose place is the end of a server path."""
        lowered = f"\\{path.lower()}".replace("/", "\\")
        for spelled in dict.fromkeys((lowered, _NUMBER.sub("#", lowered))):
            for place in self._by_name.get(spelled.rpartition("\\")[2], ()):
                if spelled.endswith(place.value):
                    return place
        return None

    def shell_at(self, path: str, role: Role, *, executable: bool) -> tuple[Indicator, str] | None:
        """Return the indicator of a known shell at a server path, and the words for the place; ``None`` for no shell.

        ``path``: the path of a file, or the usual path of an address.
        """
        found, name = self.by_path(path), path.replace("/", "\\").rpartition("\\")[2].lower()
        if found is not None:
            return found, "in this place"
        if executable and role in _IN_SETUP and name in self.filenames and not is_shipped_at(path):
            return self.filenames[name], "in a directory of Exchange"
        return (self.shell_names[name], "on other servers") if executable and name in self.shell_names else None

    def tool_of(self, agent: str) -> Indicator | None:
        """Return the indicator with the start of a user agent, which IIS logs with ``+`` for each space."""
        read = agent[:_LONGEST_AGENT].replace("+", " ").lower()
        return next((found for start, found in self.agents.items() if read.startswith(start)), None)

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Indicator]]:
        """Places by the last name of their path."""
        places: dict[str, list[Indicator]] = {}
        for value, place in self.paths.items():
            places.setdefault(value.rpartition("\\")[2], []).append(place)
        return places


@lru_cache(maxsize=1)
def load_indicators() -> Indicators:
    """Load the shipped indicators."""
    homes: dict[str, dict[str, Indicator]] = {"path": {}, "filename": {}, "shell_name": {}, "agent": {}}
    homes |= dict.fromkeys((CRAWLER, SHELL_CLIENT), homes["agent"])
    digests: dict[str, Indicator] = {}
    for row in read_table(data_file("indicators.tsv")).rows:
        indicator = Indicator(*row)
        homes.get(indicator.type, digests)[indicator.value] = indicator
    return Indicators(digests, homes["path"], homes["filename"], homes["shell_name"], homes["agent"])
