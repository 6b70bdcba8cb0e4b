"""Options: what the reader asked for, the same for every format."""

from __future__ import annotations

from typing import NamedTuple


class Options(NamedTuple):
    """How to show a report.

    ``show_all`` lists what is otherwise only counted or grouped; ``raw_excerpts`` writes excerpts as they stand where
    a format would defang them; ``show_secrets`` shows the victim's secrets instead of their fingerprints.
    ``color`` and ``width`` (characters, ``None``: unlimited) are for terminals. ``on_disk`` says that the report
    becomes a file, which antivirus reads.
    """

    show_all: bool = False
    raw_excerpts: bool = False
    show_secrets: bool = False
    color: bool = False
    width: int | None = None
    on_disk: bool = False
