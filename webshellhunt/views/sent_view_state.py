"""The view state of a request or an event, with structure, signature and chains: the view of the rules about it."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from webshellhunt.binaries.dotnet import read_assembly
from webshellhunt.decoding.view_state.signing import Signature
from webshellhunt.decoding.view_state.structure import Protection, ViewState
from webshellhunt.errors import BinaryError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, FactValue, Span
from webshellhunt.model.times import second_in_utc
from webshellhunt.model.traffic import LogKind

if TYPE_CHECKING:
    from webshellhunt.logs.payloads import Payload

REACHED: Final = frozenset({200, 500})
"""Answers that a page gives after it read its view state; 500 is the usual one after an object of another type."""

_MOST_SHOWN: Final = 4
_LONGEST_SHOWN: Final = 200
_PROGRAMS = frozenset({"cmd", "cmd.exe", "powershell", "powershell.exe"})
_IN_MARKUP = lazy_pattern(r"""(?:FileName|Arguments)="([^"]{1,2000})"|<(?:\w+:)?String(?:\s[^>]*)?>([^<]{1,2000})</""")
_NAME_OF_CODE = lazy_pattern(
    r"(?:System|Microsoft|mscorlib)\b|.*(?:, ?Culture=|PublicKeyToken)|[\w.]+ \w+\(|[\w.+`\[\]]+$"
)


class Program(NamedTuple):
    """A program inside a view state: its digest, its size, and the name of the assembly, if it is one."""

    sha256: str
    size_bytes: int
    assembly: str | None = None

    @classmethod
    def of(cls, data: bytes) -> Program:
        """Return the program in some bytes; its metadata is read, and nothing is loaded."""
        try:
            name = read_assembly(data).name or None
        except BinaryError:
            name = None
        return cls(hashlib.sha256(data).hexdigest(), len(data), name)


class SentViewState(NamedTuple):
    """A view state that was sent.

    ``state`` is decrypted if the key is at hand. ``chains`` are the names of gadget chains, the outermost first.
    ``page`` is the page that the generator names. ``fingerprint`` is the digest prefix of the key of the signature.
    ``note`` is the obstacle to reading it, in words.
    """

    payload: Payload
    state: ViewState
    chains: tuple[str, ...] = ()
    signature: Signature | None = None
    fingerprint: str | None = None
    page: str | None = None
    programs: tuple[Program, ...] = ()
    note: str = ""

    @property
    def was_reached(self) -> bool:
        """Return True if the page may have read it: by the status of an answer, or by an event of the page."""
        return self.payload.kind is LogKind.EVENTS or bool(REACHED & self.payload.statuses.keys())

    @property
    def was_refused(self) -> bool:
        """Return True if ASP.NET found the signature wrong, according to an event."""
        return self.payload.mac_passed is False

    @property
    def is_forged(self) -> bool:
        """Return True if a gadget chain has a right signature, and no answer says that the page did not read it."""
        if not self.chains or self.was_refused:
            return False
        return self.payload.mac_passed is True or (self.signature is not None and self.was_reached)

    @property
    def is_proof(self) -> bool:
        """Return True if it is forged, and the server is known to accept the signature."""
        of_host = self.signature is not None and self.signature.key.of_host
        return self.is_forged and (self.payload.mac_passed is True or of_host)

    @property
    def is_read(self) -> bool:
        """Return True if its value is readable from the beginning to the end."""
        return self.state.end is not None

    @property
    def is_encrypted(self) -> bool:
        """Return True if it was sent encrypted."""
        return self.state.protection is Protection.ENCRYPTED

    @property
    def target(self) -> str:
        """Return the page it was for, in words."""
        return self.page or self.payload.address or "an unknown page"

    @property
    def sender(self) -> str:
        """Return the clients that sent it, in words after its target; empty if they are not known."""
        first, *others = self.payload.clients or ("",)
        if not first:
            return ""
        return f" from {first} and {len(others)} more" if others else f" from {first}"

    @property
    def evidence(self) -> Evidence:
        """Return the line of the log, or the record, with the first request."""
        return Evidence(self.payload.log, "log", Span(0, 0), max(self.payload.line, 1), 1, "")

    @property
    def facts(self) -> dict[str, FactValue]:
        """Return the facts about it by name; of a key only the fingerprint."""
        payload, signature = self.payload, self.signature
        return {
            "address": payload.address or None,
            "page": self.page,
            "generator": next(iter(payload.generators), None),
            "protection": self.state.protection.value,
            "gadget_chain": " > ".join(self.chains) or None,
            "key_fingerprint": self.fingerprint,
            "key_from": None if signature is None else signature.key.origin,
            "signed_with": None if signature is None else signature.algorithm,
            "keys_derived": None if signature is None else signature.derived,
            "assemblies": tuple(each.assembly for each in self.programs if each.assembly) or None,
            "programs_sha256": tuple(each.sha256 for each in self.programs) or None,
            "texts": shown_texts(self.state.contents.texts) or None,
            "requests": payload.requests,
            "statuses": tuple(f"{status}: {count}" for status, count in sorted(payload.statuses.items())) or None,
            "clients": tuple(payload.clients) or None,
            "first_seen": second_in_utc(payload.first_utc),
            "last_seen": second_in_utc(payload.last_utc),
            "size_chars": payload.size_chars,
        }


def shown_texts(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the likely commands: strings and arguments in markup, and other texts that are no names of classes."""
    chosen: dict[str, None] = {}
    for text in (each.strip() for each in texts):
        marked = _values_in(text) or _values_in(html.unescape(text))
        if marked:
            chosen |= dict.fromkeys(marked)
        elif text and not text.startswith("<") and (text.lower() in _PROGRAMS or _NAME_OF_CODE.match(text) is None):
            chosen[text] = None
    return tuple(html.unescape(text)[:_LONGEST_SHOWN] for text in list(chosen)[:_MOST_SHOWN])


def _values_in(text: str) -> list[str]:
    """Return the strings and arguments in markup."""
    return [value for found in _IN_MARKUP.finditer(text) for value in found.groups() if value]
