"""Core code as text: what a construct is lowered to, in one line for each expression and each end of a block."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.core import ir
from webshellhunt.core.values import EMPTY, MISSING, UNKNOWN, Ref
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower.visual_basic import lower

_WRITES = {"share": ":=", "copy": "=", "object": "set"}
_PARTS = ("value", "args", "test", "yes", "no", "body", "callee", "base", "keys", "place", "end", "out", "iterator")


def lowered(code: str) -> ir.Program:
    """Lower VBScript."""
    return lower(build_unit(code, "vbscript", [(0, len(code))]).parsed.top)


def printed(code: str, procedure: str = "") -> list[str]:
    """Return the core of the code of a page, or of one of its procedures (``class.method``)."""
    program = lowered(code)
    owner, _, name = procedure.rpartition(".")
    if owner:
        symbol = program.classes[owner]
        proc = {**symbol.setters, **symbol.getters, **symbol.methods}[name]
    else:
        proc = program.procs[name] if name else program.main
    return [*_lines(proc)]


def _lines(proc: ir.Proc) -> Iterator[str]:
    for number, block in enumerate(proc.blocks):
        mark = "~" if block.resumes else ":"
        for code in block.code:
            yield f"{number}{mark} {text_of(code)}"
        if number + 1 < len(proc.blocks) or block.end != ir.Return():
            yield f"{number}{mark} {_end(block.end)}"


def _end(end: ir.End) -> str:
    match end:
        case ir.Jump(to):
            return f"-> {to}"
        case ir.Branch(test, yes, no):
            return f"{text_of(test)} ? {yes} : {no}"
        case ir.Next(iterator, target, body, done):
            return f"next ${iterator} {place_of(target)} ? {body} : {done}"
        case ir.Return(_, ends_page):
            return "end page" if ends_page else "return"
        case _:
            return "throw"


def place_of(place: ir.Place | None) -> str:
    """Return a place as text."""
    match place:
        case ir.Local(slot, name):
            return f"{name}${slot}" if name else f"${slot}"
        case ir.Global(name):
            return name
        case ir.Field(base, name):
            return f"{text_of(base)}.{name}"
        case ir.Item(base, keys):
            return f"{text_of(base)}[{', '.join(map(text_of, keys))}]"
        case _:
            return "?"


def text_of(code: ir.Expr) -> str:
    """Return an expression as text."""
    match code:
        case ir.Const(value):
            return _constant(value)
        case ir.Load(place):
            return place_of(place)
        case ir.Write(place, value, how):
            return f"{place_of(place)} {_WRITES[how]} {text_of(value)}"
        case ir.Op(name, args):
            return f"({name.removesuffix('-vb')} {' '.join(map(text_of, args))})"
        case ir.Pure(row, args):
            return f"{row.names[-1]}({', '.join(map(text_of, args))})"
        case ir.Call(callee, args):
            return f"call {_callee(callee)}({', '.join(map(_argument, args))})"
        case ir.New(name, args):
            return f"new {name}({', '.join(map(_argument, args))})"
        case ir.Cond(test, yes, no):
            return f"({text_of(test)} ? {text_of(yes)} : {text_of(no)})"
        case ir.Let(slot, value, body):
            return f"let ${slot} := {text_of(value)} in {text_of(body)}"
        case _:
            return code.__class__.__name__


def _callee(callee: str | ir.Field | ir.Item | ir.Property | ir.Expr) -> str:
    if isinstance(callee, str):
        return callee
    return place_of(callee) if isinstance(callee, (ir.Field, ir.Item, ir.Property)) else text_of(callee)


def _argument(argument: ir.Arg) -> str:
    value = text_of(argument.value)
    return value if argument.out is None else f"&{value}"


def _constant(value: object) -> str:
    if isinstance(value, Ref):
        return f"@{value.oid}"
    named = [name for each, name in ((EMPTY, "empty"), (MISSING, "-"), (UNKNOWN, "unknown")) if each is value]
    return named[0] if named else repr(value)


def nodes_of(proc: ir.Proc) -> Iterator[tuple[object, int]]:
    """Yield all parts of the code of a procedure with how deeply they nest in their expression, without recursion."""
    stack: list[tuple[object, int]] = [(each, 1) for block in proc.blocks for each in (*block.code, block.end)]
    while stack:
        node, depth = stack.pop()
        yield node, depth
        for name in _PARTS:
            part = getattr(node, name, None)
            parts = part if isinstance(part, list) else [part]
            stack += [(each, depth + 1) for each in parts if each.__class__.__module__ == ir.__name__]
