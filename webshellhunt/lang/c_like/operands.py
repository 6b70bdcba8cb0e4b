"""Operands of C-like code: names, literals, brackets, casts, prefixes, and the links that follow an operand."""

from __future__ import annotations

from webshellhunt.lang.c_like.creation import parse_initialiser
from webshellhunt.lang.c_like.cursor import DIGITS, MAX_DEPTH, Cursor
from webshellhunt.lang.c_like.expressions import (
    ENDS,
    absent,
    parse_argument,
    parse_arguments,
    parse_comma,
    parse_declared,
)
from webshellhunt.lang.c_like.functions import parse_lambda
from webshellhunt.lang.c_like.type_names import LITERAL_KINDS, is_cast, parse_type, parse_type_arguments, type_end
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import (
    Argument,
    Binary,
    Call,
    Cast,
    Declaration,
    Form,
    Index,
    Items,
    Jump,
    Literal,
    Member,
    Name,
    New,
    Node,
    Unary,
    Unparsed,
)

MAX_LINKS = 200
"""Members, calls and indexes that follow each other in one tree."""


def parse_operand(cursor: Cursor) -> Node:
    """Parse an operand with all that follows it: members, calls, indexes."""
    at = cursor.at
    word = cursor.words[at]
    starter = cursor.grammar.starters.get(word)
    node: Node
    if starter is not None:
        if cursor.depth >= MAX_DEPTH:
            return cursor.skip_expression()
        cursor.depth += 1
        node = starter(cursor)
        cursor.depth -= 1
        if cursor.at == at:
            return node
    elif cursor.kinds[at] == NAME:
        if cursor.words[at + 1] == "=>" and cursor.arrow != at + 1:
            return parse_lambda(cursor)
        cursor.at = at + 1
        node = Name(at, at + 1, cursor.values[at])
    else:
        return Unparsed(at, at)
    return _parse_links(cursor, node, at) if cursor.words[cursor.at] in cursor.grammar.postfix else node


def _parse_links(cursor: Cursor, node: Node, start: int) -> Node:
    """Parse the links behind an operand, one by one."""
    postfix, words = cursor.grammar.postfix, cursor.words
    for _ in range(MAX_LINKS):
        link = postfix.get(words[cursor.at])
        if link is None:
            return node
        cursor.steps += 1
        longer = link(cursor, node, start)
        if longer is None:
            return node
        node = longer
    found = [node]
    while (link := postfix.get(words[cursor.at])) is not None:
        cursor.steps += 1
        longer = link(cursor, cursor.missing(), cursor.at)
        if longer is None:
            break
        found.append(longer)
    return Unparsed(start, cursor.at, found)


def parse_prefix(cursor: Cursor) -> Unary:
    """Parse an operator and its operand."""
    start = cursor.at
    cursor.at += 1
    cursor.steps += 1
    operand = parse_operand(cursor)
    return Unary(start, cursor.at, cursor.words[start], operand)


def parse_range(cursor: Cursor) -> Node:
    """Parse ``..x``: a range without a start, or a value that is spread."""
    start = cursor.at
    if cursor.words[start + 1] not in (".", DIGITS):
        return cursor.missing()
    while cursor.skip("."):
        pass
    operand = parse_operand(cursor) if cursor.words[cursor.at] not in ENDS else absent(cursor)
    return Unary(start, cursor.at, "..", operand)


def parse_missing(cursor: Cursor) -> Unparsed:
    """Return the node of an operand that is not there."""
    return cursor.missing()


def _parse_name(cursor: Cursor) -> Name:
    cursor.at += 1
    return Name(cursor.at - 1, cursor.at, cursor.values[cursor.at - 1])


def parse_brackets(cursor: Cursor) -> Node:
    """Parse round brackets of C#: a lambda's parameters, a cast, a tuple or an expression."""
    start, words = cursor.at, cursor.words
    close = cursor.partners.get(start, -1)
    if close >= 0:
        if words[close + 1] == "=>" and cursor.arrow != close + 1:
            return parse_lambda(cursor)
        if is_cast(cursor, start, close):
            cursor.at = start + 1
            written = parse_type(cursor)
            cursor.at = close + 1
            operand = parse_operand(cursor)
            return Cast(start, cursor.at, written, operand)
    return _parse_tuple(cursor)


def _parse_tuple(cursor: Cursor) -> Node:
    start, words = cursor.at, cursor.words
    cursor.at += 1
    items: list[Node] = []
    is_tuple = words[cursor.at] == ")"
    while words[cursor.at] != ")":
        before = cursor.at
        item = parse_declared(cursor) or parse_argument(cursor)
        if cursor.at > before:
            items.append(item)
        if words[cursor.at] == ",":
            is_tuple = True
            cursor.at += 1
        elif words[cursor.at] != ")":
            if start in cursor.partners:
                items.append(_pass_to_bracket(cursor, start))
            break
    cursor.skip(")")
    if len(items) == 1 and not is_tuple:
        return items[0]
    return Items(start, cursor.at, items, Form.TUPLE)


def _pass_to_bracket(cursor: Cursor, opening: int) -> Unparsed:
    """Pass over tokens in brackets that fit no rule, with the expressions in them."""
    start = cursor.at
    close = cursor.partners.get(opening, -1)
    found: list[Node] = []
    while cursor.at < close:
        before = cursor.at
        node = cursor.grammar.expression(cursor)
        if cursor.at > before:
            found.append(node)
        else:
            cursor.at += 1
    return Unparsed(start, cursor.at, found)


