"""The text around a range, the extent of values in it, and the spellings of quotation marks and brackets."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

MARK: Final = r"(?:\\{0,4}[\"']|&(?:amp;)*(?:quot|apos|#0*3[49]|#x0*2[27]);|\\{1,4}u002[27]|%2[27])"
"""A quotation mark, for a regular expression that ignores case."""

OPEN: Final = r"(?:<|&(?:amp;)*lt;|\\u003c)"
"""The start of a tag."""

CLOSE: Final = r"(?:>|&(?:amp;)*gt;|\\u003e)"
"""The end of a tag."""

GLUE: Final = rf"{MARK}\s*+[+&]\s*+(?:_\s*+)?[@$]*{MARK}"
"""The text between two strings that code joins."""

CONFIDENTIAL: Final = (
    r"(?:password|passwd|pwd|passphrase|secret|connection[ _-]?string"
    r"|(?:api|access|account|private|encryption|validation|decryption)[ _-]?key)"
)
"""The name of a setting that is secret, or the end of one."""


LOOK: Final = 16 * 1024
"""The characters before and after a range in which the name of a secret is searched."""

# The same as MARK, in a form for fast search.
_MARK = lazy_pattern(
    r"[\"'\\&%](?:(?<=[\"'])|(?<=\\)\\{0,3}(?:[\"']|u002[27])"
    r"|(?<=&)(?:amp;)*(?i:quot|apos|#0*3[49]|#x0*2[27]);|(?<=%)2[27])"
)
_TAG = lazy_pattern(OPEN, re.IGNORECASE)
_CODE = lazy_pattern(r"<%(?:[^%]|%(?!>))*+%>")


class SecretRange(NamedTuple):
    """The range of a secret, and its value."""

    start: int
    end: int
    value: str


class Surroundings:
    """A text and its structure, which is computed once and at first use."""

    def __init__(self, text: str, *, configuration: bool) -> None:
        self.text = text
        self.configuration = configuration

    def has_any(self, *words: str) -> bool:
        """Return True if the text has one of these lower-case words; most texts have none, which saves time."""
        return any(word in self._lowered for word in words)

    def places(self, *words: str) -> list[int]:
        """Return the starts of these lower-case words."""
        found = set()
        for word in words:
            at = self._lowered.find(word)
            while at >= 0:
                found.add(at)
                at = self._lowered.find(word, at + 1)
        return sorted(found)

    def quoted(self, mark: str, start: int) -> Iterator[SecretRange]:
        """Yield the value up to the same mark, or the whole rest without one, which may belong to it."""
        stop = min(start + LOOK, len(self.text))
        end = self.text.find(mark, start, stop)
        value = self.text[start : end if end >= 0 else stop]
        spelt = value.strip()
        if spelt and not spelt.lower().startswith("autogenerate"):  # A keyword by which the server generates a key.
            yield SecretRange(start, start + len(value), spelt)

    def content(self, start: int) -> Iterator[SecretRange]:
        """Yield the content up to the next tag."""
        following = bisect_left(self.tags, start)
        end = self.tags[following] if following < len(self.tags) else len(self.text)
        value = self.text[start : min(end, start + LOOK)]
        if value.strip():
            yield SecretRange(start, start + len(value), value.strip())

    def is_settings(self, at: int) -> bool:
        """Return True if a place belongs to settings, and not to server code among them."""
        number = bisect_left(self._code, (at, 0))
        return self.configuration and (number == 0 or at >= self._code[number - 1][1])

    @cached_property
    def tags(self) -> list[int]:
        """The starts of tags."""
        return [found.start() for found in _TAG.finditer(self.text)]

    @cached_property
    def plain_tags(self) -> list[int]:
        """The starts of tags that are not quoted themselves."""
        return [at for at in self.tags if self.text[at] == "<"]

    @cached_property
    def marks(self) -> list[tuple[int, str]]:
        """The quotation marks with their places."""
        return [(found.start(), found[0]) for found in _MARK.finditer(self.text)]

    @cached_property
    def _lowered(self) -> str:
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            return lowered
        return "".join(low if len(low := character.lower()) == 1 else character for character in self.text)

    @cached_property
    def _code(self) -> list[tuple[int, int]]:
        return [found.span() for found in _CODE.finditer(self.text)]
