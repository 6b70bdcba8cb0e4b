"""JSON before ``JSON.parse``: a text that was proved to be data is evaluated, as Crockford's library has it.

The proof is one chain of expressions; only those very expressions prove anything.
"""

from __future__ import annotations

from typing import Final

from webshellhunt.code.unit import Unit

_TEXT: Final = None
"""Stands for the name of the text that is checked and evaluated."""
_CHECK = (
    "/^[\\],:{}\\s]*$/", ".", "test", "(", _TEXT,
    ".", "replace", "(", '/\\\\(?:["\\\\\\/bfnrt]|u[0-9a-fA-F]{4})/g', ",", "@", ")",
    ".", "replace", "(", '/"[^"\\\\\\n\\r]*"|true|false|null|-?\\d+(?:\\.\\d*)?(?:[eE][+\\-]?\\d+)?/g', ",", "]", ")",
    ".", "replace", "(", "/(?:^|:|,)(?:\\s*\\[)+/g", ",", "", ")", ")", ")", "{",
)  # fmt: skip
_GIVES = 4  # tokens of ``j = eval(``


def is_checked_json(unit: Unit, start: int, end: int) -> bool:
    """Tell whether what an evaluator is given, ``"(" + text + ")"``, was proved right before to be data."""
    values = unit.tokens.values
    if values[start : start + 2] != ["(", "+"] or values[start + 3 : end] != ["+", ")"]:
        return False
    text, behind = values[start + 2], start - _GIVES
    check = values[max(0, behind - len(_CHECK)) : max(0, behind)]
    wanted = [text if each is _TEXT else each for each in _CHECK]
    return unit.is_name(start + 2) and unit.is_op(behind + 1, "=") and check == wanted
