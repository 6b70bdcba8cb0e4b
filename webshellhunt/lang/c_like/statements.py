"""Statements of C-like code."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.fence import check_time
from webshellhunt.lang.c_like.cursor import DIGITS, MAX_DEPTH, TEXT, Cursor, Parse
from webshellhunt.lang.c_like.expressions import parse_comma, parse_declared, parse_pattern
from webshellhunt.lang.c_like.type_names import parse_type, type_end
from webshellhunt.lang.lexis import NAME
from webshellhunt.lang.tree import (
    Block,
    Call,
    Case,
    Catch,
    Declaration,
    Each,
    Function,
    If,
    Jump,
    Label,
    Loop,
    Member,
    Name,
    Node,
    Pattern,
    Switch,
    Try,
    TypeName,
    Unparsed,
    With,
)

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


_MOST_NESTED = 24
"""Declarations with ``using`` in one block, each of which makes a block in a block."""


def disposed(body: Block, names: Sequence[str]) -> Try:
    """Return a block at whose end some objects are disposed of, the last one first."""
    end = body.end
    calls: list[Node] = [
        Call(end, end, Member(end, end, Name(end, end, name), "Dispose", is_conditional=True), [])
        for name in reversed(names)
    ]
    return Try(body.start, end, body, [], Block(end, end, calls))


def with_disposal(statements: list[Node], end: int) -> list[Node]:
    """Return the statements of a block with those after each ``using var x = …;`` in a block of their own."""
    places = [at for at, each in enumerate(statements) if isinstance(each, Declaration) and "using" in each.modifiers]
    for at in reversed(places[:_MOST_NESTED]):
        rest = statements[at + 1 :]
        if not rest:
            continue
        body = Block(rest[0].start, end, rest)
        declared = statements[at]
        names = [declared.name] if isinstance(declared, Declaration) else []
        statements = [*statements[: at + 1], disposed(body, names)]
    return statements


def state_while(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``while``."""
    start = cursor.at
    cursor.at += 1
    test = parse_test(cursor)
    body = parse_inner(cursor)
    out.append(Loop(start, cursor.at, test, body))
    return True


