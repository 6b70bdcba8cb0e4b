"""Equalities: the two expressions that a test compares, by an operator or by a function of any of the languages."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.analysis.structure.comparisons import callee_name
from webshellhunt.lang.operator_words import EQUAL, UNEQUAL
from webshellhunt.lang.tree import Argument, Binary, Call, Cast, Literal, Member, Name, Node, name_path

_EQUALS = frozenset({"equals", "referenceequals", "sequenceequal"})
_ORDERING = frozenset({"compare", "compareordinal", "compareto", "strcomp", "localecompare"})
"""Functions that return 0 for equal values."""
_OWNERS = frozenset({"string", "object", "stringcomparer", "char"})
"""Types of which a function compares its arguments."""
_TIDYING = frozenset(
    {
        "trim", "ltrim", "rtrim", "trimstart", "trimend", "lcase", "ucase", "lcase$", "ucase$", "cstr", "tostring",
        "tolower", "toupper", "tolowerinvariant", "toupperinvariant", "toLowerCase", "toUpperCase", "String",
    }
)  # fmt: skip
"""Functions after which a text is that of the variable, but for its letter case and the blanks around it."""
_MOST_CALLS = 6


class Equality(NamedTuple):
    """Two expressions that a test compares; ``is_asked`` is false where it asks if they differ."""

    left: Node
    right: Node
    is_asked: bool


def equality_of(test: Node) -> Equality | None:
    """Return the comparison that a test is, ``None`` for any other test."""
    if isinstance(test, Call):
        pair = _compared(test, _EQUALS)
        return None if pair is None else Equality(*pair, is_asked=True)
    if not isinstance(test, Binary) or len(test.operands) != 2 or test.operators[0] not in EQUAL | UNEQUAL:
        return None
    left, right = test.operands
    for call, other in ((left, right), (right, left)):
        if isinstance(call, Call) and isinstance(other, Literal) and other.value == 0 and other.kind == "number":
            pair = _compared(call, _ORDERING)
            if pair is not None:
                left, right = pair
                break
    return Equality(left, right, is_asked=test.operators[0] in EQUAL)


def _compared(call: Call, names: frozenset[str]) -> tuple[Node, Node] | None:
    """Return the subject and the argument of a method that compares, or the two arguments of a function."""
    if callee_name(call) not in names:
        return None
    arguments = [plain_argument(each) for each in call.arguments]
    path = [each.lower() for each in name_path(call.callee)]
    if isinstance(call.callee, Member) and call.callee.subject is not None and _OWNERS.isdisjoint(path[:-1]):
        return (call.callee.subject, arguments[0]) if arguments else None
    return (arguments[0], arguments[1]) if len(arguments) > 1 else None


def plain_argument(node: Node) -> Node:
    """Return the expression of an argument."""
    return node.value if isinstance(node, Argument) else node


def tidied(node: Node) -> Node:
    """Return the variable whose text an expression is, but for letter case and blanks around it."""
    for _ in range(_MOST_CALLS):
        if isinstance(node, (Argument, Cast)):
            node = node.value if isinstance(node, Argument) else node.operand
        elif isinstance(node, Call) and len(node.arguments) == 1 and isinstance(node.callee, Name):
            if node.callee.text not in _TIDYING:
                break
            node = node.arguments[0]
        elif isinstance(node, Call) and not node.arguments and isinstance(node.callee, Member):
            if node.callee.subject is None or not _is_tidying(node.callee.name):
                break
            node = node.callee.subject
        elif isinstance(node, Member) and node.subject is not None and _is_tidying(node.name):
            node = node.subject
        else:
            break
    return node


def _is_tidying(name: str) -> bool:
    return name in _TIDYING or name.lower() in _TIDYING
