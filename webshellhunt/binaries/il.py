"""A decoder of IL, the instructions of .NET methods; nothing is executed.

Source: ECMA-335, III.1.2 (opcodes and their operands) and II.25.4 (method headers).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

CALLS: Final = frozenset({0x28, 0x6F, 0x73, 0xFE06, 0xFE07})
"""call, callvirt, newobj, ldftn, ldvirtftn: the operand is the token of a member."""

LOAD_STRING: Final = 0x72
"""ldstr: the operand is the token of a literal."""

LARGEST_CODE: Final = 1024 * 1024

_TINY, _FAT = 2, 3
_MORE_SECTIONS = 8
SWITCH: Final = 0x45
_SIZES: Final = {
    **dict.fromkeys((0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x1F, *range(0x2B, 0x38), 0xDE, 0xFE12, 0xFE19), 1),
    **dict.fromkeys((0xFE09, 0xFE0A, 0xFE0B, 0xFE0C, 0xFE0D, 0xFE0E), 2),
    **dict.fromkeys(
        (0x20, 0x22, 0x27, 0x28, 0x29, *range(0x38, 0x46), *range(0x6F, 0x76), 0x79, *range(0x7B, 0x82), 0x8C, 0x8D,
         0x8F, 0xA3, 0xA4, 0xA5, 0xC2, 0xC6, 0xD0, 0xDD, 0xFE06, 0xFE07, 0xFE15, 0xFE16, 0xFE1C), 4,
    ),
    **dict.fromkeys((0x21, 0x23), 8),
}  # fmt: skip
"""Sizes of operands by opcode; other opcodes have none."""
BRANCHES: Final = frozenset({*range(0x2B, 0x45), 0xDD, 0xDE})
"""Branches and ``leave``: the operand of an ``Instruction`` is the offset of the target."""
JUMPS: Final = frozenset({0x27, 0x2A, 0x2B, 0x38, 0x7A, 0xDC, 0xDD, 0xDE, 0xFE11, 0xFE1A})
"""jmp, ret, br, throw, endfinally, leave, endfilter, rethrow: the next instruction does not follow."""
_SIGNED = BRANCHES | {0x1F, 0x20, 0x21}


class Instruction(NamedTuple):
    """An instruction: its offset, opcode, and operand, which is 0 without one and the target of a branch.

    ``targets`` are those of a ``switch``.
    """

    offset: int
    opcode: int
    operand: int
    targets: tuple[int, ...] = ()


class Handler(NamedTuple):
    """A clause of a method for errors: ``kind`` 0 is ``catch``, 1 ``filter``, 2 ``finally``, 4 ``fault``.

    It is for the code from ``start`` to ``end``, and lies itself from ``first`` to ``last``. ``token`` is that of the
    type that it catches, or the offset of the filter.
    """

    kind: int
    start: int
    end: int
    first: int
    last: int
    token: int


def code_range(header: bytes) -> tuple[int, int] | None:
    """Return the offset of a method's code after its header, and its size; ``None`` if it is no method.

    ``header``: at least the first twelve bytes, if there are so many.
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


def iter_instructions(code: bytes) -> Iterator[Instruction]:
    """Yield each instruction; code that ends within one, as damaged code does, ends the iteration."""
    at = 0
    while at < len(code):
        start, opcode = at, code[at]
        at += 1
        if opcode == 0xFE and at < len(code):
            opcode = 0xFE00 | code[at]
            at += 1
        size = _SIZES.get(opcode, 0)
        if at + size > len(code):
            return
        operand = int.from_bytes(code[at : at + size], "little", signed=opcode in _SIGNED)
        at += size
        if opcode == SWITCH:
            end = at + 4 * operand
            offsets = struct.iter_unpack("<i", code[at:end]) if end <= len(code) else ()
            yield Instruction(start, opcode, operand, tuple(end + each for (each,) in offsets))
            at = end
            continue
        if opcode in BRANCHES:
            operand += at
        yield Instruction(start, opcode, operand)


def header_of(header: bytes) -> tuple[int, int] | None:
    """Return the token of the signature of the local variables, and the offset of the handlers; ``None`` for none."""
    if len(header) < 12 or header[0] & 3 != _FAT:
        return None
    flags, _, size, token = struct.unpack_from("<HHII", header)
    sections = ((flags >> 12) * 4 + size + 3) & ~3
    return token, sections if flags & _MORE_SECTIONS else 0


