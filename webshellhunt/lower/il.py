"""IL: a method of a .NET assembly as a procedure of the core.

The stack of the method becomes expressions; a value that stays on it over a statement, or over a branch, is in a
register. Blocks are in the order of the code. Members that compilers use for constructs of their languages, as those of
asynchronous methods, are these constructs again.
"""

from __future__ import annotations

import struct
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from webshellhunt.binaries.dotnet import Assembly, Member, Method
from webshellhunt.binaries.il import BRANCHES, JUMPS, SWITCH, Handler, Instruction, iter_instructions, stack_effect
from webshellhunt.core import ir
from webshellhunt.core.rows import Library
from webshellhunt.core.values import Char, Label, Some, TypeOf
from webshellhunt.lower.assemblies import ANYTHING, METHOD, NOTHING, NUMBERS, ON, Code, Marks, member_name, short
from webshellhunt.lower.builder import FIRST, Builder

MOST_INSTRUCTIONS: Final = 20_000
_HIGHEST = 40
"""Expressions nest so deeply; the next one goes to a register."""

_VARIABLES: dict[int, tuple[str, int | None]] = {
    **{0x02 + at: ("ldarg", at) for at in range(4)},
    **{0x06 + at: ("ldloc", at) for at in range(4)},
    **{0x0A + at: ("stloc", at) for at in range(4)},
    **dict.fromkeys((0x0E, 0xFE09), ("ldarg", None)), **dict.fromkeys((0x0F, 0xFE0A), ("ldarga", None)),
    **dict.fromkeys((0x10, 0xFE0B), ("starg", None)), **dict.fromkeys((0x11, 0xFE0C), ("ldloc", None)),
    **dict.fromkeys((0x12, 0xFE0D), ("ldloca", None)), **dict.fromkeys((0x13, 0xFE0E), ("stloc", None)),
}  # fmt: skip
_OPERATORS: dict[int, str] = {
    0x58: "add-net", 0x59: "sub-net", 0x5A: "mul-net", 0x5B: "div-net", 0x5C: "div-net", 0x5D: "mod-net",
    0x5E: "mod-net", 0x5F: "and-net", 0x60: "or-net", 0x61: "xor-net", 0x62: "shl-net", 0x63: "shr-net",
    0x64: "shr-net", 0x65: "neg-net", 0x66: "compl-net", 0xFE02: "gt-net", 0xFE03: "gt-net", 0xFE04: "lt-net",
    0xFE05: "lt-net", **dict.fromkeys((0xD6, 0xD7), "add-net"), **dict.fromkeys((0xD8, 0xD9), "mul-net"),
    **dict.fromkeys((0xDA, 0xDB), "sub-net"),
}  # fmt: skip
_COMPARISONS = ("eq-net", "ge-net", "gt-net", "le-net", "lt-net", "ne-net", "ge-net", "gt-net", "le-net", "lt-net")
"""Those of the branches from ``beq`` on."""
_CONVERSIONS: dict[int, str] = {
    0x67: "sbyte", 0x68: "int16", 0x69: "int32", 0x6A: "int64", 0x6B: "single", 0x6C: "double", 0x6D: "uint32",
    0x6E: "uint64", 0x76: "double", 0xD1: "uint16", 0xD2: "byte", 0xD3: "int64", 0xE0: "uint64",
    **dict(enumerate(("sbyte", "int16", "int32", "int64", "byte", "uint16", "uint32", "uint64"), 0x82)),
    **dict(enumerate(("sbyte", "byte", "int16", "uint16", "int32", "uint32", "int64", "uint64"), 0xB3)),
}  # fmt: skip
_RETURN, _THROW, _RETHROW, _LEAVE, _END_FINALLY, _END_FILTER = 0x2A, 0x7A, 0xFE1A, (0xDD, 0xDE), 0xDC, 0xFE11
_WORDS = {"system.boolean": "boolean", "system.char": "char"}


@dataclass(slots=True)
class _Value:
    """A value on the stack; ``place`` is the one that it is the address of, ``method`` that which it points to."""

    code: ir.Expr
    height: int = 1
    place: ir.Place | None = None
    method: Member | None = None
    is_stable: bool = False
    """It is the same after other statements."""
    type: str = ""


