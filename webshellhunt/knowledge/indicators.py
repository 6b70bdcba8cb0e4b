"""Indicators: digests, names and places of known intrusions, each with its campaign and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from webshellhunt.knowledge.tables import data_file, read_table

LISTED = "listed_sha256"
"""The type of a digest from a list that mixes malware with ordinary tools."""


class Indicator(NamedTuple):
    """One observable of a known intrusion.

    ``type`` is ``sha256``, ``sha1``, ``md5``, ``path`` (the end of a path, lower-case, with backslashes),
    ``filename``, ``known_good_sha256``, or ``listed_sha256``: a digest from a published list that mixes malware with
    ordinary tools. ``source`` is an address or a citation, ``day`` that of the source.
    """

    type: str
    value: str
    campaign: str
    source: str
    day: str = ""


@dataclass(frozen=True)
class Indicators:
    """All indicators: digests by value, places by the end of their path, and file names."""

    digests: Mapping[str, Indicator]
    paths: Mapping[str, Indicator]
    filenames: Mapping[str, Indicator]

    def by_path(self, path: str) -> Indicator | None:
        """Return the indicator whose place is the end of a server path."""
        lowered = path.lower().replace("/", "\\")
        places = self._by_name.get(lowered.rpartition("\\")[2])
        if places is None:
            return None
        return next((place for place in places if f"\\{lowered}".endswith(place.value)), None)

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
    digests: dict[str, Indicator] = {}
    paths: dict[str, Indicator] = {}
    filenames: dict[str, Indicator] = {}
    for row in read_table(data_file("indicators.tsv")).rows:
        indicator = Indicator(*row)
        home = {"path": paths, "filename": filenames}.get(indicator.type, digests)
        home[indicator.value] = indicator
    return Indicators(digests, paths, filenames)