def handlers_in(section: bytes) -> tuple[Handler, ...]:
    """Return the handlers of a method, from the section after its code. Source: ECMA-335, II.25.4.5."""
    if len(section) < 4 or not section[0] & 1:
        return ()
    if section[0] & 0x40:
        size, form = min(int.from_bytes(section[1:4], "little"), len(section)), "<IIIIII"
    else:
        size, form = min(section[1], len(section)), "<HHBHBI"
    width = struct.calcsize(form)
    found = (struct.unpack_from(form, section, at) for at in range(4, size - width + 1, width))
    return tuple(Handler(kind & 7, a, a + n, b, b + m, token) for kind, a, n, b, m, token in found)


def iter_references(code: bytes) -> Iterator[tuple[int, int]]:
    """Yield the opcode (its last byte) and the token of each instruction that refers to a member or a literal."""
    at, match = 0, _reference().match
    while found := match(code, at):
        at = found.end()
        if found[1] is None:
            at += 4 * int.from_bytes(found[3], "little")
        else:
            yield found[1][-1], int.from_bytes(found[2], "little")


@lru_cache(maxsize=1)
def _reference() -> re.Pattern[bytes]:
    """Return the expression of all instructions up to the next reference (1: opcode, 2: token) or switch (3: count)."""
    others = list[bytes]()
    for prefix, high in ((b"", 0), (b"\xfe", 0xFE00)):
        by_size: dict[int, bytearray] = {}
        for opcode in range(high, high + 256):
            if opcode not in (*CALLS, LOAD_STRING, SWITCH, 0xFE):
                by_size.setdefault(_SIZES.get(opcode, 0), bytearray()).append(opcode & 0xFF)
        others += [b"%s[%s].{%d}" % (prefix, re.escape(bytes(last)), size) for size, last in by_size.items()]
    return re.compile(rb"(?s)(?:%s)*+(?:([\x28\x6f\x72\x73]|\xfe[\x06\x07])(.{4})|\x45(.{4}))" % b"|".join(others))


def stack_effect(opcode: int) -> tuple[int, int]:
    """Return the numbers of values that an instruction pops and pushes; calls depend on their member instead."""
    return _EFFECTS.get(opcode, (0, 0))


def _effects() -> dict[int, tuple[int, int]]:
    """Return the stack effects by opcode; ``nop``, prefixes and unconditional branches have none."""
    groups = (
        ((0, 1), (*range(0x02, 0x0A), 0x0E, 0x0F, 0x11, 0x12, *range(0x14, 0x24), 0x72, 0x7E, 0x7F, 0xD0, 0xFE00,
                  0xFE06, 0xFE09, 0xFE0A, 0xFE0C, 0xFE0D, 0xFE1C)),
        ((1, 0), (*range(0x0A, 0x0E), 0x10, 0x13, 0x26, 0x2C, 0x2D, 0x39, 0x3A, 0x45, 0x7A, 0x80, 0xFE0B, 0xFE0E,
                  0xFE11, 0xFE15)),
        ((1, 1), (*range(0x46, 0x51), 0x65, 0x66, *range(0x67, 0x6F), 0x71, *range(0x74, 0x77), 0x79, 0x7B, 0x7C,
                  *range(0x82, 0x8C), 0x8C, 0x8D, 0x8E, 0xA5, *range(0xB3, 0xBB), 0xC2, 0xC3, 0xC6,
                  *range(0xD1, 0xD6), 0xE0, 0xFE07, 0xFE0F, 0xFE1D)),
        ((2, 0), (*range(0x2E, 0x38), *range(0x3B, 0x45), *range(0x51, 0x58), 0x70, 0x7D, 0x81, 0xDF)),
        ((2, 1), (*range(0x58, 0x65), 0x8F, *range(0x90, 0x9B), 0xA3, *range(0xD6, 0xDC), *range(0xFE01, 0xFE06))),
        ((3, 0), (*range(0x9B, 0xA3), 0xA4, 0xFE17, 0xFE18)),
    )  # fmt: skip
    return {opcode: effect for effect, opcodes in groups for opcode in opcodes}


_EFFECTS: Final = _effects()
