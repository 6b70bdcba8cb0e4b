"""The structure of a view state: its protection, and its contents where they are readable.

==========  ===========================================================================================
Protection  The bytes
==========  ===========================================================================================
none        the mark, one value, and nothing after it
signed      the mark, one value, and after it as many bytes as a digest has
encrypted   no mark, whole blocks of a cipher and perhaps a digest, and nothing that is readable
unknown     anything else: cut off, damaged, followed by something else, or of another format
==========  ===========================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from webshellhunt.decoding.view_state.contents import Contents, objects_in, read_contents
from webshellhunt.decoding.view_state.records import HEADER
from webshellhunt.decoding.view_state.tokens import MARK, walk_tokens

DIGEST_SIZES: Mapping[str, int] = {
    "MD5": 16, "SHA1": 20, "HMACSHA256": 32, "HMACSHA384": 48, "HMACSHA512": 64,
}  # fmt: skip
"""The bytes of a signature by the name of its algorithm in ``machineKey``; 3DES and AES there sign with SHA1."""

LARGEST_BYTES: Final = 4 * 1024 * 1024
_BLOCK: Final = 8
_LEAST_ENCRYPTED: Final = 32
_LOOKED_AT: Final = 4096
_OLD_MARKS = (b"t<", b"l<", b"p<", b"o<", b"d<")


class Protection(StrEnum):
    """The protection of a view state, by its bytes alone."""

    NONE = "none"
    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    UNKNOWN = "unknown"


class ViewState(NamedTuple):
    """A view state: its bytes, its protection, the algorithms that have a signature of its length, and its contents.

    ``end`` is the offset after the value, ``None`` if it is not known. ``format`` is the format in words.
    """

    data: bytes
    protection: Protection
    format: str
    end: int | None = None
    algorithms: tuple[str, ...] = ()
    contents: Contents = Contents()

    @property
    def has_object(self) -> bool:
        """Return True if it has an object of ``BinaryFormatter``, which ASP.NET deserialises."""
        return bool(self.contents.objects)


def read_view_state(data: bytes) -> ViewState:
    """Read the structure of a view state."""
    data = data[:LARGEST_BYTES]
    if data.startswith(MARK):
        return _read_plain(data)
    if data.startswith(HEADER):
        return ViewState(data, Protection.UNKNOWN, "BinaryFormatter", contents=read_contents(data))
    if data.startswith(_OLD_MARKS):
        return ViewState(data, Protection.UNKNOWN, "LosFormatter of ASP.NET 1.x")
    if _is_encrypted(data):
        return ViewState(data, Protection.ENCRYPTED, "encrypted")
    return ViewState(data, Protection.UNKNOWN, "not a view state")


def _read_plain(data: bytes) -> ViewState:
    walk = walk_tokens(data)
    contents = read_contents(*objects_in(data, walk.objects))
    if walk.end is None and not walk.objects:
        contents = read_contents(_cut_off_object(data))
    classes = tuple(dict.fromkeys((*walk.types, *contents.classes)))
    contents = contents._replace(classes=classes, whole=contents.whole and walk.end is not None)
    after = len(data) - len(data[: walk.end])
    algorithms = tuple(name for name, size in DIGEST_SIZES.items() if size == after)
    protection = Protection.SIGNED if algorithms else Protection.UNKNOWN
    if walk.end is None:
        protection, algorithms = Protection.UNKNOWN, ()
    elif after == 0:
        protection = Protection.NONE
    return ViewState(data, protection, "ObjectStateFormatter", walk.end, algorithms, contents)


def _cut_off_object(data: bytes) -> bytes:
    """Return the object of a view state of which a log kept only the beginning; empty if there is none."""
    at = data.find(HEADER + b"\xff\xff\xff\xff")
    return data[at:] if at >= 0 else b""


def _is_encrypted(data: bytes) -> bool:
    """Return True if the length fits blocks and a digest, and the bytes are spread as those of a cipher."""
    if len(data) < _LEAST_ENCRYPTED:
        return False
    sizes = (0, *DIGEST_SIZES.values())
    if not any((len(data) - size) % _BLOCK == 0 and len(data) - size >= 2 * _BLOCK for size in sizes):
        return False
    looked = data[:_LOOKED_AT]
    expected = 256 * (1 - (255 / 256) ** len(looked))
    return len(set(looked)) >= 0.8 * expected
