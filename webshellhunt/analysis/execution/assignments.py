"""Assignments as expressions: to names, members and items, with their operators."""

from __future__ import annotations

from webshellhunt.analysis.calling.conversion_operators import overloaded
from webshellhunt.analysis.calling.events import is_accessed
from webshellhunt.analysis.calling.items import get_item
from webshellhunt.analysis.calling.objects import plain
from webshellhunt.analysis.domain.operators import binary
from webshellhunt.analysis.domain.values import ABSENT, UNKNOWN, Closure, Several, Value
from webshellhunt.analysis.execution.conditions.answers import note_result, remembering
from webshellhunt.analysis.execution.members import subject_of
from webshellhunt.analysis.execution.operations import lazily, with_work
from webshellhunt.analysis.execution.references import is_rebound
from webshellhunt.analysis.execution.targets import write, write_item, write_member
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Argument, Assign, Index, Member, Name, Node

_ORDERED = frozenset({"c#", "jscript"})
"""Languages in which the object of a member is evaluated before the value that is assigned to it."""

_LAZY_ASSIGNMENTS = frozenset({"??=", "||=", "&&="})


def evaluate_assignment(machine: Machine, node: Assign) -> Value:
    """Return the value that a target gets."""
    operator = node.operator
    if isinstance(node.target, Index):
        return _assign_item(machine, node.target, operator, node.value)
    if operator in _LAZY_ASSIGNMENTS:
        held = machine.value(node.target)
        value = lazily(machine, held, operator.removesuffix("="), node.value)
    elif operator in ("=", ":="):
        if is_rebound(machine, node):
            return UNKNOWN
        if isinstance(node.target, Member) and machine.language in _ORDERED:
            return _assign_member(machine, node.target, node.value)
        value = machine.value(node.value)
        note_result(machine, node.target, node.value, value)
        if isinstance(node.target, Name):
            value = remembering(machine, node.value, value)
    else:
        held = machine.value(node.target)
        right = machine.value(node.value)
        if is_accessed(machine, node.target, operator, held, right):
            return right
        value = with_work(machine, _augmented(machine, held, operator.removesuffix("="), right))
    if machine.language == "vbscript" and not node.is_set:
        value = plain(machine, value)
    if not machine.control.is_leaving:
        write(machine, node.target, value)
    return value


def _assign_item(machine: Machine, target: Index, operator: str, node: Node) -> Value:
    """Assign to an item, whose object and keys are evaluated before the value is, and once."""
    subject = machine.value(target.subject)
    keys = [machine.value(each.value if isinstance(each, Argument) else each) for each in target.arguments]
    if operator in ("=", ":="):
        value = machine.value(node)
    else:
        held = get_item(machine, subject, keys, target.start)
        name = operator.removesuffix("=")
        is_lazy = operator in _LAZY_ASSIGNMENTS
        value = lazily(machine, held, name, node) if is_lazy else _augmented(machine, held, name, machine.value(node))
    if not machine.control.is_leaving:
        write_item(machine, target, subject, keys, with_work(machine, value))
    return value


def _assign_member(machine: Machine, target: Member, node: Node) -> Value:
    """Assign to a member, whose object is evaluated before the value is."""
    subject = subject_of(machine, target)
    value = machine.value(node)
    if not machine.control.is_leaving:
        write_member(machine, target, subject, value)
    return value


def _augmented(machine: Machine, held: Value, name: str, right: Value) -> Value:
    """Return the value that ``+=`` and its like assign; a delegate takes up another function."""
    if name == "+" and right.__class__ in (Closure, Several):
        return Several(
            (*(held.parts if held.__class__ is Several else (held,) if held.__class__ is Closure else ()), right)
        )
    if name == "-" and held.__class__ in (Closure, Several):
        return _without(held, right)
    made = overloaded(machine, held, name, right)
    return binary(held, name, right, machine.language) if made is ABSENT else made


def _without(held: Value, function: Value) -> Value:
    """Return a delegate without the last one of its functions that is another one."""
    parts = [*(held.parts if held.__class__ is Several else (held,))]
    for at in reversed(range(len(parts))):
        each = parts[at]
        is_method = each.__class__ is Closure and function.__class__ is Closure
        if each == function or (is_method and each.function is function.function and each.this is function.this):
            del parts[at]
            break
    return Several(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None
