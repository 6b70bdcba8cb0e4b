"""The simple statement, or the head of a control statement, that a node is a part of."""

from __future__ import annotations

from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import (
    Block,
    Case,
    Catch,
    Class,
    Count,
    Each,
    Function,
    If,
    Lambda,
    Loop,
    Node,
    Switch,
    Try,
    With,
)

AROUND = (Block, Case, Catch, Class, Count, Each, Function, If, Loop, Switch, Try, With)
"""Statements and declarations with others in them."""


def part_around(index: SyntaxIndex, node: Node) -> Node:
    """Return the simple statement that a node is a part of, or the expression in the head of a control statement.

    A lambda whose body is one expression is a part of its statement.
    """
    parent = index.parents.get(node)
    while parent is not None:
        if isinstance(parent, AROUND):
            outer = _lambda_of(index, node, parent)
            if outer is None:
                break
            parent = outer
        node, parent = parent, index.parents.get(parent)
    return node


def _lambda_of(index: SyntaxIndex, node: Node, block: Node) -> Lambda | None:
    """Return the lambda whose body is one expression, of which a node is the statement."""
    if not isinstance(block, Block) or (block.start, block.end) != (node.start, node.end):
        return None
    function = index.parents.get(block)
    made = index.parents.get(function) if function is not None else None
    return made if isinstance(made, Lambda) else None


def is_block_lambda(node: Node) -> bool:
    """True if a value is a function with statements of its own."""
    body = node.function.body if isinstance(node, Lambda) else None
    return body is not None and [(each.start, each.end) for each in body.statements] != [(body.start, body.end)]
