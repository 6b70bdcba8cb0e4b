"""Trees of expressions of .NET that code makes by hand: compiled they are functions, with the calls of the tree.

Source: learn.microsoft.com/dotnet/api: System.Linq.Expressions.Expression.
"""

from __future__ import annotations

from webshellhunt.core.heap import KIND
from webshellhunt.core.library_calls import labels_in, make
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.values import MISSING, NONE, UNKNOWN, Method, Some, Value
from webshellhunt.library.net_common import Primitive, arguments_of
from webshellhunt.library.net_running import call_member, type_key
from webshellhunt.library.sequences import call_function, made_list, table_of

_TREE, _RUN = "expression", "runtree"
"""The kind of a node, and the member of a compiled tree that runs it."""
_MOST_NODES = 1_000


def _made(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Make a node of a tree: its operation and its parts."""
    parts = made_list(m, f, [each for each in a if each is not MISSING], at)
    return make(f, _TREE, {"way": row.names[-1], "parts": parts}, at)


def _run(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Run the body of a function: its parameters are nodes that stand for the arguments."""
    reader = _Reader(m, f, at)
    body, *parameters = reader.parts(table_of(f, subject).get("parts")) or [UNKNOWN]
    names = [each.oid for each in arguments_of(f, parameters, at) if reader.is_node(each)]
    reader.known = dict(zip(names, arguments_of(f, a, at), strict=False))
    return reader.value(body)


class _Reader:
    """Finds the values of the nodes of a tree, up to a bound; ``known`` are those of its parameters."""

    def __init__(self, m: Run, f: Frame, at: int) -> None:
        self._m, self._f, self._at = m, f, at
        self.known: dict[Value, Value] = {}
        self._left = _MOST_NODES

    def is_node(self, value: Value) -> bool:
        """Return True for a node, not for a method, a type or a list."""
        return table_of(self._f, value).get(KIND) == _TREE

    def parts(self, value: Value) -> list[Value]:
        """Return the items of a list, or a value that is no list alone."""
        return arguments_of(self._f, [value], self._at)

    def value(self, node: Value) -> Value:
        """Return the value of a node; anything else is its own."""
        if not self.is_node(node) or self._left <= 0:
            return node if self._left > 0 else UNKNOWN
        self._left -= 1
        self._f[1].budget.spend(3)
        f, table = self._f, table_of(self._f, node)
        way, parts = table.get("way"), self.parts(table.get("parts"))
        match way:
            case "lambda":
                return Method(node, _RUN)
            case "call":
                return self._called(parts)
            case "constant" | "convert" | "convertchecked" | "typeas" | "quote" | "return" if parts:
                return self.value(parts[0])
            case "property" | "field" | "propertyorfield" if parts and isinstance(parts[-1], str):
                return self._m.invoke(f, self.value(parts[0]), parts[-1], [], self._at)[0]  # type: ignore[attr-defined]
            case "parameter" | "variable":
                return self.known.get(node.oid, UNKNOWN)
        values = self._values(parts) or [UNKNOWN]
        if way == "invoke":
            return call_function(f, values[0], values[1:], self._at)
        return values[-1] if way == "block" else Some("", NONE.union(*(labels_in(f, each) for each in values)))

    def _values(self, parts: list[Value]) -> list[Value]:
        return [self.value(each) for part in parts for each in ([part] if self.is_node(part) else self.parts(part))]

    def _called(self, parts: list[Value]) -> Value:
        """Call a method: of an object or of none, by its description; by its name, after the object or the type."""
        first, second, *_ = [*parts, UNKNOWN, UNKNOWN]
        target = self.value(first) if self.is_node(first) else None
        method = table_of(self._f, first if target is None else second)
        if "name" in method and method[KIND] != "type":
            owner, name = method.get("type", UNKNOWN), method["name"]
            rest = parts[1 if target is None else 2 :]
        else:
            owner, name, rest = type_key(self._f, first) if target is None else "object", second, parts[3:]
        return call_member(self._m, self._f, owner, name, target, self._values(rest), self._at)


EXPRESSIONS: dict[str, Primitive] = {
    "tree": _made,
    "compile-tree": lambda m, f, s, a, at, row: Method(s, _RUN),
    "run-tree": _run,
}
"""The primitives by the names that rows use."""
