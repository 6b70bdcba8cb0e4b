"""Scopes of languages whose functions capture variables: which function has a name, and who else sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from webshellhunt.lang import tree

ARGUMENTS = "arguments"
_STEPS = frozenset({"++", "--"})


@dataclass(slots=True, eq=False)
class Scope:
    """The names of one function, or of the page.

    ``captured`` are those of its names that functions inside of it see. ``assigned`` are names that its code writes to.
    ``shares``: parameters and the items of ``arguments`` are written, and are the same.
    """

    function: tree.Function | None = None
    outer: Scope | None = None
    own_name: str = ""
    names: dict[str, None] = field(default_factory=dict)
    functions: list[tree.Function] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    assigned: set[str] = field(default_factory=set)
    captured: set[str] = field(default_factory=set)
    has_eval: bool = False
    writes_items: bool = False

    @property
    def shares(self) -> bool:
        """Whether parameters have to be the same as the items of ``arguments``."""
        if ARGUMENTS not in self.used or self.function is None:
            return False
        return self.writes_items or any(each.name in self.assigned for each in self.function.parameters)


Scopes = dict[tree.Function, Scope]


def scopes_of(statements: Iterable[tree.Node], top: Scope) -> Scopes:
    """Find the names of a scope and of all functions inside of it, those of ``top`` added to it."""
    found: Scopes = {}
    order = [top]
    stack: list[tuple[tree.Node, Scope]] = [(each, top) for each in reversed([*statements])]
    while stack:
        node, scope = stack.pop()
        if isinstance(node, tree.Lambda):
            inner = _enter(node.function, scope, node.function.name)
        elif isinstance(node, tree.Function):
            scope.names[node.name] = None
            scope.functions.append(node)
            inner = _enter(node, scope, "")
        else:
            _note(node, scope)
            stack += [(each, scope) for each in reversed(_parts(node)) if each.__class__ is not tree.Literal]
            continue
        found[inner.function] = inner  # type: ignore[index]
        order.append(inner)
        function = inner.function
        if function is not None and function.body is not None:
            stack += [(each, inner) for each in reversed(function.body.statements)]
    for each in order:
        _capture(each)
    return found


def _enter(function: tree.Function, outer: Scope, own_name: str) -> Scope:
    scope = Scope(function, outer, own_name)
    scope.names = dict.fromkeys(each.name for each in function.parameters)
    return scope


def _parts(node: tree.Node) -> list[tree.Node]:
    """Return the nodes below one, without a key that is a name."""
    if isinstance(node, tree.Entry):
        return [node.value] if isinstance(node.key, tree.Name) else [node.key, node.value]
    return [*node.children()]


def _note(node: tree.Node, scope: Scope) -> None:
    if isinstance(node, tree.Name):
        scope.used[node.text] = None
    elif isinstance(node, tree.Declaration):
        scope.names[node.name] = None
        if node.value is not None:
            scope.assigned.add(node.name)
    elif isinstance(node, tree.Try):
        scope.names |= {each.name: None for each in node.catches if each.name}
    elif isinstance(node, tree.Call) and isinstance(node.callee, tree.Name) and node.callee.text == "eval":
        scope.has_eval = True
    elif isinstance(node, tree.TypeName) and node.name:
        scope.used[node.name.partition(".")[0]] = None
    else:
        is_step = isinstance(node, tree.Unary) and node.operator in _STEPS
        target = getattr(node, "operand" if is_step else "target", None)
        if isinstance(target, tree.Name):
            scope.assigned.add(target.text)
        elif (
            isinstance(target, tree.Index)
            and isinstance(target.subject, tree.Name)
            and target.subject.text == ARGUMENTS
        ):
            scope.writes_items = True


def _capture(scope: Scope) -> None:
    """Tell the scopes around one which of their names it sees."""
    for name in scope.used:
        each: Scope | None = scope
        while each is not None:
            if name in each.names or name == each.own_name:
                if each is not scope and each.function is not None:
                    each.captured.add(name)
                break
            if name == ARGUMENTS and each.function is not None:
                break
            each = each.outer
    if scope.has_eval:
        each = scope.outer
        while each is not None and each.function is not None:
            each.captured |= {*each.names, *([each.own_name] if each.own_name else [])}
            each = each.outer
