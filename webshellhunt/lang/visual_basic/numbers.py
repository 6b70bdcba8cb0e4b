"""Numbers of Visual Basic: the value of a literal of the code."""

from __future__ import annotations

_SUFFIXES = "%&@!#DFRLISUdfrlisu"
_HALF, _WHOLE = 1 << 16, 1 << 32


def number_of(text: str, *, is_script: bool) -> int | float | str:
    """Return the value of a number; its text where it is none."""
    plain = text.replace("_", "")
    try:
        if plain[0] == "&":
            return _bits_of(plain[1:], is_script=is_script)
        if plain.isdecimal():
            return int(plain)
        digits = plain.rstrip(_SUFFIXES)
        return int(digits) if digits.isdecimal() and plain[-1] not in "!#@DFRdfr" else float(digits)
    except ValueError:  # also a whole number too long for Python
        return text


def _bits_of(digits: str, *, is_script: bool) -> int:
    """Return a hexadecimal or octal number, whose highest bit is its sign: ``&HFFFF`` of VBScript is -1."""
    base = {"h": 16, "o": 8}.get(digits[0].lower(), 0)
    bare = digits.lstrip("hHoO").rstrip(_SUFFIXES if base != 16 else "%&")  # D and F are digits here
    value = int(bare, base or 8)
    is_long = digits[-1] == "&"
    if is_script and not is_long and value < _HALF:
        return value - _HALF if value >= _HALF // 2 else value
    if is_long and not is_script:
        return value
    return value - _WHOLE if _WHOLE // 2 <= value < _WHOLE else value
