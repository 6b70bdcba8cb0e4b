"""Members in expressions: ``a.b``, ``a(b)``, by the declared type of ``a`` where that decides."""

from __future__ import annotations

from webshellhunt.analysis.calling.dispatching import typed_member
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.calling.items import get_item
from webshellhunt.analysis.calling.objects import get_member, value_of_member
from webshellhunt.analysis.domain.conversions import NUMERIC
from webshellhunt.analysis.domain.static_types import class_of_node, static_type
from webshellhunt.analysis.domain.taints import counted
from webshellhunt.analysis.domain.values import ABSENT, UNKNOWN, Closure, Tainted, Thing, Value
from webshellhunt.analysis.execution.conditions.asked import asked_value
from webshellhunt.analysis.execution.exceptions import item_fails, null_fails
from webshellhunt.analysis.execution.names import read
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import TYPED, VB
from webshellhunt.lang.tree import Argument, Index, Member, Name

_OTHER_NUMBERS = frozenset({"bool", "boolean", "datetime", "timespan", "guid", "date"})
"""Types of values that are no text, either."""


def subject_of(machine: Machine, node: Member) -> Value:
    """Return the value that a member belongs to: its subject, or that of the ``With`` around."""
    if node.subject is not None:
        if isinstance(node.subject, Name) and not node.subject.types:
            return read(machine, node.subject.text, node.subject.start)
        return machine.value(node.subject)
    subjects = machine.frame.subjects
    return subjects[-1] if subjects else UNKNOWN


def evaluate_member(machine: Machine, node: Member) -> Value:
    """Return the value of a member."""
    if machine.kept.asked and (known := asked_value(machine, node)) is not ABSENT:
        return known
    subject = subject_of(machine, node)
    if subject is None and (node.is_conditional or null_fails(machine, node.subject, subject, node.name)):
        return None
    if node.is_key:
        return get_item(machine, subject, [node.name], node.end - 1)
    value = _typed_member(machine, node, subject)
    if value is ABSENT:
        value = _as_declared(machine, node, get_member(machine, subject, node.name, node.end - 1))
    if value.__class__ is Closure and machine.language in VB and value.function.name and not value.frame:
        return machine.call(value, [], node.start)
    return value


def _as_declared(machine: Machine, node: Member, value: Value) -> Value:
    """Return a member of an object that somebody else filled: where it is declared as a number, it is no text."""
    if value.__class__ is not Tainted or machine.language not in TYPED:
        return value
    symbol = class_of_node(machine, node.subject)
    found = find_member(machine, symbol, machine.symbols.fold(node.name)) if symbol is not None else None
    if found is None or found.kind == "method":
        return value
    written = found.symbol.fields[found.name].type if found.kind == "field" else found.functions[0].type
    name = written.name.rpartition(".")[2].lower() if written is not None and not written.rank else ""
    return counted([value]) if name in NUMERIC or name in _OTHER_NUMBERS else value


def _typed_member(machine: Machine, node: Member, subject: Value) -> Value:
    """Return a member that the declared type of its object decides, `ABSENT` for any other."""
    if subject.__class__ is Thing and subject.type == "tuple" and subject.symbol is None:
        written = static_type(machine, node.subject) if node.name.lower() not in subject.fields else None
        names = written.names if written is not None else ()
        folded = [machine.symbols.fold(each) for each in names]
        wanted = machine.symbols.fold(node.name)
        return subject.fields.get(folded.index(wanted), ABSENT) if wanted in folded else ABSENT
    return _typed_property(machine, node, subject)


def _typed_property(machine: Machine, node: Member, subject: Value) -> Value:
    """Return a property that the declared type of its object decides, `ABSENT` for any other member."""
    found = typed_member(machine, subject, node) if subject.__class__ is Thing else None
    if found is None or found.kind == "method":
        return ABSENT
    return value_of_member(machine, subject, found, found.name)


def evaluate_index(machine: Machine, node: Index) -> Value:
    """Return the value of an item."""
    if machine.kept.asked and (known := asked_value(machine, node)) is not ABSENT:
        return known
    subject = machine.value(node.subject)
    keys = [machine.value(each.value if isinstance(each, Argument) else each) for each in node.arguments]
    if subject is None and (node.is_conditional or null_fails(machine, node.subject, subject)):
        return None
    return UNKNOWN if item_fails(machine, subject, keys) else get_item(machine, subject, keys, node.start)
