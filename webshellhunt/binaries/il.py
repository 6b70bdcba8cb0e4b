"""A decoder of IL, the instructions of .NET methods; nothing is executed.

Source: ECMA-335, III.1.2 (opcodes and their operands) and II.25.4 (method headers).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

CALLS: Final = frozenset({0x28, 0x6F, 0x73, 0xFE06, 0xFE07})
"""call, callvirt, newobj, ldftn, ldvirtftn: the operand is the token of a member."""

LOAD_STRING: Final = 0x72
"""ldstr: the operand is the token of a literal."""

LARGEST_CODE: Final = 1024 * 1024

_TINY, _FAT = 2, 3
_SWITCH = 0x45
# Operand sizes; other opcodes have no operand.
_ONE = frozenset({0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x1F, *range(0x2B, 0x38), 0xDE, 0xFE12, 0xFE19})
_TWO = frozenset({0xFE09, 0xFE0A, 0xFE0B, 0xFE0C, 0xFE0D, 0xFE0E})
_FOUR = frozenset(
    {
        0x20, 0x22, 0x27, 0x28, 0x29, *range(0x38, 0x45), *range(0x6F, 0x76), 0x79, *range(0x7B, 0x82), 0x8C, 0x8D,
        0x8F, 0xA3, 0xA4, 0xA5, 0xC2, 0xC6, 0xD0, 0xDD, 0xFE06, 0xFE07, 0xFE15, 0xFE16, 0xFE1C,
    }
)  # fmt: skip
_EIGHT = frozenset({0x21, 0x23})


def code_range(header: bytes) -> tuple[int, int] | None:
    """Return the offset of a method's code after its header, and its size; ``None`` if it is no method.

    Args:
        header: At least the first twelve bytes, if there are so many.
    """
    if not header:
        return None
    form = header[0] & 3
    if form == _TINY:
        return 1, header[0] >> 2
    if form != _FAT or len(header) < 12:
        return None
    flags, _, size, _ = struct.unpack_from("<HHII", header)
    return (flags >> 12) * 4, min(size, LARGEST_CODE)


def iter_operands(code: bytes) -> Iterator[tuple[int, int]]:
    """Yield each instruction that has a token of four bytes: its opcode (``0xFE06`` for two bytes) and the token.

    Code that ends within an instruction, as damaged code does, ends the iteration.
    """
    at = 0
    while at < len(code):
        opcode = code[at]
        at += 1
        if opcode == 0xFE and at < len(code):
            opcode = 0xFE00 | code[at]
            at += 1
        if opcode in _FOUR:
            if at + 4 > len(code):
                return
            yield opcode, struct.unpack_from("<I", code, at)[0]
            at += 4
        elif opcode == _SWITCH:
            if at + 4 > len(code):
                return
            at += 4 + 4 * struct.unpack_from("<I", code, at)[0]
        else:
            at += 1 if opcode in _ONE else 2 if opcode in _TWO else 8 if opcode in _EIGHT else 0
