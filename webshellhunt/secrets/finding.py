"""Find the secrets in a range of a text, by the text around it.

Machine keys sign and encrypt a server's data for its visitors; with them an attacker can run code.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Secret
from webshellhunt.secrets.connections import iter_connection_passwords
from webshellhunt.secrets.surroundings import CLOSE, CONFIDENTIAL, GLUE, LOOK, MARK, OPEN, SecretRange, Surroundings

_FILE = lazy_pattern(r"\.config|^(?:web|app|machine|applicationhost)[ _-]?config|^appsettings[\w.-]*\.json")
_STEP: Final = 2 * LOOK
_REMEMBERED: Final = 4 * _STEP
_PAGE_FILE = lazy_pattern(r"\.(?:as[acp]|as[cmhp]x|aspq|cer|cdx|soap|rem|svc|[cv]shtml|vbhtml|master|skin)$")

_NAME = lazy_pattern(r"(?i)(?:validation|decryption)[ _-]?key")
_ASSIGNED = lazy_pattern(rf"(?i)(?:{MARK})?+\s*+[=:]\s*+(?:{MARK})?+\s*+")
_BETWEEN: Final = rf"(?:\s++|&#x?[0-9a-f]{{1,4}};|\\+\r?\n|(?:\\+[rn])++|{GLUE})"
_BETWEENS = lazy_pattern(_BETWEEN, re.IGNORECASE)
_BEGIN: Final = r"(?:(?<=\\u002[27])|(?<=%2[27])|(?<![0-9a-z%]))"
_FIRST = lazy_pattern(rf"(?i){_BEGIN}[0-9a-f]{{4}}")
_DIGITS = lazy_pattern(rf"(?i)[0-9a-f]++(?:{_BETWEEN}[0-9a-f]{{2,}}+(?!\w))*+")
_APART: Final = 64  # The longest text between the name of a key and its digits, if it is not simply assigned.
_LEAST: Final = 32
_LEAST_ASSIGNED: Final = 8

_NAMED = lazy_pattern(rf"(?i){CONFIDENTIAL}(?:{MARK})?+\s*+[=:]\s*+({MARK})")
_ELEMENT = lazy_pattern(rf"(?i)(?<![/\w.:-])[\w.:-]*?{CONFIDENTIAL}{CLOSE}")
_ACCOUNT = lazy_pattern(
    rf"(?i){OPEN}(?:identity|processModel|network|virtualDirectory)\b(?:(?!lt;|u003c)[^<])*?"
    rf"\bpassword\s*+=\s*+({MARK})"
)
_KEY = lazy_pattern(rf"(?i)\b(?:key|name|id)\s*+=\s*+({MARK})")
_SECRET = lazy_pattern(rf"(?i){CONFIDENTIAL}|credential|(?:auth|access)[ _-]?token")
_KEYED_TAG = lazy_pattern(rf"(?i){OPEN}(?:add|setting|environmentVariable)\b")
_VALUE = lazy_pattern(rf"(?i)\bvalue\s*+=\s*+({MARK})")
_VALUE_ELEMENT = lazy_pattern(rf"(?i){OPEN}value{CLOSE}")
_LONGEST_KEY: Final = 256
_TAGS = ("<", "lt;", "003c")
_KEYED_TAGS = tuple(f"{tag}{name}" for tag in _TAGS for name in ("add", "setting", "environmentvariable"))
_ACCOUNT_TAGS = tuple(
    f"{tag}{name}" for tag in _TAGS for name in ("identity", "processmodel", "network", "virtualdirectory")
)


def is_configuration(path: str) -> bool:
    """Return True if a file is a configuration file by its name, or a copy of one (``web.config.bak``)."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    return _FILE.search(name) is not None and _PAGE_FILE.search(name) is None


def find_secrets(text: str, start: int, end: int, *, configuration: bool) -> tuple[Secret, ...]:
    """Return the secrets in a range of a text, in order and without overlap; places are relative to ``start``.

    The time is bounded by the range: only as much text around it is searched as a key and its name may need.

    Args:
        text: The whole text; the name of a secret may be before or after the range.
        start: The first character of the range.
        end: The character after the last one.
        configuration: True for the text of a configuration file, where all passwords are the victim's.
    """
    first, last = _window(start, end)
    secrets: list[Secret] = []
    for found in _found(text[first:last], configuration):
        begin, stop = max(first + found.start, start), min(first + found.end, end)
        if begin < stop:
            secrets.append(Secret(begin - start, stop - start, found.value))
    return tuple(secrets)


def find_secrets_in_bytes(data: bytes, start: int, end: int, *, configuration: bool) -> tuple[Secret, ...]:
    """Return the same for a range of bytes, each taken as a character."""
    first, last = _window(start, end)
    window = data[first:last].decode("latin-1")
    secrets = find_secrets(window, start - first, end - first, configuration=configuration)
    return tuple(Secret(each.start, each.end, _from_utf8(each.value)) for each in secrets)


def _window(start: int, end: int) -> tuple[int, int]:
    """Return the range to search: the same for most ranges of a file, so that one search serves all of them."""
    return max(0, start - LOOK) // _STEP * _STEP, -(-(end + LOOK) // _STEP) * _STEP


def _found(window: str, configuration: bool) -> Sequence[SecretRange]:
    return _remembered(window, configuration) if len(window) <= _REMEMBERED else _look(window, configuration)


def _look(window: str, configuration: bool) -> Sequence[SecretRange]:
    """Return all secrets of a text, in order and without overlap."""
    text = window.replace("\0", "")
    around = Surroundings(text, configuration=configuration)
    found = _apart(chain(iter_machine_keys(around), iter_settings(around), iter_connection_passwords(around)))
    if len(text) == len(window):
        return tuple(found)
    # Characters of two bytes that were read as two characters.
    kept = [at for at, character in enumerate(window) if character != "\0"]
    return tuple(SecretRange(kept[each.start], kept[each.end - 1] + 1, each.value) for each in found)


_remembered = lru_cache(maxsize=8)(_look)


def _apart(found: Iterable[SecretRange]) -> Iterator[SecretRange]:
    """Yield the ranges in order; overlapping ones are joined, with the value of the first."""
    current: SecretRange | None = None
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if current is None or each.start >= current.end:
            if current is not None:
                yield current
            current = each
        elif each.end > current.end:
            current = current._replace(end=each.end)
    if current is not None:
        yield current


def _from_utf8(value: str) -> str:
    """Return the value as text of the file, so that one secret has one fingerprint."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return value


def iter_machine_keys(around: Surroundings) -> Iterator[SecretRange]:
    """Yield the digits after the name of a key, with any text between, also split into pieces by code."""
    text = around.text
    if not around.has_any("validation", "decryption"):
        return
    for name in _NAME.finditer(text):
        assigned = _ASSIGNED.match(text, name.end())
        direct = -1 if assigned is None else assigned.end()
        at, last = max(direct, name.end()), max(direct, name.end() + _APART)
        while (first := _FIRST.search(text, at, last + 4)) is not None:
            run = _DIGITS.match(text, first.start())
            assert run is not None
            digits = _BETWEENS.sub("", run[0])
            if len(digits) >= (_LEAST_ASSIGNED if run.start() == direct else _LEAST):
                yield SecretRange(run.start(), run.end(), digits)
                break
            at = run.end()


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
