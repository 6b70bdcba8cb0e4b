"""Lowering of the statements of C# and VB.NET, and of whole functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from webshellhunt.core import ir
from webshellhunt.core.values import TypeOf
from webshellhunt.lang import tree
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lower.builder import FIRST, RESULT, Around
from webshellhunt.lower.net.calls import DEFAULTS
from webshellhunt.lower.net.errors import Errors
from webshellhunt.lower.net.names import CONSTRUCTOR, STRUCTS, VALUE, Procedure
from webshellhunt.lower.net.patterns import is_path
from webshellhunt.lower.statements import Final, StackedStatements, Step, Work, nothing

_MOST_COPIES = 24
"""The copies of ``finally`` in one procedure, one for each way out of its ``try``."""
_ANY_ERROR = frozenset({"", "exception", "object"})
_ANY_NUMBER = 5
"""The number of an error that the code throws as an object."""
_MOST_STRUCTURES = 32
"""So many elements of an array of structures have their own from the beginning."""
_DEFAULT: Sequence[tree.Pattern | None] = (None,)
_LOOPS = frozenset({"for", "do", "while"})
_PROCEDURES = frozenset({"sub", "function", "property", "operator"})


class Body(Errors, StackedStatements):
    """Lowers the code of one procedure."""

    def __init__(self, of: Procedure) -> None:
        Errors.__init__(self, of)
        StackedStatements.__init__(self)
        self.finals: list[Final] = []
        self.copies: int = 0
        self.hoisted: set[str] = set()
        self.items: ir.Local | None = None
        """The list that an iterator makes."""
        self.returns: str = ""
        """The type of the result."""
        self.cases: list[dict[object, int]] = []
        """The blocks of the cases of each ``switch`` that is open, by their values."""

    # Functions --------------------------------------------------------------------------------------------------------

    def function(
        self,
        proc: ir.Proc,
        node: tree.Function,
        boxes: Sequence[str] = (),
        *,
        subjects: int = 0,
        before: Sequence[Callable[[], None]] = (),
    ) -> None:
        """Lower a function; ``boxes`` are the variables around it that it sees, ``before`` comes first in its code."""
        self.parameters(proc, node)
        captured = []
        for name in boxes:
            self.boxes[name] = self.registers.new()
            captured.append(self.boxes[name])
        for _ in range(subjects):
            slot = self.registers.new()
            captured.append(slot)
            self.subjects.append(ir.Load(ir.Local(slot)))
        proc.boxes = tuple(captured)
        self.begin(node)
        for step in before:
            step()
        self.run(node.body.statements if node.body is not None else [])
        self.end(proc)

    def parameters(self, proc: ir.Proc, node: tree.Function) -> None:
        """Give the parameters their registers, before any other register is given."""
        net = self.net
        for each in node.parameters:
            name, kind = net.fold(each.name), net.type_key(each.type, self.owner)
            default = self.constant_of(each.default) if each.default is not None else None
            is_rest = each.by == "rest"
            proc.params.append(ir.Param(name, each.by in ("ref", "out"), kind, default, is_rest))
            self.locals[name] = self.registers.new()
            self.types[name] = kind

    def constant_of(self, node: tree.Node) -> ir.Expr:
        """Return the default value of a parameter."""
        return self.expression(node)

    def begin(self, node: tree.Function) -> None:
        """Add all that is before the first statement."""
        for n, each in enumerate(node.parameters):
            name = self.net.fold(each.name)
            place: ir.Place = ir.Local(FIRST + n, name)
            given = ir.Load(place)
            value = self.convert(given, self.types[name]) if self._is_converted(each, self.types[name]) else given
            if name in self.variables.captured:
                del self.locals[name]
                place = self.declare(name, self.types[name])
            if value is not given or not isinstance(place, ir.Local):
                self.builder.write(place, value, at=each.start)
        self.prepare(node.body.statements if node.body is not None else [])
        self.declare_implied()
        self.returns = self.net.type_key(node.type, self.owner)
        if self.variables.yields:
            self.items = self.builder.temp()
            self.builder.write(self.items, ir.New("list", []), at=node.start)
            self.returns = ""
        elif "async" in node.modifiers or "iterator" in node.modifiers:
            self.returns = ""
            if node.type is not None and not node.type.arguments:  # nobody gives a task without a value
                self.builder.write(ir.Local(RESULT), ir.New("task", []), at=node.start)
        if self.net.is_vb and node.kind in ("function", "get", "operator") and node.name:
            self.result: str = self.net.fold(node.name)
            if self.result in self.variables.captured:
                self.declare(self.result, self.returns)
            self.builder.write(self.variable(self.result) or ir.Local(RESULT), ir.Const(self.default_of(self.returns)))
            self.types[self.result] = self.returns

    def declare_implied(self) -> None:
        """Declare the variables that the code only assigns to."""
        for name in self.variables.implied:
            self.declare(name)

    def _control(self, node: tree.Node) -> tree.Node:
        """Return the variable of a loop, which is a new one where nothing else declares it."""
        if isinstance(node, tree.Name) and self.net.fold(node.text) in self.variables.implied:
            return tree.Declaration(node.start, node.end, node.text)
        return node

    def _is_converted(self, node: tree.Parameter, kind: str) -> bool:
        """True if arguments are converted to the type of a parameter; of those that are not, facts are kept."""
        if node.by != "value":
            return False
        return kind in DEFAULTS or (self.net.has_conversions and (kind in self.net.of_keys or kind == "string"))

    def end(self, proc: ir.Proc) -> None:
        """Add the end of the procedure, and give it its code."""
        self.builder.end(self.last_return())
        self.resume()
        self.builder.end(self.last_return())
        proc.blocks, proc.slots = self.builder.finish(), self.registers.count

    def last_return(self) -> ir.Return:
        """Return how the procedure ends without a value."""
        if self.items is not None:
            return ir.Return(ir.Load(self.items))
        if self.result in self.boxes:
            return ir.Return(ir.Load(self.variable(self.result) or ir.Local(RESULT)))
        return ir.Return()

    # Statements -------------------------------------------------------------------------------------------------------

    def statement(self, node: tree.Node) -> None:
        """Lower one statement; those in it are next."""
        after = self.number(node)
        super().statement(node)
        if after >= 0:
            self.builder.place(after)

    def ordered(self, nodes: Sequence[tree.Node]) -> Sequence[Work]:
        """Return the statements of a block, its local functions before all others."""
        functions = [each for each in nodes if isinstance(each, tree.Function) and each.name]
        if not functions:
            return nodes
        others = [each for each in nodes if not isinstance(each, tree.Function)]
        return [partial(self._declare_functions, functions), *others]

    def _declare_functions(self, functions: Sequence[tree.Function]) -> None:
        """Declare local functions; the variables that they see are there from here on."""
        for each in functions:
            self.declare(each.name, "delegate")
        for each in functions:
            for name in self.inner[each].needed:
                if name in self.variables.captured and name not in self.boxes:
                    self.declare(name)
                    self.hoisted.add(name)
        for each in functions:
            place = self.variable(self.net.fold(each.name))
            if place is not None:
                self.builder.write(place, self.closure(each), at=each.start)

    def _end_checked(self) -> None:
        self.is_checked = False

    def s_block(self, node: tree.Block) -> None:
        """Statements in brackets; ``Using`` disposes of the objects that it declares first."""
        if node.is_checked:
            self.is_checked: bool = True
        if not node.is_using:
            self.then(node, self._end_checked if node.is_checked else None)
            return
        count = 1
        while count < len(node.statements) and isinstance(node.statements[count], tree.Declaration):
            count += 1
        heads = node.statements[:count]
        if heads and not isinstance(heads[0], tree.Declaration):  # an object that is there already, or has no name
            first = heads[0]
            heads[0] = tree.Declaration(first.start, first.end, f"\0using{first.start}", None, first)
        disposals: list[tree.Node] = [
            tree.Call(node.start, node.start + 1, _disposing(each), []) for each in reversed(heads)
            if isinstance(each, tree.Declaration) and each.value is not None
        ]  # fmt: skip
        body = tree.Block(node.start, node.end, node.statements[count:])
        last = tree.Block(node.end - 1, node.end, disposals)
        self.work.extend([tree.Try(node.start, node.end, body, [], last), *heads[::-1]])

    def s_declaration(self, node: tree.Declaration) -> None:
        """A variable, or several arrays with bounds."""
        net = self.net
        kind = net.type_key(node.type, self.owner)
        name = net.fold(node.name)
        if "static" in node.modifiers and net.is_vb:
            self._static(node, name, kind)
            return
        if (
            "ref" in node.modifiers
            and isinstance(node.value, tree.Argument)
            and not isinstance(node.value.value, tree.Call)
        ):
            self.statics[name] = self.held_place(self.place(node.value))  # another name of a variable
            return
        is_captured = name in self.variables.captured
        value = self.value_of(node, kind) if not is_captured else None
        if not kind and value is not None:
            written = "" if net.is_vb else self.static_type(node.value)
            kind = written if written not in ("", "lambda", "null") else _type_of(value)
        place = (self.variable(name) if name in self.hoisted else None) or self.declare(name, kind)
        self.types[name] = kind
        if is_captured:
            value = self.value_of(node, kind)
        if value is not None:
            self.builder.write(place, value, VALUE, node.start)
        elif net.is_vb and self.builder.innermost(goes_on=True) is None:
            self.builder.write(place, self.first_value(kind), at=node.start)
        elif net.is_vb:
            self.builder.first.code.insert(0, ir.Write(place, self.first_value(kind)))
        elif kind in net.of_keys and net.of_keys[kind].kind in STRUCTS:
            self.builder.write(place, self.first_value(kind), at=node.start)

    def value_of(self, node: tree.Declaration, kind: str) -> ir.Expr | None:
        """Return the first value of a variable, ``None`` where it is that of its type."""
        if node.bounds and node.value is None:
            written = node.type
            element = (
                tree.TypeName(0, 0, written.name, written.arguments, max(0, written.rank - 1)) if written else None
            )
            return self.array_of(node.bounds, node.start, self.net.type_key(element, self.owner))
        return self.typed(node.value, kind) if node.value is not None else None

    def first_value(self, kind: str, around: ClassSymbol | None = None) -> ir.Expr:
        """Return the value that variables of a type begin with; a structure is there, save as a field of its own."""
        symbol = self.net.of_keys.get(kind)
        if symbol is not None and symbol.kind in STRUCTS and symbol is not around:
            return ir.New(kind, [])
        return ir.Const(self.default_of(kind))

    def array_of(self, bounds: Sequence[tree.Node], at: int, kind: str, old: ir.Expr | None = None) -> ir.Expr:
        """Return a new array with upper bounds, its elements those of an old one where there is one."""
        sizes = self.operands(bounds)
        if old is not None:
            return ir.Op("resize-array", [old, self.first_value(kind), *map(_one_more, sizes)], at)
        first, counts = self.first_value(kind), [*map(_one_more, sizes)]
        made: ir.Expr = ir.Op("new-array", [first, *counts], at)
        count = counts[0].value if len(counts) == 1 and isinstance(counts[0], ir.Const) else 0
        if isinstance(first, ir.New) and count <= _MOST_STRUCTURES:
            made = self.builder.hold(made)
            for n in range(count):
                self.builder.write(ir.Item(made, [ir.Const(n)], at), ir.New(kind, []), "share", at)
        return made

    def _static(self, node: tree.Declaration, name: str, kind: str) -> None:
        """``Static x``: a field of the class that only this procedure sees."""
        function = self.variables.function
        entry = f"\0{function.name if function is not None else ''}.{name}"
        self.statics[name] = ir.Field(self.this, entry)
        self.types[name] = kind
        modifiers = frozenset({"shared"}) if self.is_static else frozenset()
        field = tree.Declaration(node.start, node.end, entry, node.type, node.value, node.bounds, modifiers)
        self.net.kept.setdefault(self.owner, []).append(field)

    # Assignments and calls that are more than that

    def s_assign(self, node: tree.Assign) -> None:
        """``Mid(s, 1, 2) = t``, handlers of events; all others are expressions."""
        target = node.target
        if self.net.is_vb and isinstance(target, tree.Call) and self._is_of_language(target.callee, "mid"):
            self._assign_part(target, node)
        elif not self._attach(node):
            name = target.name if isinstance(target, tree.Member) and _is_own(target) else getattr(target, "text", "")
            name = self.net.fold(name)
            self.attach_handlers(name, node.start, "uncombine")
            self.effect(node)
            self.attach_handlers(name, node.start)

    def _is_of_language(self, node: tree.Node, name: str) -> bool:
        is_named = isinstance(node, tree.Name) and node.text.lower() == name
        return is_named and self.find(name).kind in ("function", "unknown", "type")

    def _assign_part(self, target: tree.Call, node: tree.Assign) -> None:
        """``Mid(s, start, length) = t`` writes over a part of a text."""
        at, rows = node.start, self.net.rows
        place = self.place(target.arguments[0])
        start, *length = [self.builder.hold(each) for each in self.operands(target.arguments[1:3])]
        value = self.builder.hold(self.expression(node.value))
        size: ir.Expr = ir.Pure(rows["", "len"], [value])
        if length:
            size = ir.Cond(ir.Op("lt-vb", [length[0], size]), length[0], size)
        size = self.builder.hold(size)
        first = ir.Pure(rows["", "left"], [ir.Load(place), ir.Op("sub-vb", [start, ir.Const(1)])], at)
        part = ir.Pure(rows["", "left"], [value, size], at)
        rest = ir.Pure(rows["", "mid"], [ir.Load(place), ir.Op("add-vb", [start, size])], at)
        text = ir.Op("concat-vb", [ir.Op("concat-vb", [first, part], at), rest], at)
        whole = ir.Pure(rows["", "len"], [ir.Load(place)])  # the text gets no longer
        self.builder.write(place, ir.Pure(rows["", "left"], [text, whole], at), "share", at)

    def _attach(self, node: tree.Assign) -> bool:
        """Lower ``o.Done += f`` where the page's code is the event (``add``, ``AddHandler``)."""
        if node.operator not in ("+=", "-="):
            return False
        word = "add" if node.operator == "+=" else "remove"
        target = node.target
        name = self.net.fold(target.name if isinstance(target, tree.Member) else getattr(target, "text", ""))
        if f"{word}_{name}" not in self.net.method_names:
            return False
        place = self.place(target)
        if isinstance(place, ir.Field):
            method = ir.Field(place.base, f"{word}_{name}", node.start)
            self.builder.add(ir.Call(method, [ir.Arg(self.expression(node.value))], node.start))
        return True

    def attach_handlers(self, name: str, at: int, how: str = "combine") -> None:
        """A field ``WithEvents`` got an object: the methods that handle its events get them; it had one before."""
        handlers = self.net.handlers(self.owner).get(name, ())
        if not handlers:
            return
        builder = self.builder
        yes, after = builder.label(), builder.label()
        builder.branch(ir.Op("is", [ir.Load(ir.Field(self.this, name, at)), ir.Const(None)]), after, yes, at)
        builder.place(yes)
        for event, method in handlers:
            place = ir.Field(ir.Load(ir.Field(self.this, name, at)), event, at)
            handler = ir.Op("bind", [self.this, ir.Const(method)], at)
            builder.write(place, ir.Op(how, [ir.Load(place, at), handler], at), "share", at)
        builder.place(after)

    def s_call(self, node: tree.Call) -> None:
        """``RaiseEvent`` calls nothing where there are no handlers; ``Erase``; all others are expressions."""
        callee = node.callee
        owner = self.net.constructed(self.owner, callee) if self.net.is_vb else ""
        if owner:
            place = ir.Field(self.this, CONSTRUCTOR, node.start, owner)
            self.builder.add(ir.Call(place, self.arguments(node.arguments), node.start))
            return
        if self.net.is_vb and isinstance(callee, tree.Name):
            if self._is_of_language(callee, "erase"):
                for each in node.arguments:
                    self.builder.write(self.place(each), ir.Const(None), "share", node.start)
                return
            found = self.find(callee.text)
            member = self.net.member(self.owner, found.name) if found.kind == "member" else None
            if member is not None and found.place is not None and "event" in member[3].modifiers:
                yes, after = self.builder.label(), self.builder.label()
                self.builder.branch(ir.Op("is", [ir.Load(found.place), ir.Const(None)]), after, yes, node.start)
                self.builder.place(yes)
                self.builder.add(ir.Call(ir.Load(found.place), self.arguments(node.arguments), node.start))
                self.builder.place(after)
                return
        self.effect(node)

    # Conditions and loops

    def s_count(self, node: tree.Count) -> None:
        """``For i = a To b Step c``: the bounds are evaluated once."""
        builder, at = self.builder, node.start
        kind = ""
        if isinstance(node.target, tree.Declaration):
            kind = self.net.type_key(node.target.type, self.owner)
        first = builder.hold(self.convert(self.expression(node.first), kind), "share", at)
        last = builder.hold(self.convert(self.expression(node.last), kind), "share", at)
        step = builder.hold(self.expression(node.step), "share", at) if node.step is not None else ir.Const(1)
        target = self.target(self._control(node.target))
        builder.write(target, first, VALUE, at)
        self.counted(node, target, last, step, at)

    def s_each(self, node: tree.Each) -> None:
        """``foreach (T x in items)``."""
        builder, at = self.builder, node.start
        iterator = builder.temp()
        items, target = self.expression(node.items), self._control(node.target)
        builder.write(iterator, ir.Pure(self.net.rows["", "iterate"], [items], at), "share", at)
        item = builder.temp()
        step = self.turns(node, iterator, item, at)
        self.assign(target, self.declared(ir.Load(item), self.type_of(target)))
        if isinstance(target, (tree.Declaration, tree.Name)):
            name = target.name if isinstance(target, tree.Declaration) else target.text
            step.turns = ir.Turns(items, [self.expression(tree.Name(target.start, target.end, name))])

    def target(self, node: tree.Node) -> ir.Place:
        """Return the place of a variable of a loop."""
        if isinstance(node, tree.Declaration):
            return self.declare(node.name, self.net.type_key(node.type, self.owner))
        return self.place(node)

    def s_switch(self, node: tree.Switch) -> None:
        """``switch``, ``Select Case``: the tests of a case are run from left to right, until one fits."""
        if node.is_expression:
            self.effect(node)
            return
        builder = self.builder
        subject = self.subject_of(node.subject)
        after = builder.label()
        bodies = [builder.label() for _ in node.cases]
        self.cases.append({_case_value(each): body for case, body in zip(node.cases, bodies, strict=True)
                           for each in (case.patterns or _DEFAULT)})  # fmt: skip
        default = next((body for case, body in zip(node.cases, bodies, strict=True) if not case.patterns), after)
        for case, body in zip(node.cases, bodies, strict=True):
            for pattern in case.patterns:
                self._test(pattern, case.guard, subject, body)
        builder.jump(default)
        steps: list[Step] = [partial(builder.enter, "switch" if node.falls_through else "select", after)]
        for case, body in zip(node.cases, bodies, strict=True):
            steps += [partial(self._begin_case, body, after, falls_through=node.falls_through), case.body]
        self.then(*steps, partial(self._end_switch, after))

    def _begin_case(self, body: int, after: int, *, falls_through: bool) -> None:
        if not falls_through:
            self.builder.jump(after)
        self.builder.place(body)

    def _end_switch(self, after: int) -> None:
        self.builder.leave()
        self.cases.pop()
        self.builder.place(after)

    def _test(self, pattern: tree.Pattern, guard: tree.Node | None, subject: ir.Expr, body: int) -> None:
        builder = self.builder
        following = builder.label()
        fits = builder.label() if guard is not None else body
        self.match(pattern, subject, fits, following)
        if guard is not None:
            builder.place(fits)
            self.branch(guard, body, following)
        builder.place(following)

    def subject_of(self, node: tree.Node) -> ir.Expr:
        """Return a value that is tested several times; only a path is evaluated more than once."""
        value = self.expression(node)
        if is_path(value):
            return value
        return self.builder.hold(value, "share", node.start)

    def s_with(self, node: tree.With) -> None:
        """``With``: the object is evaluated once."""
        self.subjects.append(self.builder.hold(self.expression(node.subject), "share", node.start))
        self.then(node.body, self._end_with)

    def _end_with(self) -> None:
        self.subjects.pop()

    # Errors

    def s_try(self, node: tree.Try) -> None:
        """``try``: its ``finally`` is lowered once for each way out."""
        builder = self.builder
        outer, outer_caught = builder.handler, builder.caught
        after = builder.label()
        failing = builder.label() if node.last is not None else -1
        error = self.registers.new()
        handler = builder.label() if node.catches else failing
        slot = self.registers.new() if node.catches else error
        if node.last is not None:
            self.finals.append(Final(node.last, outer, outer_caught, len(builder.around)))
        resumes = builder.resumes
        builder.guard(resumes=False, handler=handler, caught=slot)
        builder.enter("try", after)

        def catches() -> None:
            builder.leave()
            builder.jump(after)
            builder.handler, builder.caught = (failing, error) if node.last is not None else (outer, outer_caught)
            builder.place(handler)
            self.then(*self._catches(node.catches, slot, after))

        def finish() -> None:
            if not node.catches:
                builder.leave()
            builder.jump(after)
            builder.handler, builder.caught = outer, outer_caught
            if node.last is None:
                builder.resumes = resumes
                builder.place(after)
                return
            self.finals.pop()
            builder.place(failing)
            self.then(node.last, again)

        def again() -> None:
            builder.end(ir.Throw(ir.Load(ir.Local(error)), node.start))
            builder.resumes = resumes
            builder.place(after)
            self.then(node.last)

        self.then(node.body, catches if node.catches else None, finish)

    def _catches(self, catches: Sequence[tree.Catch], slot: int, after: int) -> list[Step]:
        """Return the steps of a chain of handlers; an error that fits none is raised again."""
        steps: list[Step] = []
        for each in catches:
            following = self.builder.label()
            steps += [
                partial(self._catch, each, slot, following, after),
                each.body,
                partial(self._end_catch, following, after),
            ]
        steps.append(lambda: self.builder.end(ir.Throw(ir.Load(ir.Local(slot)))))
        return steps

    def _catch(self, node: tree.Catch, slot: int, following: int, after: int) -> None:
        builder = self.builder
        error = ir.Load(ir.Local(slot))
        kind = self.net.type_key(node.type, self.owner)
        if kind not in _ANY_ERROR:
            fits = builder.label()
            builder.branch(self.is_type(error, kind, node.start), fits, following, node.start)
            builder.place(fits)
        if node.name:
            builder.write(self.declare(node.name, kind), error, "share", node.start)
        if node.guard is not None:
            fits = builder.label()
            self.branch(node.guard, fits, following)
            builder.place(fits)
        self.caught.append(slot)
        builder.enter("try", after)

    def _end_catch(self, following: int, after: int) -> None:
        self.caught.pop()
        self.builder.leave()
        self.builder.jump(after)
        self.builder.place(following)

    def is_type(self, value: ir.Expr, kind: str, at: int) -> ir.Expr:
        """Return the test of the type of a value."""
        return ir.Op("is-type", [value, ir.Const(TypeOf(kind))], at)

    # Ways out

    def s_jump(self, node: tree.Jump) -> None:
        """All statements that go elsewhere."""
        self.JUMPS.get(node.kind, Body.j_nothing)(self, node)

    def j_nothing(self, node: tree.Jump) -> None:
        """``Stop`` is for debuggers."""

    def j_return(self, node: tree.Jump) -> None:
        """``return``."""
        if node.value is None or self.items is not None:
            self.leave(0, lambda: self.builder.end(self.last_return()))
            return
        value = self.typed(node.value, self.returns)
        if self.finals:
            value = self.builder.hold(value, "share", node.start)
        if not self.builder.is_open:
            self.builder.place()
        self.leave(0, lambda: self.builder.end(ir.Return(value)))

    def j_yield(self, node: tree.Jump) -> None:
        """``yield return``: the list gets one more item."""
        if self.items is not None and node.value is not None:
            add = ir.Field(ir.Load(self.items), self.net.fold("Add"), node.start)
            self.builder.add(ir.Call(add, [ir.Arg(self.expression(node.value))], node.start))

    def j_yield_break(self, node: tree.Jump) -> None:
        """``yield break``."""
        self.leave(0, lambda: self.builder.end(self.last_return()))

    def j_throw(self, node: tree.Jump) -> None:
        """``throw``; without a value, the error that is handled."""
        value = self.expression(node.value) if node.value is not None else None
        if value is None and self.caught:
            value = ir.Load(ir.Local(self.caught[-1]))
        if not self.builder.is_open:
            self.builder.place()
        if self.builder.resumes:
            self.builder.add(ir.Pure(self.net.rows["err", "raise"], [ir.Const(_ANY_NUMBER)], node.start))
            return
        self.builder.end(ir.Throw(value, node.start))

    def j_break(self, node: tree.Jump) -> None:
        """``break``."""
        around = next((each for each in reversed(self.builder.around) if each.kind not in ("try", "select")), None)
        self._leave_to(around, goes_on=False)

    def j_continue(self, node: tree.Jump) -> None:
        """``continue``, ``Continue For``."""
        self._leave_to(self._around(node.label, goes_on=True), goes_on=True)

    def j_exit(self, node: tree.Jump) -> None:
        """``Exit``."""
        if node.label in _PROCEDURES:
            self.leave(0, lambda: self.builder.end(self.last_return()))
        else:
            self._leave_to(self._around(node.label, goes_on=False), goes_on=False)

    def _around(self, label: str, *, goes_on: bool) -> Around | None:
        kind = "do" if label == "while" else label
        return self.builder.innermost(kind, goes_on=goes_on or kind in _LOOPS)

    def _leave_to(self, around: Around | None, *, goes_on: bool) -> None:
        if around is None:
            return
        place = self.builder.around.index(around)
        depth = sum(each.around <= place for each in self.finals)
        to = around.again if goes_on else around.out
        self.leave(depth, lambda: self.builder.jump(to))

    def leave(self, depth: int, end: Callable[[], None]) -> None:
        """Run the code of ``finally`` on the way out of all open ones but the first few, then end the block."""
        builder, finals = self.builder, self.finals
        kept = (finals, builder.handler, builder.caught, builder.around)
        steps: list[Step] = []
        for n in range(len(finals) - 1, depth - 1, -1):
            if self.copies >= _MOST_COPIES:
                break
            self.copies += 1
            steps += [partial(self._enter_final, finals, n), finals[n].body]
        if not steps:
            end()
            return

        def restore() -> None:
            end()
            self.finals, builder.handler, builder.caught, builder.around = kept

        self.then(*steps, restore)

    def _enter_final(self, finals: list[Final], n: int) -> None:
        final = finals[n]
        self.finals = finals[:n]
        self.builder.around = self.builder.around[: final.around]
        self.builder.guard(handler=final.handler, caught=final.caught)

    def j_goto(self, node: tree.Jump) -> None:
        """``goto``, ``goto case``."""
        if node.label in ("case", "default") and self.cases:
            key = _literal(node.value) if node.value is not None else None
            to = self.cases[-1].get(key, self.cases[-1].get(None, -1))
            if to >= 0:
                self.builder.jump(to)
            return
        self.builder.jump(self.label_of(node.label))

    def j_end(self, node: tree.Jump) -> None:
        """``End``."""
        self.builder.end(ir.Return(None, ends_page=True))

    def s_redim(self, node: tree.ReDim) -> None:
        """``ReDim [Preserve] a(n)``."""
        target = self.place(node.target)
        old = ir.Load(target) if node.is_preserved else None
        kind = self.type_of(node.target).removesuffix("[]")
        self.builder.write(target, self.array_of(node.bounds, node.start, kind, old), "share", node.start)

    def s_unparsed(self, node: tree.Unparsed) -> None:
        """Tokens that no rule fits: the expressions in them."""
        self.work.extend(node.found[::-1])

    JUMPS: ClassVar[Mapping[str, Callable[[Any, Any], None]]] = {
        "return": j_return, "yield": j_yield, "yield break": j_yield_break, "throw": j_throw, "break": j_break,
        "continue": j_continue, "exit": j_exit, "goto": j_goto, "end": j_end,
        "resume": Errors.j_resume,
    }  # fmt: skip
    STATEMENTS: ClassVar[Mapping[type[tree.Node], Callable[[Any, Any], None]]] = {
        **StackedStatements.SHARED, tree.Import: nothing, tree.Block: s_block,
        tree.Declaration: s_declaration, tree.Assign: s_assign, tree.Call: s_call,
        tree.Count: s_count, tree.Each: s_each, tree.Switch: s_switch, tree.With: s_with, tree.Try: s_try,
        tree.Jump: s_jump, tree.Label: Errors.s_label, tree.ReDim: s_redim, tree.OnError: Errors.s_onerror,
        tree.Unparsed: s_unparsed,
    }  # fmt: skip


