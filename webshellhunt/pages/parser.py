"""The parser: it builds a Page from pieces, with each block's language and the page's dependencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.dependencies import directive_dependencies, include_dependency, is_main, script_dependency
from webshellhunt.pages.languages import default_language, encoded_language, normal_language, plain_language
from webshellhunt.pages.lexer import lex
from webshellhunt.pages.markup import INCLUDE, directive_attributes, fold, says_runat
from webshellhunt.pages.page import (
    Attribute,
    Block,
    BlockKind,
    Dependency,
    Directive,
    Note,
    Page,
    ServerObject,
    ServerTag,
    resolve_character_references,
)
from webshellhunt.pages.pieces import Piece, PieceKind
from webshellhunt.pages.razor import is_visual_basic

_BLOCKS = {
    PieceKind.CODE: BlockKind.CODE,
    PieceKind.EXPRESSION: BlockKind.EXPRESSION,
    PieceKind.ENCODED_EXPRESSION: BlockKind.ENCODED_EXPRESSION,
    PieceKind.DATABIND: BlockKind.DATABIND,
    PieceKind.EXPRESSION_BUILDER: BlockKind.EXPRESSION_BUILDER,
    PieceKind.SOURCE: BlockKind.SOURCE,
    PieceKind.RAZOR_CODE: BlockKind.RAZOR_CODE,
    PieceKind.RAZOR_EXPRESSION: BlockKind.RAZOR_EXPRESSION,
}


_ENCODED = "#@~^"
_OPENING = re.compile(r"<(?:%|!--\s*+\#)")
_OPEN = lazy_pattern(r"<%(?:\s*+(\#:?|\$|=|:))?")
_KINDS = {
    "#": BlockKind.DATABIND,
    "#:": BlockKind.DATABIND,
    "$": BlockKind.EXPRESSION_BUILDER,
    "=": BlockKind.EXPRESSION,
    ":": BlockKind.ENCODED_EXPRESSION,
}


def parse(text: str, kind: PageKind, settings: PageSettings) -> Page:
    """Parse a text as the server does; lenient, never raises."""
    return _Builder(text, kind, settings).build(lex(text, kind))


def has_server_code(text: str, kind: PageKind = PageKind.WEB_FORM, folded: bytes | None = None) -> bool:
    """Return whether a text may contain server code, by a fast check without false negatives.

    ``folded`` is the result of `fold` for the text, if already computed.
    """
    if kind is PageKind.CONFIG:
        return False
    if kind is PageKind.RAZOR:
        return "@" in text
    opening = _OPENING.search(text)
    if opening is not None and (opening[0] == "<%" or "<%" in text or INCLUDE.search(text) is not None):
        return True
    return says_runat(fold(text) if folded is None else folded)


class _Builder:
    """The collector of the declarations in a text's pieces."""

    def __init__(self, text: str, kind: PageKind, settings: PageSettings) -> None:
        self.text = text
        self.kind = kind
        self.settings = settings
        self.classic = kind is PageKind.CLASSIC_ASP
        self.language = default_language(kind, settings)
        self.declared = False
        self.directives: list[Directive] = []
        self.blocks: list[Block] = []
        self.dependencies: list[Dependency] = []
        self.objects: list[ServerObject] = []
        self.tags: list[ServerTag] = []
        self.comments: list[tuple[int, int]] = []
        self.notes: list[Note] = []

    def build(self, pieces: list[Piece]) -> Page:
        tags = self._declarations(pieces)
        index = 0
        while index < len(pieces):
            piece = pieces[index]
            index += 1
            if piece.kind is PieceKind.BEGIN_TAG:
                index = self._begin_tag(tags[piece.start], pieces, index)
            elif piece.kind in _BLOCKS:
                self._block(piece)
            elif piece.kind is PieceKind.INCLUDE:
                self._include(piece)
            elif piece.kind is PieceKind.COMMENT:
                self.comments.append((piece.start, piece.end))
        return Page(
            kind=self.kind,
            language=self.language,
            language_declared=self.declared,
            directives=tuple(self.directives),
            blocks=tuple(self.blocks),
            dependencies=tuple(self.dependencies),
            objects=tuple(self.objects),
            tags=tuple(self.tags),
            comments=tuple(self.comments),
            notes=tuple(self.notes),
        )

    def _declarations(self, pieces: list[Piece]) -> dict[int, ServerTag]:
        """Read directives and server tags, and determine the page's language, which may be declared after its use."""
        tags: dict[int, ServerTag] = {}
        for piece in pieces:
            if piece.kind is PieceKind.DIRECTIVE:
                name, attributes = directive_attributes(self.text, piece.start, piece.end)
                directive = Directive(name, attributes, piece.start, piece.end)
                self.directives.append(directive)
                self.dependencies.extend(directive_dependencies(directive))
                if not piece.closed:
                    self.notes.append(Note("unclosed-block", piece.start))
            elif piece.kind is PieceKind.BEGIN_TAG:
                name = self.text[piece.start + 1 : piece.inner_start]
                tags[piece.start] = ServerTag(name, piece.attributes, piece.start, piece.end)
        self._settle_language(tags)
        return tags

    def _settle_language(self, tags: dict[int, ServerTag]) -> None:
        """Set the first language that a main directive, else any directive, else a script declares."""
        mains = [d for d in self.directives if is_main(d)]
        names = [d.get("language") for d in (*mains, *self.directives)]
        if not self.classic:
            names += [t.get("language") for t in tags.values() if t.name.lower() == "script"]
        name = next((n for n in names if n and n.strip()), None)
        if self.kind is PageKind.RAZOR:
            self.language, self.declared = ("vb" if is_visual_basic(self.text) else "c#"), True
        elif name is not None:
            self.language = normal_language(name, self.kind, self.settings)
            self.declared = True

    def _block(self, piece: Piece) -> None:
        kind = _BLOCKS[piece.kind]
        start, end = piece.inner_start, piece.inner_end
        if start < end:
            language = self._block_language(start, self.language)
            self.blocks.append(Block(kind, language, start, end, piece.start, piece.end, closed=piece.closed))
        if not piece.closed:
            self.notes.append(Note("unclosed-block", piece.start))

    def _block_language(self, start: int, language: str) -> str:
        """Return a block's language; in a classic page the text itself shows whether it is encoded."""
        if not self.classic:
            return language
        at = start
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return encoded_language(language) if self.text.startswith(_ENCODED, at) else plain_language(language)

    def _include(self, piece: Piece) -> None:
        match = INCLUDE.match(self.text, piece.start)
        if match is not None:
            self.dependencies.append(include_dependency(match["form"], match["path"], *match.span("path")))

    def _begin_tag(self, tag: ServerTag, pieces: list[Piece], index: int) -> int:
        """Add a server tag and, for a script, the pieces that follow; return the next index."""
        self.tags.append(tag)
        name = tag.name.lower()
        if name == "script":
            return self._script(tag, pieces, index)
        if name == "object":
            self.objects.append(_server_object(tag))
        self.blocks.extend(attribute_blocks(self.text, tag.attributes, self.language))
        return index

    def _script(self, tag: ServerTag, pieces: list[Piece], index: int) -> int:
        dependency = script_dependency(tag.attributes)
        if dependency is not None:
            self.dependencies.append(dependency)
        cuts: list[tuple[int, int]] = []
        start = end = tag.end
        closed = True
        while index < len(pieces) and pieces[index].kind in (PieceKind.SCRIPT, PieceKind.COMMENT):
            piece = pieces[index]
            index += 1
            end, closed = piece.end, piece.closed
            if piece.kind is PieceKind.COMMENT:
                cuts.append((piece.start, piece.end))
                self.comments.append((piece.start, piece.end))
        outer_end = end
        if index < len(pieces) and pieces[index].kind is PieceKind.END_TAG:
            outer_end = pieces[index].end
            index += 1
        else:
            closed = False
            self.notes.append(Note("unclosed-script", tag.start))
        # The runtime ignores the body of a script with src; classic ASP is not known to.
        if end > start and (dependency is None or self.classic):
            language = self._script_language(tag, start)
            self.blocks.append(
                Block(BlockKind.SCRIPT, language, start, end, tag.start, outer_end, tuple(cuts), closed=closed)
            )
            if self.classic:
                self._nested(start, end)
        return index

    def _script_language(self, tag: ServerTag, start: int) -> str:
        name = tag.get("language") or tag.get("type")
        language = self.language
        if name and name.strip():
            language = normal_language(name, self.kind, self.settings)
        return self._block_language(start, language)

    def _nested(self, start: int, end: int) -> None:
        """Also add ``<% %>`` inside a classic script as code, since asp.dll's reading is unknown."""
        for found in find_blocks(self.text, start, end):
            language = self._block_language(found.start, self.language)
            self.blocks.append(Block(found.kind, language, *found[1:], nested=True))


