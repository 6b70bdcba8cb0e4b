"""Disposal: ``using`` of C# is a ``try`` whose last block disposes of the objects."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.lang.tree import Block, Call, Declaration, Member, Name, Node, Try

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
