"""Classes of C-like code: their bases and members, among these properties, indexers and events."""

from __future__ import annotations

from dataclasses import dataclass

from webshellhunt.lang.c_like.cursor import Cursor
from webshellhunt.lang.c_like.expressions import parse_arguments
from webshellhunt.lang.c_like.functions import parse_body, parse_parameters
from webshellhunt.lang.c_like.statements import end_statement
from webshellhunt.lang.c_like.type_names import parse_generics, parse_type, placed, type_end
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import Block, Call, Class, Declaration, Function, Name, Node, Parameter, TypeName

KINDS = frozenset(("class", "struct", "interface", "enum", "record", "namespace"))
_BEHIND_RECORD = frozenset(("(", "{", ":", ";", "<"))
_RECORD = frozenset(("record",))
_VALUE = frozenset(("const",))


def starts_class(cursor: Cursor) -> bool:
    """True if the word at the cursor declares a class, rather than being a name itself."""
    at = cursor.at
    if cursor.kinds[at + 1] != NAME:
        return False
    if cursor.words[at] != "record":
        return True
    return cursor.words[at + 1] in ("class", "struct") or cursor.words[at + 2] in _BEHIND_RECORD


def parse_class(cursor: Cursor, header: Header) -> Class:
    """Parse a class, struct, record, interface, enumeration or namespace from that word."""
    words = cursor.words
    kind = words[cursor.at]
    cursor.at += 1
    modifiers = header.modifiers
    if kind == "record" and words[cursor.at] in ("class", "struct"):
        kind = "struct" if words[cursor.at] == "struct" else kind
        cursor.at += 1
        modifiers |= _RECORD if kind == "struct" else frozenset()
    written = parse_type(cursor, suffixes=False)
    parameters: list[Parameter] = parse_parameters(cursor) if words[cursor.at] == "(" else []
    made = Class(header.start, cursor.at, written.name, kind, [], [], parameters, modifiers, header.attributes)
    made.generics = tuple(each.name for each in written.arguments)
    while words[cursor.at] not in ("{", ";", "}", ""):
        _parse_bases(cursor, made)
    if kind == "enum":
        parse_values(cursor, made)
    elif words[cursor.at] == "{" or (kind == "namespace" and words[cursor.at] == ";"):
        parse_members(cursor, made)
    cursor.skip(";")
    made.end = cursor.at
    return made


def parse_members(cursor: Cursor, made: Class) -> None:
    """Parse the members of a class up to its closing brace, the cursor at the opening one."""
    is_open = cursor.words[cursor.at] == "{"
    around, cursor.owner, cursor.member_depth = (
        (cursor.owner, cursor.member_depth),
        made.name or "class",
        cursor.depth + 1,
    )
    cursor.at += 1
    while cursor.words[cursor.at] != "}" and cursor.at < cursor.size:
        cursor.grammar.statement(cursor, made.members)
    cursor.owner, cursor.member_depth = around
    if is_open:
        cursor.skip("}")


def _parse_bases(cursor: Cursor, made: Class) -> None:
    """Parse one base, or pass over a token between them and over ``where`` clauses."""
    if cursor.words[cursor.at] == "where":
        pass_constraints(cursor)
    elif type_end(cursor, cursor.at) > 0 and cursor.words[cursor.at] not in ("extends", "implements"):
        made.bases.append(parse_type(cursor))
        if cursor.words[cursor.at] == "(":
            at = cursor.at
            arguments = parse_arguments(cursor, ")")
            made.first = Call(at, cursor.at, Name(at, at, "base"), arguments)
    else:
        cursor.at += 1


def pass_constraints(cursor: Cursor) -> None:
    """Pass over ``where T : class`` up to the body."""
    while cursor.words[cursor.at] not in BODY:
        cursor.steps += 1
        cursor.at += 1


def parse_values(cursor: Cursor, made: Class) -> None:
    """Parse the values of an enumeration."""
    if not cursor.skip("{"):
        return
    words = cursor.words
    while words[cursor.at] not in ("}", ""):
        at = cursor.at
        cursor.steps += 1
        if words[at] == "[":
            cursor.at = cursor.partners.get(at, at) + 1
            continue
        cursor.at += 1
        if cursor.kinds[at] == NAME:
            value = cursor.grammar.expression(cursor) if cursor.skip("=") else None
            made.members.append(Declaration(at, cursor.at, cursor.values[at], None, value, modifiers=_VALUE))
    cursor.skip("}")


BODY = frozenset(("{", ";", "=>", "}", ""))
_FAR = 64
"""Tokens of the type arguments of an interface."""
_KIND_OF = {"get": "get", "set": "set", "init": "set", "add": "add", "remove": "remove"}


@dataclass(slots=True)
class Header:
    """The words in front of a declaration."""

    start: int
    modifiers: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, str], ...] = ()


