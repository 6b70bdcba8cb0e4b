"""Asked: expressions that a condition compares, which are no variables: members, items, and items of the request.

A field of an object is changed as a variable is. Of others, such as ``Request["a"]`` and an item of an array of which
nothing is known, the value is noted by the way the expression is written, with the value of the variable in it.
"""

from __future__ import annotations

from typing import Any

from webshellhunt.analysis.domain.values import ABSENT, REST, Opaque, Thing, Value
from webshellhunt.analysis.execution.conditions.equalities import plain_argument
from webshellhunt.analysis.execution.names import read
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Call, Index, Literal, Member, Name, Node

_LONGEST = 6
_HELD = "held"
_COLLECTIONS = frozenset({"form", "querystring", "cookies", "servervariables", "params", "headers"})
_READING = frozenset({"get", "item", "tostring", "trim"})
"""Methods of which the result is always the same."""
Written = tuple[Any, ...]


def give(machine: Machine, node: Name | Member | Index | Call, value: Value, known: Value) -> None:
    """Give an expression, which has a value, one that a condition says."""
    if isinstance(node, Name):
        write(machine, node, known)
        return
    subject = None if isinstance(node, Call) else node.subject
    owner = machine.value(subject) if subject is not None else None
    fields: dict[Any, Value] = owner.fields if owner.__class__ is Thing and owner is not None else {}
    for key in [*fields]:
        if fields[key] is value and _is_of(node, key):
            machine.state.put(fields, key, known)
            return
    written = _written(machine, node)
    if written is not None:
        machine.kept.asked.setdefault(written, value)
        machine.kept.asked.setdefault((_HELD, written), value)
        machine.state.put(machine.kept.asked, written, known)


def asked_value(machine: Machine, node: Member | Index | Call) -> Value:
    """Return the value that an expression has by a condition, `ABSENT` where none says it."""
    written = _written(machine, node)
    if written is None or written not in machine.kept.asked:
        return ABSENT
    root = written[1] if len(written) > 1 else None
    if root.__class__ is Thing:  # somebody may have changed it
        held = root.fields.get(written[-1][0], root.fields.get(REST))
        if held is not machine.kept.asked[_HELD, written]:
            return ABSENT
    return machine.kept.asked[written]


def _is_of(node: Member | Index | Call, key: object) -> bool:
    """True if a member or an item is the entry of a key."""
    if isinstance(node, Member):
        return isinstance(key, str) and key.lower() == node.name.lower()
    literal = plain_argument(node.arguments[0]) if len(node.arguments) == 1 else None
    return isinstance(literal, Literal) and literal.value == key


def _written(machine: Machine, node: Node) -> Written | None:
    """Return an expression as it is written, with its variable; ``None`` for any that may have several values."""
    parts: list[object] = []
    for _ in range(_LONGEST):
        if isinstance(node, Member) and node.subject is not None:
            parts.append(node.name.lower())
            node = node.subject
        elif isinstance(node, (Index, Call)) and len(node.arguments) == 1:
            key = plain_argument(node.arguments[0])
            if not isinstance(key, Literal) or (isinstance(node, Call) and not _reads(machine, node)):
                return None
            parts.append((key.value,))
            node = node.subject if isinstance(node, Index) else node.callee
        else:
            break
    if not isinstance(node, Name) or not parts:
        return None
    root = read(machine, node.text, node.start)
    if root.__class__ is Opaque and len(root.path) == 1 and not root.type:
        return (root.path[0], *reversed(parts)) if "request" in (root.path[0], *parts) else None
    is_array = root.__class__ is Thing and len(parts) == 1 and isinstance(parts[0], tuple)
    return (id(root), root, *reversed(parts)) if is_array else None


def _reads(machine: Machine, node: Call) -> bool:
    """True if a call reads an item: in Visual Basic items are written as calls."""
    if isinstance(node.callee, Member):
        name = node.callee.name.lower()
        return name in _READING or (machine.language in VB and name in _COLLECTIONS)
    return machine.language in VB
