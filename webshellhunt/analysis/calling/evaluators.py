"""Evaluators: a text that the page runs as code is parsed, and runs in the scope of the evaluator."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.texts import iter_texts
from webshellhunt.analysis.domain.values import UNKNOWN, Value, is_known
from webshellhunt.analysis.jscript.functions import function_of_texts
from webshellhunt.analysis.jscript.prototypes import FUNCTION
from webshellhunt.analysis.jscript.scopes import declare_all
from webshellhunt.analysis.machine.endings import Ending
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.observer import Arrival, Observer
from webshellhunt.lang.parser import parse
from webshellhunt.lang.symbol_collection import add_members
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Assign, Binary, Block, Class, Function, Node, walk

MAX_DEPTH = 3
MAX_CHARS = 256 * 1024
MAX_TEXTS = 40
_GLOBAL = frozenset({"executeglobal"})


def evaluate_texts(
    machine: Machine, arrival: Arrival, names: tuple[str, ...], arguments: Sequence[Value], token: int
) -> Value:
    """Run each known text that an evaluator may run; return the value of an expression of it."""
    if names[-1:] == FUNCTION:
        return function_of_texts(machine, arguments, token)
    values: list[Value] = []
    machine.is_whole &= all(map(is_known, arguments))
    for text in [*iter_texts(arguments[0])] if arguments else []:
        if not text.strip():
            continue
        if machine.depth >= MAX_DEPTH or len(arrival.inner) >= MAX_TEXTS or len(text) > MAX_CHARS:
            machine.is_cut = True
            continue
        is_expression = machine.language == "vbscript" and names[-1] == "eval"
        is_global = names[-1] in _GLOBAL
        values.append(_run(machine, arrival, text, token, is_global=is_global, is_expression=is_expression))
    made = derived(arguments)
    return choice([*values, made]) if values and made != UNKNOWN else choice(values) if values else made


def _run(machine: Machine, arrival: Arrival, text: str, token: int, *, is_global: bool, is_expression: bool) -> Value:
    machine.spend(len(text) // 8 + 1)
    machine.record.is_dynamic = True
    top = parse(tokenize(text, machine.language)).top
    for node in walk(top):
        node.start, node.end = token, token + 1
    outside, machine.observer = machine.observer, Observer()
    frames, machine.depth = machine.frames, machine.depth + 1
    if is_global:
        machine.frames = frames[:1]
    try:
        return _values_of(machine, top if not is_expression else _compared(top))
    finally:
        machine.frames, machine.depth = frames, machine.depth - 1
        inner, machine.observer = machine.observer, outside
        arrival.inner.setdefault(text, []).extend(inner.arrivals)


def _compared(top: Block) -> Block:
    """Return the code of an expression of VBScript: ``x = y`` compares, and assigns nothing."""
    statements: list[Node] = [
        Binary(each.start, each.end, [each.target, each.value], ["="]) if isinstance(each, Assign) else each
        for each in top.statements[:1]
    ]
    return Block(top.start, top.end, statements)


def _values_of(machine: Machine, top: Block) -> Value:
    """Run the statements of a text; return the value of the last expression."""
    functions = [each for each in top.statements if isinstance(each, Function)]
    if machine.language == "jscript":
        declare_all(machine, machine.frame, functions)
    else:
        declared = [each for each in top.statements if isinstance(each, (Class, Function))]
        add_members(machine.symbols, machine.symbols.page, declared)
    value: Value = UNKNOWN

    def run() -> Ending:
        nonlocal value
        for statement in top.statements:
            if type(statement) in machine.statements:
                ending = machine.execute(statement)
                if ending is not None:
                    return ending
            else:
                value = machine.value(statement)
        return None

    machine.control.leave(run())
    return value
