"""Trees in tests: code parsed, a tree written down briefly, and what is true of each tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, fields
from enum import Enum

from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.parser import Parsed, parse
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Assign, Block, Call, Jump, Lambda, Literal, Member, Name, Node, Unparsed, walk


def parsed(code: str, language: str) -> tuple[Tokens, Parsed]:
    """Return the tokens of a code and their tree."""
    tokens = tokenize(code, language)
    return tokens, parse(tokens)


def statements(code: str, language: str) -> list[str]:
    """Return the statements of a code, written down briefly."""
    return [show(each) for each in parsed(code, language)[1].top.statements]


def show(value: object) -> str:
    """Return a node as text: a short form of the usual ones, of others the type and the fields that aren't as usual.

    A call without brackets is ``f! a, b``, a member with a mark ``a?.b``, a function that is one expression ``a => b``.
    """
    if isinstance(value, Name):
        return value.text
    if isinstance(value, Literal):
        return value.kind if value.value is None else repr(value.value)
    if isinstance(value, Member):
        mark = "?." if value.is_conditional else "!" if value.is_key else "."
        return f"{'' if value.subject is None else show(value.subject)}{mark}{value.name}"
    if isinstance(value, Call):
        arguments = ", ".join(show(each) for each in value.arguments)
        return (
            f"{show(value.callee)}({arguments})" if value.has_brackets else f"{show(value.callee)}! {arguments}".strip()
        )
    if isinstance(value, Node):
        return _show_other(value)
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(show(each) for each in value) + "]"
    if isinstance(value, frozenset):
        return "+".join(sorted(value))
    return str(value.value) if isinstance(value, Enum) else str(value)


def _show_other(value: Node) -> str:
    if isinstance(value, Block):
        return "{" + "; ".join(show(each) for each in value.statements) + "}"
    if isinstance(value, Assign):
        return f"{'set ' * value.is_set}{show(value.target)} {value.operator} {show(value.value)}"
    if isinstance(value, Lambda) and value.function.type is None and not value.function.modifiers:
        function = value.function
        body = function.body.statements if function.body is not None else []
        is_short = len(body) == 1 and isinstance(body[0], Jump)
        shown = show(body[0].value) if is_short and isinstance(body[0], Jump) else show(function.body)
        return f"{', '.join(each.name for each in function.parameters)} => {shown}"
    return f"{type(value).__name__}({', '.join(_parts(value))})"


def _parts(node: Node) -> Iterable[str]:
    for each in fields(node)[2:]:
        value = getattr(node, each.name)
        usual = each.default if each.default_factory is MISSING else each.default_factory()
        if isinstance(value, bool):
            if value != usual:
                yield each.name if value else f"not {each.name}"
        elif value not in (usual, None, []):
            yield show(value)


def unparsed(top: Node) -> list[Unparsed]:
    """Return the nodes of tokens that no rule fits."""
    return [node for node in walk(top) if isinstance(node, Unparsed)]


def check_ranges(tokens: Tokens, top: Node) -> None:
    """Fail unless the tree covers all tokens, and each child lies within its parent, apart from the others."""
    assert (top.start, top.end) == (0, len(tokens))
    for node in walk(top):
        last = node.start
        for child in sorted(node.children(), key=lambda each: (each.start, each.end)):
            assert last <= child.start <= child.end <= node.end, (node, child)
            last = child.end
