"""Carried: something inside a carrier, and what the carrier says of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from webshellhunt.model.findings import FactValue

# What may hold the script itself stays out: reports show facts as they are.
_TELLING = frozenset(
    {"mailbox", "store", "folder", "sender", "recipients", "submitted", "delivered", "created", "modified", "form"}
)


class CarriedPart(NamedTuple):
    """Bytes that a carrier holds.

    ``carrier`` is the format's name (``mailbox export``, ``certificate request``); ``name`` what the part is called in
    it; ``data`` its bytes as they come out; ``start`` and ``end`` the range of the file's bytes that they came from
    (all of an opaque step). ``executes`` tells whether the server would run the script as it lies in the file (a PST
    with a plain script does), or only whoever takes it out first. ``facts`` are named values of the carrier: mailbox,
    subject, times in ISO 8601 UTC.
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
        """The facts that a finding may show as they are: who, where and when."""
        return {name: value for name, value in self.facts.items() if name in _TELLING and value is not None}
