"""Pieces of a text."""

from __future__ import annotations

from webshellhunt.model.settings import PageKind
from webshellhunt.pages.lexer import lex
from webshellhunt.pages.pieces import Piece, PieceKind

OPEN, CLOSE = "<" + "%", "%" + ">"


def test_a_piece_is_closed_unless_the_file_ends_it() -> None:
    assert Piece(PieceKind.SOURCE, 0, 1, 0, 1).closed
    found = lex(f"{OPEN} a {CLOSE}text{OPEN} b", PageKind.CLASSIC_ASP)
    assert [piece.closed for piece in found if piece.kind is PieceKind.CODE] == [True, False]
