"""Signatures of view state, checked with machine keys.

Two ways exist. *Legacy* (.NET 2.0 to 4.0, and later in its compatibility mode): a digest over the value and a modifier,
which is the generator of the page and the key of the user, if the page has one; an encrypted value is signed without
modifier. *Derived* (.NET 4.5): the value is always encrypted, with keys that are derived from the machine key, for the
page. Each hash is of the standard library; only decryption needs an extra.

Source: ``MachineKeySection``, ``ObjectStateFormatter``, ``NetFXCryptoService`` and ``SP800_108`` of the reference
source of .NET Framework; NIST SP 800-108, section 5.1.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.decoding.view_state.page_identity import PageIdentity, text_hash
from webshellhunt.decoding.view_state.structure import DIGEST_SIZES, Protection, ViewState

MOST_BYTES: Final = 2_000_000_000
"""The most bytes that are hashed for all view states of a host."""

PURPOSE: Final = "WebForms.HiddenFieldPageStatePersister.ClientState"
_TRIAL: Final = 512
"""The cost of a trial beyond its bytes, in bytes."""

_HASHES: Final = {"SHA1": "sha1", "HMACSHA256": "sha256", "HMACSHA384": "sha384", "HMACSHA512": "sha512"}
_ISOLATED: Final = 4


class MachineKey(NamedTuple):
    """The keys of an application, and the place where they are known from, in words.

    ``is_public`` is true if anyone can know them, ``of_host`` if they are from a configuration of the host.
    ``isolated`` is true if ASP.NET changes them for each application.
    """

    validation: bytes
    decryption: bytes = b""
    origin: str = ""
    is_public: bool = False
    isolated: bool = False
    of_host: bool = False


class Sent(NamedTuple):
    """The values that were sent with a view state or follow from its address: the candidates of a modifier."""

    generators: tuple[str, ...] = ()
    pages: tuple[PageIdentity, ...] = ()
    user_keys: tuple[str, ...] = ()


class Signature(NamedTuple):
    """A signature that is right: the key, the algorithm, and the signed value.

    ``page`` is the page for which a key was derived; ``None`` in the legacy way. ``generator`` is the generator in the
    modifier of the legacy way, if there is one.
    """

    key: MachineKey
    algorithm: str
    derived: bool = False
    encrypted: bool = False
    page: PageIdentity | None = None
    generator: str | None = None
    user_key: str | None = None


@dataclass
class Budget:
    """The work that is left for all view states of a host; ``is_spent`` is true after something was left out."""

    left_bytes: int = MOST_BYTES
    is_spent: bool = field(default=False, init=False)

    def take(self, size: int) -> bool:
        """Return True if there is work left for a trial over some bytes."""
        self.left_bytes -= size + _TRIAL
        self.is_spent = self.is_spent or self.left_bytes < 0
        return not self.is_spent


def find_signature(
    state: ViewState, keys: Iterable[MachineKey], sent: Sent, budget: Budget | None = None
) -> Signature | None:
    """Return the first signature that is right for one of the keys, or ``None``."""
    budget = Budget() if budget is None else budget
    encrypted = state.protection is Protection.ENCRYPTED
    algorithms = state.algorithms or tuple(DIGEST_SIZES)
    for key in keys:
        for each in _variants(key, sent.pages):
            found = _legacy(state.data, each, algorithms, sent, budget, encrypted=encrypted)
            if found is None and encrypted:
                found = _derived(state.data, each, sent, budget)
            if found is not None:
                return found._replace(key=key)
        if budget.is_spent:
            break
    return None


def _variants(key: MachineKey, pages: Sequence[PageIdentity]) -> Iterator[MachineKey]:
    """Yield a key, and, if it is isolated, the key of each application that the page may be in."""
    if key.validation:
        yield key
    if key.isolated and len(key.validation) > _ISOLATED:
        for application in dict.fromkeys(each for page in pages for each in _applications(page)):
            hashed = text_hash(application)
            if hashed is not None:
                changed = hashed.to_bytes(_ISOLATED, "little")
                yield key._replace(
                    validation=changed + key.validation[_ISOLATED:], decryption=changed + key.decryption[_ISOLATED:]
                )


def _applications(page: PageIdentity) -> Iterator[str]:
    folders = page.directory.strip("/").split("/")
    yield "/"
    yield from ("/" + "/".join(folders[: at + 1]) for at, name in enumerate(folders) if name)


def _legacy(
    data: bytes, key: MachineKey, algorithms: Sequence[str], sent: Sent, budget: Budget, *, encrypted: bool
) -> Signature | None:
    modifiers = [(None, None)] if encrypted else list(_modifiers(sent))
    for algorithm in algorithms:
        size = DIGEST_SIZES[algorithm]
        if len(data) <= size:
            continue
        value, tail = data[:-size], data[-size:]
        for generator, user_key in modifiers:
            if not budget.take(len(data)):
                return None
            modifier = (
                b"" if generator is None else bytes.fromhex(generator)[::-1] + (user_key or "").encode("utf-16-le")
            )
            if hmac.compare_digest(_digest(algorithm, key.validation, value, modifier), tail):
                return Signature(key, algorithm, encrypted=encrypted, generator=generator, user_key=user_key)
    return None


def _modifiers(sent: Sent) -> Iterator[tuple[str | None, str | None]]:
    """Yield the generator and the key of the user of each modifier, the likeliest first."""
    computed = (page.generator for page in sent.pages)
    for generator in dict.fromkeys((*sent.generators, *(each for each in computed if each))):
        yield generator, None
        yield from ((generator, each) for each in sent.user_keys)
    yield None, None


def _digest(algorithm: str, key: bytes, value: bytes, modifier: bytes) -> bytes:
    """Return the digest of the legacy way.

    MD5 is no HMAC: the key follows the value in a buffer that has room for the modifier too, which the key overwrites.
    """
    if algorithm == "MD5":
        room = bytearray(len(modifier) + len(key))
        room[: len(modifier)] = modifier
        room[: len(key)] = key
        return hashlib.md5(value + room, usedforsecurity=False).digest()
    return hmac.digest(key, value + modifier, _HASHES[algorithm])


def _derived(data: bytes, key: MachineKey, sent: Sent, budget: Budget) -> Signature | None:
    for page in dict.fromkeys(sent.pages):
        for user_key in (None, *sent.user_keys):
            derived = derived_key(key.validation, page, user_key)
            for algorithm, name in _HASHES.items():
                size = DIGEST_SIZES[algorithm]
                if len(data) <= size or not budget.take(len(data)):
                    continue
                if hmac.compare_digest(hmac.digest(derived, data[:-size], name), data[-size:]):
                    return Signature(key, algorithm, derived=True, encrypted=True, page=page, user_key=user_key)
    return None


@lru_cache(maxsize=4096)
def derived_key(key: bytes, page: PageIdentity, user_key: str | None = None) -> bytes:
    """Return the key that .NET 4.5 derives from a machine key for the view state of a page; it has the same length."""
    purposes = [*page.purposes, *(() if user_key is None else (f"ViewStateUserKey: {user_key}",))]
    context = b"".join(_with_length(each.encode()) for each in purposes)
    fixed = PURPOSE.encode() + b"\0" + context + (8 * len(key)).to_bytes(4, "big")
    blocks = -(-len(key) // hashlib.sha512().digest_size)
    parts = (hmac.digest(key, at.to_bytes(4, "big") + fixed, "sha512") for at in range(1, blocks + 1))
    return b"".join(parts)[: len(key)]


def _with_length(text: bytes) -> bytes:
    """Return a text with its length before it, as ``BinaryWriter`` writes it."""
    size, written = len(text), bytearray()
    while size >= 0x80:
        written.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes((*written, size)) + text
