"""Members of .NET whose results are constants if their arguments are: names, paths and commands in pieces.

Source: the reference of .NET (String, Encoding, Convert, Path, Environment).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Final

Constant = str | bytes | int
Folded = Callable[[list[list[Constant]]], Constant | None]

LONGEST: Final = 64 * 1024
_MOST_PIECES = 64
_FOLDERS = {35: "%ProgramData%", 37: "%SystemRoot%\\System32", 36: "%SystemRoot%", 26: "%AppData%", 25: "%Public%"}
"""Values of ``Environment.SpecialFolder``."""


def fold(member: str, arguments: Sequence[list[Constant]]) -> list[Constant]:
    """Return the result of a member for the constants of its arguments, or nothing.

    An argument that may be several constants has all of them; a call that joins texts takes those of an array in turn.
    """
    *_, owner, name = ("", *member.replace("..ctor", ".ctor").split("."))
    function = _FUNCTIONS.get(f"{owner}.{name}")
    if function is None or sum(map(len, arguments)) > _MOST_PIECES:
        return []
    try:
        found = function([*map(list, arguments)])
    except (ValueError, TypeError, IndexError, LookupError, binascii.Error):
        return []
    return [] if found is None or (not isinstance(found, int) and len(found) > LONGEST) else [found]


def _joined(arguments: list[list[Constant]]) -> Constant | None:
    """Join texts, if each argument is known; those of one array are all of it."""
    if not all(arguments):
        return None
    return "".join(_text(each) for values in arguments for each in (values if len(arguments) == 1 else values[:1]))


def _text(value: Constant) -> str:
    if isinstance(value, bytes):
        raise TypeError
    return value if isinstance(value, str) else chr(value) if 0 < value < 0xD800 else ""


def _made(arguments: list[list[Constant]]) -> Constant | None:
    """Make a text of characters; the first argument is the object itself."""
    if len(arguments) != 2 or not arguments[1]:
        return None
    found = arguments[1]
    return found[-1].decode("utf-16-le").rstrip("\0") if isinstance(found[-1], bytes) else "".join(map(_text, found))


def _decoded(arguments: list[list[Constant]]) -> Constant | None:
    raw = [each for each in arguments[-1] if isinstance(each, bytes)]
    return raw[0].decode("utf-16-le" if b"\0" in raw[0] else "utf-8") if raw else None


def _from_base64(arguments: list[list[Constant]]) -> Constant | None:
    return base64.b64decode(_text(arguments[0][0]), validate=False) if arguments[0] else None


def _replaced(arguments: list[list[Constant]]) -> Constant | None:
    text, old, new = (_text(each[0]) for each in arguments)
    return text.replace(old, new) if old and len(text) * (len(new) + 1) <= LONGEST else None


def _path(arguments: list[list[Constant]]) -> Constant | None:
    pieces = [_text(each) for values in arguments for each in values]
    return (
        "\\".join(each.strip("\\") if at else each.rstrip("\\") for at, each in enumerate(pieces)) if pieces else None
    )


def _cut(arguments: list[list[Constant]]) -> Constant | None:
    text, *rest = (each[0] for each in arguments)
    start, size = int(rest[0]), int(rest[1]) if len(rest) > 1 else LONGEST
    return _text(text)[start : start + size] if start >= 0 and size >= 0 else None


def _text_of(change: Callable[[str], str]) -> Folded:
    return lambda arguments: change(_text(arguments[0][0])) if arguments[0] else None


_FUNCTIONS: dict[str, Folded] = {
    "String.Concat": _joined,
    "String.Join": lambda arguments: _text(arguments[0][0]).join(map(_text, arguments[1])),
    "String.ctor": _made,
    "String.Replace": _replaced,
    "String.Substring": _cut,
    "String.Trim": _text_of(str.strip),
    "String.ToLower": _text_of(str.lower),
    "String.ToLowerInvariant": _text_of(str.lower),
    "String.ToUpper": _text_of(str.upper),
    "String.ToCharArray": _text_of(str),
    "Convert.FromBase64String": _from_base64,
    "Encoding.GetString": _decoded,
    "Path.Combine": _path,
    "Path.GetTempPath": lambda _: "%TEMP%\\",
    "Environment.GetEnvironmentVariable": _text_of(lambda name: f"%{name}%"),
    "Environment.ExpandEnvironmentVariables": _text_of(str),
    "Environment.GetFolderPath": lambda arguments: _FOLDERS[int(arguments[0][0])],
    "Environment.get_SystemDirectory": lambda _: "%SystemRoot%\\System32",
}
"""Members by the name of the type and their own; the object is the first argument."""
