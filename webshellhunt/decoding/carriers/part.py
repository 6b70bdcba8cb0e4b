"""A part of a carrier, with the carrier's facts about it, and the filter of parts for further decoding."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from webshellhunt.decoding.server_tags import has_server_tags
from webshellhunt.model.findings import FactValue

# Facts that may contain the script itself are left out, since reports show facts unchanged.
_TELLING = frozenset(
    {"mailbox", "store", "folder", "sender", "recipients", "submitted", "delivered", "created", "modified", "form"}
)
_MAGIC = (b"!BDN", b"0\x82", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"-----BEGIN ")
_BEFORE_ENCODING = b"\x95\xd6\x54\x86\xb7\x69\x14"


class CarriedPart(NamedTuple):
    """A part of a carrier.

    ``carrier`` is the format's name (``mailbox export``, ``certificate request``); ``name`` is the part's name in
    it; ``data`` are its decoded bytes; ``start`` and ``end`` are the range of the file's bytes that they came from (all
    of an opaque step). ``executes`` is true if the server executes the script inside the carrier, as in a PST with a
    plain script, and false if it must be extracted first. ``facts`` are named values of the carrier: mailbox, subject,
    times in ISO 8601 UTC.
    """

    carrier: str
    name: str
    data: bytes
    start: int
    end: int
    executes: bool = False
    facts: Mapping[str, FactValue] = MappingProxyType({})

    @property
    def telling(self) -> Mapping[str, FactValue]:
        """The facts that a finding may show unchanged: people, folders and times."""
        return {name: value for name, value in self.facts.items() if name in _TELLING and value is not None}


def is_worth_opening(data: bytes) -> bool:
    """Return whether bytes contain server code or may be another carrier."""
    return data.startswith(_MAGIC) or _BEFORE_ENCODING in data or has_server_tags(data)
