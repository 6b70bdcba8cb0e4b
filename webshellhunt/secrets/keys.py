"""Machine keys, which sign and encrypt a server's data for its visitors; with them an attacker can run code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.secrets.surroundings import GLUE, MARK, SecretRange, Surroundings

_NAME = lazy_pattern(r"(?:validation|decryption)[ _-]?key", re.IGNORECASE)
_ASSIGNED = lazy_pattern(rf"(?:{MARK})?+\s*+[=:]\s*+(?:{MARK})?+\s*+", re.IGNORECASE)
_BETWEEN: Final = rf"(?:\s++|&#x?[0-9a-f]{{1,4}};|\\+\r?\n|(?:\\+[rn])++|{GLUE})"
_BETWEENS = lazy_pattern(_BETWEEN, re.IGNORECASE)
_BEGIN: Final = r"(?:(?<=\\u002[27])|(?<=%2[27])|(?<![0-9a-z%]))"
_FIRST = lazy_pattern(rf"{_BEGIN}[0-9a-f]{{4}}", re.IGNORECASE)
_DIGITS = lazy_pattern(rf"[0-9a-f]++(?:{_BETWEEN}[0-9a-f]{{2,}}+(?!\w))*+", re.IGNORECASE)
_APART: Final = 64  # The longest text between the name of a key and its digits, if it is not simply assigned.
_LEAST: Final = 32
_LEAST_ASSIGNED: Final = 8


def iter_machine_keys(around: Surroundings) -> Iterator[SecretRange]:
    """Yield the digits after the name of a key, with any text between, also split into pieces by code."""
    text = around.text
    if not around.has_any("validation", "decryption"):
        return
    for name in _NAME.finditer(text):
        assigned = _ASSIGNED.match(text, name.end())
        direct = -1 if assigned is None else assigned.end()
        at, last = max(direct, name.end()), max(direct, name.end() + _APART)
        while (first := _FIRST.search(text, at, last + 4)) is not None:
            run = _DIGITS.match(text, first.start())
            assert run is not None
            digits = _BETWEENS.sub("", run[0])
            if len(digits) >= (_LEAST_ASSIGNED if run.start() == direct else _LEAST):
                yield SecretRange(run.start(), run.end(), digits)
                break
            at = run.end()
