"""Statements of C-like code."""

from __future__ import annotations

from webshellhunt.fence import check_time
from webshellhunt.lang.c_like.cursor import DIGITS, MAX_DEPTH, TEXT, Cursor
from webshellhunt.lang.c_like.disposal import disposed, with_disposal
from webshellhunt.lang.c_like.expressions import parse_comma
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import Block, Declaration, Function, If, Jump, Label, Node, Unparsed, With

_LONGEST_CHAIN = 60
"""How many ``else if`` are in each other in the tree; more of them stand in a row, as if each test were made."""
_ENDS = frozenset((";", "}", ""))
_RECOVERS = frozenset((";", "}", "{", ""))
YIELDED = frozenset(("*", "{", "[", TEXT, DIGITS))
"""Tokens that follow ``yield`` where it is no name."""


def parse_statement(cursor: Cursor, out: list[Node]) -> None:
    """Parse one statement or declaration; at least one token is passed over."""
    check_time()
    start = cursor.at
    cursor.steps += 1
    if cursor.depth >= MAX_DEPTH:
        skipped = cursor.skip_statement()
        if skipped.end > start:
            out.append(skipped)
    else:
        cursor.depth += 1
        grammar = cursor.grammar
        state = grammar.statements.get(cursor.words[start])
        if state is None or not state(cursor, out):
            cursor.at = start
            if not grammar.declaration(cursor, out):
                cursor.at = start
                parse_plain(cursor, out)
        cursor.depth -= 1
    if cursor.at <= start:
        out.append(Unparsed(start, start + 1))
        cursor.at = start + 1


def parse_plain(cursor: Cursor, out: list[Node]) -> None:
    """Parse an expression that is a statement, or a label."""
    start = cursor.at
    if cursor.words[start + 1] == ":" and cursor.kinds[start] == NAME:
        cursor.at = start + 2
        out.append(Label(start, start + 2, cursor.values[start]))
        return
    node = parse_comma(cursor) if cursor.is_script else cursor.grammar.expression(cursor)
    end_statement(cursor, node, out)


def end_statement(cursor: Cursor, node: Node | None, out: list[Node]) -> None:
    """Add a statement that ends here, unless it was added before."""
    is_empty = node is not None and node.end == node.start
    if node is not None and not is_empty:
        out.append(node)
    if cursor.words[cursor.at] == ";":
        cursor.at += 1
    elif cursor.words[cursor.at] not in _ENDS:
        pass_to_end(cursor, out, is_empty=is_empty)


def pass_to_end(cursor: Cursor, out: list[Node], *, is_empty: bool = False) -> None:
    """Pass over tokens that no rule fits, to the end of the statement or line, and keep the expressions in them."""
    start, words = cursor.at, cursor.words
    found: list[Node] = []
    while (word := words[cursor.at]) not in _RECOVERS and (is_empty or not cursor.starts_line(cursor.at)):
        before = cursor.at
        is_empty = False
        cursor.steps += 1
        more = cursor.grammar.expression(cursor)
        if cursor.at > before:
            found.append(more)
        else:
            cursor.at += 1
    if cursor.at > start:
        out.append(Unparsed(start, cursor.at, found))
    if word == ";":
        cursor.at += 1


def parse_block(cursor: Cursor) -> Block:
    """Parse statements in braces, the cursor at the opening one; the page may end before the closing one."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    out: list[Node] = []
    size = cursor.size
    while words[cursor.at] != "}" and cursor.at < size:
        parse_statement(cursor, out)
    end = cursor.at
    cursor.skip("}")
    return Block(start, cursor.at, out if cursor.is_script else with_disposal(out, end))


def parse_inner(cursor: Cursor) -> Block:
    """Parse the body of a statement: a block or one statement."""
    start = cursor.at
    if cursor.words[start] == "{":
        return parse_block(cursor)
    out: list[Node] = []
    if cursor.words[start] not in ("}", ""):
        parse_statement(cursor, out)
    return Block(start, cursor.at, out)


def parse_test(cursor: Cursor) -> Node:
    """Parse a condition in brackets."""
    opening = cursor.at
    if not cursor.skip("("):
        return cursor.missing()
    test = parse_comma(cursor) if cursor.is_script else cursor.grammar.expression(cursor)
    close_brackets(cursor, opening)
    return test


def close_brackets(cursor: Cursor, opening: int) -> None:
    """Pass over a closing bracket, and all before it that no rule fits."""
    if not cursor.skip(")"):
        cursor.at = max(cursor.at, cursor.partners.get(opening, -1) + 1)


def parse_commas(cursor: Cursor) -> list[Node]:
    """Parse expressions with commas between them."""
    found: list[Node] = []
    while True:
        before = cursor.at
        node = cursor.grammar.expression(cursor)
        if cursor.at > before:
            found.append(node)
        if not cursor.skip(","):
            return found


def state_nothing(cursor: Cursor, out: list[Node]) -> bool:
    """Parse a lone semicolon."""
    cursor.at += 1
    return True


def state_block(cursor: Cursor, out: list[Node]) -> bool:
    """Parse a block."""
    out.append(parse_block(cursor))
    return True


def state_if(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``if`` with all its ``else if``."""
    chain: list[If] = []
    last: Block | None = None
    words = cursor.words
    while True:
        start = cursor.at
        cursor.at += 1
        cursor.steps += 1
        test = parse_test(cursor)
        yes = parse_inner(cursor)
        chain.append(If(start, cursor.at, test, yes))
        if cursor.is_boundary(cursor.at) and words[cursor.at + 1] == "else":
            cursor.at += 1
        if not cursor.skip("else"):
            break
        if words[cursor.at] != "if":
            last = parse_inner(cursor)
            break
    out.append(_chained(chain, last))
    return True


