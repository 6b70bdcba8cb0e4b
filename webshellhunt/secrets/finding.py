"""Find the secrets in a range of a text, by the text around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Secret
from webshellhunt.secrets.connections import iter_connection_passwords
from webshellhunt.secrets.keys import iter_machine_keys
from webshellhunt.secrets.settings import iter_settings
from webshellhunt.secrets.surroundings import LOOK, SecretRange, Surroundings

_FILE = lazy_pattern(r"\.config|^(?:web|app|machine|applicationhost)[ _-]?config|^appsettings[\w.-]*\.json")
_STEP: Final = 2 * LOOK
_REMEMBERED: Final = 4 * _STEP
_PAGE_FILE = lazy_pattern(r"\.(?:as[acp]|as[cmhp]x|aspq|cer|cdx|soap|rem|svc|[cv]shtml|vbhtml|master|skin)$")


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
