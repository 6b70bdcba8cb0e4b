"""A piece: a token of the server's parser."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from webshellhunt.pages.page import Attribute


class PieceKind(StrEnum):
    """The kind of a piece."""

    TEXT = "text"
    DIRECTIVE = "directive"
    INCLUDE = "include"
    COMMENT = "comment"
    EXPRESSION = "expression"
    ENCODED_EXPRESSION = "encoded_expression"
    DATABIND = "databind"
    EXPRESSION_BUILDER = "expression_builder"
    CODE = "code"
    BEGIN_TAG = "begin_tag"
    SCRIPT = "script"
    END_TAG = "end_tag"
    SOURCE = "source"
    RAZOR_CODE = "razor_code"
    RAZOR_EXPRESSION = "razor_expression"
    RAZOR_DIRECTIVE = "razor_directive"


class Piece(NamedTuple):
    """``text[start:end]``; ``inner_start:inner_end`` without delimiters; not ``closed`` if the file ends it.

    ``attributes`` are those of a begin tag.
    """

    kind: PieceKind
    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool = True
    attributes: tuple[Attribute, ...] = ()
