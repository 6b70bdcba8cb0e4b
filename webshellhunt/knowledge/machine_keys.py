"""Public machine keys: an attacker who has the key of a server runs code there with a forged view state.

The list contains the first 48 bits of the SHA-256 of each key's upper-case hexadecimal text, one per line. A random key
matches one of the 7,373 by chance on one in 38,000 million servers.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from webshellhunt.knowledge.tables import data_file, read_list
from webshellhunt.lazy_pattern import lazy_pattern

_DIGITS = 12
_HEX = lazy_pattern(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{16,512}(?![0-9A-Za-z])")
_SHA256_DIGITS = 64

EXCHANGE_KEYS = frozenset({"6d60845874ad", "679909a33443"})
"""The default pair of every Exchange server until February 2020 (CVE-2020-0688)."""


@lru_cache(maxsize=1)
def published_keys() -> frozenset[str]:
    """Load the shipped list of digest prefixes."""
    return frozenset(read_list(data_file("published_machine_keys.txt")))


def key_digest(key: str) -> str:
    """Return the digest prefix of a key, as in the list."""
    return hashlib.sha256(key.upper().encode()).hexdigest()[:_DIGITS]


def read_key_list(text: str) -> frozenset[str]:
    """Return the digest prefixes of a user's list of hexadecimal keys or of their SHA-256, with any separators."""
    found: set[str] = set()
    for match in _HEX.finditer(text):
        found.add(key_digest(match[0]))
        if len(match[0]) == _SHA256_DIGITS:
            found.add(match[0][:_DIGITS].lower())
    return frozenset(found)