def _server_object(tag: ServerTag) -> ServerObject:
    """Return the object that an ``<object runat=server>`` declares."""
    return ServerObject(tag.get("id"), tag.get("classid"), tag.get("progid"), tag.get("class"), tag.start, tag.end)


class AttributeCode(NamedTuple):
    """A server block in a text: its kind, its code, and its range with the delimiters."""

    kind: BlockKind
    start: int
    end: int
    outer_start: int
    outer_end: int


def find_blocks(text: str, start: int, end: int) -> Iterator[AttributeCode]:
    """Yield the closed server blocks in ``text[start:end]``, none of which overlap."""
    at = start
    while (opened := _OPEN.search(text, at, end)) is not None:
        close = text.find("%>", opened.end(), end)
        if close < 0:
            return
        yield AttributeCode(_KINDS.get(opened[1] or "", BlockKind.CODE), opened.end(), close, opened.start(), close + 2)
        at = close + 2


def attribute_blocks(text: str, attributes: tuple[Attribute, ...], language: str) -> Iterator[Block]:
    """Yield the blocks in the values of a server tag's attributes."""
    for attribute in attributes:
        if "<%" not in attribute.value:
            continue
        plain = list(find_blocks(text, attribute.start, attribute.end))
        for found in plain:
            code = text[found.start : found.end]
            decoded = resolve_character_references(code)
            yield Block(found.kind, language, *found[1:], decoded=None if decoded == code else decoded)
        if not plain:
            span = attribute.start, attribute.end
            for hidden in find_blocks(attribute.value, 0, len(attribute.value)):
                code = attribute.value[hidden.start : hidden.end]
                yield Block(hidden.kind, language, *span, *span, decoded=code)
