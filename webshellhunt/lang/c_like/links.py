"""Links that follow an operand of C-like code: members, calls, indexes, type arguments."""

from __future__ import annotations

from webshellhunt.lang.c_like.creation import parse_initialiser
from webshellhunt.lang.c_like.cursor import DIGITS, Cursor
from webshellhunt.lang.c_like.expressions import parse_arguments
from webshellhunt.lang.c_like.functions import parse_lambda
from webshellhunt.lang.c_like.type_names import parse_type_arguments
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import Argument, Binary, Call, Index, Literal, Member, Name, New, Node, Unary, Unparsed

_AFTER_GENERIC = frozenset(
    ("(", ")", "]", "}", ":", ";", ",", ".", "?", "==", "!=", "|", "^", "&&", "||", "&", "[", "")
)
_AFTER_GENERIC |= {"?.", "=>", "{"}
_AFTER_BANG = frozenset((")", "]", "}", ",", ";", ":", "")) | {".", "(", "[", "=", "?.", "!", "==", "!=", "??"}


def link_member(cursor: Cursor, node: Node, start: int) -> Node | None:
    """Parse ``.name``."""
    at, is_conditional = cursor.at + 1, cursor.words[cursor.at] == "?."
    if cursor.words[at] == "." and cursor.is_script and isinstance(node, Literal):  # 1..toString()
        at += 1
    if cursor.words[at] == "#" and cursor.is_script:  # a private member
        at += 1
    if cursor.kinds[at] != NAME:
        if not cursor.is_script and cursor.words[at] in (".", DIGITS):
            return None
        cursor.at = at
        return Unparsed(start, at, [node])
    cursor.at = at + 1
    return Member(start, at + 1, node, cursor.values[at], is_conditional)


def link_call(cursor: Cursor, node: Node, start: int) -> Node:
    """Parse arguments in round brackets."""
    arguments = parse_arguments(cursor, ")")
    return Call(start, cursor.at, node, arguments)


def link_index(cursor: Cursor, node: Node, start: int) -> Node:
    """Parse indexes in square brackets; in C#, ``..x`` is a range without a first end."""
    arguments = parse_arguments(cursor, "]")
    for at, each in enumerate(arguments):
        if isinstance(each, Argument) and each.by == "spread" and not cursor.is_script:
            first, last = Literal(each.start, each.start, None, "empty"), each.value
            if isinstance(last, Unparsed) and not last.found:
                last = Literal(each.end, each.end, None, "empty")
            arguments[at] = Binary(each.start, each.end, [first, last], [".."])
    return Index(start, cursor.at, node, arguments)


def link_optional_index(cursor: Cursor, node: Node, start: int) -> Node | None:
    """Parse ``a?[i]``, which is no choice unless a colon follows."""
    at = cursor.at + 1
    if cursor.words[at] == "." and cursor.kinds[at + 1] == NAME:  # ``?.`` with a line end in it
        cursor.at = at + 2
        return Member(start, at + 2, node, cursor.values[at + 1], is_conditional=True)
    if cursor.words[at] != "[" or cursor.words[cursor.partners.get(at, at) + 1] == ":":
        return None
    if at >= cursor.size or cursor.tokens.starts[at] != cursor.tokens.ends[at - 1]:
        return None
    cursor.at = at
    arguments = parse_arguments(cursor, "]")
    return Index(start, cursor.at, node, arguments, is_conditional=True)


def link_optional(cursor: Cursor, node: Node, start: int) -> Node | None:
    """Parse ``?.`` of JScript's younger kin, before a member, an index or a call."""
    if cursor.words[cursor.at + 1] in ("[", "("):
        cursor.at += 1
        return link_call(cursor, node, start) if cursor.words[cursor.at] == "(" else link_index(cursor, node, start)
    return link_member(cursor, node, start)


def link_step(cursor: Cursor, node: Node, start: int) -> Node | None:
    """Parse ``x++``; in JScript it stands on the line of its operand."""
    if cursor.is_script and cursor.starts_line(cursor.at):
        return None
    cursor.at += 1
    return Unary(start, cursor.at, cursor.words[cursor.at - 1], node, is_postfix=True)


def link_bang(cursor: Cursor, node: Node, start: int) -> Node | None:
    """Pass over the ``!`` that promises a value."""
    if cursor.words[cursor.at + 1] not in _AFTER_BANG:
        return None
    cursor.at += 1
    node.end = max(node.end, cursor.at) if node.start == start else node.end
    return node


def link_generic(cursor: Cursor, node: Node, start: int) -> Node | None:
    """Parse type arguments, which C# distinguishes from comparisons by the token after them."""
    close = cursor.angles.get(cursor.at)
    if close is None or not isinstance(node, (Name, Member)) or cursor.words[close + 1] not in _AFTER_GENERIC:
        return None
    opening = cursor.at
    cursor.at = close + 1
    if cursor.words[cursor.partners.get(cursor.at, -1) + 1] == "=>" and cursor.words[cursor.at] == "(":
        return parse_lambda(cursor, start)  # it says the type of its result
    cursor.at = opening
    node.types = tuple(parse_type_arguments(cursor, close))
    node.end = cursor.at = close + 1
    return node


def link_qualified(cursor: Cursor, node: Node, start: int) -> Node | None:
    """Parse ``alias::name``; ``global`` is no name."""
    at = cursor.at + 1
    if cursor.kinds[at] != NAME:
        cursor.at = at
        return Unparsed(start, at, [node])
    cursor.at = at + 1
    if isinstance(node, Name) and node.text == "global":
        return Name(start, at + 1, cursor.values[at])
    return Member(start, at + 1, node, cursor.values[at])


def link_with(cursor: Cursor, node: Node, start: int) -> Node | None:
    """Parse ``x with { A = 1 }``: a new object made of another."""
    if cursor.words[cursor.at + 1] != "{":
        return None
    cursor.at += 1
    initialiser = parse_initialiser(cursor)
    return New(start, cursor.at, None, [node], initialiser)
