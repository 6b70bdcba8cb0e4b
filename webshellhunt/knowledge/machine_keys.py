"""Public machine keys: an attacker who has the key of a server runs code there with a forged view state.

The list contains the first 48 bits of the SHA-256 of each key's upper-case hexadecimal text, one per line. A random key
matches one of the 7,373 by chance on one in 38,000 million servers. A signature can't be checked with a digest: the
keys themselves are shipped only for products in which every server had the same ones (see design note 0018).
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from webshellhunt.decoding.view_state.signing import MachineKey
from webshellhunt.knowledge.tables import data_file, read_list, read_table
from webshellhunt.lazy_pattern import lazy_pattern

_DIGITS = 12
_HEX = lazy_pattern(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{16,512}(?![0-9A-Za-z])")
_SHA256_DIGITS = 64
_LONGEST_KEY = 512
_MOST_KEYS = 20_000
_LINE_OF_KEYS = lazy_pattern(r"([0-9A-Fa-f]{16,512})(?:[^0-9A-Za-z]{1,8}([0-9A-Fa-f]{16,128}))?(?![0-9A-Za-z])")
_ISOLATE = "isolateapps"

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


@lru_cache(maxsize=1)
def product_keys() -> tuple[MachineKey, ...]:
    """Load the keys of products in which every server had the same ones."""
    rows = read_table(data_file("product_machine_keys.tsv")).rows
    return tuple(
        MachineKey(bytes.fromhex(validation), bytes.fromhex(decryption), f"the key of {product} ({source})", True)
        for product, validation, decryption, source in rows
    )


@lru_cache(maxsize=1)
def digests_of_products() -> Mapping[str, str]:
    """Return the digest prefixes of the keys of products, with their origin in words."""
    pairs = ((part, key.origin) for key in product_keys() for part in (key.validation, key.decryption))
    return {key_digest(part.hex()): origin for part, origin in pairs}


def read_key_pairs(text: str, origin: str) -> tuple[MachineKey, ...]:
    """Return the keys in a user's list: on each line a validation key, and after it perhaps the decryption key.

    A list of digests looks the same. A digest signs nothing, so that it only costs time.
    """
    pairs = (_LINE_OF_KEYS.search(line) for line in text.splitlines()[:_MOST_KEYS])
    keys = (machine_key(found[1], found[2] or "", origin, is_public=True) for found in pairs if found is not None)
    return tuple(dict.fromkeys(key for key in keys if key is not None))


def machine_key(validation: str, decryption: str, origin: str, *, is_public: bool | None = None) -> MachineKey | None:
    """Return the key of a ``machineKey`` element, or ``None`` if it has no validation key in hexadecimal.

    Args:
        validation: The attribute ``validationKey``, perhaps with ``,IsolateApps``.
        decryption: The attribute ``decryptionKey``.
        origin: The place of the element, in words.
        is_public: Whether anyone can know the key; ``None`` to look it up in the published list.
    """
    digits = validation.partition(",")[0].strip()
    signing = _bytes_of(digits)
    if not signing:
        return None
    if is_public is None:
        is_public = key_digest(digits) in published_keys() or signing in {key.validation for key in product_keys()}
    isolated = _ISOLATE in validation.lower()
    return MachineKey(signing, _bytes_of(decryption.partition(",")[0].strip()), origin, is_public, isolated)


def fingerprint(key: MachineKey) -> str:
    """Return the digest prefix of a validation key, for a report."""
    return key_digest(key.validation.hex())


def _bytes_of(digits: str) -> bytes:
    valid = len(digits) % 2 == 0 and len(digits) <= _LONGEST_KEY and _HEX.fullmatch(digits) is not None
    return bytes.fromhex(digits) if valid else b""
