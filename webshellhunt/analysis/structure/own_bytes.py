"""Own bytes: data in constants and lists of numbers that may be, or that are, a program."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from contextlib import suppress

from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.structure.given_texts import GivenTexts
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Binary, Call, Cast, Items, Literal, New, Node, Unary
from webshellhunt.lazy_pattern import lazy_pattern

SHORTEST = 400
"""Characters of a constant from which on it may be a program."""
FEWEST = 64
"""Numbers of a list from which on it may be machine code."""
_LONGEST = 4_000_000
_HEAD = 4_096  # bytes that are decoded
_MOST = 200  # constants that are decoded
_FILE = lazy_pattern(r"(?i).{0,200}\.(?:dll|exe)|[\w.-]{2,100}\s*,\s*(?:version|culture|publickeytoken)\b.*")
_NAME = lazy_pattern(r"[\w.-]{2,100}")
_BASE64 = lazy_pattern(r"[\sA-Za-z0-9+/_-]{400,}={0,2}\s*")
_ENCODED = lazy_pattern(r"(?=[^0-9+/=]*[0-9+/=])[A-Za-z0-9+/]{20,}={0,2}")
_DECODING = frozenset({"frombase64string", "frombase64chararray", "fromhexstring", "transformfinalblock"})
_HEX = lazy_pattern(r"(?:\\?0?x?[0-9a-fA-F]{2}[\s,-]?){200,}")
_GZIP, _DEFLATE = 31, -15
_SETTINGS = "appsettings"


def loads_by_name(given: GivenTexts, place: int) -> bool:
    """True if the load at a place may get the name or the file of an assembly: a constant, or one of the settings."""
    index = given.index
    arguments = index.arguments_of(index.node_at(place))
    for node in given.nodes_of(arguments[0]) if arguments else ():
        dotted = index.at(node.start)
        if dotted is not None and dotted.names[-1] == _SETTINGS and not dotted.is_member:
            return True
        names = {(each.start, each.end) for each in (node, *_items_of(node))}
        for constant in given.constants_in(node):
            is_all = (constant.start, constant.end) in names
            if _FILE.fullmatch(constant.value) or (is_all and _NAME.fullmatch(constant.value)):
                return True
    return False


def _items_of(node: Node) -> Sequence[Node]:
    """Return the items of a list of values."""
    listed = node.initialiser if isinstance(node, New) else node
    return listed.items if isinstance(listed, Items) else ()


def find_bytes(given: GivenTexts, places: Sequence[int]) -> tuple[int, int] | None:
    """Return the place of bytes that a call at one of some places may get, and the number of that call.

    Bytes anywhere else in the code may be those of the first call.
    """
    for number, place in enumerate(places):
        found = _given_bytes(given, place)
        found = _any_bytes(given) if found is None and not number else found
        if found is not None:
            return found, number
    return None


def _given_bytes(given: GivenTexts, place: int) -> int | None:
    nodes = [*given.nodes(place)]
    decodes = any(not _DECODING.isdisjoint(each.names) for node in nodes for each in given.names_in(node))
    for node in nodes:
        for constant in given.constants_in(node):
            if _may_be_bytes(constant.value) or (decodes and _ENCODED.fullmatch(constant.value) is not None):
                return constant.start
    return None


def _any_bytes(given: GivenTexts) -> int | None:
    found = next((each.start for each in given.constants.values() if _may_be_bytes(each.value)), None)
    return _find_numbers(given.index) if found is None else found


def find_program(constants: Constants) -> int | None:
    """Return the place of a constant that decodes to a Windows program, compressed or not; ``None`` without any."""
    candidates = [each for each in constants.values() if _may_be_bytes(each.value)]
    return next((each.start for each in candidates[:_MOST] if is_program_text(each.value)), None)


def is_program_text(text: str) -> bool:
    """True if a text in base64 or hexadecimal is the start of a Windows program, compressed or not."""
    return any(raw.startswith(b"MZ") or _inflated(raw).startswith(b"MZ") for raw in _decoded(text))


def _decoded(text: str) -> list[bytes]:
    head = "".join(text[: 4 * _HEAD].split())
    found = []
    plain = head.replace("-", "+").replace("_", "/")
    digits = head.replace("\\x", "").replace("0x", "").replace(",", "").replace("-", "")
    with suppress(binascii.Error, ValueError):
        found.append(base64.b64decode(plain[: len(plain) // 4 * 4]))
    with suppress(ValueError):
        found.append(bytes.fromhex(digits[: len(digits) // 2 * 2]))
    return found


def _inflated(raw: bytes) -> bytes:
    """Return the start of compressed data, by gzip or deflate; empty for other data."""
    for window in (_GZIP, _DEFLATE):
        try:
            return zlib.decompressobj(window).decompress(raw, _HEAD)
        except zlib.error:
            continue
    return b""


def _may_be_bytes(text: str) -> bool:
    if not SHORTEST <= len(text) <= _LONGEST:
        return False
    head = text[: 4 * SHORTEST]
    return _BASE64.fullmatch(head) is not None or _HEX.match(head) is not None


def _find_numbers(index: SyntaxIndex) -> int | None:
    """Return the first place of a list of many numbers."""
    return next((each.start for node in index.nodes for each in _numbers(node)[:1]), None)


def _numbers(node: Node) -> Sequence[Node]:
    """Return the numbers of a list, of arguments or of a sum that has many; else nothing."""
    listed: Sequence[Node] = ()
    if isinstance(node, Items):
        listed = node.items
    elif isinstance(node, Call):
        listed = node.arguments
    elif isinstance(node, Binary):
        listed = node.operands
    if len(listed) < FEWEST:
        return ()
    numbers = [each for each in listed if _is_number(each)]
    return numbers if len(numbers) >= FEWEST else ()


def _is_number(node: Node) -> bool:
    while isinstance(node, (Cast, Unary)):
        node = node.operand
    return isinstance(node, Literal) and node.kind == "number"
