"""The property list of a virtual directory, written to a file by ``Reset-OabVirtualDirectory`` and similar cmdlets.

Lines of ``Name : value``, the colons in one column. Exchange never writes one to a web directory; an intruder who
controls the file's name does, with a script in the external address.

Source: published analyses of CVE-2021-27065; names of the properties as the cmdlets print them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

_LINE = lazy_pattern(r"(?:^|(?<=\r))[ \t]*([A-Z][A-Za-z0-9]{1,50})[ \t]*: ?([^\r\n]*)", re.MULTILINE)
_KNOWN = frozenset(
    {
        "pollinterval",
        "offlineaddressbooks",
        "requiressl",
        "basicauthentication",
        "windowsauthentication",
        "oauthauthentication",
        "metabasepath",
        "extendedprotectiontokenchecking",
        "extendedprotectionflags",
        "extendedprotectionspnlist",
        "admindisplayversion",
        "server",
        "internalurl",
        "internalauthenticationmethods",
        "externalurl",
        "externalauthenticationmethods",
        "admindisplayname",
        "exchangeversion",
        "distinguishedname",
        "identity",
        "guid",
        "objectcategory",
        "objectclass",
        "whenchanged",
        "whencreated",
        "whenchangedutc",
        "whencreatedutc",
        "organizationid",
        "originatingserver",
        "isvalid",
    }
)
_FEWEST = 6
_ADDRESS = "ExternalUrl"
DUMPED = _ADDRESS.lower().encode("ascii")
"""The name of a property, in lower case, that each dump has."""
_TIMES = ("%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S")


class Property(NamedTuple):
    """One property: its value and the range of that value in the text."""

    value: str
    start: int
    end: int


class VirtualDirectoryDump(NamedTuple):
    """A dump: its properties by lower-case name."""

    properties: Mapping[str, Property]

    def value(self, name: str) -> str | None:
        """Return a property's text, or ``None`` if it is missing or empty."""
        found = self.properties.get(name)
        return found.value.strip() or None if found is not None else None

    def name_at(self, starts: Iterable[int]) -> str | None:
        """Return the first property whose value contains one of these offsets, at which page code starts."""
        places = list(starts)
        holding = (n for n, p in self.properties.items() if any(p.start <= place < p.end for place in places))
        return next(holding, None)

    @property
    def changed_utc(self) -> str | None:
        """The time of the last change, in ISO 8601 if its format is known, else unchanged.

        ``WhenChangedUTC`` is UTC by name; the order of day and month follows the server's language; the American
        order is tried first.
        """
        text = self.value("whenchangedutc")
        for form in _TIMES if text is not None else ():
            try:
                return datetime.strptime(str(text), form).replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
            except ValueError:
                continue
        return text


def find_dump(text: str) -> VirtualDirectoryDump | None:
    """Return the dump in a text, if it has at least six of the properties, including the external address."""
    if _ADDRESS not in text:
        return None
    found: dict[str, Property] = {}
    for match in _LINE.finditer(text):
        name = match[1].lower()
        if name in _KNOWN and name not in found:
            found[name] = Property(match[2], match.start(2), match.end(2))
    return VirtualDirectoryDump(found) if len(found) >= _FEWEST and "externalurl" in found else None
