"""Options for opening a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from webshellhunt.model.times import TimesChoice


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """The options for opening a location.

    ``drives`` are folders with further drives of the same server, by letter. ``times`` is the word of a
    ``TimesChoice``. ``logs`` is true if the location may be a log. ``password`` decrypts an archive. ``snapshots`` is
    true if the volume shadow copies of a disk image are opened, too.
    """

    drives: Mapping[str, str] = field(default_factory=dict)
    times: str = TimesChoice.AUTO
    logs: bool = False
    password: str | None = field(default=None, repr=False)
    snapshots: bool = False
