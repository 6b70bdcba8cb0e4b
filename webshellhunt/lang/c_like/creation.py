"""Objects made in C-like code: ``new``, initialisers, lists and the objects of JScript."""

from __future__ import annotations

from webshellhunt.lang import tree
from webshellhunt.lang.c_like.cursor import DIGITS, MAX_DEPTH, TEXT, Cursor
from webshellhunt.lang.c_like.expressions import parse_argument, parse_arguments
from webshellhunt.lang.c_like.functions import parse_method
from webshellhunt.lang.c_like.type_names import IN_RANK, parse_type
from webshellhunt.lang.lexis import NAME

_PAIR = 2


def parse_new(cursor: Cursor) -> tree.Node:
    """Parse ``new`` of C#: an object, an array, an anonymous type."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    if words[start] == "stackalloc" and words[start + 1] == "[":
        cursor.at = start + 1
    written: tree.TypeName | None = None
    if cursor.kinds[cursor.at] == NAME or (words[cursor.at] == "(" and _is_tuple_array(cursor)):
        written = parse_type(cursor, suffixes=False)
        while words[cursor.at] == "?" or words[cursor.at] == "*":
            cursor.at += 1
        written.end = cursor.at
    arguments: list[tree.Node] = []
    is_array = words[cursor.at] == "["
    if is_array:
        if written is None:
            written = tree.TypeName(cursor.at, cursor.at, "")
        arguments = _parse_ranks(cursor, written)
    elif words[cursor.at] == "(":
        arguments = parse_arguments(cursor, ")")
    initialiser = parse_initialiser(cursor, is_array=is_array) if words[cursor.at] == "{" else None
    if isinstance(initialiser, tree.Items) and written is None and all(map(tree.name_path, initialiser.items)):
        entries = [tree.Entry(each.start, each.end, _key_of(each), each) for each in initialiser.items]
        initialiser = tree.Entries(initialiser.start, initialiser.end, entries)
    if not is_array and initialiser is not None and written is not None and not arguments:
        written.end = min(written.end, initialiser.start)
    return tree.New(start, cursor.at, _named(written), arguments, initialiser)


def _named(written: tree.TypeName | None) -> tree.TypeName | None:
    return written if written is not None and (written.name or written.rank) else None


def _is_tuple_array(cursor: Cursor) -> bool:
    """True if brackets behind ``new`` are the type of an array's tuples."""
    return cursor.words[cursor.partners.get(cursor.at, cursor.at) + 1] == "["


def _parse_ranks(cursor: Cursor, written: tree.TypeName) -> list[tree.Node]:
    """Parse the brackets of a new array, with its sizes."""
    sizes: list[tree.Node] = []
    words = cursor.words
    while words[cursor.at] == "[":
        if written.rank and words[cursor.at + 1] not in IN_RANK:
            break  # an element of the new array
        written.rank += 1
        if words[cursor.at + 1] in IN_RANK:
            cursor.at = cursor.partners.get(cursor.at, cursor.at) + 1
        else:
            sizes += parse_arguments(cursor, "]")
    if not sizes:
        written.end = cursor.at
    return sizes


def parse_initialiser(cursor: Cursor, *, is_array: bool = False) -> tree.Entries | tree.Items:
    """Parse the braces behind ``new`` or a declaration: parts with names, pairs, or items."""
    start, words = cursor.at, cursor.words
    if cursor.depth >= MAX_DEPTH:
        skipped = cursor.skip_expression()
        return tree.Items(start, cursor.at, [skipped])
    cursor.depth += 1
    cursor.at += 1
    items: list[tree.Node] = []
    while words[cursor.at] not in ("}", ""):
        before = cursor.at
        item = _parse_element(cursor, is_array=is_array)
        if cursor.at > before:
            items.append(item)
        elif not cursor.skip(","):
            items.append(tree.Unparsed(before, before + 1))
            cursor.at += 1
    cursor.skip("}")
    cursor.depth -= 1
    entries = [item for item in items if isinstance(item, tree.Entry)]
    if entries or (not items and not is_array):
        rest = [
            tree.Entry(item.start, item.end, _key_of(item), item) for item in items if not isinstance(item, tree.Entry)
        ]
        return tree.Entries(start, cursor.at, sorted(entries + rest, key=lambda each: each.start))
    return tree.Items(start, cursor.at, items)


def _key_of(item: tree.Node) -> tree.Name:
    """Return the key of a part that names itself: ``new { a.b }`` has the key ``b``."""
    path = tree.name_path(item)
    return tree.Name(item.start, item.start, path[-1] if path else "")


def _parse_element(cursor: Cursor, *, is_array: bool) -> tree.Node:
    start, words = cursor.at, cursor.words
    cursor.steps += 1
    if words[start] == "{":
        return _parse_braces(cursor, is_array=is_array)
    if words[start + 1] == "=" and cursor.kinds[start] == NAME:
        cursor.at += 2
        key: tree.Node = tree.Name(start, start + 1, cursor.values[start])
        value = _parse_value(cursor)
        return tree.Entry(start, cursor.at, key, value)
    close = cursor.partners.get(start, start) if words[start] == "[" else start
    if words[start] == "[" and words[close + 1] == "=":
        keys = parse_arguments(cursor, "]")
        key = keys[0] if len(keys) == 1 else tree.Items(start, cursor.at, keys, tree.Form.TUPLE)
        cursor.skip("=")
        value = _parse_value(cursor)
        return tree.Entry(start, cursor.at, key, value)
    return parse_argument(cursor)


