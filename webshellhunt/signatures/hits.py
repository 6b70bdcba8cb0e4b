"""The input and output types of YARA engines, the same for both engines."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

MetaValue = str | int | float | bool


class RuleText(NamedTuple):
    """The text of a rule file; its namespace separates its rule names from those of other files."""

    namespace: str
    path: str
    text: str


class RuleHead(NamedTuple):
    """The name and metadata of a compiled rule, available without a scan."""

    name: str
    tags: tuple[str, ...] = ()
    meta: Mapping[str, MetaValue] = MappingProxyType({})


class SignatureHit(NamedTuple):
    """A matching rule and the offsets of its strings.

    ``strings`` contains ``(identifier, offset, length)``, 0-based bytes of the scanned data, sorted by identifier and
    offset; it is empty for a rule whose condition uses no string.
    """

    namespace: str
    rule: str
    tags: tuple[str, ...] = ()
    meta: Mapping[str, MetaValue] = MappingProxyType({})
    strings: tuple[tuple[str, int, int], ...] = ()


class Externals(NamedTuple):
    r"""The external variables that public rule sets may use, as Loki and THOR define them.

    ``filename`` is the base name, ``filepath`` the *directory* without its last separator, ``extension`` the last
    suffix in lower case with its dot; ``filetype`` and ``owner`` are empty, as webshellhunt determines neither.
    Values are UTF-8 safe: undecodable bytes and NUL in a name are written ``\xNN``.

    Source: Loki's scan_path (filename, the directory as filepath, a lower-case extension).
    """

    filename: str = ""
    filepath: str = ""
    extension: str = ""
    filetype: str = ""
    owner: str = ""

    @classmethod
    def of(cls, path: str) -> Externals:
        """Return the variables for a file, its path separated by ``/`` or by backslashes."""
        cut = max(path.rfind("/"), path.rfind("\\"))
        name, directory = _utf8_safe(path[cut + 1 :]), _utf8_safe(path[: max(cut, 0)])
        stem, dot, suffix = name.rpartition(".")
        return cls(name, directory, (dot + suffix).lower() if stem else "")

    def values(self) -> dict[str, str]:
        """Return the variables by name."""
        return {
            "filename": self.filename,
            "filepath": self.filepath,
            "extension": self.extension,
            "filetype": self.filetype,
            "owner": self.owner,
        }


def _utf8_safe(text: str) -> str:
    if text.isascii() and "\0" not in text:
        return text
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a surrogate pair, which NTFS allows in a name
        raw = text.encode("utf-8", "surrogatepass")
    return raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
