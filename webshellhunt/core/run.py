"""Run: the life of a page, from the first state to the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from webshellhunt.core import compile as compiling
from webshellhunt.core import ir, members, net_compile, properties
from webshellhunt.core.budget import STEPS, Budget
from webshellhunt.core.calls import call
from webshellhunt.core.containers import next_item
from webshellhunt.core.control import execute
from webshellhunt.core.ending import ExhaustedError, PageEnd, Thrown
from webshellhunt.core.heap import KIND, Heap, Table, join_frames
from webshellhunt.core.procedure import Frame, compiled
from webshellhunt.core.state import Run, World
from webshellhunt.core.values import EMPTY, Value

__all__ = ["Machine", "World"]


class Machine(Run):
    """A run of a page, whose code are programs that share one heap: one for each of its languages."""

    __slots__ = ("_mains", "objects")

    def __init__(
        self, programs: ir.Program | Sequence[ir.Program], world: World, steps: int = STEPS, size: int = 0
    ) -> None:
        super().__init__(world, Budget(steps, size), compiling.block)
        self.invoke_property: Any = properties.invoke
        self.put_property: Any = properties.put_any_case
        self.plain_value: Any = properties.primitive
        self.convert: Any = net_compile.convert
        self._mains: list[ir.Proc] = []
        self.objects: dict[Any, Table] = {}
        """Tables of objects that are there before a page runs."""
        for each in (programs,) if isinstance(programs, ir.Program) else programs:
            self._mains.append(each.main)
            self.variables.update(each.variables)
            self.objects.update((oid, dict(table)) for oid, table in each.objects.items())
            self.prototypes.update((oid, len(t)) for oid, t in each.objects.items() if t[KIND] == "prototype")
            self.classes.update(each.classes)
            self.has_structs: bool = self.has_structs or any(symbol.is_struct for symbol in each.classes.values())
            for name, proc in each.procs.items():
                self.procs.declare(name, proc)

    def run_main(self, main: ir.Proc, heap: Heap) -> Heap:
        """Run the code at the top level of a page; return the heap after it."""
        self.ended: Any = None
        self.unit: int = main.unit
        code, end = compiled(main), None
        frame: Frame = [heap, self, None, EMPTY, *[EMPTY] * max(0, code.slots - 4)]
        with suppress(PageEnd, Thrown):
            end = execute(code, frame)
        if end is None:
            last: Heap = self.ended if self.ended is not None else frame[0]
        else:
            last = end[0] if self.ended is None else join_frames([self.ended, None], [end[0], None])[0]
        return last

    def spend(self, steps: int) -> None:
        """Count work."""
        self.budget.left -= steps
        if self.budget.left < 0:
            raise ExhaustedError

    def restart(self, steps: int) -> None:
        """Let another run have so many steps."""
        before = self.budget
        self.budget: Budget = Budget(steps, before.size)
        self.budget.ends, self.budget.rebated = before.ends, before.rebated
        self.calls = self.coarse = 0
        self.forked = self.pendings = False

    member: ClassVar[Callable[..., Value]] = staticmethod(members.member)
    invoke: ClassVar[Callable[..., members.Found]] = staticmethod(members.invoke)
    item: ClassVar[Callable[..., Value]] = staticmethod(members.item)
    set_member: ClassVar[Callable[..., None]] = staticmethod(members.set_member)
    set_item: ClassVar[Callable[..., None]] = staticmethod(members.set_item)
    default: ClassVar[Callable[..., Value]] = staticmethod(members.default)
    assigned: ClassVar[Callable[..., Value]] = staticmethod(members.assigned)
    new: ClassVar[Callable[..., Value]] = staticmethod(members.new)
    row: ClassVar[Callable[..., Value]] = staticmethod(members.use_row)
    call_value: ClassVar[Callable[..., members.Found]] = staticmethod(members.call_value)
    missing: ClassVar[Callable[..., Value]] = staticmethod(members.missing)
    unknown_call: ClassVar[Callable[..., Value]] = staticmethod(members.unknown_call)
    call_in_scope: ClassVar[Callable[..., Value]] = staticmethod(members.call_in_scope)
    call: ClassVar[Callable[..., tuple[Any, list[Any]]]] = staticmethod(call)

    def next_item(self, f: Frame, slot: int) -> tuple[str, Any]:
        """Return the next item of an iterator."""
        return next_item(self, f, slot, [], 0)