def _parse_braces(cursor: Cursor, *, is_array: bool) -> tree.Node:
    """Parse braces in braces: a pair of a dictionary, or a row of an array."""
    start = cursor.at
    row = cursor.grammar.braces(cursor) if is_array else cursor.grammar.element(cursor)
    if not is_array and isinstance(row, tree.Items) and len(row.items) == _PAIR:
        return tree.Entry(start, cursor.at, row.items[0], row.items[1])
    return row


def _parse_value(cursor: Cursor) -> tree.Node:
    """Parse a part's value, which may be an initialiser of the object that is there."""
    return cursor.grammar.element(cursor) if cursor.words[cursor.at] == "{" else cursor.grammar.expression(cursor)


def parse_braces(cursor: Cursor) -> tree.Node:
    """Parse braces where an expression is expected in C#: the items of an array."""
    return parse_initialiser(cursor, is_array=True)


def parse_array(cursor: Cursor) -> tree.Items:
    """Parse a list in square brackets."""
    start = cursor.at
    items = parse_arguments(cursor, "]")
    return tree.Items(start, cursor.at, items)


def parse_object(cursor: Cursor) -> tree.Node:
    """Parse an object of JScript."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    entries: list[tree.Entry] = []
    while words[cursor.at] not in ("}", ""):
        cursor.steps += 1
        if words[cursor.at] in (",", ";"):
            cursor.at += 1
            continue
        before = cursor.at
        entry = _parse_property(cursor)
        if cursor.at == before:
            cursor.at += 1
            value = tree.Unparsed(before, before + 1)
            entry = tree.Entry(before, cursor.at, tree.Name(before, before, ""), value)
        entries.append(entry)
    cursor.skip("}")
    return tree.Entries(start, cursor.at, entries)


def _parse_property(cursor: Cursor) -> tree.Entry:
    start, words = cursor.at, cursor.words
    kind = "function"
    key: tree.Node
    if words[start] == "[":
        keys = parse_arguments(cursor, "]")
        key = keys[0] if len(keys) == 1 else tree.Unparsed(start, cursor.at, keys)
    elif words[start] == "." and words[start + 1] == ".":
        spread = parse_argument(cursor)
        return tree.Entry(start, cursor.at, tree.Name(start, start, ""), spread)
    else:
        while words[cursor.at] in ("get", "set", "async", "*") and words[cursor.at + 1] not in _BEHIND_KEY:
            kind = words[cursor.at] if words[cursor.at] in _ACCESSORS else kind
            cursor.at += 1
        key = _parse_key(cursor)
    if cursor.skip(":"):
        value = cursor.grammar.expression(cursor)
    elif words[cursor.at] == "(":
        function = parse_method(cursor, start)
        function.kind = kind
        value = tree.Lambda(function.start, function.end, function)
    else:
        value = tree.Name(start, start, key.text) if isinstance(key, tree.Name) else cursor.missing()
    return tree.Entry(start, cursor.at, key, value)


_BEHIND_KEY = frozenset(":,(}")
_ACCESSORS = frozenset(("get", "set"))


def _parse_key(cursor: Cursor) -> tree.Node:
    at = cursor.at
    if cursor.kinds[at] == NAME:
        cursor.at = at + 1
        return tree.Name(at, at + 1, cursor.values[at])
    if cursor.words[at] in (TEXT, DIGITS):
        return cursor.grammar.operand(cursor)
    return tree.Literal(at, at, None, "empty")


def parse_new_of_script(cursor: Cursor) -> tree.Node:
    """Parse ``new`` of JScript, which makes an object of any expression: its members come first, then its arguments."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    begin = cursor.at
    callee: tree.Node
    if words[begin] in ("(", "function", "{", "[", "new", "class", TEXT) or cursor.kinds[begin] != NAME:
        callee = _parse_callee(cursor)
    else:
        callee = tree.Name(begin, begin + 1, cursor.values[begin])
        cursor.at += 1
    while words[cursor.at] in (".", "["):
        cursor.steps += 1
        if words[cursor.at] == "[":
            if words[cursor.at + 1] == "]":  # an array of JScript.NET
                cursor.at += 2
                continue
            keys = parse_arguments(cursor, "]")
            callee = tree.Index(begin, cursor.at, callee, keys)
        elif cursor.kinds[cursor.at + 1] == NAME:
            cursor.at += 2
            callee = tree.Member(begin, cursor.at, callee, cursor.values[cursor.at - 1])
        else:
            break
    arguments = parse_arguments(cursor, ")") if words[cursor.at] == "(" else []
    return _made_new(start, cursor.at, callee, arguments)


def _parse_callee(cursor: Cursor) -> tree.Node:
    """Parse an expression that is no name behind ``new``, without the arguments that follow it."""
    if cursor.depth >= MAX_DEPTH:
        return cursor.skip_expression()
    starter = cursor.grammar.starters.get(cursor.words[cursor.at])
    if starter is None:
        return cursor.missing()
    cursor.depth += 1
    callee = starter(cursor)
    cursor.depth -= 1
    return callee


def _made_new(start: int, end: int, callee: tree.Node, arguments: list[tree.Node]) -> tree.New:
    sizes = callee.arguments if isinstance(callee, tree.Index) and not arguments else []
    if isinstance(callee, tree.Index) and sizes:
        callee = callee.subject
    path = tree.name_path(callee)
    if not path:
        return tree.New(start, end, None, arguments, callee=callee)
    written = tree.TypeName(callee.start, callee.end, ".".join(path), rank=1 if sizes else 0)
    return tree.New(start, end, written, arguments or sizes)
