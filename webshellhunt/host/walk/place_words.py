"""The sentence about a location in which no server, or only a part of one, was recognised."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from webshellhunt.errors import SourceError
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Verdict
from webshellhunt.sources.source import Source

_OF_ANY: Final = frozenset({Role.GIVEN, Role.DROP, Role.BIN})
"""Roles of directories that may be on any computer."""


def place_sentence(source: Source, survey: Survey, verdicts: Iterable[Verdict], others: Iterable[Role] = ()) -> str:
    """Return how a location was read where no Exchange and no IIS is in it; empty for a server, and for one file.

    ``others`` are the roles of files without a verdict.
    """
    host = survey.host
    roles = {root.role for root in survey.roots} | {verdict.subject.role for verdict in verdicts} | {*others}
    name = re.split(r"[\\/]", source.location.rstrip("\\/"))[-1] or source.location
    if host.exchange or host.iis or roles - _OF_ANY or _is_file(source, name):
        return ""
    if host.volumes:
        drives = " and ".join(f"{volume.letter}:" for volume in host.volumes)
        return f"No Exchange and no IIS was recognised on {drives} of {name}."
    kind = "archive" if "archive" in survey.form.label else "folder"
    return f"{name} was read as a plain {kind}: no Windows drive, Exchange or IIS was recognised in it."


def _is_file(source: Source, name: str) -> bool:
    """Return True if a location is one file."""
    try:
        return source.names("") == {name: EntryKind.FILE}
    except SourceError:
        return False
