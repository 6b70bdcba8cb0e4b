"""Released: public libraries for browsers as their authors released them, known by digests.

No text of the data is kept, only the beginning of the digest of each file and of each longer statement of a file.
`tools/library_digests.py` makes the data from packages.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from webshellhunt.lang.columns import Tokens
from webshellhunt.lazy_pattern import lazy_pattern

MAGIC: Final = b"webshellhunt libraries 1\n"
DIGEST_BYTES: Final = 10
"""Bytes of a digest: enough that nobody makes a script which has the digest of a library."""
SHORTEST_TEXT: Final = 512
"""Characters of a file below which a digest saves nothing."""
SHORTEST_STATEMENT: Final = 64
"""Tokens of a statement below which it may be anybody's."""
_DATA = Path(__file__).with_name("released.digests")
_MAPPED = lazy_pattern(r"\n//[#@] ?sourceMappingURL=\S*+\s*+\Z")
_LONGEST_MAP = 256
"""Characters from the end of a file on in which the address of its map is looked for."""
_STOPS = lazy_pattern(r"\bpreventDefault\b|\breturn\s*+\(?\s*+false\b")


def digest_of_text(text: str) -> bytes:
    """Return the digest of a file: without a byte order mark, by line feeds, and without the address of its map."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip()
    mapped = _MAPPED.search(lines, max(0, len(lines) - _LONGEST_MAP))
    return _digest(lines if mapped is None else lines[: mapped.start()].rstrip())


def digest_of_statement(tokens: Tokens, start: int, end: int) -> bytes:
    """Return the digest of a range of tokens: their kinds and values, without blanks and comments."""
    kinds = tokens.kinds[start:end].hex()
    return _digest(f"{kinds}\0{chr(0).join(tokens.values[start:end])}")


def is_released_text(text: str) -> bool:
    """Return whether a script is a released file of a library."""
    return len(text) >= SHORTEST_TEXT and _is_known(digest_of_text(text))


def is_released_statement(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether a range of tokens is a statement of a released library."""
    return end - start >= SHORTEST_STATEMENT and _is_known(digest_of_statement(tokens, start, end))


def stops_submission(text: str) -> bool:
    """Return whether a library may stop the submission of a form, by its text."""
    return _STOPS.search(text) is not None


def packed(digests: set[bytes]) -> bytes:
    """Return the content of the data file."""
    return MAGIC + b"".join(sorted(digests))


def unpacked(content: bytes) -> set[bytes]:
    """Return the digests in the content of the data file."""
    rows = content.removeprefix(MAGIC)
    return {_row(rows, number) for number in range(len(rows) // DIGEST_BYTES)}


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:DIGEST_BYTES]


def _is_known(digest: bytes) -> bool:
    rows = _rows()
    at = bisect_left(range(len(rows) // DIGEST_BYTES), digest, key=lambda row: _row(rows, row))
    return _row(rows, at) == digest


def _row(rows: bytes, number: int) -> bytes:
    return rows[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]


@lru_cache(maxsize=1)
def _rows() -> bytes:
    """Load the digests; the data file is part of the package, and few files need it."""
    return _DATA.read_bytes().removeprefix(MAGIC)