def parse_function(
    cursor: Cursor, header: Header, written: TypeName | None, out: list[Node], *, kind: str = "", name: str = ""
) -> bool:
    """Parse a function from its name, or from its parameters where the name is known."""
    modifiers = header.modifiers
    if not name:
        name = cursor.values[cursor.at]
        interface = _interface(cursor)
        modifiers |= {"explicit"} if interface else frozenset()
        cursor.at += 1
    else:
        interface = ""
    generics = parse_generics(cursor)
    parameters = parse_parameters(cursor) if cursor.words[cursor.at] == "(" else []
    first = _parse_first(cursor)
    while cursor.words[cursor.at] not in BODY:  # constraints, Java's exceptions
        cursor.steps += 1
        cursor.at += 1
    body = parse_body(cursor)
    if not kind:
        is_sub = written is not None and written.name == "void" and not written.rank
        kind = "declared" if "extern" in header.modifiers else "sub" if is_sub else "function"
    function = Function(header.start, cursor.at, name, parameters, body, kind, written, modifiers)
    function.attributes, function.first, function.generics = header.attributes, first, generics
    function.implements = (f"{interface}.{name}",) if interface else ()
    out.append(function)
    if cursor.skip(";"):
        function.end = cursor.at
    return True


def _interface(cursor: Cursor) -> str:
    """Return the name of the interface that stands in front of the name of a member, ``""`` where there is none."""
    at, words = cursor.at - 1, cursor.words
    if words[at] != "." or cursor.is_script:
        return ""
    at -= 1
    if words[at] == ">":  # the end of its type arguments
        begins = (begin for begin in range(at, max(0, at - _FAR), -1) if cursor.angles.get(begin) == at)
        at = next(begins, at + 1) - 1
    return cursor.values[at]


def _parse_first(cursor: Cursor) -> Call | None:
    """Parse ``: base(x)``."""
    if cursor.words[cursor.at] != ":":
        return None
    cursor.at += 1
    at = cursor.at
    if cursor.kinds[at] != NAME or cursor.words[at + 1] != "(":
        return None
    cursor.at += 1
    arguments = parse_arguments(cursor, ")")
    return Call(at, cursor.at, Name(at, at + 1, cursor.values[at]), arguments)


def parse_constructor(cursor: Cursor, header: Header, out: list[Node], written: TypeName | None = None) -> bool:
    """Parse a constructor, a destructor or an operator."""
    word = cursor.words[cursor.at]
    if word == "~":
        if cursor.words[cursor.at + 2] != "(" or not cursor.owner:
            return False
        cursor.at += 1
        header.modifiers |= {"destructor"}
        return parse_function(cursor, header, None, out, kind="sub")
    if word != "operator":
        return parse_function(cursor, header, None, out, kind="constructor")
    cursor.at += 1
    if written is None:  # a conversion
        written = parse_type(cursor)
        return parse_function(cursor, header, written, out, kind="operator", name=written.name or word)
    name = ""
    while cursor.words[cursor.at] not in ("(", ";", "{", "}", ""):
        name += cursor.words[cursor.at]
        cursor.at += 1
    name = name or word
    return parse_function(cursor, header, written, out, kind="operator", name=name)


def parse_property(cursor: Cursor, header: Header, written: TypeName, out: list[Node]) -> bool:
    """Parse a property or an indexer from its name: a function for each accessor, or one declaration without any."""
    at = cursor.at
    name = cursor.values[at]
    interface = _interface(cursor)
    header.modifiers |= {"explicit"} if interface else frozenset()
    cursor.at += 1
    if cursor.words[cursor.at] == "<" and cursor.at in cursor.angles:
        cursor.at = cursor.angles[cursor.at] + 1
    indexes = parse_parameters(cursor, "]") if cursor.words[cursor.at] == "[" else []
    made = Function(header.start, cursor.at, name, indexes, None, "get", written, header.modifiers)
    made.is_indexer, made.attributes = bool(indexes), header.attributes
    made.implements = (f"{interface}.{name}",) if interface else ()
    if cursor.words[cursor.at] == "=>":
        made.body = parse_body(cursor)
        made.end = cursor.at
        end_statement(cursor, made, out)
        return True
    found = _parse_accessors(cursor, made)
    if found:
        out += found
        value = None
    if cursor.words[cursor.at] == "=":
        cursor.at += 1
        value = cursor.grammar.expression(cursor)
    else:
        value = None
    if not found:
        modifiers = header.modifiers | {"property"}
        out.append(Declaration(header.start, cursor.at, name, written, value, modifiers=modifiers))
    elif value is not None:
        out.append(value)
    cursor.skip(";")
    return True


def _parse_accessors(cursor: Cursor, made: Function) -> list[Node]:
    """Parse the accessors in braces; return those with a body."""
    words = cursor.words
    found: list[Node] = []
    start = made.start
    cursor.skip("{")
    while (word := words[cursor.at]) not in ("}", ""):
        at = cursor.at
        cursor.steps += 1
        kind = _KIND_OF.get(word)
        if kind is None:
            cursor.at = cursor.partners.get(at, at) + 1 if word == "[" else at + 1
            continue
        cursor.at += 1
        body = parse_body(cursor)
        if body is not None:
            found.append(_accessor(made, kind, body, start if not found else at, cursor.at))
        cursor.skip(";")
    cursor.skip("}")
    return found


def _accessor(made: Function, kind: str, body: Block, start: int, end: int) -> Function:
    """Return one accessor; the first one has the tokens of the property's type."""
    parameters, written = made.parameters, made.type
    if start != made.start:
        written = placed(written, start)
        parameters = [Parameter(start, start, p.name, placed(p.type, start), p.by) for p in parameters]
    if kind != "get":
        parameters = [*parameters, Parameter(body.start, body.start, "value", placed(made.type, body.start))]
    function = Function(start, end, made.name, parameters, body, kind, written, made.modifiers)
    function.attributes, function.is_indexer, function.implements = made.attributes, made.is_indexer, made.implements
    return function
