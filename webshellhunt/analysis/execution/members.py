"""Members in expressions: ``a.b``, ``a(b)``, by the declared type of ``a`` where that decides."""

from __future__ import annotations

from webshellhunt.analysis.calling.dispatching import typed_member
from webshellhunt.analysis.calling.items import get_item
from webshellhunt.analysis.calling.objects import get_member, value_of_member
from webshellhunt.analysis.domain.static_types import static_type
from webshellhunt.analysis.domain.values import ABSENT, UNKNOWN, Closure, Thing, Value
from webshellhunt.analysis.execution.names import read
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Argument, Index, Member, Name


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
    subject = subject_of(machine, node)
    if subject is None and node.is_conditional:
        return None
    if node.is_key:
        return get_item(machine, subject, [node.name], node.end - 1)
    value = _typed_member(machine, node, subject)
    if value is ABSENT:
        value = get_member(machine, subject, node.name, node.end - 1)
    if value.__class__ is Closure and machine.language in VB and value.function.name and not value.frame:
        return machine.call(value, [], node.start)
    return value


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
    return value_of_member(machine, subject, found, found.name, node.end - 1)


def evaluate_index(machine: Machine, node: Index) -> Value:
    """Return the value of an item."""
    subject = machine.value(node.subject)
    keys = [machine.value(each.value if isinstance(each, Argument) else each) for each in node.arguments]
    return get_item(machine, subject, keys, node.start)
