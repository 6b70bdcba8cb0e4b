"""Jumps: where the statements lead to that leave a block."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.machine.endings import Ending
from webshellhunt.analysis.machine.frames import FAILED
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.machine.record import AFTER
from webshellhunt.lang.tree import Class, Function, Jump, Lambda, Node, Try

CASES = frozenset({"case", "default"})
_LEAVING = frozenset({"break", "continue", "exit", "goto"})
_EXITS = {"sub": "return", "function": "return", "property": "return"}


def destination(machine: Machine, node: Jump) -> tuple[str, str]:
    """Return the kind and the label of the target that a jump leads to."""
    kind, label = node.kind, "do" if node.label == "while" else node.label
    if kind == "exit":
        return _EXITS.get(label, "exit"), "" if label in _EXITS else label
    if kind == "goto":
        return kind, machine.symbols.fold(label)
    return (f"{kind} to" if label and machine.language == "jscript" else kind), label


def jumps_out(machine: Machine, node: Try) -> tuple[tuple[str, str], ...]:
    """Return the targets that jumps in a ``try`` may lead to, beside the end of the function."""
    known = machine.record.jumps.get(node)
    if known is None:
        found = (destination(machine, each) for each in _jumps_in(node))
        known = machine.record.jumps[node] = tuple(dict.fromkeys(each for each in found if each[0] != "return"))
    return known


def _jumps_in(node: Try) -> Iterator[Jump]:
    stack: list[Node] = [node.body, *node.catches]
    while stack:
        each = stack.pop()
        if isinstance(each, Jump) and each.kind in _LEAVING and each.label not in CASES:
            yield each
        if not isinstance(each, (Function, Lambda, Class)):
            stack.extend(each.children())


def resume(machine: Machine, node: Jump) -> Ending:
    """Go on after the statement that failed (``Resume Next``), or at a label."""
    label = machine.symbols.fold(node.label)
    if label != "next":
        return (
            machine.control.jump("goto", label)
            if label[:1].isalpha() or label[:1] == "_"
            else machine.control.jump("return")
        )
    failed = machine.frame.variables.get(FAILED)
    place = f"{AFTER}{failed}"
    return machine.control.jump("goto", place) if isinstance(failed, int) else machine.control.jump("return")
