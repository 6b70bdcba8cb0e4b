"""A lexer of HTML tags as browsers read them: lenient, iterative, in one pass.

A server block inside a tag is part of the name or value around it. An unclosed quote counts as a character, where a
browser would lose the rest of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.pages.page import Attribute, find_value, resolve_character_references

_NEXT = re.compile(r"<(?=[a-zA-Z/!%])")
_NAME = re.compile(r"</?[a-zA-Z][^\s/>]{0,63}+")
_PART = re.compile(
    r"[\s/]*+(?:(?P<name>[^\s=>/\"'<][^\s=>/\"'<]*+)(?P<equal>\s*+=\s*+)?+|(?P<stray>[=\"'<])|(?P<end>>))"
)
_BARE = lazy_pattern(r"[^\s>\"'<]*+")
_RAW = frozenset({"style", "textarea", "title", "xmp", "noframes"})


class Tag(NamedTuple):
    """A begin or end tag: ``name`` in lower case, ``/form`` for an end tag; ``body``: the range of a script's text."""

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    end: int
    body: tuple[int, int] = (0, 0)

    def get(self, name: str) -> str:
        """Return an attribute's value, or ``""``."""
        return find_value(self.attributes, name) or ""


class _Finder:
    """A search for needles at positions that only grow, so that the text is searched once for each."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, int] = {}

    def after(self, needle: str, position: int) -> int:
        """Return a needle's next position, or -1."""
        known = self._found.get(needle, -2)
        if known != -1 and known < position:
            known = self._found[needle] = self._text.find(needle, position)
        return known


def iter_tags(text: str) -> Iterator[Tag]:
    """Yield the tags of a page outside comments, styles, server blocks and server scripts."""
    finder, lowered = _Finder(text), _Finder(text.lower())
    at = 0
    while (found := _NEXT.search(text, at)) is not None:
        at = found.start()
        closing = _closing(text, at)
        if closing:
            stop = finder.after(closing, at + 2)
            at = at + 2 if stop < 0 else stop + len(closing)
            continue
        named = _NAME.match(text, at)
        if named is None:
            at += 1
            continue
        name = named.group()[1:].lower()
        attributes, end = _attributes(text, named.end(), finder)
        tag = Tag(name, attributes, at, end)
        at = end
        if name == "script" or name in _RAW:
            stop = lowered.after(f"</{name}", end)
            at = len(text) if stop < 0 else stop
            tag = Tag(name, attributes, tag.start, end, (end, at))
        yield tag


def _closing(text: str, at: int) -> str:
    """Return the closing delimiter of a comment, server block or declaration."""
    for opening, closing in (("<!--", "-->"), ("<%--", "--%>"), ("<%", "%>"), ("<!", ">")):
        if text.startswith(opening, at):
            return closing
    return ""


def _attributes(text: str, at: int, finder: _Finder) -> tuple[tuple[Attribute, ...], int]:
    """Return the attributes from ``at`` on, and the end of the tag."""
    found: list[Attribute] = []
    while (part := _PART.match(text, at)) is not None:
        at = part.end()
        if part["end"]:
            return tuple(found), at
        if part["stray"]:
            if part["stray"] == "<":
                block = finder.after("%>", at) if text.startswith("%", at) else -1
                if block < 0:
                    return tuple(found), at - 1
                at = block + 2
            continue
        start = stop = at
        if part["equal"]:
            start, stop, at = _value(text, at, finder)
        value = text[start:stop]
        found.append(Attribute(part["name"], resolve_character_references(value), start, stop))
    return tuple(found), len(text)


def _value(text: str, at: int, finder: _Finder) -> tuple[int, int, int]:
    """Return the range of the value that begins at ``at``, and the index after it."""
    quote = text[at : at + 1]
    if quote not in ('"', "'") or finder.after(quote, at + 1) < 0:
        bare = _BARE.match(text, at + (quote in ('"', "'")))
        assert bare is not None
        if not bare.group() and text.startswith("<%", at) and (block := finder.after("%>", at)) >= 0:
            return at, block + 2, block + 2
        return bare.start(), bare.end(), bare.end()
    stop = finder.after(quote, at + 1)
    block = finder.after("<%", at + 1)
    while 0 <= block < stop:
        closed = finder.after("%>", block)
        stop = finder.after(quote, max(closed, block) + 1) if closed >= 0 else stop
        if stop < 0:
            return at + 1, len(text), len(text)
        block = finder.after("<%", max(closed, block) + 2)
    return at + 1, stop, stop + 1