class _Body:
    """The lowering of one method."""

    def __init__(self, code: Code, index: int) -> None:
        self._code = code
        self._assembly = code.assembly
        self._index = index
        self._method: Method = code.assembly.methods[index]
        found = code.assembly.token(METHOD + index + 1)
        member = found if isinstance(found, Member) else Member(f"{self._method.owner}.{self._method.name}", index)
        self._member = member
        self._types = ((member.name.rpartition(".")[0],) if member.has_this else ()) + member.types
        self._builder = Builder()
        self._builder.registers.count = FIRST + len(self._types)
        self._stack: list[_Value] = []
        self._slots: list[int] = []
        """The registers of values that stay on the stack over a branch, by their place on it."""
        self._labels: dict[int, int] = {}
        self._depths: dict[int, int] = {}
        """How many values are on the stack at a label."""
        self._handlers: tuple[Handler, ...] = ()
        self._entries: dict[Handler, int] = {}
        """The label where an error gets to a handler."""
        self._caught: dict[Handler, int] = {}
        self._alias: dict[int, ir.Place] = {}
        """Local variables that are references, and the places that they stand for."""
        self._ways: dict[Handler, tuple[int, list[int]]] = {}
        """Of a ``finally`` the register that says where the code goes on, and the labels where that may be."""

    def lowered(self) -> ir.Proc:
        """Return the procedure of the method."""
        params = [ir.Param("", is_out=each.endswith("&")) for each in self._types]
        if self._member.has_this and self._code.is_struct(self._method.owner):
            params[0].is_out = True
        proc = ir.Proc(f"#{self._index}", params)
        event = self._event()
        if event is not None:
            self._builder.add(event)
        else:
            self._read()
        proc.blocks = self._builder.finish()
        proc.slots = self._builder.registers.count
        return proc

    def _event(self) -> ir.Expr | None:
        """Return the assignment that a method of an event makes, whose own loop is about threads alone."""
        what = member_name(self._method.name)[1]
        field = f"{self._method.owner}.{self._method.name.partition('_')[2]}"
        tokens = [*self._type_fields()]
        if what not in ("add", "remove") or not self._member.has_this or field not in map(self._assembly.token, tokens):
            return None
        place = ir.Field(ir.Load(ir.Local(FIRST)), field)
        operator = "combine" if what == "add" else "uncombine"
        return ir.Write(place, ir.Op(operator, [ir.Load(place), ir.Load(ir.Local(FIRST + 1))]))

    def _type_fields(self) -> Iterable[int]:
        owner = next((each for each in self._assembly.types if each.name == self._method.owner), None)
        return owner.fields if owner is not None else ()

    # Blocks -----------------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        frame = self._method.frame
        self._locals = self._builder.registers.count
        self._builder.registers.count += len(frame.locals)
        self._local_types = frame.locals
        for at, each in enumerate(frame.locals):
            if self._code.is_struct(each) or each in NUMBERS:
                self._builder.write(ir.Local(self._locals + at), self._code.first(each))
        instructions = list(iter_instructions(self._method.code))[:MOST_INSTRUCTIONS]
        self._handlers = frame.handlers
        self._at_offset = {each.offset: each for each in instructions}
        self._find_labels(instructions)
        for one in instructions:
            if one.offset in self._labels:
                self._arrive(one.offset)
            if self._builder.is_open:
                self._step(one)

    def _find_labels(self, instructions: Sequence[Instruction]) -> None:
        """Name the blocks: they begin at targets of jumps, after jumps, and where a handler begins or ends."""
        found: dict[int, None] = {}
        ends = [*(each.offset for each in instructions[1:]), len(self._method.code)]
        self._after = dict(zip((each.offset for each in instructions), ends, strict=False))
        for each, after in zip(instructions, (*instructions[1:], None), strict=False):
            if each.opcode in BRANCHES:
                found[each.operand] = None
            found.update(dict.fromkeys(each.targets))
            if after is not None and (each.opcode in BRANCHES or each.opcode in JUMPS or each.opcode == SWITCH):
                found[after.offset] = None
        for handler in self._handlers:
            more = (handler.token,) if handler.kind == 1 else ()
            found.update(dict.fromkeys((handler.start, handler.end, handler.first, handler.last, *more)))
        self._labels = {offset: self._builder.label() for offset in found}

    def _label(self, offset: int) -> int:
        """Return the label of an offset; one outside of the code ends the method."""
        found = self._labels.get(offset)
        if found is None:
            found = self._labels[offset] = self._builder.label()
        return found

    def _arrive(self, offset: int) -> None:
        """Begin the block at an offset."""
        builder = self._builder
        if builder.is_open:
            self._keep(offset)
        for handler in self._handlers:
            if offset == (handler.token if handler.kind == 1 else handler.first):
                self._entry(handler)
        builder.handler, builder.caught = self._around(offset)
        builder.place(self._label(offset))
        self._stack = [self._slot(at) for at in range(self._depths.get(offset, 0))]
        for handler in self._handlers:
            if handler.kind < 2 and offset in (handler.first, handler.token if handler.kind else -1):
                self._stack = [_Value(ir.Load(ir.Local(self._caught_in(handler))))]

    def _slot(self, at: int) -> _Value:
        while len(self._slots) <= at:
            self._slots.append(self._builder.registers.new())
        return _Value(ir.Load(ir.Local(self._slots[at])))

    def _keep(self, *targets: int) -> None:
        """Put the values on the stack where the blocks find them that the code goes on with."""
        for target in targets:
            self._depths.setdefault(target, len(self._stack))
        if self._stack and any(self._is_truth_at(target) for target in targets):
            self._stack[-1].code = self._converted(self._stack[-1].code, "boolean")
        moved = [at for at, each in enumerate(self._stack) if each.code != self._slot(at).code]
        if len(moved) > 1:
            self._settle([self._stack[at] for at in moved])
        for at in moved:
            self._builder.write(ir.Local(self._slots[at]), self._stack[at].code)
            self._stack[at] = self._slot(at)

    def _is_truth_at(self, offset: int) -> bool:
        """True if the code at an offset takes the top of the stack as a truth value."""
        each = self._at_offset.get(offset)
        if each is None:
            return False
        if each.opcode == _RETURN:
            return self._member.result == "boolean"
        what, fixed = _VARIABLES.get(each.opcode, ("", None))
        at = each.operand if fixed is None else fixed
        if what == "stloc":
            return self._local_types[at : at + 1] == ("boolean",)
        return each.opcode in (0x2C, 0x2D, 0x39, 0x3A)

    # Handlers of errors -----------------------------------------------------------------------------------------------

    def _caught_in(self, handler: Handler) -> int:
        """Return the register of the error; the clauses of one ``try`` share it."""
        first = next(each for each in self._handlers if (each.start, each.end) == (handler.start, handler.end))
        if first not in self._caught:
            self._caught[first] = self._builder.registers.new()
        return self._caught[first]

    def _around(self, offset: int) -> tuple[int, int]:
        """Return the label where errors at an offset go, and the register that gets them."""
        for handler in self._handlers:
            if handler.start <= offset < handler.end:
                return self._entry_label(handler), self._caught_in(handler)
        return -1, 0

    def _entry_label(self, handler: Handler) -> int:
        first = next(each for each in self._handlers if (each.start, each.end) == (handler.start, handler.end))
        if first not in self._entries:
            self._entries[first] = self._builder.label()
        return self._entries[first]

    def _entry(self, handler: Handler) -> None:
        """Place the block that finds the clause of a ``try`` for an error."""
        clauses = [each for each in self._handlers if (each.start, each.end) == (handler.start, handler.end)]
        if clauses[0] is not handler:
            return
        builder, caught = self._builder, ir.Load(ir.Local(self._caught_in(handler)))
        label = self._entry_label(handler)
        outer = [each for each in self._handlers if each.start <= handler.start and handler.end <= each.end]
        outer = [each for each in outer if (each.start, each.end) != (handler.start, handler.end)]
        builder.handler, builder.caught = -1, 0
        if outer:
            builder.handler, builder.caught = self._entry_label(outer[0]), self._caught_in(outer[0])
        builder.place(label)
        for each in clauses:
            if each.kind == 0:
                no = builder.label()
                test = ir.Op("is-type", [caught, ir.Const(TypeOf(self._named(each.token)))])
                builder.branch(test, self._label(each.first), no)
                builder.place(no)
            elif each.kind == 1:
                builder.jump(self._label(each.token))
                return
            else:
                way, _ = self._way(each)
                builder.write(ir.Local(way), ir.Const(-1))
                builder.jump(self._label(each.first))
                return
        builder.end(ir.Throw(caught))

    def _way(self, handler: Handler) -> tuple[int, list[int]]:
        if handler not in self._ways:
            self._ways[handler] = (self._builder.registers.new(), [])
        return self._ways[handler]

    def _leave(self, at: int, target: int) -> None:
        """Go on outside of a ``try``, by the ``finally`` of each that is left, the innermost first."""
        left = [
            each
            for each in self._handlers
            if each.kind == 2 and each.start <= at < each.end and not each.start <= target < each.end
        ]
        to = self._label(target)
        for each in reversed(left):
            way, ways = self._way(each)
            if to not in ways:
                ways.append(to)
            hop = self._label(each.first)
            self._builder.write(ir.Local(way), ir.Const(ways.index(to)))
            to = hop
        self._stack.clear()
        self._builder.jump(to)

    def _end_finally(self, offset: int) -> None:
        """Go on where the code that came to a ``finally`` goes on."""
        inside = [each for each in self._handlers if each.first <= offset < each.last]
        handler = min(inside, key=lambda each: each.last - each.first, default=None)
        builder = self._builder
        if handler is None:
            builder.end(ir.Return())
            return
        way, ways = self._way(handler)
        for number, label in enumerate(ways):
            no = builder.label()
            builder.branch(ir.Op("eq-net", [ir.Load(ir.Local(way)), ir.Const(number)]), label, no)
            builder.place(no)
        builder.end(ir.Throw(ir.Load(ir.Local(self._caught_in(handler)))))

    # Values on the stack ----------------------------------------------------------------------------------------------

    def _pop(self) -> _Value:
        return self._stack.pop() if self._stack else _Value(ANYTHING, is_stable=True)

    def _push(self, code: ir.Expr, *of: _Value, type_name: str = "") -> None:
        height = 1 + max((each.height for each in of), default=0)
        value = _Value(code, height, is_stable=code.__class__ is ir.Const, type=type_name)
        self._stack.append(value)
        if height > _HIGHEST:
            self._settle(self._stack)

    def _settle(self, values: Sequence[_Value]) -> None:
        """Put values into registers, so that they stay the same."""
        for each in values:
            if each.place is not None or each.is_stable:
                continue
            place = self._builder.temp()
            self._builder.write(place, each.code)
            each.code, each.height, each.is_stable = ir.Load(place), 1, True

    def _add(self, code: ir.Expr) -> None:
        """Add a statement; the values that are left on the stack come before it."""
        self._settle(self._stack)
        self._builder.add(code)

    def _write(self, place: ir.Place, value: ir.Expr, type_name: str = "") -> None:
        self._add(ir.Write(place, value, "value" if self._code.is_struct(type_name) else "share"))

    def _held(self, value: _Value) -> ir.Expr:
        """Return a value that is used several times."""
        self._settle([value])
        return value.code

    # Instructions -----------------------------------------------------------------------------------------------------

    def _step(self, each: Instruction) -> None:  # noqa: C901 - a dispatcher
        opcode, operand = each.opcode, each.operand
        if opcode in _VARIABLES:
            self._variable(*_VARIABLES[opcode], operand)
        elif opcode in (0x28, 0x6F, 0x73):
            self._call(opcode, operand)
        elif 0x7B <= opcode <= 0x80:
            self._field(opcode, operand)
        elif opcode in _OPERATORS or opcode == 0xFE01:
            self._operator(opcode)
        elif opcode in BRANCHES or opcode == SWITCH:
            self._branch(each)
        elif opcode == _RETURN:
            value = self._converted(self._pop().code, self._member.result) if self._member.result else None
            self._builder.end(ir.Return(value))
        elif opcode == _THROW:
            self._builder.end(ir.Throw(self._pop().code))
        elif opcode == _RETHROW:
            inside = [handler for handler in self._handlers if handler.first <= each.offset < handler.last]
            caught = ir.Load(ir.Local(self._caught_in(inside[0]))) if inside else None
            self._builder.end(ir.Throw(caught))
        elif opcode == _END_FINALLY:
            self._end_finally(each.offset)
        elif opcode == _END_FILTER:
            self._end_filter(each.offset)
        elif opcode == 0x25:
            top = self._pop()
            self._held(top)
            self._stack += [top, top]
        elif opcode == 0x26:
            self._add(self._pop().code)
        elif opcode in (0xFE06, 0xFE07):
            self._function(opcode, operand)
        else:
            self._plain(opcode, operand)

    def _variable(self, what: str, fixed: int | None, operand: int) -> None:
        at = operand if fixed is None else fixed
        is_local = what in ("ldloc", "ldloca", "stloc")
        types = self._local_types if is_local else self._types
        slot = (self._locals if is_local else FIRST) + at
        if at >= len(types):
            slot = self._builder.registers.new()
        place, type_name = ir.Local(slot), types[at] if at < len(types) else ""
        if what.startswith("st"):
            self._store(place, slot, self._pop(), type_name)
        elif slot in self._alias:
            other = self._alias[slot]
            self._stack.append(_Value(ir.Load(other), 2, other, type=type_name))
        elif what.endswith("a") or type_name.endswith("&"):
            self._stack.append(_Value(ir.Load(place), 1, place, type=type_name))
        else:
            self._push(ir.Load(place), type_name=type_name)

    def _store(self, place: ir.Local, slot: int, value: _Value, type_name: str) -> None:
        """Assign to a variable; one that is a reference, and gets one once, stands for the place itself."""
        if type_name.endswith("&") and value.place is not None and slot >= self._locals:
            self._alias[slot] = value.place
        else:
            self._write(place, self._converted(value.code, type_name), type_name)

    def _field(self, opcode: int, token: int) -> None:
        found = self._assembly.token(token)
        value = self._pop() if opcode in (0x7D, 0x80) else None
        base = self._pop() if opcode <= 0x7D else None
        if not isinstance(found, str):
            if value is None:
                self._push(ir.Const(found) if isinstance(found, bytes) else ANYTHING)
            return
        owner, _, name = found.rpartition(".")
        is_own = owner in self._code.classes
        subject = base.code if base is not None else ir.Const(TypeOf(owner if is_own else short(owner)))
        type_name = self._assembly.type_of(token)
        height = base.height if base is not None else 1
        place: ir.Place = ir.Field(subject, found if is_own else name.lower())
        if not is_own and short(owner) == "valuetuple" and name[4:].isdigit():
            place = ir.Item(subject, [ir.Const(int(name[4:]) - 1)])
        if value is not None:
            self._write(place, self._converted(value.code, type_name), type_name)
        elif opcode in (0x7C, 0x7F):
            if base is not None and isinstance(place, (ir.Field, ir.Item)):
                self._settle([base])
                place = replace(place, base=base.code)
            self._stack.append(_Value(ir.Load(place), 2, place, type=type_name))
        else:
            self._push(ir.Load(place), _Value(subject, height), type_name=type_name)

    def _operator(self, opcode: int) -> None:
        right = self._pop()
        if opcode in (0x65, 0x66):
            self._push(ir.Op(_OPERATORS[opcode], [right.code]), right)
            return
        left = self._pop()
        if opcode == 0xFE01:
            code = self._equal(left.code, right.code)
        elif opcode == 0xFE03 and _is_nothing(right.code):
            code = ir.Op("truth-net", [left.code])
        else:
            code = ir.Op(_OPERATORS[opcode], [left.code, right.code])
        self._push(code, left, right)

    @staticmethod
    def _equal(left: ir.Expr, right: ir.Expr) -> ir.Expr:
        """Return whether two values are equal; with zero, whether the other one is zero, false or nothing."""
        if _is_nothing(right):
            return ir.Op("not-net", [ir.Op("truth-net", [left])])
        return ir.Op("eq-net", [left, right])

    def _branch(self, each: Instruction) -> None:
        opcode = each.opcode
        if opcode in _LEAVE:
            self._leave(each.offset, each.operand)
            return
        if opcode == SWITCH:
            self._switch(each)
        elif opcode in (0x2B, 0x38):
            self._keep(each.operand)
            self._builder.jump(self._label(each.operand))
        else:
            number, after = opcode - (0x2B if opcode < 0x38 else 0x38), self._after[each.offset]
            right = self._pop()
            if number < 3:
                test: ir.Expr = ir.Op("truth-net", [right.code])
            else:
                left = self._pop()
                test = self._compared(_COMPARISONS[number - 3], left.code, right.code)
            yes, no = self._label(each.operand), self._label(after)
            if number == 1:
                yes, no = no, yes
            if self._stack:
                held = _Value(test)
                self._settle([*self._stack, held])
                test = held.code
            self._keep(each.operand, after)
            self._builder.branch(test, yes, no)

    def _compared(self, operator: str, left: ir.Expr, right: ir.Expr) -> ir.Expr:
        if operator == "eq-net":
            return self._equal(left, right)
        if operator == "ne-net" and _is_nothing(right):
            return ir.Op("truth-net", [left])
        return ir.Op(operator, [left, right])

    def _switch(self, each: Instruction) -> None:
        subject = self._held(self._pop())
        self._keep(*each.targets)
        after = self._after[each.offset]
        self._depths.setdefault(after, len(self._stack))
        for number, target in enumerate(each.targets):
            no = self._builder.label()
            self._builder.branch(ir.Op("eq-net", [subject, ir.Const(number)]), self._label(target), no)
            self._builder.place(no)
        self._builder.jump(self._label(after))

    def _end_filter(self, offset: int) -> None:
        value = self._pop().code
        handler = next((each for each in self._handlers if each.kind == 1 and each.token <= offset < each.first), None)
        if handler is None:
            self._builder.end(ir.Return())
            return
        no = self._builder.label()
        self._builder.branch(ir.Op("truth-net", [value]), self._label(handler.first), no)
        self._builder.place(no)
        self._builder.end(ir.Throw(ir.Load(ir.Local(self._caught_in(handler)))))

    def _named(self, token: int) -> str:
        """Return the name of a type of this assembly, or the short one of another type."""
        name = self._assembly.type_of(token)
        if name in NUMBERS or name in self._code.classes:
            return name
        return short(name)

    @staticmethod
    def _converted(code: ir.Expr, type_name: str) -> ir.Expr:
        """Return a value as one of a type: numbers become letters and truth values."""
        if type_name == "boolean" and code.__class__ is ir.Const and code.value.__class__ is int:
            return ir.Const(bool(code.value))
        if type_name == "char":
            if code.__class__ is ir.Const and code.value.__class__ is int:
                return ir.Const(Char(chr(code.value & 0xFFFF)))
            return ir.Op("cast", [ir.Const("char"), code])
        return code

    def _plain(self, opcode: int, operand: int) -> None:  # noqa: C901 - a dispatcher
        if opcode == 0x72:
            found = self._assembly.token(operand)
            self._push(ir.Const(found) if isinstance(found, str) else ANYTHING, type_name="string")
        elif 0x15 <= opcode <= 0x21:
            self._push(ir.Const(opcode - 0x16 if opcode < 0x1F else operand))
        elif opcode in (0x22, 0x23):
            self._push(ir.Const(_real(operand, 4 if opcode == 0x22 else 8)))
        elif opcode == 0x14:
            self._push(NOTHING)
        elif opcode == 0xD0:
            found = self._assembly.token(operand)
            self._push(ir.Const(found if isinstance(found, bytes) else TypeOf(self._named(operand))))
        elif opcode in _CONVERSIONS:
            value = self._pop()
            self._push(ir.Op("cast", [ir.Const(_CONVERSIONS[opcode]), value.code]), value)
        elif opcode == 0x75:
            value = self._pop()
            self._push(ir.Op("as", [value.code, ir.Const(TypeOf(self._named(operand)))]), value)
        elif opcode == 0x8C:
            value = self._pop()
            type_name = self._assembly.type_of(operand)
            if self._code.is_struct(type_name):
                self._push(ir.Op("with", [value.code]), value)
            else:
                self._push(self._converted(value.code, _WORDS.get(type_name.lower(), "")), value)
        elif opcode == 0x8D:
            size, of = self._pop(), self._assembly.type_of(operand)
            name = short(of) if of.startswith("System.") else of
            first = ANYTHING if self._code.is_struct(of) else self._code.first(name)
            self._push(ir.Op("new-array", [first, size.code], self._at()), size, type_name=f"{name}[]")
        elif opcode == 0x8E:
            value = self._pop()
            self._push(ir.Load(ir.Field(value.code, "length")), value)
        elif 0x8F <= opcode <= 0x9A or opcode == 0xA3:
            self._element(opcode)
        elif 0x9B <= opcode <= 0xA2 or opcode == 0xA4:
            value, index, array = self._pop(), self._pop(), self._pop()
            code = self._converted(value.code, "char" if opcode == 0x9D else "")
            self._write(ir.Item(array.code, [index.code]), code, array.type.removesuffix("[]"))
        elif 0x46 <= opcode <= 0x50 or opcode == 0x71:
            value = self._pop()
            self._push(value.code, value, type_name=value.type.rstrip("&"))
        elif 0x51 <= opcode <= 0x57 or opcode in (0x81, 0xDF):
            value, target = self._pop(), self._pop()
            if target.place is not None:
                type_name = target.type.rstrip("&")
                self._write(target.place, self._converted(value.code, type_name), type_name)
        elif opcode == 0xFE15:
            target = self._pop()
            if target.place is not None:
                self._write(target.place, self._code.first(self._assembly.type_of(operand)))
        elif opcode == 0xFE1C:
            self._push(ir.Const(4))
        elif opcode not in (0x74, 0x79, 0xA5, 0xC3):  # casts are as their operand
            pops, pushes = stack_effect(opcode)
            values = [self._pop() for _ in range(pops)]
            if pushes:
                self._push(ANYTHING, *values)

    def _element(self, opcode: int) -> None:
        index, array = self._pop(), self._pop()
        place = ir.Item(array.code, [index.code])
        if opcode == 0x8F:
            self._settle([array, index])
            place = ir.Item(array.code, [index.code])
            self._stack.append(_Value(ir.Load(place), 2, place))
        else:
            self._push(ir.Load(place), array, index)

    def _function(self, opcode: int, token: int) -> None:
        if opcode == 0xFE07:
            self._pop()
        member = self._assembly.token(token)
        found = member if isinstance(member, Member) else None
        self._stack.append(_Value(NOTHING, method=found, is_stable=True))

    # Calls ------------------------------------------------------------------------------------------------------------

    def _at(self, member: Member | None = None) -> int:
        return self._code.site(self._index, member)

    def _taken(self, count: int) -> list[_Value]:
        return [self._pop() for _ in range(count)][::-1]

    def _arguments(self, values: Sequence[_Value], types: Sequence[str]) -> list[ir.Arg]:
        found: list[ir.Arg] = []
        for value, name in zip(values, types, strict=False):
            place = value.place if name.endswith("&") else None
            found.append(ir.Arg(self._converted(value.code, name), place))
        return found

    def _result(self, member: Member, code: ir.Expr, values: Sequence[_Value]) -> None:
        if member.result:
            self._push(code, *values, type_name=member.result)
        else:
            self._add(code)

    def _call(self, opcode: int, token: int) -> None:
        member = self._assembly.token(token)
        if not isinstance(member, Member):
            self._push(ANYTHING)
            return
        if opcode == 0x73:
            self._new(member)
            return
        if self._is_marked(member):
            self._settle(self._stack)
        values = self._taken(len(member.types) + member.has_this)
        if member.method is None:
            self._outside(member, values)
        else:
            self._inside(member, member.method, values, is_virtual=opcode == 0x6F)

    def _is_marked(self, member: Member) -> bool:
        return self._code.marks.acts(member.name) or bool([*self._code.marks.origins(member.name)])

    def _inside(self, member: Member, index: int, values: list[_Value], *, is_virtual: bool) -> None:
        """Call a method of the assembly."""
        method = self._assembly.methods[index]
        if method.native:
            self._outside(Member(f"native:{method.native}", None, member.types, result=member.result), values)
            return
        of_this = "&" if self._code.is_struct(method.owner) else ""
        types = (of_this, *member.types) if member.has_this else member.types
        given = self._arguments(values, types)
        if self._code.is_delegate(method.owner) and member.has_this:
            self._result(member, ir.Call(given[0].value, given[1:], self._at()), values)
            return
        if method.name == ".ctor" and values and values[0].place is not None and self._code.is_struct(method.owner):
            self._write(values[0].place, ir.New(method.owner, [], self._at()))
        callee = self._code.callee(index, is_virtual=is_virtual)
        if callee is None:
            self._result(member, self._unknown(member, values), values)
        else:
            self._result(member, ir.Call(callee, given), values)

    def _new(self, member: Member) -> None:
        if member.types == ("object", "intptr") and self._stack and self._stack[-1].method is not None:
            self._delegate()
            return
        if self._is_marked(member):
            self._settle(self._stack)
        values = self._taken(len(member.types))
        if member.method is not None:
            owner = self._assembly.methods[member.method].owner
            place = self._builder.temp()
            self._write(place, ir.New(owner, [], self._at()))
            callee = self._code.callee(member.method, is_virtual=False)
            if callee is not None:
                self._add(ir.Call(callee, [ir.Arg(ir.Load(place)), *self._arguments(values, member.types)]))
            self._stack.append(_Value(ir.Load(place), is_stable=True, type=owner))
            return
        at, given = self._at(member), self._arguments(values, member.types)
        self._note(member, [_Value(NOTHING), *values], at)
        kind = short(member.name.removesuffix("..ctor"))
        if kind == "":  # an array of several dimensions
            code: ir.Expr = ir.Op("new-array", [ANYTHING, *(each.value for each in given)], at)
        elif kind == "nullable":
            code = given[0].value
        elif (kind, "new") in self._code.rows:
            code = ir.New(kind, given, at)
        else:
            code = ir.Pure(self._code.rows["il", "made"], [ir.Const(kind), *(each.value for each in given)], at)
        self._push(self._of_origin(member, code, values, at), *values, type_name=kind)

    def _delegate(self) -> None:
        """Make a function of a method, with its object."""
        pointer, subject = self._pop().method, self._pop()
        assert pointer is not None
        owner, _, name = pointer.name.rpartition(".")
        if pointer.method is None:
            base = subject.code if pointer.has_this else ir.Const(TypeOf(short(owner)))
            self._push(ir.Op("bind", [base, ir.Const(name.lower())]), subject)
            return
        callee = self._code.callee(pointer.method, is_virtual=True) or f"#{pointer.method}"
        captured: tuple[int, ...] = ()
        if pointer.has_this:
            place = self._builder.temp()
            self._write(place, subject.code)
            captured = (place.slot,)
        proc = self._code.function_of(callee, pointer)
        self._push(ir.Lambda(proc, captured, self._at()), type_name="delegate")

    # Members of other assemblies --------------------------------------------------------------------------------------

    def _note(self, member: Member, values: Sequence[_Value], at: int) -> None:
        """Note an act, with the values that it is done with."""
        if self._code.marks.acts(member.name):
            self._add(ir.Pure(self._code.rows["il", "act"], [each.code for each in values], at))

    def _of_origin(self, member: Member, code: ir.Expr, values: Sequence[_Value], at: int) -> ir.Expr:
        """Return a result with the origins that a member gives it."""
        labels = frozenset(Label(kind, member.name, None, at) for kind in self._code.marks.origins(member.name))
        names = [each.code for each in values if each.is_stable]
        row = self._code.rows["il", "label"]
        return ir.Pure(row, [code, ir.Const(Some("", labels)), *names], at) if labels else code

    def _unknown(self, member: Member, values: Sequence[_Value]) -> ir.Expr:
        """Return the call of a member of which nothing is known."""
        given = [ir.Const(member.has_this), *(each.code for each in values)]
        return ir.Pure(self._code.rows["il", "unknown"], given, self._at())

    def _outside(self, member: Member, values: list[_Value]) -> None:
        """Call a member of another assembly, or a function of Windows."""
        owner, _, name = member.name.rpartition(".")
        kind = short(owner.removesuffix("."))
        if name == "ctor":
            self._made_in_place(kind, values, member)
            return
        at = self._at(member)
        self._note(member, values, at)
        if self._code.marks.subscribes(member.name) or (name.startswith("remove_") and len(member.types) == 1):
            self._subscribe(member, self._held(values[-1]))
            if not member.result:
                return
        code = self._special(kind, name, member, values) or self._of_library(kind, name, member, values, at)
        row = self._code.rows.get((kind, member_name(name)[0]))
        if code.__class__ is ir.Write:
            self._add(code)
        elif row is not None and row.result.what == "source" and row.result.kind in ("visitor", "upload"):
            self._result(member, code, values)
        else:
            self._result(member, self._of_origin(member, code, values, at), values)

    def _subscribe(self, member: Member, function: ir.Expr) -> None:
        """Give a function to an event, or take it back."""
        place = ir.Global(ON + member.name.replace(".remove_", ".add_"))
        operator = "uncombine" if ".remove_" in member.name else "combine"
        self._write(place, ir.Op(operator, [ir.Load(place), function], self._at()))

    def _made_in_place(self, kind: str, values: Sequence[_Value], member: Member) -> None:
        """Make a structure at an address; the constructor of a base type does nothing here."""
        if values and values[0].place is not None and kind:
            given = self._arguments(values[1:], member.types)
            if kind == "nullable":
                self._write(values[0].place, given[0].value)
            elif (kind, "new") in self._code.rows:
                self._write(values[0].place, ir.New(kind, given, self._at()))

    def _of_library(self, kind: str, name: str, member: Member, values: list[_Value], at: int) -> ir.Expr:
        """Return the call of a member by its row."""
        own, what = member_name(name)
        if own not in self._code.known and own not in self._code.overridden:
            return self._unknown(member, values)
        base = values[0].code if member.has_this else ir.Const(TypeOf(kind))
        given = self._arguments(values[1:] if member.has_this else values, member.types)
        row = self._code.rows.get((kind, own))
        if row is not None and member.has_this:
            base = ir.Op("typed", [base, ir.Const(kind)])
        place = ir.Field(base, own, at)
        if what == "get":
            return self._read_property(place, given, at)
        if what == "set" and given:
            *keys, value = (each.value for each in given)
            if not keys:
                return ir.Write(place, value, at=at)
            container = base if not own else ir.Load(place, at)
            return ir.Write(ir.Item(container, keys, at), value, at=at)
        return ir.Call(place, given, at)

    @staticmethod
    def _read_property(place: ir.Field, given: list[ir.Arg], at: int) -> ir.Expr:
        if not given:
            return ir.Load(place, at)
        base = ir.Load(place, at) if place.name else place.base
        return ir.Load(ir.Item(base, [each.value for each in given], at), at)

    def _special(self, kind: str, name: str, member: Member, values: list[_Value]) -> ir.Expr | None:  # noqa: C901 - a dispatcher
        """Return the call of a member that compilers use for constructs of their languages, ``None`` for others."""
        codes = [each.code for each in values]
        if name in ("Invoke", "BeginInvoke") and member.has_this and kind not in _REFLECTION:
            return ir.Call(codes[0], [ir.Arg(each) for each in codes[1:]], self._at())
        if kind == "type" and name == "GetTypeFromHandle":
            return ir.Op("type-object", codes)
        if kind == "runtimehelpers" and name == "InitializeArray":
            return ir.Pure(self._code.rows["il", "fill"], [*codes, ir.Const(values[0].type.removesuffix("[]"))], 0)
        if name in ("op_Equality", "op_Inequality"):
            return ir.Op("eq-net" if name == "op_Equality" else "ne-net", codes)
        if kind == "delegate" and name in ("Combine", "Remove"):
            return ir.Op("combine" if name == "Combine" else "uncombine", codes)
        if kind == "interlocked" and values and values[0].place is not None:
            return self._exchanged(name, values[0].place, codes)
        if name in ("get_CurrentManagedThreadId", "get_ManagedThreadId"):
            return ir.Const(1)
        if kind in ("tuple", "valuetuple") and name.startswith("get_Item") and name[8:].isdigit():
            return ir.Load(ir.Item(codes[0], [ir.Const(int(name[8:]) - 1)]))
        if kind == "nullable":
            return ir.Op("truth-net", codes) if name == "get_HasValue" else codes[0]
        if kind == "" and name in ("Get", "Set"):
            return self._of_array(name, codes)
        if name in _SAME and (kind.startswith(("task", "valuetask", "configured")) or kind.endswith("awaiter")):
            return ir.Const(True) if name == "get_IsCompleted" else codes[0]
        return self._of_builder(name, member, values) if kind.endswith("methodbuilder") else None

    def _exchanged(self, name: str, place: ir.Place, codes: list[ir.Expr]) -> ir.Expr | None:
        """Return the call of a member of ``Interlocked``, which gives the value before."""
        old = self._builder.temp()
        if name == "CompareExchange":
            new: ir.Expr = ir.Cond(ir.Op("eq-net", [ir.Load(old), codes[2]]), codes[1], ir.Load(old))
        elif name == "Exchange":
            new = codes[1]
        else:
            return None
        self._write(old, codes[0])
        self._write(place, new)
        return ir.Load(old)

    @staticmethod
    def _of_array(name: str, codes: list[ir.Expr]) -> ir.Expr:
        if name == "Get":
            return ir.Load(ir.Item(codes[0], codes[1:]))
        return ir.Write(ir.Item(codes[0], codes[1:-1]), codes[-1])

    def _of_builder(self, name: str, member: Member, values: list[_Value]) -> ir.Expr | None:
        """Return the call of a member of the object that an asynchronous method gives its result to."""
        if name == "Start":
            machine = next((i for i in self._code.steps_of(member.of[0])), None) if member.of else None
            return None if machine is None else ir.Call(f"#{machine}", [ir.Arg(values[1].code)])
        if name == "Create":
            return ir.New("box", [ir.Arg(NOTHING)], self._at())
        if name == "SetResult":
            return ir.Write(ir.Field(values[0].code, "v"), values[1].code if len(values) > 1 else NOTHING)
        return ir.Load(ir.Field(values[0].code, "v")) if name == "get_Task" else None


_SAME = frozenset({"GetAwaiter", "GetResult", "get_IsCompleted", "ConfigureAwait", "get_Result", "Unwrap", "AsTask"})
"""Members of a task, which is its own result."""
_REFLECTION = frozenset(
    {"methodinfo", "methodbase", "constructorinfo", "control", "dispatcher", "synchronizationcontext"}
)
"""Types whose ``Invoke`` is none of a function."""


def _is_nothing(code: ir.Expr) -> bool:
    """True for zero, false and nothing, which are the same bits."""
    return (
        code.__class__ is ir.Const
        and (code.value is None or code.value is False or code.value == 0)
        and (code.value.__class__ in (int, bool, type(None)))
    )


def _real(bits: int, size: int) -> float:
    return float(struct.unpack("<f" if size == 4 else "<d", bits.to_bytes(size, "little"))[0])


def code_of(assembly: Assembly, library: Library, marks: Marks, methods: Container[int]) -> Code:
    """Return the procedures and classes of an assembly.

    ``library``: the members of other assemblies. ``marks``: those of them that a run notes. ``methods``: the numbers of
    the methods that are followed where they are called.
    """
    return Code(assembly, library, marks, methods, lambda code, index: _Body(code, index).lowered())
