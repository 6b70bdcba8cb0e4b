"""Small assemblies on the core: what reaches ``Console.Write`` from a method of a class."""

from __future__ import annotations

import itertools
from contextlib import suppress

from tests.builders.assemblies import dotnet_library
from webshellhunt.binaries.dotnet import Assembly, read_assembly
from webshellhunt.core import ir
from webshellhunt.core.ending import ExhaustedError, PageEnd, Thrown
from webshellhunt.core.heap import KIND, PAGE, Heap
from webshellhunt.core.run import Machine, World
from webshellhunt.core.values import EMPTY, UNKNOWN, Value
from webshellhunt.library.rows import library
from webshellhunt.lower.assemblies import Marks
from webshellhunt.lower.il import code_of

MARKS = Marks(
    origins=lambda name: ["visitor"] if name.endswith("ReadLine") else [],
    acts=lambda name: name == "System.Console.Write",
    subscribes=lambda name: ".add_" in name,
)
_USING = "using System; using System.Collections.Generic; using System.Linq; using System.Threading.Tasks;"


def written(body: str, more: str = "") -> list[Value]:
    """Return the values that a method with a body writes; ``more`` are further members of its class."""
    source = f"{_USING} public class A {{ public void Go() {{ {body} }} {more} }}"
    assembly = read_assembly(dotnet_library(source, "A"))
    index = next(i for i, method in enumerate(assembly.methods) if method.name == "Go")
    machine = run(assembly, index)
    return [each.arguments[0] for each in machine.arrivals if each.names == ("act",)]


def run(assembly: Assembly, index: int, steps: int = 60_000) -> Machine:
    """Run a method of an assembly with unknown arguments."""
    outside = library("dotnet")
    code = code_of(assembly, outside, MARKS, range(len(assembly.methods)))
    world = World(outside, frozenset(), lambda *_: (ir.Proc("text", blocks=[ir.Block()]), [], {}))
    machine = Machine(ir.Program(ir.Proc("main"), {}, code.classes), world, steps)
    machine.procs = code
    tables = {name: {KIND: name, **outside.fields.get(name, {})} for name in outside.only}
    frame = [Heap({PAGE: {KIND: "page"}, **tables}, itertools.count(1)), machine, None, EMPTY]
    proc = code.get(f"#{index}")
    assert proc is not None
    values: list[Value] = [UNKNOWN] * len(proc.params)
    owner = assembly.methods[index].owner
    if len(proc.params) and owner in code.classes:
        values[0] = machine.new(frame, owner, [], 0)
    with suppress(PageEnd, Thrown, ExhaustedError):
        machine.call(frame, proc, values, None, 0)
    return machine