def state_do(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``do … while``."""
    start = cursor.at
    cursor.at += 1
    body = parse_inner(cursor)
    while cursor.words[cursor.at] == ";":
        cursor.at += 1
    test = parse_test(cursor) if cursor.skip("while") else None
    out.append(Loop(start, cursor.at, test, body, is_tested_last=True))
    cursor.skip(";")
    return True


def state_for(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``for (;;)`` of C#, and Java's ``for (T x : items)``."""
    start, words = cursor.at, cursor.words
    if words[start + 1] != "(":
        return False
    opening = start + 1
    cursor.at += 2
    end = type_end(cursor, cursor.at)
    if end > 0 and words[end + 1] == ":":
        return _state_each(cursor, out, start, opening)
    initial = _parse_initial(cursor)
    out.append(_parse_rest(cursor, start, opening, initial, cursor.grammar.expression))
    return True


def _parse_initial(cursor: Cursor) -> list[Node]:
    initial: list[Node] = []
    if cursor.words[cursor.at] != ";" and not cursor.grammar.variables(cursor, initial):
        initial = parse_commas(cursor)
    return initial


def _parse_rest(cursor: Cursor, start: int, opening: int, initial: list[Node], parse_test: Parse) -> Loop:
    """Parse ``; test; step) body``."""
    cursor.skip(";")
    test = parse_test(cursor) if cursor.words[cursor.at] != ";" else None
    cursor.skip(";")
    step = parse_commas(cursor)
    close_brackets(cursor, opening)
    body = parse_inner(cursor)
    return Loop(start, cursor.at, test, body, initial, step)


def state_for_of_script(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``for (;;)`` and ``for (k in o)`` of JScript."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    if words[cursor.at] in ("each", "await"):
        cursor.at += 1
    opening = cursor.at
    if not cursor.skip("("):
        return False
    before = cursor.strengths
    cursor.strengths = cursor.grammar.narrow
    initial = _parse_initial(cursor)
    cursor.strengths = before
    if words[cursor.at] in ("in", "of"):
        is_keys = words[cursor.at] == "in"
        cursor.at += 1
        items = parse_comma(cursor)
        close_brackets(cursor, opening)
        target = initial[0] if initial else cursor.missing()
        body = parse_inner(cursor)
        out.append(Each(start, cursor.at, target, items, body, is_keys))
        return True
    out.append(_parse_rest(cursor, start, opening, initial, parse_comma))
    return True


def state_foreach(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``foreach``."""
    start = cursor.at
    if cursor.words[start + 1] != "(":
        return False
    cursor.at += 2
    return _state_each(cursor, out, start, start + 1)


def _state_each(cursor: Cursor, out: list[Node], start: int, opening: int) -> bool:
    target = _parse_target(cursor)
    cursor.at += cursor.words[cursor.at] in ("in", ":")
    items = cursor.grammar.expression(cursor)
    close_brackets(cursor, opening)
    body = parse_inner(cursor)
    out.append(Each(start, cursor.at, target, items, body))
    return True


def _parse_target(cursor: Cursor) -> Node:
    """Parse the variable of a loop, or several in brackets."""
    start = cursor.at
    while cursor.words[cursor.at] in ("ref", "readonly", "final"):
        cursor.at += 1
    end = type_end(cursor, cursor.at)
    if end > 0 and cursor.is_name(end):
        written = parse_type(cursor)
        cursor.at = end + 1
        return Declaration(start, end + 1, cursor.values[end], written)
    return parse_declared(cursor) or cursor.grammar.operand(cursor)


def state_switch(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``switch``: each label is a case, which falls through where it has no body."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    subject = parse_test(cursor)
    cases: list[Case] = []
    if cursor.skip("{"):
        while words[cursor.at] not in ("}", ""):
            if words[cursor.at] in ("case", "default"):
                cases.append(_parse_case(cursor))
            else:  # nothing stands before the first case
                stray: list[Node] = []
                parse_statement(cursor, stray)
        cursor.skip("}")
    out.append(Switch(start, cursor.at, subject, cases, falls_through=True))
    return True


def _parse_case(cursor: Cursor) -> Case:
    start, words = cursor.at, cursor.words
    patterns: list[Pattern] = []
    guard: Node | None = None
    cursor.at += 1
    cursor.steps += 1
    if words[start] == "case":
        patterns.append(_parse_script_pattern(cursor) if cursor.is_script else parse_pattern(cursor))
        guard = cursor.grammar.expression(cursor) if cursor.skip("when") else None
    cursor.skip(":")
    begin = cursor.at
    body: list[Node] = []
    while (word := words[cursor.at]) not in ("case", "}", "") and (word != "default" or words[cursor.at + 1] != ":"):
        parse_statement(cursor, body)
    return Case(start, cursor.at, patterns, Block(begin, cursor.at, body), guard)


def _parse_script_pattern(cursor: Cursor) -> Pattern:
    start = cursor.at
    value = parse_comma(cursor)
    return Pattern(start, cursor.at, value=value)


def state_try(cursor: Cursor, out: list[Node]) -> bool:
    """Parse ``try`` with its handlers."""
    start, words = cursor.at, cursor.words
    cursor.at += 1
    resources: list[Node] = []
    if words[cursor.at] == "(":  # Java's
        opening = cursor.at
        cursor.at += 1
        if not cursor.grammar.variables(cursor, resources):
            resources = parse_commas(cursor)
        close_brackets(cursor, opening)
    body = parse_inner(cursor)
    body.statements[:0] = resources
    body.start = min([body.start, *(each.start for each in resources)])
    catches: list[Catch] = []
    while words[cursor.at] == "catch":
        catches.append(_parse_catch(cursor))
    last = parse_inner(cursor) if cursor.skip("finally") else None
    out.append(Try(start, cursor.at, body, catches, last))
    return True


def _parse_catch(cursor: Cursor) -> Catch:
    start = cursor.at
    cursor.at += 1
    written: TypeName | None = None
    name = ""
    guard: Node | None = None
    if cursor.words[cursor.at] == "(":
        opening = cursor.at
        cursor.at += 1
        end = type_end(cursor, cursor.at)
        if not cursor.is_script and end > 0:
            written = parse_type(cursor)
        if cursor.is_name(cursor.at):
            name = cursor.values[cursor.at]
            cursor.at += 1
        if cursor.is_script and cursor.skip(":"):
            written = parse_type(cursor)
        close_brackets(cursor, opening)
    if cursor.skip("when"):
        guard = parse_test(cursor)
    body = parse_inner(cursor)
    return Catch(start, cursor.at, written, name, body, guard)
