"""Decoded names: look-ups by reflection whose name is decoded at run time."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from webshellhunt.analysis.structure.given_texts import GivenTexts
from webshellhunt.analysis.structure.literal_texts import literal_text
from webshellhunt.lang.tree import Member, Name, Node
from webshellhunt.lazy_pattern import lazy_pattern

LOOKING_UP = frozenset(
    {"gettype", "getmethod", "invokemember", "gettypefromprogid", "gettypefromclsid", "getconstructor"}
)
"""Calls that look up a type, a member or a constructor."""
_DECODING = frozenset({"frombase64string", "fromhexstring"})
_DECRYPTING = frozenset({"transformfinalblock", "createdecryptor", "cryptostream"})
_NAME = lazy_pattern(
    r"[A-Za-z_][A-Za-z0-9_]{0,40}(?:[.`+][A-Za-z0-9_]{1,60}){0,8}(?:\s*,.*)?|[\s\w./\\:~-]*\.\w{1,8}|\W*"
)
_VOWELS = frozenset("aeiouyAEIOUY")
_SHORTEST = 6
_MOST = 40


class LookUp(NamedTuple):
    """A look-up of a type, member or object whose name the code decodes: the function that is called, and its place.

    ``is_hidden`` is true if the name is encrypted, or encoded by a function of the code: anybody can read base64.
    """

    function: str
    place: int
    is_hidden: bool


def find_decoded_names(given: GivenTexts) -> list[LookUp]:
    """Return the look-ups whose name the code decodes."""
    return [*_iter_look_ups(given)]


def _iter_look_ups(given: GivenTexts) -> Iterator[LookUp]:
    index = given.index
    for dotted in islice(index.find(LOOKING_UP), _MOST):
        for name, node, place in zip(dotted.names, dotted.nodes, dotted.places, strict=True):
            arguments = index.arguments_of(node) if name in LOOKING_UP else ()
            how = _decodes(given, arguments[0]) if arguments else None
            if how is not None:
                spelled = node.name if isinstance(node, Member) else node.text if isinstance(node, Name) else name
                yield LookUp(spelled, place, how)


def _decodes(given: GivenTexts, argument: Node) -> bool | None:
    """Return how an argument is decoded, there or in a value of its variables: true if it is hidden."""
    found = [_decodes_in(given, node) for node in given.nodes_of(argument)]
    return True if True in found else False if False in found else None


def _decodes_in(given: GivenTexts, node: Node) -> bool | None:
    """Return how an expression decodes: true if it decrypts, or calls an own function with a text that is no name."""
    names, index, found = given.names_in(node), given.index, None
    for dotted in names:
        if not _DECRYPTING.isdisjoint(dotted.names):
            return True
        if not _DECODING.isdisjoint(dotted.names):
            found = False
    for dotted in names:
        arguments = index.arguments_of(dotted.node) if dotted.names[-1] in index.functions else ()
        text = literal_text(arguments[0]) if arguments else None
        if text is not None and _is_encoded(text):
            if not _is_base64(text):
                return True
            found = False
    return found


def _is_base64(text: str) -> bool:
    """True if a text is printable text in base64."""
    try:
        return len(text) % 4 == 0 and base64.b64decode(text, validate=True).decode("ascii").isprintable()
    except ValueError:
        return False


def _is_encoded(text: str) -> bool:
    """True if a text is neither a name, nor a path, nor words."""
    if len(text) < _SHORTEST:
        return False
    if _NAME.fullmatch(text) is None:
        return " " not in text
    return "." not in text and sum(c.isdigit() for c in text) >= 2 and _VOWELS.isdisjoint(text[1:4])
