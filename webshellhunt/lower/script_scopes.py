"""Scopes of languages whose functions capture variables: which function has a name, and who else sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeGuard

from webshellhunt.lang import tree

ARGUMENTS = "arguments"
SUPER, BASE = "super", "\0base"
"""The word for the base of a class, and the beginning of the name of the variable that has it."""
THIS = "\0this"
"""The variable with the ``this`` of a function that functions without one of their own see."""
_STEPS = frozenset({"++", "--"})


@dataclass(slots=True, eq=False)
class Scope:
    """The names of one function, or of the page.

    ``captured`` are those of its names that functions inside of it see. ``assigned`` are names that its code writes to.
    ``shares``: parameters and the items of ``arguments`` are written, and are the same. ``types`` are the declared
    types of names. ``home`` is the function around whose ``this`` a function without one of its own has, ``is_bound``
    says that all functions inside are such ones.
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
    types: dict[str, tree.TypeName] = field(default_factory=dict)
    home: Scope | None = None
    is_bound: bool = False
    base: str = ""
    """The variable with the base of the class that a method is in."""
    is_static: bool = False
    is_generator: bool = False

    @property
    def shares(self) -> bool:
        """Whether parameters have to be the same as the items of ``arguments``."""
        if ARGUMENTS not in self.used or self.function is None:
            return False
        return self.writes_items or any(each.name in self.assigned for each in self.function.parameters)


Scopes = dict[tree.Function | tree.Class, Scope]
"""The scope of each function; of a class, that of its constructor."""


def scopes_of(statements: Iterable[tree.Node], top: Scope) -> Scopes:
    """Find the names of a scope and of all functions inside of it, those of ``top`` added to it."""
    found: Scopes = {}
    order = [top]
    stack: list[tuple[tree.Node, Scope]] = [(each, top) for each in reversed([*statements])]
    while stack:
        node, scope = stack.pop()
        if isinstance(node, tree.Lambda):
            inner = [scope_in(node.function, scope, node.function.name)]
        elif isinstance(node, tree.Class):
            inner = _scopes_of_class(node, scope, found)
            stack += [(each, scope) for each in _outside(node)]
        elif isinstance(node, tree.Function):
            scope.names[node.name] = None
            scope.functions.append(node)
            inner = [scope_in(node, scope)]
        else:
            _note(node, scope)
            stack += [(each, scope) for each in reversed(_parts(node)) if each.__class__ is not tree.Literal]
            continue
        order += inner
        for each in inner:
            assert each.function is not None
            found[each.function] = each
            stack += [(part, each) for part in inside(each.function)]
    for each in order:
        _capture(each)
    return found


def scope_in(function: tree.Function, outer: Scope, own_name: str = "") -> Scope:
    """Return the scope of a function inside of another one, or of the page."""
    scope = Scope(function, outer, own_name)
    scope.names = dict.fromkeys(each.name for each in function.parameters)
    scope.types = {each.name: each.type for each in function.parameters if each.type is not None}
    if outer.is_bound or "arrow" in function.modifiers:
        scope.home, scope.is_bound = outer.home or (outer if outer.function is not None else None), outer.is_bound
    if scope.home is not None:
        scope.used[THIS] = scope.home.names[THIS] = None
        scope.base, scope.is_static = scope.home.base, scope.home.is_static
        scope.used |= {scope.base: None} if scope.base else {}
    return scope


def inside(function: tree.Function) -> list[tree.Node]:
    """Return the nodes that are evaluated when a function runs, the last first."""
    statements = function.body.statements if function.body is not None else []
    of_parameters = [each for param in function.parameters for each in (param.default, param.parts) if each is not None]
    return [*reversed(statements), *of_parameters]


def _scopes_of_class(node: tree.Class, scope: Scope, found: Scopes) -> list[Scope]:
    """Return the scopes of the functions of a class."""
    base = f"{BASE}{node.start}" if node.bases or node.first is not None else ""
    scope.names |= {name: None for name in (node.name, base) if name}
    constructor = constructor_of(node)
    functions = [constructor, *(each for each in node.members if isinstance(each, tree.Function) and _is_own(each))]
    inner = [scope_in(each, scope) for each in functions]
    found[node] = inner[0]
    for each in inner:
        each.base, each.is_static = base, "static" in each.function.modifiers  # type: ignore[union-attr]
        if base:
            each.used[base] = None
    return inner


