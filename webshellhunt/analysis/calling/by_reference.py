"""By reference: values that calls return through arguments: of ``ByRef``, ``ref``, ``out``, and of libraries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.given import Given
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import ABSENT, Thing, Value, is_known, options_of
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import (
    Argument,
    Assign,
    Call,
    Count,
    Declaration,
    Each,
    Function,
    Index,
    Member,
    Name,
    Node,
    Unary,
    walk,
)

_NODES_OF_STEP = 16
REFERENCES = frozenset({"ref", "out"})
"""The ways to pass an argument by which its parameter is the variable of the caller."""


def outs_of(machine: Machine, frame: Frame, order: Sequence[str], bound: dict[str, Value]) -> list[Value]:
    """Return the last values of the parameters, one for each argument, `ABSENT` for those that come back unchanged.

    A parameter of which the function found out that it is one of a few texts, or else it did not return, is `Found`.
    """
    variables, function = frame.variables, frame.function
    parameters = function.parameters if function is not None else []
    by_reference = {machine.symbols.fold(each.name) for each in parameters if each.by in REFERENCES}
    outs: list[Value] = []
    for name in order:
        value, before = variables.get(name), bound.get(name)
        if value is before or not name:
            outs.append(ABSENT)
        elif name in by_reference:
            outs.append(value)
        else:
            is_found = function is not None and not is_known(before) and all(map(is_known, options_of(value)))
            outs.append(Found(value) if is_found and not _assigns(machine, function, name) else ABSENT)
    return outs


@dataclass(frozen=True, slots=True)
class Found:
    """The value that an argument was found to have by a function that returned."""

    value: Value


def _assigns(machine: Machine, function: Function | None, name: str) -> bool:
    """True if a function may assign to a parameter: it is the target of something, or passed on by reference."""
    nodes = [*walk(function.body)] if function is not None and function.body is not None else []
    machine.spend(len(nodes) // _NODES_OF_STEP)
    fold = machine.symbols.fold
    for node in nodes:
        if isinstance(node, (Assign, Each, Count)):
            targets = [*walk(node.target)]
        elif isinstance(node, Unary) and node.operator in ("++", "--"):
            targets = [node.operand]
        elif isinstance(node, Argument) and (node.by in REFERENCES or machine.language in VB):
            targets = [node.value]
        elif isinstance(node, Call) and machine.language in VB:
            targets = node.arguments
        else:
            continue
        if any(isinstance(each, Name) and fold(each.text) == name for each in targets):
            return True
    return False


def assign_outs(machine: Machine, given: Given, outs: Sequence[Value]) -> None:
    """Assign the last values of the parameters of a function of the page to the arguments of its call."""
    for node, value in zip(given.nodes, outs, strict=False):
        if machine.language in VB and isinstance(node, Argument) and not node.name:
            continue  # in brackets of its own: passed by value
        target = node.value if isinstance(node, Argument) else node
        if value.__class__ is Found:
            if isinstance(target, Name) and not is_known(machine.value(target)):
                machine.assign(target, value.value)
            continue
        if machine.language == "vbscript" and _is_copied(machine, target):
            continue
        if value is not ABSENT and isinstance(target, (Name, Member, Call, Index, Declaration)):
            machine.assign(target, value)


def _is_copied(machine: Machine, target: Node) -> bool:
    """True if an argument of VBScript is a value of its own: a member of an object, an entry of a dictionary."""
    if not isinstance(target, Call):
        return isinstance(target, Member)
    held = machine.value(target.callee)
    return held.__class__ is not Thing or held.type != "array"


def assign_library_outs(machine: Machine, subject: Value, names: tuple[str, ...], given: Given) -> None:
    """Assign the value that a call of a library returns by reference; VB.NET does not mark such an argument."""
    marked = [node.value for node in given.nodes if node.__class__ is Argument and node.by in REFERENCES]
    if not marked and not library.may_return_by_reference(names[-1]):
        return
    value = library.out_value(machine, subject, names, given.values)
    if value is library.UNSOLVED:
        value = derived([subject, *given.values])
    elif machine.language == "vb":
        marked = [node for node in given.nodes[-1:] if isinstance(node, (Name, Member, Index, Call))]
    for target in marked:
        machine.assign(target, value)
