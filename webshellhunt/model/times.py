"""Whether the times of a source are those of the server, or of a copy."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class TimesChoice(StrEnum):
    """How the times of a location are to be taken: as found out, or as the user knows them to be."""

    AUTO = "auto"
    ORIGINAL = "original"
    COPY = "copy"


class TimeBasis(NamedTuple):
    """How the times of one place of a source were taken, and why.

    ``place`` is the location, or the folder of a further drive, as the user gave it. ``original`` is true where its
    times are the server's own; times of a copy date nothing. ``created`` is false where its times of creation are left
    out, since a copying made them and no other of its times.
    """

    place: str
    original: bool
    reason: str
    created: bool = True
