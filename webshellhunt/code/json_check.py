"""JSON before ``JSON.parse``: a text that was proved to be data is evaluated, as Crockford's library has it.

The proof is one chain of expressions; only those very expressions prove anything.
"""

from __future__ import annotations

from typing import Final

from webshellhunt.code.calls import Calls
from webshellhunt.lang.tokens import OP, REGEX

_TEXT: Final = None
"""Stands for the name of the text that is checked and evaluated."""
_CHECK = (
    "/^[\\],:{}\\s]*$/", ".", "test", "(", _TEXT,
    ".", "replace", "(", '/\\\\(?:["\\\\\\/bfnrt]|u[0-9a-fA-F]{4})/g', ",", "@", ")",
    ".", "replace", "(", '/"[^"\\\\\\n\\r]*"|true|false|null|-?\\d+(?:\\.\\d*)?(?:[eE][+\\-]?\\d+)?/g', ",", "]", ")",
    ".", "replace", "(", "/(?:^|:|,)(?:\\s*\\[)+/g", ",", "", ")", ")", ")", "{",
)  # fmt: skip
_REGEXES = 4
_GIVES = 4  # tokens of ``j = eval(``
_MEMBERS = frozenset({"test", "replace"})


def is_checked_json(calls: Calls, start: int, end: int) -> bool:
    """Tell whether what an evaluator is given, ``"(" + text + ")"``, was proved right before to be data."""
    unit, kinds, values = calls.unit, calls.unit.tokens.kinds, calls.unit.tokens.values
    text, behind = unit.value(start + 2), start - _GIVES
    begin = behind - len(_CHECK)
    if begin < 2 or values[begin - 2 : begin] != ["if", "("] or kinds[begin - 1] != OP:
        return False
    wanted = [text if each is _TEXT else each for each in _CHECK]
    given = values[start:end] == ["(", "+", text, "+", ")"] and unit.is_name(start + 2)
    proved = values[begin:behind] == wanted and kinds[begin:behind].count(REGEX) == _REGEXES
    return given and proved and unit.is_op(behind + 1, "=") and calls.only_calls(_MEMBERS)
