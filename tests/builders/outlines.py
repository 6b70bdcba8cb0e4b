"""Trees in one line of text, to compare them in tests."""

from __future__ import annotations

from dataclasses import MISSING, fields
from enum import Enum

from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Argument, Call, Index, Literal, Member, Name, Node, TypeName


def outline(code: str, language: str) -> str:
    """Return the statements of a code, each in short, with ``; `` between them."""
    return "; ".join(_short(each) for each in parse(tokenize(code, language)).top.statements)


def _short(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_short(each) for each in value)}]"
    if isinstance(value, frozenset):
        return " ".join(sorted(value))
    if isinstance(value, Enum):
        return str(value.value)
    return _of_node(value) if isinstance(value, Node) else repr(value)


def _of_node(node: Node) -> str:
    if isinstance(node, Name):
        return node.text
    if isinstance(node, Literal):
        return repr(node.value) if node.kind in ("string", "number", "truth", "null") else f"{node.kind}:{node.value}"
    if isinstance(node, Member) and node.subject is not None:
        return f"{_short(node.subject)}{'?.' if node.is_conditional else '.'}{node.name}"
    if isinstance(node, Call) and node.has_brackets:
        return f"{_short(node.callee)}({', '.join(_short(each) for each in node.arguments)})"
    if isinstance(node, Index):
        return f"{_short(node.subject)}{'?' * node.is_conditional}{_short(node.arguments)}"
    if isinstance(node, TypeName):
        inner = f"<{', '.join(_short(each) for each in node.arguments)}>" if node.arguments else ""
        return f"{node.name}{inner}{'[]' * node.rank}"
    if isinstance(node, Argument):
        return f"{node.name}{':' if node.name else ''}{node.by} {_short(node.value)}"
    return f"{type(node).__name__}({', '.join(_parts(node))})"


def _parts(node: Node) -> list[str]:
    """Return the fields that say something."""
    found = []
    for each in fields(node):
        value = getattr(node, each.name)
        is_default = each.default is not MISSING and value == each.default
        if each.name not in ("start", "end") and not is_default and value not in ([], None, (), frozenset(), ""):
            found.append(f"{each.name}={_short(value)}" if isinstance(value, (str, bool, frozenset)) else _short(value))
    return found
