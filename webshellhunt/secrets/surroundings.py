"""The text around a range, and how far a value in it goes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.secrets.spelling import OPEN

LOOK: Final = 16 * 1024
"""Characters before and after a range in which the name of what stands there is looked for."""

# The same as MARK, in a form that a search skips to.
_MARK = lazy_pattern(
    r"[\"'\\&%](?:(?<=[\"'])|(?<=\\)\\{0,3}(?:[\"']|u002[27])"
    r"|(?<=&)(?:amp;)*(?i:quot|apos|#0*3[49]|#x0*2[27]);|(?<=%)2[27])"
)
_TAG = lazy_pattern(OPEN, re.IGNORECASE)
_CODE = lazy_pattern(r"<%(?:[^%]|%(?!>))*+%>")


class SecretRange(NamedTuple):
    """A secret: its range, and the value that this spells."""

    start: int
    end: int
    value: str


class Surroundings:
    """A text, with what structures it looked up once and only when asked for."""

    def __init__(self, text: str, *, configuration: bool) -> None:
        self.text = text
        self.configuration = configuration

    def has_any(self, *words: str) -> bool:
        """Tell whether one of these words, in small letters, is there: most texts have none, and are done with soon."""
        return any(word in self._lowered for word in words)

    def places(self, *words: str) -> list[int]:
        """Return where one of these words, in small letters, begins."""
        found = set()
        for word in words:
            at = self._lowered.find(word)
            while at >= 0:
                found.add(at)
                at = self._lowered.find(word, at + 1)
        return sorted(found)

    def quoted(self, mark: str, start: int) -> Iterator[SecretRange]:
        """Yield what stands up to the same mark; where there is none, all that follows may belong to it."""
        stop = min(start + LOOK, len(self.text))
        end = self.text.find(mark, start, stop)
        value = self.text[start : end if end >= 0 else stop]
        spelt = value.strip()
        if spelt and not spelt.lower().startswith("autogenerate"):  # Says that the server makes a key, and isn't one.
            yield SecretRange(start, start + len(value), spelt)

    def content(self, start: int) -> Iterator[SecretRange]:
        """Yield what stands up to the next tag."""
        following = bisect_left(self.tags, start)
        end = self.tags[following] if following < len(self.tags) else len(self.text)
        value = self.text[start : min(end, start + LOOK)]
        if value.strip():
            yield SecretRange(start, start + len(value), value.strip())

    def is_settings(self, at: int) -> bool:
        """Tell whether a place belongs to settings, not to server code, which only an intruder puts among them."""
        number = bisect_left(self._code, (at, 0))
        return self.configuration and (number == 0 or at >= self._code[number - 1][1])

    @cached_property
    def tags(self) -> list[int]:
        """Where tags begin."""
        return [found.start() for found in _TAG.finditer(self.text)]

    @cached_property
    def plain_tags(self) -> list[int]:
        """Where tags begin that aren't quoted themselves."""
        return [at for at in self.tags if self.text[at] == "<"]

    @cached_property
    def marks(self) -> list[tuple[int, str]]:
        """Each quotation mark, with its place."""
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