def _is_own(function: tree.Function) -> bool:
    """True for a method of a class, and for code that the class runs once."""
    return function.kind != "constructor" or "static" in function.modifiers


def _outside(node: tree.Class) -> list[tree.Node]:
    """Return the nodes that are evaluated where a class stands: its base, and the first values of its static fields."""
    found: list[tree.Node] = [*node.bases, *([node.first] if node.first is not None else [])]
    return found + [each.value for each in node.members if is_static_field(each) and each.value is not None]


def is_static_field(node: tree.Node) -> TypeGuard[tree.Declaration]:
    """True for a field of a class itself."""
    return isinstance(node, tree.Declaration) and "static" in node.modifiers


def constructor_of(node: tree.Class) -> tree.Function:
    """Return the constructor of a class: it gives the fields their first values, then runs the code of the class."""
    own = next((x for x in node.members if isinstance(x, tree.Function) and not _is_own(x)), None)
    at, end = node.start, node.start + 1
    statements = [*own.body.statements] if own is not None and own.body is not None else []
    is_derived = bool(node.bases or node.first)
    if own is None and is_derived:
        given = tree.Argument(at, end, tree.Name(at, end, ARGUMENTS), by="spread")
        statements = [tree.Call(at, end, tree.Name(at, end, SUPER), [given])]
    first = next((n + 1 for n, each in enumerate(statements) if is_super_call(each)), 0) if is_derived else 0
    statements[first:first] = [
        tree.Assign(
            each.start,
            each.end,
            tree.Member(each.start, each.end, tree.Name(each.start, each.start + 1, "this"), each.name),
            "=",
            each.value if each.value is not None else tree.Literal(each.end, each.end, None, "empty"),
        )
        for each in node.members
        if isinstance(each, tree.Declaration) and not is_static_field(each)
    ]
    body = tree.Block(at, node.end, statements)
    return tree.Function(at, node.end, node.name, own.parameters if own is not None else [], body)


def is_super_call(node: tree.Node) -> bool:
    """True for the call of the constructor of the base class."""
    return isinstance(node, tree.Call) and isinstance(node.callee, tree.Name) and node.callee.text == SUPER


def names_of_block(nodes: Iterable[tree.Node]) -> list[str]:
    """Return the variables of the block itself among those that its statements declare."""
    found: list[str] = []
    for each in nodes:
        if isinstance(each, tree.Assign) and isinstance(each.target, (tree.Items, tree.Entries)):
            found += [part.name for part in tree.walk(each.target) if _is_of_block(part)]
        elif isinstance(each, (tree.Items, tree.Entries)):
            found += [part.name for part in tree.walk(each) if _is_of_block(part)]
        elif _is_of_block(each):
            found.append(each.name)
    return found


def _is_of_block(node: tree.Node) -> TypeGuard[tree.Declaration]:
    return isinstance(node, tree.Declaration) and not node.modifiers.isdisjoint(_OF_BLOCK)


_OF_BLOCK = frozenset({"let", "const"})


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
        if node.type is not None:
            scope.types[node.name] = node.type
        if node.value is not None:
            scope.assigned.add(node.name)
    elif isinstance(node, tree.Try):
        scope.names |= {each.name: None for each in node.catches if each.name}
    elif isinstance(node, tree.Call) and isinstance(node.callee, tree.Name) and node.callee.text == "eval":
        scope.has_eval = True
    elif isinstance(node, tree.Jump) and node.kind == "yield":
        scope.is_generator = True
    elif isinstance(node, tree.TypeName) and node.name:
        scope.used[node.name.partition(".")[0]] = None
    else:
        is_step = isinstance(node, tree.Unary) and node.operator in _STEPS
        _note_target(getattr(node, "operand" if is_step else "target", None), scope)


def _note_target(target: tree.Node | None, scope: Scope) -> None:
    """Note the target of an assignment."""
    if isinstance(target, tree.Name):
        scope.assigned.add(target.text)
    elif isinstance(target, (tree.Items, tree.Entries)):
        scope.assigned |= {each.text for each in tree.walk(target) if isinstance(each, tree.Name)}
    elif isinstance(target, tree.Index) and isinstance(target.subject, tree.Name):
        scope.writes_items |= target.subject.text == ARGUMENTS


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
