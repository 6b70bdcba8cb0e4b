"""Decoded names: look-ups by reflection whose name is decoded at run time."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from webshellhunt.code.tokens import STRING
from webshellhunt.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from webshellhunt.code.flow import FlowAnalysis

_LOOKING_UP = frozenset(
    {"gettype", "getmethod", "invokemember", "gettypefromprogid", "gettypefromclsid", "getconstructor"}
)
_DECODING = frozenset({"frombase64string", "transformfinalblock", "createdecryptor", "fromhexstring"})
_NAME = lazy_pattern(
    r"[A-Za-z_][A-Za-z0-9_]{0,40}(?:[.`+][A-Za-z0-9_]{1,60}){0,8}(?:\s*,.*)?|[\s\w./\\:~-]*\.\w{1,8}|\W*"
)
_VOWELS = frozenset("aeiouyAEIOUY")
_SHORTEST = 6
_MOST = 40


def find_decoded_names(analysis: FlowAnalysis) -> tuple[int, ...]:
    """Return the tokens of the look-ups of types, members and objects whose name the unit decodes."""
    calls = analysis.calls
    if _LOOKING_UP.isdisjoint(calls.words):
        return ()
    found = []
    for _, dotted in islice(calls.find(_LOOKING_UP), _MOST):
        for token in dotted.tokens:
            closer = analysis.unit.match.get(token + 1, -1)
            if calls.lower[token] in _LOOKING_UP and closer > token + 2 and _decodes(analysis, token, closer):
                found.append(token)
    return tuple(found)


def _decodes(analysis: FlowAnalysis, token: int, closer: int) -> bool:
    """True if the first argument of a call is decoded, in place or in what its variables are given."""
    ranges = [next(iter(analysis.calls.split(token + 2, closer)))]
    ranges += analysis.given_texts.ranges_of(*ranges[0])
    return any(_decodes_in(analysis, *each) for each in ranges)


def _decodes_in(analysis: FlowAnalysis, start: int, end: int) -> bool:
    """True if a range calls a decoder, or a function of the unit with a literal that is no name."""
    unit, lower = analysis.unit, analysis.calls.lower
    if not _DECODING.isdisjoint(lower[start:end]):
        return True
    own = {function.name for function in unit.functions}
    for index in range(start, end - 2):
        literal = index + 2 < end and unit.tokens.kinds[index + 2] == STRING and unit.is_op(index + 1, "(")
        if literal and unit.value(index) in own and _is_encoded(unit.value(index + 2)):
            return True
    return False


def _is_encoded(text: str) -> bool:
    """True if a text is neither a name, nor a path, nor words."""
    if len(text) < _SHORTEST:
        return False
    if _NAME.fullmatch(text) is None:
        return " " not in text
    return "." not in text and sum(c.isdigit() for c in text) >= 2 and _VOWELS.isdisjoint(text[1:4])
