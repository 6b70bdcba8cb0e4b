"""The lexer of Razor pages: the code after each ``@``, with brackets matched outside strings and comments.

Markup inside a block stays in the block, as its end depends on the code around it; its tokens don't affect the search
for calls.

Source: System.Web.Razor (CSharpCodeParser, VBCodeParser), Microsoft's Razor syntax reference.
"""

from __future__ import annotations

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.pages.pieces import Piece, PieceKind

_AT = lazy_pattern(r"@(?:@|\*|[{(]|(?<!\w@)[^\W\d]\w*+)")
_VB_WORD = lazy_pattern(r"@(?:Code|Functions|ModelType|Imports|Select|Try|Using|Section|Helper|If|For)\b(?!\s*+[({])")
_VB_CLOSE = lazy_pattern(r"\bEnd\s++(?:Code|Functions|Section|Helper|Select|Try|Using|If)\b|\bNext\b|@ModelType\b")
# Strings end with their line, closed or not, and comments with the file, so that nothing is read twice.
_STRUCTURE = lazy_pattern(
    r"""\$?@\$?"(?:[^"]|"")*+"|"(?:\\.|[^"\\\n])*+"?+|'(?:\\[^\n]{1,9}?|[^'\\\n])'|(?<!:)//[^\n]*+"""
    r"""|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+|@\*(?:[^*]++|\*(?!@))*+(?:\*@)?+|[(){}\[\]]"""
)
_OPEN = {"(": ")", "{": "}", "[": "]"}
_LINE_DIRECTIVES = frozenset(
    (
        *("model", "inherits", "page", "addTagHelper", "removeTagHelper", "tagHelperPrefix", "inject", "namespace"),
        *("layout", "implements", "attribute", "sessionstate"),
    )
)
_VB_LINE_DIRECTIVES = frozenset(("modeltype", "imports", "inherits"))
_STATEMENTS = frozenset(("if", "for", "foreach", "while", "do", "switch", "using", "lock", "try", "helper", "section"))
_BODIES = frozenset(("functions", "code"))
_HEAD = lazy_pattern(r"\s*+(?:[^\W\d]\w*+\s*+)?(?=[({])")
_CONTINUED = lazy_pattern(r"\s*+(?:else(?:\s++if)?|catch|finally|while)\b")
_MEMBER = lazy_pattern(r"\??\.[^\W\d]\w*+|\??(?=\[)|(?=\()|!(?=[.\[(])")
_LINE = lazy_pattern(r"[^\r\n]*+")
_VB_END = lazy_pattern(r"(?i)\bend\s++(\w++)|\bnext\b|\bloop\b")
_VB_BODIES = frozenset(
    ("code", "functions", "if", "for", "while", "do", "select", "try", "using", "section", "helper", "synclock", "with")
)


def is_visual_basic(text: str) -> bool:
    """Return whether a Razor page is in Visual Basic, by its typical blocks."""
    return _VB_WORD.search(text) is not None and _VB_CLOSE.search(text) is not None


def lex_razor(text: str) -> list[Piece]:
    """Return the pieces of a Razor page, which cover it from start to end."""
    pieces: list[Piece] = []
    visual_basic = is_visual_basic(text)
    done = scan = 0
    while (found := _AT.search(text, scan)) is not None:
        start = found.start()
        piece = _piece_at(text, start, found.group()[1:], visual_basic=visual_basic)
        if piece is None:
            scan = found.end()
            continue
        if start > done:
            pieces.append(Piece(PieceKind.TEXT, done, start, done, start))
        pieces.append(piece)
        done = scan = piece.end
    if done < len(text):
        pieces.append(Piece(PieceKind.TEXT, done, len(text), done, len(text)))
    return pieces


def _piece_at(text: str, start: int, lead: str, *, visual_basic: bool) -> Piece | None:
    """Return the piece that an ``@`` begins, ``None`` for an escaped one."""
    if lead == "@":
        return None
    if lead == "*":
        close = text.find("*@", start + 2)
        end = len(text) if close < 0 else close + 2
        return Piece(PieceKind.COMMENT, start, end, start + 2, end - 2 if close >= 0 else end, close >= 0)
    if lead in "{(":
        kind = PieceKind.RAZOR_CODE if lead == "{" else PieceKind.RAZOR_EXPRESSION
        end, closed = _bracketed(text, start + 1)
        return Piece(kind, start, end, start + 2, end - 1 if closed else end, closed)
    return _word_at(text, start, lead, visual_basic=visual_basic)


def _word_at(text: str, start: int, word: str, *, visual_basic: bool) -> Piece:
    """Return the directive, block, statement or expression after an ``@``."""
    after = start + 1 + len(word)
    lower = word.lower()
    head = _HEAD.match(text, after)
    line_only = lower in _VB_LINE_DIRECTIVES if visual_basic else word in _LINE_DIRECTIVES
    if line_only or (word == "using" and (head is None or text[head.end()] == "{")):
        line = _LINE.match(text, after)
        end = line.end() if line else after
        return Piece(PieceKind.RAZOR_DIRECTIVE, start, end, start + 1, end)
    if visual_basic and lower in _VB_BODIES:
        end, closed = _visual_basic_body(text, after, lower)
        return Piece(PieceKind.RAZOR_CODE, start, end, after if lower in _BODIES else start + 1, end, closed)
    if word in _STATEMENTS and head is not None:
        end, closed = _statement(text, head.end())
        return Piece(PieceKind.RAZOR_CODE, start, end, start + 1, end, closed)
    if word in _BODIES and head is not None and text[head.end()] == "{":
        end, closed = _bracketed(text, head.end())
        return Piece(PieceKind.RAZOR_CODE, start, end, head.end() + 1, end - 1 if closed else end, closed)
    end, closed = _expression(text, after)
    return Piece(PieceKind.RAZOR_EXPRESSION, start, end, start + 1, end, closed)


def _bracketed(text: str, start: int) -> tuple[int, bool]:
    """Return the end of the bracket pair at ``start``; only brackets of the same kind count."""
    opening = text[start]
    closing = _OPEN[opening]
    depth = 0
    for token in _STRUCTURE.finditer(text, start):
        sign = token.group()
        if sign == opening:
            depth += 1
        elif sign == closing:
            depth -= 1
            if depth == 0:
                return token.end(), True
    return len(text), False


def _statement(text: str, at: int) -> tuple[int, bool]:
    """Return the end of a statement of C#: its head in parentheses, its body in braces, and what continues it."""
    while True:
        end, closed = _bracketed(text, at)
        if not closed:
            return end, False
        following = _HEAD.match(text, end)
        if text[at] == "(" and following is not None and text[following.end()] == "{":
            at = following.end()
            continue
        more = _CONTINUED.match(text, end) if text[at] == "{" else None
        head = _HEAD.match(text, more.end()) if more else None
        if head is None:
            return end, True
        at = head.end()


def _expression(text: str, at: int) -> tuple[int, bool]:
    """Return the end of an implicit expression: members, calls and indexes without a space between."""
    while (member := _MEMBER.match(text, at)) is not None:
        at = member.end()
        if text[at : at + 1] in ("(", "["):
            at, closed = _bracketed(text, at)
            if not closed:
                return at, False
    return at, True


def _visual_basic_body(text: str, start: int, word: str) -> tuple[int, bool]:
    """Return the end of a block that ``End`` and its own word close (``Next`` and ``Loop`` for loops)."""
    for end in _VB_END.finditer(text, start):
        closer = (end[1] or end.group()).lower()
        if closer == word or (word, closer) in (("for", "next"), ("do", "loop")):
            return end.end(), True
    return len(text), False
