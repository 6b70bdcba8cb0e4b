"""Machine keys that are public: whoever knows one of a server runs code there by a forged view state.

Kept are the first 48 bits of the SHA-256 of each key's upper-case hexadecimal text, one a line. A random key has one
of the 7,373 by chance once in 38,000 million servers.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from webshellhunt.knowledge.tables import data_file, read_list
from webshellhunt.lazy_pattern import late_pattern

_DIGITS = 12
_HEX = late_pattern(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{16,512}(?![0-9A-Za-z])")
_SHA256_DIGITS = 64

EXCHANGE_KEYS = frozenset({"6d60845874ad", "679909a33443"})
"""The one pair that every Exchange had until February 2020 (CVE-2020-0688)."""


@lru_cache(maxsize=1)
def published_keys() -> frozenset[str]:
    """Load the shipped list of beginnings of digests."""
    return frozenset(read_list(data_file("published_machine_keys.txt")))


def key_digest(key: str) -> str:
    """Return what stands for a key in the list."""
    return hashlib.sha256(key.upper().encode()).hexdigest()[:_DIGITS]


def read_key_list(text: str) -> frozenset[str]:
    """Return the digests of a user's list: keys in hexadecimal, whatever stands between them, or SHA-256 of such."""
    found: set[str] = set()
    for match in _HEX.finditer(text):
        found.add(key_digest(match[0]))
        if len(match[0]) == _SHA256_DIGITS:
            found.add(match[0][:_DIGITS].lower())
    return frozenset(found)
