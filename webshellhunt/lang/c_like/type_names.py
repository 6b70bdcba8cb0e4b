"""Types in C-like code: where one ends, and its node."""

from __future__ import annotations

from webshellhunt.lang.c_like.cursor import MAX_DEPTH, Cursor
from webshellhunt.lang.lexis import NAME, NUMBER, REGEX, STRING
from webshellhunt.lang.tree import TypeName

PREDEFINED = frozenset(
    (
        *("bool", "byte", "sbyte", "char", "decimal", "double", "float", "int", "uint", "long", "ulong", "nint"),
        *("nuint", "short", "ushort", "object", "string", "void"),
    )
)
NO_TYPES = frozenset(
    (
        *("abstract", "as", "await", "base", "break", "case", "catch", "checked", "class", "const", "continue"),
        *("default", "delegate", "do", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed"),
        *("for", "foreach", "goto", "if", "implicit", "in", "interface", "internal", "is", "lock", "namespace"),
        *("new", "null", "operator", "out", "override", "params", "private", "protected", "public", "readonly"),
        *("ref", "return", "sealed", "sizeof", "stackalloc", "static", "struct", "switch", "this", "throw", "true"),
        *("try", "typeof", "unchecked", "unsafe", "using", "virtual", "volatile", "while", "yield", "instanceof"),
    )
)
LITERAL_KINDS = frozenset((NAME, STRING, NUMBER, REGEX))
_NOT_CAST = frozenset(("is", "as", "in", "switch", "with", "and", "or", "when", "on", "equals", "instanceof", "into"))
_AFTER_CAST = frozenset("(~!")
_AFTER_TYPE = frozenset(("-", "+", "&", "*", "++", "--", "["))
_ENDS_OF_TYPES = frozenset(("]", ">", "?", "*"))
_QUALIFIES = frozenset((".", "::"))
_SUFFIXES = frozenset("?*[")
_BEHIND_NULLABLE = frozenset(
    (*(")", ">", ",", ";", "]", "}", "[", "{", "=", "?", ":", "", "=>"), *("==", "!=", "&&", "||", "??"))
)
_BEHIND_TESTED = _BEHIND_NULLABLE - frozenset("[{?=")
IN_RANK = frozenset("],")


def type_end(cursor: Cursor, at: int) -> int:
    """Return where the type ends that may start at a token, -1 where none does."""
    words, kinds = cursor.words, cursor.kinds
    at = _tuple_end(cursor, at) if words[at] == "(" else _named_end(cursor, at)
    if at < 0:
        return -1
    while words[at] in _SUFFIXES:
        if words[at] == "[":
            place = at + 1
            while words[place] == ",":
                place += 1
            if words[place] != "]":
                break
            at = place
        elif words[at] == "?" and kinds[at + 1] != NAME and words[at + 1] not in _BEHIND_NULLABLE:
            break
        at += 1
    return at


def _named_end(cursor: Cursor, at: int) -> int:
    words, kinds = cursor.words, cursor.kinds
    while True:
        if kinds[at] != NAME or words[at] in NO_TYPES:
            return -1
        at += 1
        word = words[at]
        if word == "<" and at in cursor.angles:
            at = cursor.angles[at] + 1
            word = words[at]
        if word not in _QUALIFIES:
            return at
        at += 1


def _tuple_end(cursor: Cursor, at: int) -> int:
    """Return where a tuple's type ends; its first element decides, which is no tuple itself."""
    close = cursor.partners.get(at, -1)
    if close < 0 or cursor.words[at + 1] == "(":
        return -1
    end = type_end(cursor, at + 1)
    if end >= 0 and cursor.kinds[end] == NAME:
        end += 1
    return close + 1 if end >= 0 and cursor.words[end] == "," else -1


def is_cast(cursor: Cursor, start: int, close: int) -> bool:
    """True if C# takes brackets for a cast: there is a type in them, and the next token can't go on with a value."""
    words = cursor.words
    if close < 0 or type_end(cursor, start + 1) != close:
        return False
    following = words[close + 1]
    if cursor.kinds[close + 1] in LITERAL_KINDS:
        return following not in _NOT_CAST
    if following in _AFTER_CAST:
        return True
    return following in _AFTER_TYPE and (words[close - 1] in PREDEFINED or words[close - 1] in _ENDS_OF_TYPES)


def parse_type(cursor: Cursor, *, suffixes: bool = True) -> TypeName:
    """Parse a type at the cursor; without ``suffixes`` its brackets are left, and in a pattern its question mark."""
    start = cursor.at
    made = _parse_tuple(cursor) if cursor.words[start] == "(" else _parse_named(cursor)
    if suffixes:
        end = type_end(cursor, start)
        made.rank = cursor.words[cursor.at : end].count("[")
        made.is_nullable = "?" in cursor.words[cursor.at : end]
        cursor.at = max(cursor.at, end)
    made.end = cursor.at
    return made


def parse_tested_type(cursor: Cursor) -> TypeName:
    """Parse the type of ``x as T`` and of patterns, behind which a question mark is mostly an operator."""
    made = parse_type(cursor, suffixes=False)
    words = cursor.words
    while words[cursor.at] == "[" and words[cursor.at + 1] in IN_RANK:
        made.rank += 1
        cursor.at = cursor.partners.get(cursor.at, cursor.at) + 1
    if words[cursor.at] == "?" and words[cursor.at + 1] in _BEHIND_TESTED:
        cursor.at += 1
    made.end = cursor.at
    return made


def _parse_named(cursor: Cursor) -> TypeName:
    start, words, kinds = cursor.at, cursor.words, cursor.kinds
    names: list[str] = []
    arguments: list[TypeName] = []
    while kinds[cursor.at] == NAME:
        names.append(cursor.values[cursor.at])
        cursor.at += 1
        if words[cursor.at] == "<" and cursor.at in cursor.angles:
            arguments = parse_type_arguments(cursor, cursor.angles[cursor.at])
        if words[cursor.at] not in _QUALIFIES or kinds[cursor.at + 1] != NAME:
            break
        if words[cursor.at] == "::" and words[cursor.at - 1] == "global":
            names.clear()
        cursor.at += 1
    return TypeName(start, cursor.at, ".".join(names), arguments)


def parse_type_arguments(cursor: Cursor, close: int) -> list[TypeName]:
    """Parse type arguments up to their closing bracket."""
    found: list[TypeName] = []
    cursor.depth += 1
    while cursor.at < close and cursor.depth <= MAX_DEPTH:
        cursor.at += 1
        cursor.steps += 1
        if type_end(cursor, cursor.at) > 0:
            found.append(parse_type(cursor))
    cursor.depth -= 1
    cursor.at = close + 1
    return found


def _parse_tuple(cursor: Cursor) -> TypeName:
    start = cursor.at
    close = cursor.partners.get(start, start)
    names: list[str] = []
    at = start + 1
    while at < close:
        if _names_item(cursor, at):
            names.append(cursor.values[at])
        at = max(cursor.partners.get(at, at), at) + 1
    arguments = parse_type_arguments(cursor, close)
    written = TypeName(start, cursor.at, "ValueTuple", arguments)
    written.names = tuple(names) if len(names) == len(arguments) else ()
    return written


def _names_item(cursor: Cursor, at: int) -> bool:
    """True if a token is the name of an item of a tuple type: it follows its type."""
    is_name = cursor.kinds[at] == NAME and cursor.words[at + 1] in (",", ")")
    return is_name and (cursor.kinds[at - 1] == NAME or cursor.words[at - 1] in (">", "]", "?", ")"))


def parse_generics(cursor: Cursor) -> tuple[str, ...]:
    """Parse the names of type parameters in angle brackets, where there are any."""
    close = cursor.angles.get(cursor.at) if cursor.words[cursor.at] == "<" else None
    if close is None:
        return ()
    places = range(cursor.at + 1, close)
    cursor.at = close + 1
    return tuple(cursor.values[at] for at in places if cursor.kinds[at] == NAME and cursor.words[at + 1] in (",", ">"))


def placed(written: TypeName | None, at: int) -> TypeName | None:
    """Return a copy of a type for a node that starts at a token, elsewhere than where the type is written."""
    if written is None:
        return None
    arguments = [copy for each in written.arguments if (copy := placed(each, at)) is not None]
    return TypeName(at, at, written.name, arguments, written.rank)
