"""The flow of values through IL: from entry points, through the methods that they call, to calls of other assemblies.

Nothing is executed. Each method is read once for an entry, in the order of its code; branches are not decided, so that
a variable, field or array has every value that is assigned to it anywhere. Constants are folded as far as a table of
members goes. A callee is followed a few calls deep, and so are delegates, closures and asynchronous methods.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from webshellhunt.binaries.dotnet import Assembly, Member
from webshellhunt.binaries.folded_members import fold
from webshellhunt.binaries.il import BRANCHES, JUMPS, Instruction, iter_instructions, stack_effect
from webshellhunt.errors import BinaryError

MOST_STEPS: Final = 500_000
DEEPEST: Final = 4

Constant = str | bytes | int

_GUESSED = 2
_MOST_CELLS, _MOST_REACHED, _MOST_CONSTANTS, _MOST_OVERRIDES = 8, 3000, 64, 6
_VARIABLES: dict[int, tuple[str, int | None]] = {
    **{0x02 + at: ("ldarg", at) for at in range(4)},
    **{0x06 + at: ("ldloc", at) for at in range(4)},
    **{0x0A + at: ("stloc", at) for at in range(4)},
    **dict.fromkeys((0x0E, 0x0F, 0xFE09, 0xFE0A), ("ldarg", None)),
    **dict.fromkeys((0x10, 0xFE0B), ("starg", None)),
    **dict.fromkeys((0x11, 0x12, 0xFE0C, 0xFE0D), ("ldloc", None)),
    **dict.fromkeys((0x13, 0xFE0E), ("stloc", None)),
}
"""Instructions for parameters and local variables, with the number of the variable unless it is the operand."""
_FIELDS, _STATIC = frozenset(range(0x7B, 0x81)), frozenset(range(0x7E, 0x81))
WRITER: Final = "writer"
"""The label of an object that writes a file."""
STATIC: Final = "static"
"""The label of a static field, which keeps its value from one request to the next."""
_STORES = frozenset({*range(0x51, 0x58), 0x81, *range(0x9B, 0xA3), 0xA4, 0xDF})
_KEEPING = frozenset({*range(0x46, 0x51), *range(0x67, 0x6F), 0x71, 0x74, 0x75, 0x76, 0x79, *range(0x82, 0x8D), 0x8F,
                      *range(0x90, 0x9B), 0xA3, 0xA5, *range(0xB3, 0xBB), *range(0xD1, 0xD6), 0xE0})  # fmt: skip
"""Conversions, and instructions that read an element or the target of an address: the result has the first value."""
_CALLS, _NEW, _FUNCTIONS = (0x28, 0x6F), 0x73, (0xFE06, 0xFE07)
_FILLERS = frozenset({"Read", "ReadAsync", "ReadBlock", "CopyTo", "CopyToAsync"})
_PARTS = frozenset({"get_StartInfo", "get_StandardInput", "get_BaseStream", "get_Prefixes", "get_Parameters"})
_WHOLES = ("System.Web.HttpContext", "System.Web.HttpApplication", "System.Web.HttpRe")
"""Starts of the names of types whose objects no argument of a method changes."""


class Cell:
    """A place of values: constants and labels of its own, and other cells whose values it has.

    ``same`` are cells whose values are assigned to it, ``derived`` those that its values are made from; ``names`` are
    the texts that a file was opened with.
    """

    __slots__ = ("constants", "derived", "functions", "labels", "names", "same")

    def __init__(self, *, constants: Iterable[Constant] = (), functions: Iterable[int] = ()) -> None:
        self.constants: list[Constant] = list(constants)
        self.functions: set[int] = set(functions)
        self.labels: set[str] = set()
        self.names: list[str] = []
        self.same: list[Cell] = []
        self.derived: list[Cell] = []


Value = tuple[Cell, ...]


def labels_of(*values: Value, deep: bool = True) -> frozenset[str]:
    """Return the labels of everything that values are made from, or, not ``deep``, of the values alone."""
    return frozenset(label for cell in _reached(values, deep=deep) for label in cell.labels)


def constants_of(*values: Value, deep: bool = False) -> list[Constant]:
    """Return the constants that values are, or, ``deep``, also those that they are made from."""
    found = dict.fromkeys(text for cell in _reached(values, deep=deep) for text in cell.constants)
    return list(found)[:_MOST_CONSTANTS]


def texts_of(*values: Value, deep: bool = False) -> list[str]:
    """Return the texts among the constants of values."""
    return [each for each in constants_of(*values, deep=deep) if isinstance(each, str)]


def names_of(*values: Value) -> list[str]:
    """Return the texts that the files among values were opened with."""
    return list(dict.fromkeys(name for cell in _reached(values, deep=True) for name in cell.names))[:_MOST_CONSTANTS]


def _reached(values: Iterable[Value], *, deep: bool) -> Iterator[Cell]:
    waiting = deque(cell for value in values for cell in value)
    seen = set(map(id, waiting))
    while waiting:
        cell = waiting.popleft()
        yield cell
        for other in chain(cell.same, cell.derived if deep else ()):
            if len(seen) >= _MOST_REACHED:
                break
            if id(other) not in seen:
                seen.add(id(other))
                waiting.append(other)


class Call(NamedTuple):
    """A call of a member of another assembly, or of a function of Windows (``native:WinExec``).

    ``values`` are its arguments, after the object of an instance method; ``entry`` is the name of the entry point, and
    ``depth`` the number of calls from it.
    """

    entry: str
    member: str
    values: tuple[Value, ...]
    method: int
    takes: str = ""
    depth: int = 0


class Subscription(NamedTuple):
    """A method that is passed to a member of another assembly, such as ``add_BeginRequest``."""

    entry: str
    member: str
    method: int
    target: Value


class Library(NamedTuple):
    """Knowledge about members of other assemblies: the labels of their results, and those that return none."""

    labels: Callable[[str, Sequence[Value]], Iterable[str]]
    cleans: Callable[[str], bool]
    subscribes: Callable[[str], bool]


class Flow:
    """The flow of values of one assembly; fields are shared by all entries."""

    def __init__(self, assembly: Assembly, library: Library) -> None:
        self.calls: list[Call] = []
        self.subscriptions: list[Subscription] = []
        self.assembly = assembly
        self.library = library
        self.steps = 0
        self.followed: set[int] = set()
        self._fields: dict[str, Cell] = {}
        methods = assembly.methods
        self._machines = {each.owner: i for i, each in enumerate(methods) if each.name == "MoveNext"}
        self._bodies: dict[str, list[int]] = {}
        for index, each in enumerate(methods):
            if each.code:
                self._bodies.setdefault(each.name, []).append(index)

    def enter(self, entry: str, method: int, values: Sequence[Value] = ()) -> Value:
        """Follow the values from an entry point with its arguments, which start with its object; return its result."""
        return _Entry(self, entry).call(method, values, 0)

    def field(self, name: str) -> Cell:
        """Return the cell of a field."""
        return self._fields.setdefault(name, Cell())

    def fields_with(self, field: str) -> list[Cell]:
        """Return the cells of all fields of the type of a field: an iterator has its current value in one of them."""
        owner = field.rpartition(".")[0] + "."
        return [cell for name, cell in self._fields.items() if name.startswith(owner)]

    def state_machine(self, field: str) -> int | None:
        """Return the body of the asynchronous method or iterator that a field belongs to."""
        return self._machines.get(field.rpartition(".")[0])

    def bodies(self, method: int) -> Sequence[int]:
        """Return a method, or, for one without code, the methods of its name that may stand for it."""
        each = self.assembly.methods[method]
        return (method,) if each.code else self._bodies.get(each.name, ())[:_MOST_OVERRIDES]


class _Frame:
    """The variables of one method."""

    __slots__ = ("locals", "parameters", "result")

    def __init__(self) -> None:
        self.parameters: dict[int, Cell] = {}
        self.locals: dict[int, Cell] = {}
        self.result = Cell()


class _Entry:
    """The methods that one entry point reaches, each with one frame."""

    def __init__(self, flow: Flow, name: str) -> None:
        self.flow = flow
        self.name = name
        self._frames: dict[int, _Frame] = {}

    def call(self, method: int, values: Sequence[Value], depth: int) -> Value:
        """Assign arguments to the parameters of a method, and read its code if that is the first call."""
        frame = self._frames.get(method)
        is_new = frame is None
        if frame is None:
            frame = self._frames[method] = _Frame()
        for at, value in enumerate(values):
            frame.parameters.setdefault(at, Cell()).same.extend(value)
        if is_new:
            self.flow.followed.add(method)
            _Body(self, method, frame, depth).read()
        return (frame.result,)


class _Body:
    """One reading of the code of a method."""

    def __init__(self, entry: _Entry, method: int, frame: _Frame, depth: int) -> None:
        self._entry = entry
        self._flow = entry.flow
        self._method = method
        self._frame = frame
        self._depth = depth
        self._stack: list[Value] = []
        self._waiting: dict[int, list[Value]] = {}

    def read(self) -> None:
        ended = False
        for each in iter_instructions(self._flow.assembly.methods[self._method].code):
            self._flow.steps += 1
            if self._flow.steps > MOST_STEPS:
                raise BinaryError(f"its values were followed for {MOST_STEPS} instructions and no further")
            joined = self._waiting.pop(each.offset, None)
            if joined is not None:
                self._stack = joined if ended else _merged(self._stack, joined)
            elif ended:
                self._stack = []
            ended = each.opcode in JUMPS
            self._step(each)
            if each.opcode in BRANCHES and each.operand > each.offset and self._stack:
                known = self._waiting.get(each.operand)
                self._waiting[each.operand] = list(self._stack) if known is None else _merged(known, self._stack)

    def _step(self, each: Instruction) -> None:
        opcode = each.opcode
        if opcode in _CALLS or opcode == _NEW:
            self._call(each)
        elif opcode in _FUNCTIONS:
            self._pop(1 if opcode == _FUNCTIONS[1] else 0)
            member = self._flow.assembly.token(each.operand)
            method = member.method if isinstance(member, Member) else None
            self._push(Cell(functions=() if method is None else (method,)))
        elif opcode == 0x25:
            self._stack += self._stack[-1:]
        elif opcode == 0x2A:
            self._frame.result.same.extend(cell for value in self._pop(1) for cell in value)
        elif opcode in _VARIABLES:
            self._variable(opcode, each.operand)
        elif opcode in _FIELDS:
            self._field(opcode, each.operand)
        else:
            self._plain(opcode, each.operand)

    def _pop(self, count: int) -> list[Value]:
        """Return the top values in their order; damaged code may lack some."""
        popped = self._stack[len(self._stack) - count :] if 0 < count <= len(self._stack) else []
        del self._stack[len(self._stack) - len(popped) :]
        return popped if len(popped) == count else [()] * count

    def _push(self, cell: Cell) -> None:
        self._stack.append((cell,))

    def _variable(self, opcode: int, operand: int) -> None:
        kind, fixed = _VARIABLES[opcode]
        slots = self._frame.locals if "loc" in kind else self._frame.parameters
        cell = slots.setdefault(operand if fixed is None else fixed, Cell())
        if kind.startswith("st"):
            cell.same.extend(part for value in self._pop(1) for part in value)
        else:
            self._push(cell)

    def _field(self, opcode: int, token: int) -> None:
        name = self._flow.assembly.token(token)
        popped = self._pop(stack_effect(opcode)[0])
        if not isinstance(name, str):
            self._stack += [(Cell(),)] * stack_effect(opcode)[1]
            return
        cell = self._flow.field(name)
        if opcode in _STATIC:
            cell.labels.add(STATIC)
        machine = self._flow.state_machine(name)
        if machine is not None and machine != self._method and opcode in (0x7C, 0x7D):
            self._into(machine, popped[:1])
            for each in popped[0]:
                each.derived = [*dict.fromkeys((*each.derived, *self._flow.fields_with(name)))]
        if opcode in (0x7D, 0x80):
            cell.same.extend(popped[-1] if popped else ())
        else:
            self._push(cell)

    def _plain(self, opcode: int, operand: int) -> None:
        pops, pushes = stack_effect(opcode)
        popped = self._pop(pops)
        if opcode == 0x72:
            found = self._flow.assembly.token(operand)
            self._push(Cell(constants=(found,) if isinstance(found, str) else ()))
        elif opcode == 0xD0:
            found = self._flow.assembly.token(operand)
            self._push(Cell(constants=(found,) if isinstance(found, bytes) else ()))
        elif 0x15 <= opcode <= 0x21:
            self._push(Cell(constants=(opcode - 0x16 if opcode < 0x1F else operand,)))
        elif not pushes:
            # An element of an array, or the target of an address.
            if len(popped) >= 2 and opcode in _STORES:
                for cell in popped[0]:
                    cell.same.extend(popped[-1])
        elif opcode in _KEEPING:
            self._stack.append(popped[0] if popped else ())
        else:
            result = Cell()
            result.derived.extend(cell for value in popped for cell in value if 0x58 <= opcode <= 0x66)
            self._push(result)

    def _call(self, each: Instruction) -> None:
        member = self._flow.assembly.token(each.operand)
        if not isinstance(member, Member):
            self._push(Cell())
            return
        is_new = each.opcode == _NEW
        values = self._pop(member.parameters + (member.has_this and not is_new))
        if is_new:
            values = [(Cell(),), *values]
        result = self._outside(member, values, is_new=is_new) if member.method is None else self._inside(member, values)
        if is_new:
            self._stack.append(values[0])
        elif member.returns:
            self._stack.append(result)

    def _inside(self, member: Member, values: Sequence[Value]) -> Value:
        assert member.method is not None
        native = self._flow.assembly.methods[member.method].native
        if native:
            return self._outside(Member(f"native:{native}", returns=True), values, is_new=False)
        # One of several methods that may stand for it is a guess, which counts as more calls.
        further = 0 if self._flow.assembly.methods[member.method].code else _GUESSED
        found = [cell for body in self._flow.bodies(member.method) for cell in self._into(body, values, further)]
        if found:
            return tuple(found[:_MOST_CELLS])
        return (_made_of(values),)

    def _into(self, method: int, values: Sequence[Value], further: int = 0) -> Value:
        depth = self._depth + 1 + further
        return self._entry.call(method, values, depth) if depth <= DEEPEST else ()

    def _outside(self, member: Member, values: Sequence[Value], *, is_new: bool) -> Value:
        name, library = member.name, self._flow.library
        # A value with many origins costs at each call, as much as some instructions.
        self._flow.steps += sum(len(cell.same) + len(cell.derived) for value in values for cell in value)
        last = name.rpartition(".")[2]
        self._flow.calls.append(Call(self._entry.name, name, tuple(values), self._method, member.takes, self._depth))
        self._hand_over(name, values)
        this, rest = (values[:1], values[1:]) if member.has_this else ((), values)
        if last == "InitializeArray":
            for cell in values[0]:
                cell.same.extend(values[-1])
        elif last in _FILLERS or (last.startswith("Try") and "Parse" not in last):
            _feed(rest, values)
        elif this and not name.startswith(_WHOLES) and not library.cleans(name):
            _feed(this, rest)
        if last in _PARTS and this:
            return this[0]
        result = Cell(constants=fold(name, [constants_of(value) for value in values]))
        result.labels.update(library.labels(name, values))
        if WRITER in result.labels:
            result.names = texts_of(*rest, deep=True)
        if is_new:
            for cell in values[0]:
                cell.constants += result.constants
                cell.labels |= result.labels
                cell.names += result.names
                # A delegate has its object and its method.
                cell.same.extend(part for value in rest for part in value if _functions(rest))
        elif not result.constants or labels_of(*values):
            # A result with other content than its arguments, such as a file by its name, keeps their texts alone.
            is_clean = library.cleans(name)
            named = [Cell(constants=texts_of(*values, deep=True))] if is_clean else []
            result.derived.extend(named if is_clean else (cell for value in values for cell in value))
        return (result,)

    def _hand_over(self, name: str, values: Sequence[Value]) -> None:
        """Follow the methods that are passed to a member, which calls them, now or later."""
        if name.endswith("..ctor") and not name.startswith("System.Threading."):
            return
        for value in values:
            others = [each for each in values if each is not value]
            for method in sorted(_functions([value])):
                if self._flow.library.subscribes(name):
                    self._flow.subscriptions.append(Subscription(self._entry.name, name, method, value))
                else:
                    made = _made_of(others)
                    self._into(method, [(*value, made), *([(made,)] * 4)])


def _functions(values: Iterable[Value]) -> set[int]:
    return {method for cell in _reached(values, deep=False) for method in cell.functions}


def _made_of(values: Iterable[Value]) -> Cell:
    made = Cell()
    made.derived.extend(cell for value in values for cell in value)
    return made


def _feed(targets: Sequence[Value], sources: Sequence[Value]) -> None:
    """Let values be made from other ones, too."""
    found = [cell for value in sources for cell in value]
    for target in targets:
        for cell in target:
            cell.derived.extend(each for each in found if each is not cell)


def _merged(first: Sequence[Value], second: Sequence[Value]) -> list[Value]:
    """Return the stack after two branches meet."""
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    missing = len(longer) - len(shorter)
    return [*longer[:missing], *(tuple(dict.fromkeys((*a, *b)))[:_MOST_CELLS] for a, b in
                                 zip(longer[missing:], shorter, strict=True))]  # fmt: skip
