"""Renamed evaluators: where JScript calls an evaluator by another name than its own.

``var e = eval``, ``{run: eval}``, ``[eval][0]``, ``return eval``, ``(0, eval)``, ``f(eval)``, ``eval.call``,
``text.replace(/.+/, eval)``, ``this.eval``, the constructor of a function. Scope and order of the names play no role.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import islice
from typing import NamedTuple

from webshellhunt.lang.assignments import Assignment
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import (
    Argument,
    Binary,
    Call,
    Class,
    Conditional,
    Declaration,
    Entries,
    Form,
    Function,
    Index,
    Items,
    Lambda,
    Literal,
    Member,
    Name,
    New,
    Node,
    Parameter,
)
from webshellhunt.lang.unit import Unit

EVALUATORS = frozenset({"eval", "Function"})
_PASSING = frozenset({"call", "apply"})
_ROUNDS = 3
_DEEPEST = 20
_MOST_ITEMS = 200
_CALLING = frozenset({"replace", "map", "foreach", "filter", "some", "every", "sort", "reduce"})
"""Methods that call their argument, in lower case."""
_GLOBALS = frozenset({"window", "this", "globalThis", "global"})
_CHOOSING = frozenset({"||", "&&", "??"})
_CONSTRUCTOR = "constructor"
_FUNCTIONS = frozenset(
    {
        "constructor", "Object", "Array", "String", "Date", "RegExp", "Number", "Boolean", "Error", "sub", "sort",
        "concat", "slice", "split", "join", "replace", "match", "push", "pop", "shift", "reverse", "toString",
        "valueOf", "indexOf", "charAt", "charCodeAt", "substr", "substring", "big", "bold", "link", "anchor", "eval",
        "isNaN", "parseInt", "parseFloat", "escape", "unescape", "max", "min", "floor", "random", "abs",
    }
)  # fmt: skip
"""Names of functions of the language."""


class RenamedCall(NamedTuple):
    """A call of an evaluator by another name: the place of that name, and whether it is the name of a variable."""

    place: int
    is_variable: bool


def find_renamed_calls(unit: Unit) -> list[RenamedCall]:
    """Return the calls of evaluators by other names, in the order of the text; none outside of JScript."""
    if unit.language != "jscript" or unit.tokens.places.keys().isdisjoint(EVALUATORS | {_CONSTRUCTOR}):
        return []
    index = unit.index
    pairs = [*index.assignments, *index.passed]
    whole = _Values(index, pairs, _GLOBALS, None)
    evaluators = _Values(index, pairs, EVALUATORS, whole)
    calls = index.of(Call, New)
    return sorted(renamed for call in calls if (renamed := _renamed(index, evaluators, call)) is not None)


class _Values:
    """The names that mean one of some values, and the functions that return one.

    ``owners`` are those of the objects of which the values are members.
    """

    def __init__(self, index: SyntaxIndex, pairs: list[Assignment], values: Set[str], owners: _Values | None) -> None:
        self._index = index
        self._values = values
        self._owners = owners
        self.names: set[str] = set()
        self._returning: set[Function] = set()
        for _ in range(_ROUNDS):
            before = len(self.names) + len(self._returning)
            for each in pairs:
                if self.has(each.value):
                    self._add(each.target)
            if len(self.names) + len(self._returning) == before:
                break

    def _add(self, target: Node) -> None:
        if isinstance(target, Function):
            self._returning.add(target)
        else:
            self.names |= {_spelled(target)} - {""}

    def has(self, node: Node | None, depth: int = 0) -> bool:
        """True if an expression is one of the values, or a list or an object with one."""
        if depth > _DEEPEST or node is None:
            return False
        if isinstance(node, Name):
            return node.text in self._values or node.text in self.names
        if isinstance(node, Member):
            is_value = self._owners is not None and node.name in self._values
            return node.name in self.names or (is_value and self._owners is not None and self._owners.has(node.subject))
        if isinstance(node, Call):
            return any(each in self._returning for each in self._functions_of(node.callee))
        return any(self.has(each, depth + 1) for each in _parts(node)) or _key(node) in self.names

    def _functions_of(self, callee: Node) -> list[Function]:
        if isinstance(callee, Lambda):
            return [callee.function]
        return self._index.functions.get(_spelled(callee).lower(), [])


def _parts(node: Node) -> Iterator[Node]:
    """Yield the expressions of which one is the value of another, or a part of that."""
    if isinstance(node, Items):
        yield from node.items[-1:] if node.form is Form.COMMA else islice(node.items, _MOST_ITEMS)
    elif isinstance(node, Conditional):
        yield from (node.yes, node.no)
    elif isinstance(node, Binary) and _CHOOSING.issuperset(node.operators):
        yield from islice(node.operands, _MOST_ITEMS)
    elif isinstance(node, Index):
        yield node.subject
    elif isinstance(node, Argument):
        yield node.value
    elif isinstance(node, Entries):
        yield from (each.value for each in islice(node.entries, _MOST_ITEMS))


def _key(node: Node) -> str:
    """Return the constant key of an index."""
    key = node.arguments[0] if isinstance(node, Index) and node.arguments else None
    return key.value if isinstance(key, Literal) and isinstance(key.value, str) else ""


def _spelled(node: Node) -> str:
    """Return the last name of an expression or a declaration as the code has it."""
    if isinstance(node, (Declaration, Function, Member, Parameter)):
        return node.name
    if isinstance(node, Literal):
        return str(node.value)
    if isinstance(node, Index):
        return _key(node) or _spelled(node.subject)
    return node.text if isinstance(node, Name) else ""


def _renamed(index: SyntaxIndex, evaluators: _Values, call: Call | New) -> RenamedCall | None:
    """Return the call of an evaluator that a call is."""
    if isinstance(call, New):
        type_name = "" if call.type is None else call.type.name
        return RenamedCall(call.start + 1, is_variable=True) if type_name in evaluators.names else None
    callee = call.callee
    is_bare = call.start == callee.start
    if isinstance(callee, Name):
        functions = index.functions.get(callee.text.lower(), ())
        is_own = callee.text in EVALUATORS or any(each.name == callee.text for each in functions)
        is_renamed = not is_bare or not is_own
        return RenamedCall(callee.end - 1, is_variable=is_bare) if is_renamed and evaluators.has(callee) else None
    is_found = _is_applied(index, evaluators, callee, call) if isinstance(callee, Member) else evaluators.has(callee)
    return RenamedCall(callee.end - 1, is_variable=False) if is_found else None


def _is_applied(index: SyntaxIndex, evaluators: _Values, callee: Member, call: Call) -> bool:
    """True if the call of a member runs an evaluator."""
    if callee.name in _PASSING:
        return evaluators.has(callee.subject)
    if callee.name.lower() in _CALLING and any(map(evaluators.has, call.arguments)):
        return True
    if callee.name == _CONSTRUCTOR and callee.subject is not None:
        return _is_function(index, callee.subject) or index.call_of(call) is not None
    return evaluators.has(callee)


def _is_function(index: SyntaxIndex, node: Node) -> bool:
    """True if an expression is a function."""
    name = _spelled(node)
    return isinstance(node, Lambda) or name in _FUNCTIONS or name.lower() in index.functions


def own_evaluators(unit: Unit, words: Set[str]) -> frozenset[str]:
    """Return which of some words are functions that all of the code can call: those of an include, too."""
    if not unit.is_vb or unit.words.isdisjoint(words):
        return frozenset()
    index, known = unit.index, unit.declared & words
    found = (name for name in words for function in index.functions.get(name, ()) if _is_for_all(unit, function))
    return frozenset(known.union(found))


def _is_for_all(unit: Unit, function: Function) -> bool:
    """True if a function is a member of no class, and its name is written as it is used: in brackets it is another."""
    return not any(map(_is_type, unit.index.ancestors(function))) and _is_plain(unit, function)


def _is_type(node: Node) -> bool:
    return isinstance(node, Class) and node.kind != "namespace"


def _is_plain(unit: Unit, function: Function) -> bool:
    start, end = unit.span(function.start, function.end)
    head = unit.tokens.text[start:end].lower().partition("(")[0].partition("\n")[0]
    return f"[{function.name.lower()}" not in head
