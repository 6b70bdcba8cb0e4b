"""Carriers: files of other formats that contain a script. Each format has a module in this folder."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from webshellhunt.decoding.carriers.part import CarriedPart
from webshellhunt.decoding.pst.permutation import decode_permuted

__all__ = ["CarriedPart", "iter_carried_parts", "iter_nested_parts", "may_carry"]

OpenCarrier = Callable[[bytes], Iterator[CarriedPart]]

MAX_DEPTH: Final = 3
MAX_NESTED: Final = 64
MAX_NESTED_BYTES: Final = 32 * 1024 * 1024

_STARTS = (b"!BDN", b"0\x80", b"0\x81", b"0\x82", b"0\x83", b"PK\3\4")
_LESS_THAN = b"\x95"  # before a mailbox is encoded
_ARMOUR = b"-----BEGIN "
_HEADER = re.compile(rb"[A-Za-z][A-Za-z-]{1,60}: ?[^\r\n]*+\r?\n")
_HEADERS_REACH = 16 * 1024


def may_carry(data: bytes) -> bool:
    """Return whether the bytes have the mark of a carrier format; plain pages and pictures have none."""
    # Searched from the end, by its rarer hyphens instead of the blank.
    if data.startswith(_STARTS) or data.rfind(_ARMOUR) >= 0:
        return True
    # A search for one byte is much faster than for several, and most files don't contain it.
    if _LESS_THAN in data and _before_encoding().search(data) is not None:
        return True
    return _HEADER.match(data) is not None and b"content-type:" in data[:_HEADERS_REACH].lower()


@lru_cache(maxsize=1)
def _before_encoding() -> re.Pattern[bytes]:
    """Return a pattern for ``<scr``, or ``<%`` and text, in the form that they have before a mailbox is encoded.

    Compressed data contains the two bytes by chance; the text after them is the opener's condition for a block.
    """
    printable = re.escape(decode_permuted(b"\t\r\n" + bytes(range(32, 127))))
    script, block, end = (re.escape(decode_permuted(mark)) for mark in (b"<scr", b"<%", b"%>"))
    text = rb"(?:[%b]{64}|[%b]{3,63}?%b)" % (printable, printable, end)
    return re.compile(rb"%b|%b%b" % (script, block, text))


@lru_cache(maxsize=1)
def _openers() -> tuple[OpenCarrier, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "part")
    return tuple(importlib.import_module(f"{__name__}.{name}").open_carrier for name in names)


def iter_carried_parts(data: bytes) -> Iterator[CarriedPart]:
    """Yield the parts that each carrier format finds in a file; never raises."""
    for open_carrier in _openers():
        yield from open_carrier(data)


def iter_nested_parts(data: bytes) -> Iterator[CarriedPart]:
    """Yield the parts of the carriers in a file and of carriers nested in those; never raises.

    A nested part has the range of the outermost step, a name with all steps (``invoice.zip, x.aspx``) and the facts
    of all steps. At most 3 levels, 64 parts and 32 MiB are opened.
    """
    waiting: deque[tuple[bytes, int, CarriedPart | None]] = deque([(data, 1, None)])
    left, bytes_left = MAX_NESTED, MAX_NESTED_BYTES
    while waiting:
        inside, depth, outer = waiting.popleft()
        for found in islice(iter_carried_parts(inside), left):
            carried = found if outer is None else _inside(outer, found)
            left, bytes_left = left - 1, bytes_left - len(found.data)
            yield carried
            if left <= 0 or bytes_left <= 0:
                return
            is_itself = inside.startswith(found.data)  # the beginning of a store, yielded for one without a script
            if depth < MAX_DEPTH and not (found.executes or is_itself) and may_carry(found.data):
                waiting.append((found.data, depth + 1, carried))


def _inside(outer: CarriedPart, inner: CarriedPart) -> CarriedPart:
    """Return a nested part with the name, range and facts of the outer one added."""
    return inner._replace(
        carrier=f"{outer.carrier}, {inner.carrier}",
        name=f"{outer.name}, {inner.name}",
        start=outer.start,
        end=outer.end,
        executes=False,
        facts={**inner.facts, **outer.facts},
    )
