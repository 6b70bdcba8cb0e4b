"""Digits: the rest that a pattern leaves of a text that is not known, where it lets nothing through but digits."""

from __future__ import annotations

from webshellhunt.analysis.domain.taints import counted, derived
from webshellhunt.analysis.domain.values import LENGTH, NUMBER, Thing, Value
from webshellhunt.lazy_pattern import lazy_pattern

_DIGITS = lazy_pattern(r"(?:(?:\\d|\[[\d\\d-]+\]|\d)(?:[+*?]|\{\d{1,4}(?:,\d{0,4})?\})?)+")
_OTHERS = lazy_pattern(r"(?:\[\^(?:\\d|0-9)[.,\- ]*\]|\\D)[+*]?")


def are_digits(source: str) -> bool:
    """True if all that a pattern matches are digits."""
    return _DIGITS.fullmatch(source.removeprefix("^").removesuffix("$")) is not None


def leaves_digits(source: str) -> bool:
    """True if a pattern matches all but digits."""
    return _OTHERS.fullmatch(source) is not None


def groups_of(source: str) -> list[str]:
    """Return the sources of the groups of a pattern, in their order."""
    starts: list[tuple[int, int]] = []
    found: list[str] = []
    in_class = False
    at = 0
    while at < len(source):
        character = source[at]
        if character == "\\":
            at += 1
        elif character in "[]":
            in_class = character == "["
        elif character == "(" and not in_class:
            starts.append((at + 1, len(found) if source[at + 1 : at + 2] != "?" else -1))
            if source[at + 1 : at + 2] != "?":
                found.append("")
        elif character == ")" and not in_class and starts:
            start, number = starts.pop()
            if number >= 0:
                found[number] = source[start:at]
        at += 1
    return found


def possible_match(source: str, text: Value) -> Thing:
    """Return a match of JScript in a text that is not known."""
    parts = [source.replace("(", "").replace(")", ""), *groups_of(source)]
    items: list[Value] = [counted([text]) if are_digits(part) else derived([text], "string") for part in parts]
    thing = Thing("array", fields=dict(enumerate(items)))
    thing.fields.update({LENGTH: len(items), "index": NUMBER, "input": text})
    return thing