def _chained(chain: list[If], last: Block | None) -> If:
    """Put each ``if`` into the one before it."""
    groups = [chain[at : at + _LONGEST_CHAIN] for at in range(0, len(chain), _LONGEST_CHAIN)]
    rest: list[Node] = []
    for number in reversed(range(len(groups))):
        inner = last if number == len(groups) - 1 else None
        if not number and rest:
            inner = Block(rest[-1].start, rest[0].end, rest[::-1])
        for each in reversed(groups[number]):
            each.no = inner
            each.end = each.end if inner is None else inner.end
            inner = Block(each.start, each.end, [each])
        rest.append(groups[number][0])
    return chain[0]


def state_jump(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``return``, ``throw``, ``break``, ``continue``, ``goto``."""
    start, words = cursor.at, cursor.words
    kind = words[start]
    cursor.at += 1
    value: Node | None = None
    label = ""
    ends = words[cursor.at] in _ENDS or (cursor.is_script and cursor.starts_line(cursor.at))
    if ends:
        pass
    elif kind in ("return", "throw"):
        value = parse_comma(cursor) if cursor.is_script else cursor.grammar.expression(cursor)
    elif words[cursor.at] == "case":
        cursor.at += 1
        label, value = "case", cursor.grammar.expression(cursor)
    elif cursor.kinds[cursor.at] == NAME:
        label = cursor.values[cursor.at]
        cursor.at += 1
    end_statement(cursor, Jump(start, cursor.at, kind, value, label), out)
    return True


def state_lock(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``lock (x) { … }``: a block of the expression and the body."""
    start = cursor.at
    if cursor.words[start + 1] != "(":
        return False
    cursor.at += 1
    held = parse_test(cursor)
    body = parse_inner(cursor)
    out.append(Block(start, cursor.at, [held, body]))
    return True


def state_fixed(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``fixed (…) { … }`` and ``using (…) { … }``: a block of declarations and the body."""
    start = cursor.at
    if cursor.words[start + 1] != "(":
        return False
    opening = start + 1
    cursor.at += 2
    held: list[Node] = []
    if not cursor.grammar.variables(cursor, held):
        held = parse_commas(cursor)
        if len(held) == 1 and cursor.words[start] == "using":  # an object that is there already, or has no name
            held = [Declaration(held[0].start, held[0].end, f"\0using{start}", None, held[0])]
    close_brackets(cursor, opening)
    body = parse_inner(cursor)
    names = [each.name for each in held if isinstance(each, Declaration)]
    inner: Node = body
    if names and cursor.words[start] == "using":
        inner = disposed(body, names)
    out.append(Block(start, cursor.at, [*held, inner]))
    return True


def state_checked(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``checked { … }``, ``unchecked { … }`` and ``unsafe { … }``."""
    if cursor.words[cursor.at + 1] != "{":
        return False
    is_checked = cursor.words[cursor.at] == "checked"
    cursor.at += 1
    block = parse_block(cursor)
    block.is_checked = is_checked
    out.append(block)
    return True


def state_with(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``with (x) { … }`` of JScript."""
    start = cursor.at
    cursor.at += 1
    subject = parse_test(cursor)
    body = parse_inner(cursor)
    out.append(With(start, cursor.at, subject, body))
    return True


def state_debugger(cursor: Cursor, out: list[Node]) -> bool:
    """Pass over ``debugger``."""
    cursor.at += 1
    end_statement(cursor, Unparsed(cursor.at - 1, cursor.at), out)
    return True


def state_static(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``static { … }``, which runs once, when its class is used first."""
    start = cursor.at
    if cursor.words[start + 1] != "{":
        return False
    cursor.at += 1
    body = parse_block(cursor)
    modifiers = frozenset(("static",))
    out.append(Function(start, cursor.at, cursor.owner, [], body, "constructor", modifiers=modifiers))
    return True


def state_yield(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``yield return x`` and ``yield break``."""
    start = cursor.at
    word = cursor.words[start + 1]
    if word not in ("return", "break"):
        return False
    cursor.at += 2
    value = cursor.grammar.expression(cursor) if word == "return" else None
    end_statement(cursor, Jump(start, cursor.at, "yield" if value else "yield break", value), out)
    return True


def state_yield_of_script(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``yield x`` and ``yield* x`` of a generator."""
    start = cursor.at
    if cursor.kinds[start + 1] != NAME and cursor.words[start + 1] not in YIELDED:
        return False
    cursor.at += 1
    label = "*" if cursor.skip("*") else ""
    value = cursor.grammar.expression(cursor)
    end_statement(cursor, Jump(start, cursor.at, "yield", value, label), out)
    return True
