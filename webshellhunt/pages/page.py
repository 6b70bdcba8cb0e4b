"""The parsed page. Offsets are half-open ranges of characters in its text."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from webshellhunt.model.settings import PageKind


class BlockKind(StrEnum):
    """The syntax of a block of server code.

    ``CODE`` ``<% %>``; ``EXPRESSION`` ``<%= %>``; ``ENCODED_EXPRESSION`` ``<%: %>``; ``DATABIND`` ``<%# %>``;
    ``EXPRESSION_BUILDER`` ``<%$ %>``; ``SCRIPT`` ``<script runat=server>``; ``SOURCE`` the code after
    the directives of a handler; ``RAZOR_CODE`` and ``RAZOR_EXPRESSION`` after ``@``.
    """

    CODE = "code"
    EXPRESSION = "expression"
    ENCODED_EXPRESSION = "encoded_expression"
    DATABIND = "databind"
    EXPRESSION_BUILDER = "expression_builder"
    SCRIPT = "script"
    SOURCE = "source"
    RAZOR_CODE = "razor_code"
    RAZOR_EXPRESSION = "razor_expression"


class DependencyKind(StrEnum):
    """The syntax by which a page names a dependency."""

    INCLUDE_FILE = "include_file"
    INCLUDE_VIRTUAL = "include_virtual"
    SCRIPT_SRC = "script_src"
    CLIENT_SCRIPT = "client_script"
    SRC = "src"
    CODE_FILE = "code_file"
    CODE_BEHIND = "code_behind"
    INHERITS = "inherits"
    CLASS = "class"
    MASTER = "master"
    REGISTER_SRC = "register_src"
    REGISTER_ASSEMBLY = "register_assembly"
    ASSEMBLY_SRC = "assembly_src"
    ASSEMBLY_NAME = "assembly_name"
    REFERENCE = "reference"
    APP_CODE = "app_code"


class Attribute(NamedTuple):
    """One attribute: its name as written, its value with character references decoded, the value's range."""

    name: str
    value: str
    start: int
    end: int


def find_value(attributes: tuple[Attribute, ...], name: str) -> str | None:
    """Return the value of the first attribute with this name, ignoring case."""
    wanted = name.lower()
    for attribute in attributes:
        if attribute.name.lower() == wanted:
            return attribute.value
    return None


def resolve_character_references(value: str) -> str:
    """Return an attribute's value with its character references decoded."""
    if "&" not in value:
        return value
    from html import unescape  # Slow to import, and few pages need it.

    return unescape(value)


class Directive(NamedTuple):
    """``<%@ name attribute=value … %>``; ``name`` is lower-case, empty where it was omitted."""

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    end: int

    def get(self, name: str) -> str | None:
        """Return an attribute's value by its name, ignoring case."""
        return find_value(self.attributes, name)


class Block(NamedTuple):
    """One block of server code: ``start:end`` is the code, ``outer_start:outer_end`` with its delimiters.

    ``cuts`` are ranges inside that the parser removes before compiling (server comments in a script);
    ``decoded`` is the code where it was written with character references in an attribute; ``closed`` is
    false where the end of the file ends the block; ``nested`` marks code inside a classic script that a
    stricter reading would leave to the script.
    """

    kind: BlockKind
    language: str
    start: int
    end: int
    outer_start: int
    outer_end: int
    cuts: tuple[tuple[int, int], ...] = ()
    decoded: str | None = None
    closed: bool = True
    nested: bool = False

    def parts(self) -> Iterator[tuple[int, int]]:
        """Yield the ranges of the text that are compiled, in order."""
        at = self.start
        for start, end in self.cuts:
            if start > at:
                yield at, start
            at = end
        if self.end > at:
            yield at, self.end

    def code(self, text: str) -> str:
        """Return the code that is compiled."""
        if self.decoded is not None:
            return self.decoded
        return text[self.start : self.end] if not self.cuts else "".join(text[a:b] for a, b in self.parts())


class Dependency(NamedTuple):
    """A path or type that a page names and the server includes or compiles, with the range that names it."""

    kind: DependencyKind
    target: str
    start: int
    end: int


class ServerTag(NamedTuple):
    """A begin tag with ``runat=server``; ``name`` as written."""

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    end: int

    def get(self, name: str) -> str | None:
        """Return an attribute's value by its name, ignoring case."""
        return find_value(self.attributes, name)


class ServerObject(NamedTuple):
    """``<object runat=server>``: an object made before the code runs, known to it as ``id``."""

    id: str | None
    classid: str | None
    progid: str | None
    class_name: str | None
    start: int
    end: int


class Note(NamedTuple):
    """An irregularity of a page at an offset: ``unclosed-block``, ``unclosed-script``, ``tags-abandoned``."""

    code: str
    offset: int


class Page(NamedTuple):
    """A page as parsed by the server.

    ``language`` is the page's own, declared if ``language_declared``, else the default; a block's
    language may differ. ``comments`` are the ranges of server comments.
    """

    kind: PageKind
    language: str
    language_declared: bool = False
    directives: tuple[Directive, ...] = ()
    blocks: tuple[Block, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    objects: tuple[ServerObject, ...] = ()
    tags: tuple[ServerTag, ...] = ()
    comments: tuple[tuple[int, int], ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def includes(self) -> tuple[Dependency, ...]:
        """Return the dependencies that are ``<!--#include -->``."""
        return tuple(
            p for p in self.dependencies if p.kind in (DependencyKind.INCLUDE_FILE, DependencyKind.INCLUDE_VIRTUAL)
        )
