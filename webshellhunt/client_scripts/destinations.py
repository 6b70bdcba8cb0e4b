"""The destinations of addresses in client code, evaluated from constants."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from webshellhunt.analysis.constants import Constant
from webshellhunt.client_scripts.channels import Destination
from webshellhunt.client_scripts.passwords import Passwords
from webshellhunt.client_scripts.scopes import Key, Scopes
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import iter_constants
from webshellhunt.lang.tokens import NAME, STRING
from webshellhunt.lazy_pattern import lazy_pattern

_UNKNOWN, _OWN = "\0", "\1"
_OWN_NAMES = frozenset({"host", "hostname", "origin", "protocol", "href", "pathname"})
_FOREIGN = lazy_pattern(r"\s*+(?:(?:https?|wss?|ftp):)?[/\\]{2}([^/\\?#\s\"'<>]*+)", re.IGNORECASE)
_UNKNOWN_HOST = lazy_pattern(r"\s*+(?:https?|wss?|ftp):[/\\]{2}", re.IGNORECASE)
_SENT_AS_IT_IS = lazy_pattern(
    r"[^?#]*\.(?:png|gif|jpe?g|ico|bmp|svg|webp|css|js|txt|log|dat|tmp|map|woff2?|ttf|eot)\s*+(?:[?#].*)?", re.I | re.S
)
_LOCAL = lazy_pattern(r"(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?::\d+)?", re.IGNORECASE)
MAX_LOOKED_UP = 4
MAX_CHARACTERS = 4096


class Address(NamedTuple):
    """An address: its kind, and the constant part of its host or path."""

    destination: Destination
    shown: str


class Addresses:
    """The evaluation of addresses in a unit from constants and assigned variables."""

    def __init__(self, calls: Calls, scopes: Scopes, passwords: Passwords) -> None:
        self._unit, self._calls, self._scopes = scopes.unit, calls, scopes
        self._passwords = passwords
        self._known: dict[Key, str] = {}

    @cached_property
    def _constants(self) -> dict[int, Constant]:
        return {constant.start: constant for constant in iter_constants(self._unit.tokens)}

    @cached_property
    def _assigned(self) -> dict[Key, list[tuple[int, int]]]:
        ranges = defaultdict[Key, list[tuple[int, int]]](list)
        for key, left, right in self._passwords.edges:
            ranges[key].append((left, right))
        return ranges

    def read(self, left: int, right: int) -> Address:
        """Return the address in a range of tokens."""
        return judge_address(self._text(left, right, 0)[:MAX_CHARACTERS])

    def _text(self, left: int, right: int, depth: int) -> str:
        """Return the text of an expression, with marks for its unknown parts."""
        parts: list[str] = []
        kinds, index, size = self._unit.tokens.kinds, left, 0
        while index < right and size < MAX_CHARACTERS and self._scopes.left > 0:
            self._scopes.left -= 1
            constant = self._constants.get(index)
            if constant is not None and constant.end <= right:
                parts.append(constant.value)
                index = constant.end
            elif kinds[index] == STRING:
                parts.append(self._unit.value(index))
                index += 1
            elif kinds[index] == NAME:
                text, index = self._name(index, depth)
                parts.append(text)
            else:
                index += 1
            size += len(parts[-1]) if parts else 0
        return "".join(parts)

    def _name(self, index: int, depth: int) -> tuple[str, int]:
        """Return the text of a name, and the index after it; a call's arguments belong to the name."""
        dotted = self._calls.name(index)
        unit = self._unit
        if unit.value(index) in ("new", "await") or unit.is_op(index + 1, ":"):
            return "", index + 1
        if dotted.names[-1] in _OWN_NAMES and "location" in dotted.names:
            return _OWN, dotted.last + 1
        if len(dotted.names) == 1 and unit.is_op(index + 1, "("):
            return "", index + 1
        if len(dotted.names) == 1 and depth < MAX_LOOKED_UP:
            text = self._variable(self._scopes.key(unit.value(index), index), depth)
            if text.strip(_UNKNOWN):
                return text, index + 1
        closer = dotted.last + 1
        while unit.match.get(closer, -1) > closer:
            closer = unit.match[closer] + 1
        return _UNKNOWN, closer

    def _variable(self, key: Key, depth: int) -> str:
        """Return the text assigned to a variable; cached."""
        if key not in self._known:
            self._known[key] = ""  # for a variable assigned to itself
            texts = (self._text(left, right, depth + 1) for left, right in self._assigned.get(key, ())[:MAX_LOOKED_UP])
            self._known[key] = next((text for text in texts if text.strip(_UNKNOWN)), "")
        return self._known[key]


def judge_address(text: str) -> Address:
    """Classify an address in which NUL marks unknown parts and U+0001 the page's own host."""
    named = _FOREIGN.match(text)
    host = "" if named is None or _OWN in named[1] or _LOCAL.fullmatch(named[1]) else named[1]
    if host.strip(_UNKNOWN) or (host and _UNKNOWN_HOST.match(text)):
        return Address(Destination.FOREIGN, host.replace(_UNKNOWN, "…")[:120])
    if (named is None or _OWN in text) and _SENT_AS_IT_IS.fullmatch(text):
        path = text.replace(_UNKNOWN, "…").replace(_OWN, "")
        return Address(Destination.SENT, re.split(r"[?#]", path)[0].strip()[:120])
    return Address(Destination.OWN, text.replace(_UNKNOWN, "…").replace(_OWN, "").strip()[:120])
