"""Given arguments: the arguments of one call, evaluated in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.passing import kept_by
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import EMPTY, Thing, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Argument, Declaration, Literal, Name, Node, TypeName

MANY = 8
"""Arguments that may all be constants, of which so many are evaluated in the time of one step."""

INDEXED = frozenset({"request", "session", "application", "cache", "viewstate"})
"""Objects of ASP that a call without a name asks for an entry."""


@dataclass(slots=True)
class Given:
    """The arguments of one call: their values, names, directions and nodes, and its type arguments."""

    values: list[Value] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    types: tuple[TypeName, ...] = ()

    def add(self, value: Value, node: Node, name: str = "") -> None:
        """Add an argument."""
        self.values.append(value)
        self.names.append(name)
        self.nodes.append(node)


def constants_of(machine: Machine, nodes: Sequence[Node]) -> list[Value]:
    """Return the values of many constants; none where there are few, or other expressions among them."""
    if len(nodes) <= MANY or not all(map(_is_plain, nodes)):
        return []
    machine.spend(len(nodes) // MANY)
    return [each.value for each in nodes if isinstance(each, Literal)]


def _is_plain(node: Node) -> bool:
    return isinstance(node, Literal) and node.kind in ("number", "string", "truth")


def arguments_of(machine: Machine, nodes: Sequence[Node]) -> Given:
    """Evaluate the arguments of a call."""
    given = Given()
    known = constants_of(machine, nodes)
    if known:
        return Given(known, [""] * len(nodes), [*nodes])
    for node in nodes:
        if not isinstance(node, Argument):
            given.add(machine.value(node), node)
        elif node.by == "spread":
            value = machine.value(node.value)
            value = forced(value)
            items = known_items(value) if value.__class__ is Thing else None
            for item in items if items is not None else [derived([value])]:
                given.add(item, node)
        elif node.by == "out" and isinstance(node.value, Declaration):
            given.add(EMPTY, node, node.name)
        else:
            value = machine.value(node.value)
            given.add(value if node.by in ("ref", "out") else kept_by(machine, value), node, node.name)
    return given


def given_of(values: list[Value], token: int) -> Given:
    """Return values as the arguments of a call."""
    return Given(values, [""] * len(values), [Name(token, token, "")] * len(values))
