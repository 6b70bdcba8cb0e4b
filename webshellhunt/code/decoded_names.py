"""Decoded names: look-ups by reflection whose name is decoded at run time."""

from __future__ import annotations

import base64
from itertools import islice
from typing import TYPE_CHECKING

from webshellhunt.lang.tokens import STRING
from webshellhunt.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from webshellhunt.code.flow import FlowAnalysis

_LOOKING_UP = frozenset(
    {"gettype", "getmethod", "invokemember", "gettypefromprogid", "gettypefromclsid", "getconstructor"}
)
_DECODING = frozenset({"frombase64string", "fromhexstring"})
_DECRYPTING = frozenset({"transformfinalblock", "createdecryptor", "cryptostream"})
_NAME = lazy_pattern(
    r"[A-Za-z_][A-Za-z0-9_]{0,40}(?:[.`+][A-Za-z0-9_]{1,60}){0,8}(?:\s*,.*)?|[\s\w./\\:~-]*\.\w{1,8}|\W*"
)
_VOWELS = frozenset("aeiouyAEIOUY")
_SHORTEST = 6
_MOST = 40


def find_decoded_names(analysis: FlowAnalysis) -> tuple[tuple[int, bool], ...]:
    """Return the tokens of the look-ups of types, members and objects whose name the unit decodes.

    The second value of each is true if the name is encrypted, or encoded by a function of the unit: anybody can read
    base64.
    """
    calls = analysis.calls
    if _LOOKING_UP.isdisjoint(calls.words):
        return ()
    found = []
    for _, dotted in islice(calls.find(_LOOKING_UP), _MOST):
        for token in dotted.tokens:
            closer = analysis.unit.match.get(token + 1, -1)
            how = (
                _decodes(analysis, token, closer) if calls.lower[token] in _LOOKING_UP and closer > token + 2 else None
            )
            if how is not None:
                found.append((token, how))
    return tuple(found)


def _decodes(analysis: FlowAnalysis, token: int, closer: int) -> bool | None:
    """Return how the first argument of a call is decoded, in place or in what its variables are given."""
    argument = next(iter(analysis.calls.split(token + 2, closer)))
    found = [_decodes_in(analysis, *each) for each in analysis.given_texts.ranges_of(*argument)]
    return True if True in found else False if False in found else None


def _decodes_in(analysis: FlowAnalysis, start: int, end: int) -> bool | None:
    """Return how a range decodes: true if it decrypts, or calls an own function with a literal that is no name."""
    unit, words = analysis.unit, analysis.calls.lower[start:end]
    if not _DECRYPTING.isdisjoint(words):
        return True
    found = False if not _DECODING.isdisjoint(words) else None
    own = {function.name for function in unit.functions}
    for index in range(start, end - 2):
        literal = unit.tokens.kinds[index + 2] == STRING and unit.is_op(index + 1, "(")
        if literal and unit.value(index) in own and _is_encoded(unit.value(index + 2)):
            if not _is_base64(unit.value(index + 2)):
                return True
            found = False
    return found


def _is_base64(text: str) -> bool:
    """True if a text is printable text in base64."""
    try:
        return len(text) % 4 == 0 and base64.b64decode(text, validate=True).decode("ascii").isprintable()
    except ValueError:
        return False


def _is_encoded(text: str) -> bool:
    """True if a text is neither a name, nor a path, nor words."""
    if len(text) < _SHORTEST:
        return False
    if _NAME.fullmatch(text) is None:
        return " " not in text
    return "." not in text and sum(c.isdigit() for c in text) >= 2 and _VOWELS.isdisjoint(text[1:4])