def _type_of(value: ir.Expr) -> str:
    """Return the type of a variable that is declared without one, where its first value tells."""
    if isinstance(value, ir.New):
        return value.type
    if isinstance(value, ir.Lambda):
        return "delegate"
    if isinstance(value, ir.Const):
        return _TYPES.get(value.value.__class__, "")
    return ""


_TYPES = {str: "string", int: "int32", bool: "boolean", float: "double"}


def _one_more(bound: ir.Expr) -> ir.Expr:
    """Return the size of an array by its upper bound."""
    if isinstance(bound, ir.Const) and isinstance(bound.value, int):
        return ir.Const(bound.value + 1)
    return ir.Op("add-vb", [bound, ir.Const(1)])


def _disposing(node: tree.Declaration) -> tree.Node:
    name = tree.Name(node.start, node.start + 1, node.name)
    return tree.Member(node.start, node.start + 1, name, "Dispose", is_conditional=True)


def _is_own(node: tree.Member) -> bool:
    """True for a member of the object itself."""
    return isinstance(node.subject, tree.Name) and node.subject.text.lower() in ("me", "this")


def _case_value(pattern: tree.Pattern | None) -> object:
    """Return the value by which a ``goto case`` names a case; ``None`` is the default."""
    return _literal(pattern.value) if pattern is not None and pattern.value is not None else pattern


def _literal(node: tree.Node | None) -> object:
    if isinstance(node, tree.Literal):
        return node.value
    path = tree.name_path(node)
    return path if path else node
