"""Passwords and keys in settings, by the name of the attribute, of the element, or of the setting."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.secrets.surroundings import CLOSE, CONFIDENTIAL, MARK, OPEN, SecretRange, Surroundings

_NAMED = lazy_pattern(rf"{CONFIDENTIAL}(?:{MARK})?+\s*+[=:]\s*+({MARK})", re.IGNORECASE)
_ELEMENT = lazy_pattern(rf"(?<![/\w.:-])[\w.:-]*?{CONFIDENTIAL}{CLOSE}", re.IGNORECASE)
_ACCOUNT = lazy_pattern(
    rf"{OPEN}(?:identity|processModel|network|virtualDirectory)\b(?:(?!lt;|u003c)[^<])*?"
    rf"\bpassword\s*+=\s*+({MARK})",
    re.IGNORECASE,
)
_KEY = lazy_pattern(rf"\b(?:key|name|id)\s*+=\s*+({MARK})", re.IGNORECASE)
_SECRET = lazy_pattern(rf"{CONFIDENTIAL}|credential|(?:auth|access)[ _-]?token", re.IGNORECASE)
_KEYED_TAG = lazy_pattern(rf"{OPEN}(?:add|setting|environmentVariable)\b", re.IGNORECASE)
_VALUE = lazy_pattern(rf"\bvalue\s*+=\s*+({MARK})", re.IGNORECASE)
_VALUE_ELEMENT = lazy_pattern(rf"{OPEN}value{CLOSE}", re.IGNORECASE)
_LONGEST_KEY: Final = 256
_TAGS = ("<", "lt;", "003c")
_KEYED_TAGS = tuple(f"{tag}{name}" for tag in _TAGS for name in ("add", "setting", "environmentvariable"))
_ACCOUNT_TAGS = tuple(
    f"{tag}{name}" for tag in _TAGS for name in ("identity", "processmodel", "network", "virtualdirectory")
)


def iter_settings(around: Surroundings) -> Iterator[SecretRange]:
    """Yield the values of settings with secret names; outside configuration files only in markup of settings."""
    if around.configuration:
        yield from _keyed(around)
        yield from _named(around)
        yield from _elements(around)
        return
    if around.has_any(*_KEYED_TAGS):
        yield from _keyed(around)
    if around.has_any(*_ACCOUNT_TAGS):
        yield from _accounts(around)


def _named(around: Surroundings) -> Iterator[SecretRange]:
    """Yield the values of attributes (or members) with a secret name."""
    done = 0
    for name in _NAMED.finditer(around.text):
        if name.end() >= done and around.is_settings(name.start()):
            for found in around.quoted(name[1], name.end()):
                done = found.end
                yield found


def _elements(around: Surroundings) -> Iterator[SecretRange]:
    """Yield the content of elements with a secret name."""
    done = 0
    for name in _ELEMENT.finditer(around.text):
        if name.end() >= done and around.is_settings(name.start()):
            for found in around.content(name.end()):
                done = found.end
                yield found


def _accounts(around: Surroundings) -> Iterator[SecretRange]:
    """Yield the passwords of the accounts that a server runs as, from elements at any place."""
    for name in _ACCOUNT.finditer(around.text):
        yield from around.quoted(name[1], name.end())


def _keyed(around: Surroundings) -> Iterator[SecretRange]:
    """Yield the values of settings with a secret key, before the key or after it."""
    text, done = around.text, 0
    for key in _KEY.finditer(text):
        stop = text.find(key[1], key.end(), key.end() + _LONGEST_KEY)
        if key.start() < done or stop < 0 or _SECRET.search(text, key.end(), stop) is None:
            continue
        # Within plain marks a reference is part of the value, so only plain tags are markup.
        tags = around.plain_tags if key[1] in ("'", '"') else around.tags
        following = bisect_left(tags, stop)
        begin = tags[following - 1] if following else 0
        done = tags[following] if following < len(tags) else len(text)
        if not around.is_settings(key.start()) and _KEYED_TAG.match(text, begin) is None:
            continue
        for value in _VALUE.finditer(text, begin, done):
            yield from around.quoted(value[1], value.end())
        element = _VALUE_ELEMENT.match(text, done)
        if element is not None:
            yield from around.content(element.end())
