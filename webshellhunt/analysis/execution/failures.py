"""Failures: run-time errors of Visual Basic that are sure to happen, and ``On Error Resume Next``."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.conversions import number_of
from webshellhunt.analysis.domain.values import EMPTY, REST, UNKNOWN, Thing, Value, is_known
from webshellhunt.analysis.library.containers import UNIQUE_KEYS, entry_key
from webshellhunt.analysis.machine.frames import GOES_ON
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import (
    Assign,
    Binary,
    Block,
    Call,
    Class,
    Declaration,
    Function,
    If,
    Jump,
    Literal,
    Member,
    Name,
    Node,
    OnError,
    Unary,
)

ERR = "err"
_FAILING = VB | {"c#"}
_CONVERSIONS = frozenset(
    {"cint", "clng", "cdbl", "csng", "cbyte", "ccur", "cdec", "cshort", "cbool"}
    | {
        f"{kind}.parse"
        for kind in (
            "integer",
            "int32",
            "int64",
            "long",
            "short",
            "double",
            "decimal",
            "byte",
            "single",
            "int",
            "float",
        )
    }
    | {f"convert.to{kind}" for kind in ("int16", "int32", "int64", "byte", "double", "decimal", "single")}
)
_DIVISIONS = frozenset({"\\", "mod"})
_SAFE_OPERATORS = frozenset({"&", "=", "<>", "and", "or", "is", "andalso", "orelse"})
_SAFE_CALLS = frozenset(
    {"request", "request.form", "request.querystring", "request.item", "session", "response.write", "err", "err.clear"}
    | {"len", "trim", "ltrim", "rtrim", "ucase", "lcase", "cstr", "instr", "split", "join", "isempty", "array"}
)
_SAFE_NODES = frozenset({Declaration, If, Literal, OnError, Jump, Function, Class})
"""Nodes that never fail by themselves."""
_TRUTHS = frozenset({"true", "false"})


def goes_on(machine: Machine) -> bool:
    """True if an error in the innermost call ends its statement alone."""
    return machine.frame.variables.get(GOES_ON, False) is not False


def fail(
    machine: Machine,
    number: Value,
    description: Value = UNKNOWN,
    source: Value = UNKNOWN,
    *,
    kind: str = "exception",
) -> Value:
    """Raise a run-time error: the current statement ends, and ``Err`` says why; ``kind`` is its type in .NET."""
    store = machine.kept.stores.setdefault(ERR, Thing("store"))
    for name, value in (("number", number), ("description", description), ("source", source)):
        machine.state.put(store.fields, name, value)
    machine.control.leave(machine.control.throw(Thing(kind, fields={"message": description, "number": number})))
    return UNKNOWN


def clear(machine: Machine) -> None:
    """Forget the last error."""
    store = machine.kept.stores.setdefault(ERR, Thing("store"))
    for name, value in (("number", 0), ("description", ""), ("source", "")):
        machine.state.put(store.fields, name, value)


def doubt(machine: Machine, statement: Node) -> None:
    """Forget that there was no error, after a statement that may have one of which nothing is known."""
    store = machine.kept.stores.get(ERR)
    if store is None or store.fields.get("number", UNKNOWN) != 0 or _never_fails(machine, statement):
        return
    for name in ("number", "description", "source"):
        machine.state.drop(store.fields, name)


def _never_fails(machine: Machine, statement: Node) -> bool:
    """True if a statement of VBScript has no error; those in its blocks are looked at on their own."""
    if machine.language != "vbscript":
        return False
    waiting: list[Node] = [statement]
    for each in waiting:
        machine.spend(1)
        if not _is_safe(machine, each):
            return False
        parts = each.arguments if isinstance(each, Call) else each.children()
        waiting += [part for part in parts if not isinstance(part, Block) and not isinstance(each, Member)]
    return True


def _is_safe(machine: Machine, node: Node) -> bool:
    """True if a node never fails where its parts don't."""
    if isinstance(node, Binary):
        is_constant = all(isinstance(each, Literal) for each in node.operands)
        return is_constant or _SAFE_OPERATORS.issuperset(node.operators)
    if isinstance(node, Call):
        return _dotted(node.callee) in _SAFE_CALLS
    if isinstance(node, Member):
        return _dotted(node).startswith(f"{ERR}.")
    if isinstance(node, Assign):
        return not node.is_set
    if isinstance(node, Unary):
        return node.operator == "not" or isinstance(node.operand, Literal)
    if isinstance(node, Name):
        return machine.symbols.fold(node.text) not in machine.symbols.page.methods
    return node.__class__ in _SAFE_NODES


def _dotted(node: Node | None) -> str:
    """Return the dotted names that an expression is, ``""`` for any other one."""
    parts: list[str] = []
    while isinstance(node, Member):
        parts.append(node.name.lower())
        node = node.subject
    return ".".join([node.text, *reversed(parts)]) if isinstance(node, Name) else ""


def conversion_fails(machine: Machine, names: tuple[str, ...], arguments: Sequence[Value]) -> bool:
    """True if a call converts a known text that is no number."""
    if machine.language not in _FAILING or len(arguments) != 1 or ".".join(names[-2:]) not in _CONVERSIONS:
        return False
    value = arguments[0]
    if not isinstance(value, str) or value is EMPTY or number_of(value) is not None:
        return False
    plain = value.strip().lower()
    return not any(character.isdigit() for character in plain) and plain not in _TRUTHS


def division_fails(machine: Machine, name: str, divisor: Value) -> bool:
    """True if an operator divides by nothing."""
    if machine.language not in VB or (name not in _DIVISIONS and (name != "/" or machine.language != "vbscript")):
        return False
    return is_known(divisor) and divisor is not None and number_of(divisor) == 0


def adds_twice(machine: Machine, subject: Value, arguments: Sequence[Value]) -> bool:
    """True if a call adds an entry under a key that a dictionary surely has."""
    if subject.__class__ is not Thing or subject.type not in UNIQUE_KEYS or len(arguments) != 2:
        return False
    key = entry_key(machine, subject, arguments[0])
    return key is not None and key in subject.fields and REST not in subject.fields and not machine.state.depth


def raised(machine: Machine, names: tuple[str, ...], arguments: Sequence[Value]) -> bool:
    """Do the work of a method of ``Err``; return False for any other call."""
    if machine.language not in VB or names[-2:-1] != (ERR,) or names[-1] not in ("raise", "clear"):
        return False
    if names[-1] == "clear":
        clear(machine)
        return True
    given = [*arguments, UNKNOWN, UNKNOWN, UNKNOWN][:3]
    fail(machine, given[0], given[2], given[1])
    return True
