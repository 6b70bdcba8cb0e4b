"""By reference: values that calls return through arguments: of ``ByRef``, ``ref``, ``out``, and of libraries."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.given import Given
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import ABSENT, Thing, Value
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Argument, Call, Declaration, Index, Member, Name, Node

REFERENCES = frozenset({"ref", "out"})
"""The ways to pass an argument by which its parameter is the variable of the caller."""


def outs_of(machine: Machine, frame: Frame, order: Sequence[str], bound: dict[str, Value]) -> list[Value]:
    """Return the last values of the parameters, one for each argument, `ABSENT` for those that come back unchanged."""
    variables, function = frame.variables, frame.function
    parameters = function.parameters if function is not None else []
    by_reference = {machine.symbols.fold(each.name) for each in parameters if each.by in REFERENCES}
    return [
        variables[name] if name in by_reference and variables.get(name) is not bound.get(name) else ABSENT
        for name in order
    ]


def assign_outs(machine: Machine, given: Given, outs: Sequence[Value]) -> None:
    """Assign the last values of the parameters of a function of the page to the arguments of its call."""
    for node, value in zip(given.nodes, outs, strict=False):
        if machine.language in VB and isinstance(node, Argument) and not node.name:
            continue  # in brackets of its own: passed by value
        target = node.value if isinstance(node, Argument) else node
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
