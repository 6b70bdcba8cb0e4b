"""Expressions of scripts: their values by the rules of the language, with the additions of a browser."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.browser.cleaning import makes_digest, makes_test
from webshellhunt.analysis.browser.notes import Notes
from webshellhunt.analysis.browser.sending import note_assignment
from webshellhunt.analysis.calling.invocations import evaluate_call
from webshellhunt.analysis.domain.taints import lettered
from webshellhunt.analysis.domain.values import Choice, Opaque, Tainted, Value
from webshellhunt.analysis.execution.expressions import EXPRESSIONS
from webshellhunt.analysis.execution.names import is_declared
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Argument, Assign, Call, Index, Member, Name, New, Node

_CODES = frozenset({"charcodeat", "codepointat"})
_ADDRESS = "location"


def expressions_with(notes: Notes) -> dict[type[Node], Callable[..., Value]]:
    """Return the meaning of each kind of expression for a run with some notes."""

    def located(machine: Machine, node: Node) -> Value:
        outer, notes.site = notes.site, node
        value = EXPRESSIONS[node.__class__](machine, node)
        notes.site = outer
        return value

    def called(machine: Machine, node: Call) -> Value:
        outer, notes.site = notes.site, node
        value = _result(machine, node, _name_of(node.callee))
        notes.site = outer
        return value

    def assigned(machine: Machine, node: Assign) -> Value:
        target = node.target
        if not isinstance(target, Name) or target.text != _ADDRESS or is_declared(machine, _ADDRESS):
            return EXPRESSIONS[Assign](machine, node)
        value = machine.value(node.value)  # the address of the page, which is no variable
        note_assignment(notes.outbox, (_ADDRESS,), value, target.start)
        return value

    return {**EXPRESSIONS, Call: called, Assign: assigned, Member: located, Index: located, New: located}


def _name_of(callee: Node) -> str:
    """Return the name of a function that is called, in lower case."""
    return (
        callee.text.lower() if isinstance(callee, Name) else callee.name.lower() if isinstance(callee, Member) else ""
    )


def _result(machine: Machine, node: Call, name: str) -> Value:
    """Return the result of a call; that of a test or a digest is no longer tainted."""
    if name and makes_digest(name):
        for each in node.arguments:
            machine.value(each.value if isinstance(each, Argument) else each)
        return Opaque("string")
    value = evaluate_call(machine, node)
    if value.__class__ in (Tainted, Choice) and name and makes_test(name):
        return Opaque("string")
    if name in _CODES and value.__class__ is Opaque and value.codes:
        return lettered([value])  # as digits, they are as good as the letters
    return value