def parse_brackets_of_script(cursor: Cursor) -> Node:
    """Parse round brackets of JScript: a function's parameters or an expression."""
    start = cursor.at
    close = cursor.partners.get(start, -1)
    if close >= 0 and cursor.words[close + 1] == "=>":
        return parse_lambda(cursor)
    cursor.at += 1
    node = parse_comma(cursor)
    if cursor.words[cursor.at] != ")" and close > cursor.at:
        rest = _pass_to_bracket(cursor, start)
        node = Unparsed(start + 1, max(close, cursor.at), [node, *rest.found])
    cursor.skip(")")
    return node


def parse_typeof(cursor: Cursor) -> Node:
    """Parse ``typeof(T)``, ``sizeof(T)``, ``default(T)``, ``default``: calls of a word with a type."""
    start = cursor.at
    word = Name(start, start + 1, cursor.values[start])
    cursor.at += 1
    if cursor.words[cursor.at] != "(":
        return word
    close = cursor.partners.get(cursor.at, -1)
    if close < 0 or type_end(cursor, cursor.at + 1) != close:
        arguments = parse_arguments(cursor, ")")
        return Call(start, cursor.at, word, arguments)
    cursor.at += 1
    written = parse_type(cursor)
    cursor.at = close + 1
    return Call(start, cursor.at, word, [written])


def parse_checked(cursor: Cursor) -> Node:
    """Parse ``checked(x)``, and ``unchecked(x)``, which is the expression itself."""
    start, word = cursor.at, cursor.words[cursor.at]
    cursor.at += 1
    if cursor.words[cursor.at] != "(":
        return cursor.missing()
    inner = _parse_tuple(cursor)
    return Unary(start, cursor.at, word, inner) if word == "checked" else inner


def parse_throw(cursor: Cursor) -> Jump:
    """Parse ``throw`` as an expression."""
    start = cursor.at
    cursor.at += 1
    value = cursor.grammar.expression(cursor)
    return Jump(start, cursor.at, "throw", value)


def parse_await(cursor: Cursor) -> Node:
    """Parse ``await x``, or a name that is spelled so."""
    if cursor.words[cursor.at + 1] == "(" or cursor.kinds[cursor.at + 1] in LITERAL_KINDS:
        return parse_prefix(cursor)
    return _parse_name(cursor)


def parse_var(cursor: Cursor) -> Node:
    """Parse ``var (a, b)``: the variables of a deconstruction."""
    start = cursor.at
    if cursor.words[start + 1] != "(" or cursor.words[cursor.partners.get(start + 1, -1) + 1] not in ("=", "in"):
        return _parse_name(cursor)
    cursor.at += 1
    return _parse_variables(cursor, start)


def _parse_variables(cursor: Cursor, start: int) -> Items:
    cursor.at += 1
    items: list[Node] = []
    while cursor.words[cursor.at] not in (")", "", ";", "}"):
        at = cursor.at
        if cursor.words[at] == "(" and cursor.depth < MAX_DEPTH:
            cursor.depth += 1
            items.append(_parse_variables(cursor, at))
            cursor.depth -= 1
        else:
            cursor.at += 1
            if cursor.kinds[at] == NAME:
                items.append(Declaration(at, at + 1, cursor.values[at]))
    cursor.skip(")")
    return Items(start, cursor.at, items, Form.TUPLE)


def parse_ref(cursor: Cursor) -> Node:
    """Parse ``ref x``, a name for a variable."""
    start = cursor.at
    cursor.at += 1
    value = cursor.grammar.expression(cursor)
    return Argument(start, cursor.at, value, by="ref")


_CONSTANTS: dict[str, tuple[bool | None, str]] = {
    "true": (True, "truth"),
    "false": (False, "truth"),
    "null": (None, "null"),
}


def parse_text(cursor: Cursor) -> Literal:
    """Parse a string or a character."""
    at = cursor.at
    cursor.at = at + 1
    tokens = cursor.tokens
    is_character = not cursor.is_script and tokens.text.startswith("'", tokens.starts[at])
    return Literal(at, at + 1, cursor.values[at], "character" if is_character else "string")


def parse_number(cursor: Cursor) -> Literal:
    """Parse a number."""
    at = cursor.at
    cursor.at = at + 1
    raw = cursor.values[at]
    if raw[0] == "." and at and cursor.words[at - 1] == ".":  # ``1..2``: the second dot is the number's
        raw = raw[1:]
    return Literal(at, at + 1, number_value(raw, is_script=cursor.is_script), "number")


def parse_regular(cursor: Cursor) -> Literal:
    """Parse a regular expression."""
    cursor.at += 1
    return Literal(cursor.at - 1, cursor.at, cursor.values[cursor.at - 1], "pattern")


def number_value(raw: str, *, is_script: bool) -> int | float | None:
    """Return the value of a number as it is written, ``None`` where it is none."""
    text = raw.lower()
    try:
        if text.isdecimal():
            is_octal = is_script and len(text) > 1 and text[0] == "0" and not set(text) & {"8", "9"}
            return int(text[:400], 8 if is_octal else 10)
        if text.startswith("0x"):
            return int(text[2:400].rstrip("ul"), 16)
        if text.startswith(("0b", "0o")):
            return int(text[2:400].rstrip("ul"), 2 if text[1] == "b" else 8)
        digits = text[:400].rstrip("ulfdmn")
        return int(digits) if digits.isdecimal() and text[-1] not in "fdm" else float(digits)
    except ValueError:
        return None


def parse_constant(cursor: Cursor) -> Literal:
    """Parse ``true``, ``false`` or ``null``."""
    cursor.at += 1
    value, kind = _CONSTANTS[cursor.words[cursor.at - 1]]
    return Literal(cursor.at - 1, cursor.at, value, kind)


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
