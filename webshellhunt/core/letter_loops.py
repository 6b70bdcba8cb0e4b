"""Loops over the letters of a text: the letters that their turns refuse are not in the text after the last one.

``For i = 1 To Len(s)`` with ``Mid(s, i, 1)`` in it looks at each letter, and so does any loop whose index is counted up
by one and compared with the length. A letter that is read so gets a register of its own, for conditions about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.heap import PAGE

Node = Any
"""An expression, a place, or the end of a block."""
_MOST_BLOCKS = 60
_STAYS = {"lt": (True, 0), "le": (True, 1), "ge": (False, 0), "gt": (False, 1)}
"""Comparisons of an index with the length: the answer for which the loop goes on, and if the length is an index."""
_MEMBERS = frozenset({"charat", "charcodeat", "chars", "get_chars", "substr"})
_CODES = frozenset({"asc", "ascw"})
Found = dict[tuple[Any, ...], tuple[ir.Expr, ir.Local | ir.Global]]
"""The letters that a loop reads, with the variables that they get, by the text, the number of its first letter, and
the form."""


def find_letters(proc: ir.Proc, loops: Mapping[int, int]) -> None:
    """Let the ends of a procedure's loops know the letters that the turns look at.

    ``loops`` are the last blocks of the loops by their first ones.
    """
    entries: dict[int, set[int]] = {}
    for first, last in loops.items():
        code = proc.blocks[first : last + 1] if last - first < _MOST_BLOCKS else []
        for at, end in enumerate([each.end for each in code], first):
            if isinstance(end, ir.Next) and end.turns is not None and end.done not in range(first, last + 1):
                end.turns.flags = _flags(ir.walk(code))
            elif isinstance(end, ir.Branch) and end.turns is None and _is_measured(end.test):
                entries = entries or _entries(proc)
                end.turns = _counted(proc, at, range(first, last + 1), entries)


def _entries(proc: ir.Proc) -> dict[int, set[int]]:
    """Return the blocks from which each block is reached."""
    found: dict[int, set[int]] = {}
    for at, block in enumerate(proc.blocks):
        for to in (*ir.targets(block.end), block.handler):
            found.setdefault(to, set()).add(at)
    return found


def _is_measured(test: ir.Expr) -> bool:
    """Return True if a condition compares a variable with something else."""
    test = plain(test)
    if not isinstance(test, ir.Op) or test.name.partition("-")[0] not in _STAYS or len(test.args) != 2:
        return False
    return _is_variable(test.args[0])


def _counted(proc: ir.Proc, at: int, blocks: range, entries: Mapping[int, set[int]]) -> ir.Turns | None:
    """Return the turns of a loop whose condition counts over the letters of one text, ``None`` for another loop."""
    end = proc.blocks[at].end
    assert isinstance(end, ir.Branch)
    index, bound = plain(end.test).args
    stays, more = _STAYS[plain(end.test).name.partition("-")[0]]
    first, out = (end.yes, end.no) if stays else (end.no, end.yes)
    turn = range(first, blocks.stop if first > at else at)
    if first not in blocks or out in blocks or entries[first] - {*turn} != {at}:
        return None
    if any(not entries.get(each, set()) <= {*turn} for each in turn[1:]):
        return None  # code that jumps into the turn reads no letter before
    code = [proc.blocks[each] for each in turn]
    if not _counts(index, [*ir.walk(proc.blocks[each] for each in blocks)], code, at):
        return None
    found: Found = {}
    for each in code:
        ir.replace(each, partial(_register_of, proc, index.place, found))
    code[0].code[:0] = [ir.Write(place, letter, "letter") for letter, place in found.values()]
    of = {key[:2] for key in found}
    if len(of) != 1:
        return None
    ((text, number),) = of
    letters: list[ir.Expr] = [ir.Load(place) for _, place in found.values()]
    proc.slots += 1
    flags = _flags(ir.walk(proc.blocks[each] for each in blocks))
    return ir.Turns(ir.Load(_place_of(text)), letters, flags, proc.slots - 1, index, bound, number, more, stays)


def plain(node: Node) -> Node:
    """Return an expression without the conversions around it."""
    while isinstance(node, ir.Op):
        if node.name == "typed":
            node = node.args[0]
        elif node.name.startswith(("truth", "cast", "num-")):
            node = node.args[-1]
        else:
            break
    return node


def _is_variable(node: Node) -> bool:
    return isinstance(node, ir.Load) and isinstance(node.place, (ir.Local, ir.Global))


def variable_of(place: Node) -> Node:
    """Return the key of a variable, ``None`` for any other place."""
    return place.slot if isinstance(place, ir.Local) else (PAGE, place.name) if isinstance(place, ir.Global) else None


def _place_of(key: Node) -> ir.Local | ir.Global:
    return ir.Local(key) if isinstance(key, int) else ir.Global(key[1])


def _counts(index: ir.Load, nodes: list[Any], code: list[ir.Block], test: int) -> bool:
    """Return True if a variable is one more at the end of each turn, and no other code of a loop gives it a value."""
    name = variable_of(index.place)
    if any(isinstance(each, ir.Call) and each.scope is not None for each in nodes):
        return False  # a text that is run may do so, and has registers from here on
    places = [
        each.out if isinstance(each, ir.Arg) else each.target for each in nodes if isinstance(each, (ir.Arg, ir.Next))
    ]
    writes = [each for each in nodes if isinstance(each, ir.Write) and variable_of(each.place) == name]
    if len(writes) != 1 or any(place is not None and variable_of(place) == name for place in places):
        return False
    step = plain(writes[0].value)
    ends = [each.end for each in code if each.code and each.code[-1] is writes[0]]
    is_last = bool(ends) and isinstance(ends[0], ir.Jump) and ends[0].to == test
    if not is_last or not isinstance(step, ir.Op) or not step.name.startswith("add-") or len(step.args) != 2:
        return False
    left, right = map(plain, step.args)
    return _is_variable(left) and variable_of(left.place) == name and isinstance(right, ir.Const) and right.value == 1


def _register_of(proc: ir.Proc, index: ir.Place, found: Found, node: Node) -> ir.Expr | None:
    """Return the register of the letter that an expression is, or of its code; ``None`` for any other expression."""
    inner, form = node, ""
    if isinstance(node, ir.Pure) and node.row.names[-1] in _CODES and len(node.args) == 1:
        inner, form = node.args[0], "code"
    elif isinstance(node, ir.Op) and node.name.startswith("cast"):
        inner, form = plain(node), str(node.args[0].value) if isinstance(node.args[0], ir.Const) else ""
    letter = _letter(inner, index)
    if letter is None:
        return None
    if (key := (*letter, form)) not in found:
        proc.slots += 1
        is_of_page = isinstance(key[0], tuple)  # so that variables of the page may tell of it
        at = proc.slots - 1
        found[key] = node, ir.Global(f"\0{proc.name} {at}") if is_of_page else ir.Local(at)
    return ir.Load(found[key][1], node.at)


def _letter(node: Node, index: ir.Place) -> tuple[Any, int, str] | None:
    """Return the text of which an expression is the letter at an index, the number of the first one, and the way."""
    subject, first, name = None, 0, ""
    keys: list[Any] = []
    if isinstance(node, ir.Pure) and node.row.names[-1] == "mid":
        (subject, *keys), first, name = node.args, 1, "mid"
    elif isinstance(node, ir.Call) and isinstance(node.callee, (ir.Field, ir.Property)):
        subject, keys, called = node.callee.base, [each.value for each in node.args], node.callee.name
        name = called.value if isinstance(called, ir.Const) and isinstance(called.value, str) else str(called)
        is_one = name.lower() in _MEMBERS or (name.lower() == "substring" and isinstance(node.callee, ir.Field))
        subject = subject if is_one else None
    elif isinstance(node, ir.Load) and isinstance(node.place, (ir.Item, ir.Property)):
        place = node.place
        subject, keys = place.base, [place.name] if isinstance(place, ir.Property) else place.keys
    of = variable_of(subject.place) if isinstance(subject, ir.Load) else None
    if of is None or not keys or not _is_variable(at := plain(keys[0])) or variable_of(at.place) != variable_of(index):
        return None
    lengths = [each.value if isinstance(each, ir.Const) else None for each in keys[1:]]
    return (
        (of, first, name) if lengths in ([], [1]) and (lengths or name not in ("mid", "substr", "Substring")) else None
    )


def _flags(nodes: Iterable[Any]) -> list[tuple[ir.Expr, bool]]:
    """Return the variables to which a loop gives no value but one truth value, with the other one."""
    given: dict[Any, set[Any]] = {}
    for each in nodes:
        if isinstance(each, ir.Write) and variable_of(each.place) is not None:
            value = each.value.value if isinstance(each.value, ir.Const) else None
            given.setdefault(variable_of(each.place), set()).add(value if isinstance(value, bool) else None)
    known = {name: values.pop() for name, values in given.items() if len(values) == 1}
    return [(ir.Load(_place_of(name)), not value) for name, value in known.items() if value is not None]
