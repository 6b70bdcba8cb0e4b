"""A page as a law sees it: its bytes and settings, the text that the server reads, and edits that keep its encoding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from webshellhunt.decoding.carriers.binary import format_of
from webshellhunt.decoding.charset import DecodedText, decode_candidates
from webshellhunt.decoding.codepages import UNEDITED
from webshellhunt.lang.guess import guess_language
from webshellhunt.lang.tokens import NAME, NEWLINE, NUMBER, OP, STRING, Tokens, tokenize
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.kinds import nature_of
from webshellhunt.pages.page import Block, BlockKind, Page
from webshellhunt.pages.parser import has_server_code, parse

C_LIKE = frozenset({"c#", "jscript"})
VISUAL_BASIC = frozenset({"vb", "vbscript"})
_DEFAULTS = PageSettings()
_ENCODED = "#@~^"
_WITH_HOLES = {"c#": ('$"', '$@"', '@$"', '"""'), "jscript": ("`", "@cc_on", "/*@", "//@"), "vb": ('$"',)}


class Edit(NamedTuple):
    """A range of the text and what stands there instead."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class PageFile:
    """One file of a server, with the settings in force for it.

    ``told_by_keys``: that the page asks for a password is told by the name of a parameter, and by nothing else.
    """

    path: str
    data: bytes
    settings: PageSettings = _DEFAULTS
    told_by_keys: bool = False

    @cached_property
    def kind(self) -> PageKind:
        """How the server reads it."""
        return nature_of(self.path.rpartition("/")[2], self.settings).kind

    @cached_property
    def reading(self) -> DecodedText:
        """What the server reads."""
        return decode_candidates(self.data, self.kind, self.settings)[0]

    @property
    def text(self) -> str:
        """The text that the server reads."""
        return self.reading.text

    @cached_property
    def hides_in_bytes(self) -> bool:
        """Tell whether the bytes are the disguise, which other bytes would take off.

        That is an odd encoding, another format's header, or code that only another reading than the server's shows.
        """
        if self.kind is PageKind.CONFIG:
            return False
        if self.reading.encoding in UNEDITED or format_of(self.data) is not None:
            return True
        others = decode_candidates(self.data, self.kind, self.settings)[1:]
        shown = any(has_server_code(other.text, self.kind) for other in others)
        return shown and not has_server_code(self.text, self.kind)

    @cached_property
    def page(self) -> Page:
        """The page as the server's parser sees it."""
        return parse(self.text, self.kind, self.settings)

    @cached_property
    def language(self) -> str:
        """The page's language; where none is declared, the one that its code is written in."""
        if self.page.language_declared or self.kind is PageKind.CLASSIC_ASP:
            return self.page.language
        own = [block.code(self.text) for block in self.page.blocks if block.language == self.page.language]
        return guess_language("\n".join(own)) or self.page.language

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages of its code."""
        return frozenset(self.language_of(block) for block in self.blocks)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of code that stand in the text as they are compiled, none inside another."""
        razor = self.kind is PageKind.RAZOR
        return tuple(
            block
            for block in self.page.blocks
            if block.decoded is None
            and not block.nested
            and not block.language.endswith(".encode")
            and not (razor and (block.kind is not BlockKind.RAZOR_CODE or "<" in self.text[block.start : block.end]))
        )

    def language_of(self, block: Block) -> str:
        """Return the language that a block is written in."""
        return self.language if block.language == self.page.language else block.language

    def tokens(self, languages: Iterable[str]) -> Iterator[Tokens]:
        """Yield the tokens of each part of code in these languages.

        Parts whose tokens don't all stand apart (strings with holes, conditional comments) are left alone.
        """
        wanted = frozenset(languages)
        for block in self.blocks:
            language = self.language_of(block)
            if language not in wanted:
                continue
            for start, end in block.parts():
                code = self.text[start:end]
                if _ENCODED not in code and not any(sign in code for sign in _WITH_HOLES.get(language, ())):
                    yield tokenize(self.text, language, start, end)

    def with_data(self, data: bytes) -> PageFile:
        """Return the file with other bytes."""
        return replace(self, data=data)

    def edited(self, edits: Iterable[Edit]) -> PageFile | None:
        """Return the file with edits to its text, in its own encoding; ``None`` where that can't hold them."""
        reading = self.reading
        if reading.encoding == "utf-7":
            return None
        parts: list[bytes] = []
        done = last = 0
        for edit in sorted(edits):
            if edit.start < last:
                continue
            at, last = reading.byte_offset(edit.start), edit.end
            try:
                parts += [self.data[done:at], edit.text.encode(reading.encoding)]
            except UnicodeEncodeError:
                return None
            done = reading.byte_offset(edit.end) if edit.end > edit.start else at
        return self.with_data(b"".join((*parts, self.data[done:])))


class Gap(NamedTuple):
    """Two neighbouring tokens of one statement, and what stands between them."""

    before: str
    after: str
    start: int
    end: int


def gaps(tokens: Tokens) -> Iterator[Gap]:
    """Yield the places between tokens where the language allows blanks and comments, and there is at most a blank."""
    text = tokens.text
    for index in range(len(tokens) - 1):
        start, end = tokens.ends[index], tokens.starts[index + 1]
        between = text[start:end]
        kinds = tokens.kinds[index : index + 2]
        if between.strip(" \t") or NEWLINE in kinds:
            continue
        before, after = text[tokens.starts[index] : start], text[end : tokens.ends[index + 1]]
        touching_operators = not between and kinds == bytes((OP, OP)) and not {before, after} & set("()[]{},;")
        if not touching_operators and "!" not in (before, after):
            yield Gap(before, after, start, end)


def token_edits(tokens: Tokens, kind: int) -> Iterator[tuple[int, str]]:
    """Yield the index and the written form of each token of a kind."""
    for index, each in enumerate(tokens.kinds):
        if each == kind:
            yield index, tokens.text[tokens.starts[index] : tokens.ends[index]]


__all__ = ["C_LIKE", "NAME", "NUMBER", "OP", "STRING", "VISUAL_BASIC", "Edit", "Gap", "PageFile", "gaps", "token_edits"]
