"""Digits and fixed words: the texts that a pattern lets through or leaves of a text that is not known."""

from __future__ import annotations

from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import counted, derived
from webshellhunt.analysis.domain.values import LENGTH, NUMBER, Opaque, Thing, Value
from webshellhunt.analysis.library.words import words_of
from webshellhunt.lazy_pattern import lazy_pattern

_DIGITS = lazy_pattern(r"(?:(?:\\d|\[[\d\\d-]+\]|\d)(?:[+*?]|\{\d{1,4}(?:,\d{0,4})?\})?)+")
_WHOLE = lazy_pattern(r"\^(?:\((?:\?:)?([^()]+)\)|([^()|]+))\$")
_ALONE = lazy_pattern(r"\^?\((?:\?:)?([^()]+)\)\$?")
_MOST_ALTERNATIVES = 32
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


def possible_text(source: str, text: Value, *, any_case: bool = False) -> Value | None:
    """Return a part of a text that is not known, which alternatives of a pattern match: digits, or fixed words.

    ``None`` is returned for any other pattern.
    """
    words = words_of(source)
    if words is not None:
        return Opaque("string") if any_case else choice(words.texts)
    options: list[Value] = []
    for each in source.split("|", _MOST_ALTERNATIVES):
        if are_digits(each):
            options.append(counted([text]))
        elif (words := words_of(each)) is not None:
            options += [Opaque("string")] if any_case else words.texts
        else:
            return None
    return choice(options)


def possible_whole(source: str, text: Value, *, any_case: bool) -> Value | None:
    """Return a text that is not known, which a pattern matches from its start to its end or not at all."""
    words = words_of(source)
    if words is not None and not words.are_whole:
        return None
    match = _WHOLE.fullmatch(source)
    whole = source if words is not None else (match[1] or match[2]) if match else None
    return None if whole is None else possible_text(whole, text, any_case=any_case)


def possible_match(source: str, text: Value, *, any_case: bool = False) -> Thing:
    """Return a match of JScript in a text that is not known."""
    match = _ALONE.fullmatch(source)
    whole = match[1] if match else source.replace("(", "").replace(")", "").removeprefix("^").removesuffix("$")
    whole = whole if words_of(source) is None else source
    found = [possible_text(each, text, any_case=any_case) for each in (whole, *groups_of(source))]
    items = [derived([text], "string") if each is None else each for each in found]
    thing = Thing("array", fields=dict(enumerate(items)))
    thing.fields.update({LENGTH: len(items), "index": NUMBER, "input": text})
    return thing
