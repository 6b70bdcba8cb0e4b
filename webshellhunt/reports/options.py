"""The display options of a report, the same for every format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from webshellhunt.model.fleet import Fleet, Unopened


class Options(NamedTuple):
    """The display options of a report.

    ``show_all`` lists items that are otherwise counted or grouped; ``raw_excerpts`` writes excerpts unchanged where
    a format would defang them; ``show_secrets`` shows the victim's secrets instead of their fingerprints.
    ``color`` and ``width`` (characters, ``None``: unlimited) are for terminals. ``on_disk`` is true if the report
    becomes a file, which antivirus scans. ``only_ascii`` is for a stream that can't write block characters. ``fleet``
    adds the comparison of the hosts, if there are several reports; ``on_fleet`` is called with it. ``unopened`` are
    the locations that could not be opened; the list grows while reports come. With a list as ``first``, the
    comparison is added to it instead of being written last, and the caller writes it before everything else.
    ``compared`` is the comparison that a saved report has; it is shown instead of a new one.
    """

    show_all: bool = False
    raw_excerpts: bool = False
    show_secrets: bool = False
    color: bool = False
    width: int | None = None
    on_disk: bool = False
    only_ascii: bool = False
    fleet: bool = False
    on_fleet: Callable[[Fleet], None] | None = None
    unopened: Sequence[Unopened] = ()
    first: list[str] | None = None
    compared: Fleet | None = None
