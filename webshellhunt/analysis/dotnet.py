"""Pages of ASP.NET: the life of one on the core, in the order in which the server calls its procedures.

The server makes the page, calls its methods by their names, and runs the code between the markup when it renders it. A
handler, a service and a module are classes whose methods it calls. A second request is served where something of the
visitor is left: in the session, the application, the cache, static fields, an object that serves several requests. A
method that nobody calls never runs, unless the file has nothing that the server would call: then it is there for other
files, which may call all of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from webshellhunt.analysis.life import CoreRun, Life, does_something
from webshellhunt.analysis.server_calls import (
    LAST,
    LATER,
    NUMERIC,
    ON_ERROR,
    ORDER,
    ServerCalls,
    is_event_handler,
    type_name_of,
)
from webshellhunt.analysis.surroundings import MARKED, Part, Surroundings
from webshellhunt.analysis.traces import FILES
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.core import ir
from webshellhunt.core.assigned import arrive_all, arrive_cut
from webshellhunt.core.budget import STEPS
from webshellhunt.core.classes import STATIC
from webshellhunt.core.ending import PageEnd, Thrown
from webshellhunt.core.heap import CLASS, KIND, PAGE, Heap, Table, join_frames
from webshellhunt.core.library_calls import make
from webshellhunt.core.members import call_value, fill, is_function, static_of
from webshellhunt.core.procedure import Frame, compiled
from webshellhunt.core.run import World
from webshellhunt.core.state import Witness
from webshellhunt.core.values import EMPTY, MISSING, NUMBER, UNKNOWN, Label, OneOf, Ref, Some, Value, labels_of
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.parser import Parsed
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tokens import OP
from webshellhunt.lang.tree import (
    Block,
    Class,
    Declaration,
    Function,
    Import,
    Literal,
    Node,
    Parameter,
    TypeName,
)
from webshellhunt.library.primitives import FILES as WRITTEN_FILES
from webshellhunt.library.rows import library
from webshellhunt.library.unknown import unknown_result
from webshellhunt.lower import jscript_net
from webshellhunt.lower.net import classes
from webshellhunt.lower.net.classes import Modules
from webshellhunt.lower.net.page import PAGE_CLASS, NetPage
from webshellhunt.lower.texts import TextReader
from webshellhunt.pages.markup import bases_of

_BLOCK = re.compile(r"(?i)<%(?![@$#-])|<script\b")
"""Where code begins in the markup of a page."""
_RENDER = "Render"
"""The method of a control or a master page that runs the code between its markup."""
_BRACES = frozenset({"{", "}"})
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)
_CONDITIONAL = "Conditional"
"""Is in the text of a page whose calls may depend on the symbols that it defines."""
UNIT = FILES
_PLATFORMS = {"jscript": "jscript.net"}
_SERVER = frozenset({"object", "eventargs", "httpcontext", "httpapplication", "httpcontextbase"})
_CONTEXTS = frozenset({"context", "ctx", "_context", "httpcontext"})
"""Names of parameters that are the context of a request, where no type is said."""
_STARTED = frozenset({"timer", "backgroundworker", "filesystemwatcher", "process", "webclient", "serialport", "task"})
"""Types of objects that raise no event before they begin to work."""
_CONTROL, _FILLED = "control", "filledcontrol"
"""The base of all controls; a control of the markup that a visitor fills in."""
_SOMEBODYS = frozenset({"visitor", "upload", "remote", "decoded"})
_QUERY = "query"
"""The kind of a sequence whose functions run when it is read."""
_MOST_LOOKED_AT = 20_000


def run_dotnet(tokens: Tokens, surroundings: Surroundings, parsed: Parsed, steps: int | None = None) -> CoreRun:
    """Return the outcome of a run over the code of a page of ASP.NET."""
    return run_files([(tokens, surroundings, parsed)], steps)[0]


def run_files(
    pages: Sequence[tuple[Tokens, Surroundings, Parsed]],
    steps: int | None = None,
    modules: Modules | None = None,
    used: Sequence[ClassSymbol] = (),
) -> list[CoreRun]:
    """Return the outcomes of the code of a page and of the files that are compiled with it, each by its own places.

    ``used`` are the classes of ``modules`` that the code uses.
    """
    tokens, surroundings, parsed = pages[0]
    inline = inline_declarations(tokens, parsed.top.statements)
    own = [each for each in pages if not each[1].is_module]
    text = "\n".join(each.text for each, _, _ in own)
    parts = [each.part for _, each, _ in pages if each.part is not None]
    shown = {name: kind for _, around, _ in reversed(pages) for name, kind in around.shown.items()}
    controls = [*(each.controls for _, each, _ in pages), shown, *(each.members for each in parts)]
    page = NetPage(
        tokens.language,
        frozenset[str]().union(*controls),
        surroundings.objects,
        inline=inline,
        is_whole=surroundings.is_whole,
        defined=frozenset(_DEFINE.findall(text)) if _CONDITIONAL in text else frozenset(),
        unit=UNIT,
        bases=("page", *(bases_of(tokens.text) if len(pages) > 1 else ())),
        others=[(unit, _top_of(*each)) for unit, each in enumerate(pages[1:], UNIT + 1)],
    )
    is_jscript = tokens.language == "jscript"
    program = jscript_net.lower(parsed.top, page) if is_jscript else classes.lower(parsed.top, page, modules, used)
    nodes = parsed.top.statements
    fields = [each for each in nodes if isinstance(each, Declaration) and each not in inline]
    limit = (STEPS if steps is None else steps) * len(own)
    tops = dict(page.others)
    others = {*_classes(tops[unit] for unit, each in enumerate(pages, UNIT) if each[1].is_module)}
    others.update(node for symbol in used for node in symbol.nodes)
    more = (surroundings.witness, surroundings.asked)
    life = NetLife(program, page, fields, shown, text, limit, others, parts, *more)
    life.run(is_part=not surroundings.is_whole, acts=any(map(does_something, nodes)))
    runs = []
    for unit, (each, _, tree) in enumerate(pages, UNIT):
        run = CoreRun(life, unit, is_cut=tree.is_cut or _is_broken(each))
        run.reads_text = MARKED in each.text or _CONDITIONAL in each.text
        runs.append(run)
    return runs


def _top_of(tokens: Tokens, surroundings: Surroundings, parsed: Parsed) -> Block:
    """Return the tree of a file that is compiled with a page; the code of one of markup is a class."""
    part, top = surroundings.part, parsed.top
    if part is None:
        return top
    inline = inline_declarations(tokens, top.statements)
    apart = [each for each in top.statements if isinstance(each, (Class, Import))]
    members = [each for each in top.statements if isinstance(each, (Declaration, Function)) and each not in inline]
    shown = [each for each in top.statements if each not in apart and each not in members]
    render = Function(top.start, top.end, _RENDER, [], Block(top.start, top.end, shown), "sub")
    bases = [TypeName(top.start, top.start, each) for each in part.bases]
    made = Class(top.start, top.end, part.name, "class", bases, [*members, render])
    return Block(top.start, top.end, [*apart, made])


def _classes(tops: Iterable[Block]) -> Iterator[Class]:
    """Yield the classes of some files."""
    waiting = [node for top in tops for node in top.statements]
    for each in waiting:
        if isinstance(each, Class):
            yield each
            waiting += each.members


def inline_declarations(tokens: Tokens, nodes: Iterable[Node]) -> frozenset[Node]:
    """Return the declarations between the markup: local variables of the method that renders the page, no fields."""
    if MARKED not in tokens.text:
        return frozenset()
    blocks = [(match.start(), match[0]) for match in _BLOCK.finditer(tokens.text)]
    starts = [start for start, _ in blocks]

    def is_inline(node: Node) -> bool:
        at = bisect_right(starts, tokens.starts[node.start]) - 1
        return at >= 0 and blocks[at][1] == "<%"

    return frozenset(each for each in nodes if isinstance(each, (Declaration, Function)) and is_inline(each))


def _is_broken(tokens: Tokens) -> bool:
    """True if a brace ends nothing and code follows: the blocks of the code are not known then."""
    if tokens.language != "c#":
        return False
    depth = 0
    for at in tokens.indexes_of(_BRACES):
        if tokens.kinds[at] == OP:
            depth += 1 if tokens.values[at] == "{" else -1
            if depth < 0:
                return at + 1 < len(tokens)
    return False


class NetLife(Life):
    """The requests that a page of ASP.NET serves."""

    kept: tuple[str, ...] = (
        "httpsessionstate",
        "httpapplicationstate",
        "cache",
        "statebag",
        "profilebase",
        "memorycache",
        "environment.variables",
        "registry.settings",
        WRITTEN_FILES,
    )

    def __init__(
        self,
        program: ir.Program,
        page: NetPage,
        fields: Sequence[Declaration],
        shown: Mapping[str, str],
        text: str,
        steps: int,
        modules: Container[Node] = (),
        parts: Sequence[Part] = (),
        witness: Witness | None = None,
        asked: frozenset[str] = frozenset(),
    ) -> None:
        outside = library(_PLATFORMS.get(page.language, "dotnet"))
        words, reader = vocabulary(), TextReader(None, UNIT).read
        arriving = asked.union(words.sinks)
        world = World(outside, arriving, reader, unknown_result, gatherers=words.gatherers, noted=asked)
        super().__init__(
            [program], world, page.objects, is_whole=page.is_whole, steps=steps, size=len(text), witness=witness
        )
        self.machine.defers_assigned = True
        self.machine.is_whole &= page.language != "jscript"  # a name that it does not declare may be of its base
        self._page = page
        self._fields = fields
        self._shown = shown
        self._class = program.classes[PAGE_CLASS]
        self._all = program.classes
        self._classes = {
            key: each for key, each in self._all.items() if not (each.key and all(node in modules for node in each.key))
        }
        """The classes that the server knows by this page; others are for the page's own code to use."""
        self._main = program.main
        self._calls = ServerCalls(program.classes, page.language, text, is_whole=page.is_whole)
        self._parts = [(each, program.classes[each.name]) for each in parts]
        self._of_page = frozenset(self._calls.bases(self._class))
        self._reusable: dict[ir.Class, Ref] = {}
        """Objects that serve several requests."""

    @property
    def mains(self) -> list[ir.Proc]:
        """The code that runs for each object, whatever the page does."""
        own = (proc for each in self._classes.values() for proc in (each.statics, each.initial, each.constructor))
        return [self._main, *(each for each in own if each is not None)]

    # One request ------------------------------------------------------------------------------------------------------

    def page_table(self) -> Table:
        """Return the entries of the page before it runs."""
        variables = sorted(each for each in self.machine.variables if each not in self.machine.procs)
        fields = {**dict.fromkeys(variables, EMPTY), **dict.fromkeys(self._class.fields)}
        return {KIND: "object", CLASS: self._class, **fields}

    def request(self) -> None:
        """Serve one request."""
        machine = self.machine
        machine.ended, machine.unit = None, UNIT
        machine.budget.look()
        for name in sorted(self._page.controls):
            if name not in self._page.objects:
                self._put(PAGE, name, self._made_outside(self._shown.get(name, _FILLED), {"id": name}))
        try:
            frame: Frame = [self.heap, machine, None, EMPTY]
            for symbol in self._all.values():
                static_of(frame, symbol)
            self.heap = frame[0]
            self._serve_all()
        except PageEnd:
            self.heap = machine.ended if machine.ended is not None else self.heap
        else:
            if machine.ended is not None:
                self.heap = join_frames([machine.ended, None], [self.heap, None])[0]
        machine.ended = None
        self._settle()

    def _settle(self) -> None:
        """Let the values of objects at the end arrive at the properties that code assigned."""
        if self.machine.assignments:
            for table in [*self.heap.t.values()][:_MOST_LOOKED_AT]:
                arrive_all(self.machine.arrivals, table, self.heap.t)

    def run(self, *, is_part: bool, acts: bool) -> None:
        """Serve requests as the server does."""
        super().run(is_part=is_part, acts=acts)
        if self.is_cut:
            arrive_cut(self.machine.assignments, self.machine.arrivals)

    def _serve_all(self) -> None:
        page = Ref(PAGE)
        frame: Frame = [self.heap, self.machine, page, EMPTY]
        with suppress(Thrown):
            fill(frame, page, self._class, [], 0)
        self.heap = frame[0]
        self._fill_controls(self._class, page)
        parts = [(part, symbol, self._made_part(part, symbol)) for part, symbol in self._parts]
        for part, symbol, this in parts:
            if part.is_first:
                self._serve(symbol, this)
        self._serve(self._class, page)
        for part, symbol, this in parts:
            if not part.is_first:
                self._serve(symbol, this)
        for symbol in [*self._classes.values()]:
            if symbol in self._of_page or symbol.is_abstract:
                continue
            if any(self._calls.is_called(symbol, node) for _, node in self._calls.procedures(symbol)):
                self._serve(symbol, self._object_of_request(symbol))
        self._enter_checked(self._main, page, [])
        for name in LAST:
            self._enter_by_name(self._class, page, name)

    def _made_part(self, part: Part, symbol: ir.Class) -> Value:
        """Return the object of a file of markup, which members of the page are."""
        made = self.made(symbol)
        if made.__class__ is Ref:
            for name in _PAGE:
                self._put(made.oid, name, Ref(PAGE))
            for name in part.members:
                self._put(PAGE, name, made)
        return made

    def _serve(self, symbol: ir.Class, this: Value) -> None:
        """Call the procedures of an object that the server calls, in its order."""
        for name in ORDER:
            self._enter_by_name(symbol, this, name)
        for proc, node in self._calls.procedures(symbol):
            lower_name = node.name.lower()
            if self._calls.is_called(symbol, node) and lower_name not in (*ORDER, *LATER, *LAST):
                with suppress(PageEnd):  # another request may be one for the next
                    self._enter_checked(proc, this, self._given(symbol, node, this, proc.unit))
        self._enter_attached()
        for name in LATER:
            self._enter_by_name(symbol, this, name)
        self._enter_attached()

    def _enter_by_name(self, symbol: ir.Class, this: Value, name: str) -> None:
        for proc, node in self._calls.named(symbol, name):
            self._enter_checked(proc, this, self._given(symbol, node, this, proc.unit))

    def _enter_checked(self, proc: ir.Proc, this: Value, values: list[Value]) -> None:
        """Call a procedure; an error that nobody handled raises the event of the page."""
        is_for_errors = isinstance(proc.key, Function) and proc.key.name.lower() in ON_ERROR
        if self._call(proc, this, values) and not is_for_errors:
            for name in ON_ERROR:
                self._enter_by_name(self._class, Ref(PAGE), name)

    def _call(self, proc: ir.Proc, this: Value, values: list[Value]) -> bool:
        """Call a procedure; return True if an error may have left it.

        Raises:
            PageEnd: The response surely ends in it.
        """
        machine = self.machine
        machine.unit = UNIT
        frame: Frame = [self.heap, machine, this, EMPTY]
        machine.has_failed = False
        try:
            machine.call(frame, compiled(proc), values, this, 0)
        except Thrown as error:
            self.heap = error.heap if error.heap is not None else frame[0]
            if error.value is not MISSING:
                self._put("httpserverutility", "lasterror", error.value)
            return True
        self.heap = frame[0]
        return machine.has_failed

    def _given(self, symbol: ir.Class, node: Function, this: Value, unit: int) -> list[Value]:
        """Return the arguments of the server for a procedure."""
        is_service = self._calls.serves_visitors(symbol, node)
        found = [self._argument(each, is_service=is_service, unit=unit) for each in node.parameters]
        if is_event_handler(node) and node.name.lower().startswith("page_"):
            found[0] = this
        return found

    def _argument(self, parameter: Parameter, *, is_service: bool, unit: int = UNIT) -> Value:
        kind = type_name_of(parameter)
        if is_service and kind in NUMERIC:
            return NUMBER
        if is_service and kind not in _SERVER:
            name = parameter.name
            label = Label("visitor", f"parameter {name}", name, parameter.start + unit * ir.UNIT)
            return Some("text" if kind == "string" else "", frozenset({label}))
        if kind in ("", "object") and parameter.name.lower() in _CONTEXTS:
            kind = "httpcontext"
        outside = self.machine.world.library
        kind = next((each for each in outside.only if each == kind or kind in outside.bases.get(each, ())), kind)
        if kind in outside.only or kind == "page":
            return Ref(PAGE if kind == "page" else kind)
        return self._made_outside(kind, {}) if kind in outside.types and kind != "object" else UNKNOWN

    def _made_outside(self, kind: str, fields: dict[Value, Value]) -> Value:
        frame: Frame = [self.heap, self.machine, None, EMPTY]
        made = make(frame, kind, fields, 0)
        self.heap = frame[0]
        return made

    def _put(self, oid: Value, name: str, value: Value) -> None:
        self.heap.own(oid)[name] = value

    # Objects ----------------------------------------------------------------------------------------------------------

    def _object_of_request(self, symbol: ir.Class) -> Value:
        """Return the object of a class that serves a request: a handler may serve several, as it says."""
        known = self._reusable.get(symbol)
        if known is not None:
            return known
        this = self.made(symbol)
        getter = next(
            (each.getters[n] for each in self._calls.bases(symbol) for n in _REUSE if n in each.getters), None
        )
        if getter is not None and this.__class__ is Ref:
            frame: Frame = [self.heap, self.machine, this, EMPTY]
            try:
                answer = self.machine.call(frame, compiled(getter), [], this, 0)[0]
            except (PageEnd, Thrown):
                answer = None
            self.heap = frame[0]
            if answer is True:
                self._reusable[symbol] = this
        return this

    def made(self, symbol: ir.Class) -> Value:
        """Return a new object of a class, with the controls that the server makes for it."""
        self.machine.unit = UNIT
        made = super().made(symbol)
        if made.__class__ is Ref:
            self._fill_controls(symbol, made)
        return made

    def _fill_controls(self, symbol: ir.Class, this: Ref) -> None:
        """Give the fields that are declared as controls their objects: the server makes them from the markup."""
        outside = self.machine.world.library
        for each in self._calls.bases(symbol):
            own = self._fields if each is self._class else ()
            for members in (own, *(getattr(node, "members", ()) for node in each.key)):
                for member in members:
                    if not isinstance(member, Declaration) or not _is_empty(member.value) or member.type is None:
                        continue
                    kind = member.type.name.rpartition(".")[2].lower()
                    name = member.name.lower() if self._page.language == "vb" else member.name
                    is_control = _CONTROL in outside.bases.get(kind, ()) and not member.type.rank
                    if is_control and self.heap.t[this.oid].get(name, EMPTY) in (None, EMPTY):
                        self._put(this.oid, name, self._made_outside(kind, {"id": name}))

    def object_of(self, symbol: ir.Class | None) -> Value:
        """Return an object of a class, which the page may have made already."""
        if symbol in self._of_page:
            return Ref(PAGE)
        return None if symbol is None or symbol.is_abstract else super().object_of(symbol)

    # Attached events --------------------------------------------------------------------------------------------------

    def _enter_attached(self) -> None:
        """Call the procedures that code attached to events of objects of the library."""
        for oid, name, value in [*self._attached()]:
            self.heap.own(oid).pop(name, None)
            frame: Frame = [self.heap, self.machine, Ref(PAGE), EMPTY]
            try:
                call_value(frame, value, [Ref(oid), self._made_outside("eventargs", {})], 0)
            except Thrown as error:
                self.heap: Heap = error.heap if error.heap is not None else frame[0]
            else:
                self.heap = frame[0]

    def _attached(self) -> Iterator[tuple[Value, str, Value]]:
        """Yield the functions that are entries of objects of the library: the object, the event, the function."""
        types = self.machine.world.library.types
        frame: Frame = [self.heap, self.machine, None, EMPTY]
        for oid, table in [*self.heap.t.items()][:_MOST_LOOKED_AT]:
            kind = table[KIND]
            symbol = table.get(CLASS)
            is_idle = kind == _QUERY or (kind in _STARTED and table.get("enabled") is not True)
            if kind == STATIC or (symbol is None and (kind not in types or is_idle)):
                continue
            own = {name for each in self._calls.bases(symbol) for name in each.fields} if symbol is not None else ()
            for name, value in table.items():
                is_event = isinstance(name, str) and name[:1] != "\0" and name not in own and name != "function"
                if is_event and any(is_function(frame, each) for each in _options(value)):
                    yield oid, name, value

    # Everything that is left ------------------------------------------------------------------------------------------

    def kept_objects(self) -> Sequence[Value]:
        """Return the objects that are left for the next request: stores, static fields, reusable handlers."""
        statics = [oid for oid in self.heap.t if oid.__class__ is tuple and oid[0] == STATIC]
        return [*self.kept, *statics, *(each.oid for each in self._reusable.values())]

    def remembers_visitor(self, oids: Iterable[Value]) -> bool:
        """Return True if an object, or one that it has, has something of somebody."""
        waiting, seen = [*oids], set[Value]()
        while waiting and len(seen) < _MOST_LOOKED_AT:
            oid = waiting.pop()
            if oid in seen or oid not in self.heap.t:
                continue
            seen.add(oid)
            for value in self.heap.t[oid].values():
                if any(label.kind in _SOMEBODYS for label in labels_of(value)):
                    return True
                waiting += [each.oid for each in _options(value) if each.__class__ is Ref]
        return False

    def procedures(self) -> Iterator[tuple[ir.Proc, ir.Class | None]]:
        """Yield the procedures of the page, with the class that each is a member of."""
        yield from (each for each in super().procedures() if each[1] is None or each[1].name in self._classes)
        for symbol in self._classes.values():
            for proc in (symbol.statics, symbol.initial, symbol.constructor):
                if proc is not None:
                    yield from ((each, symbol) for each in (proc, *proc.others))

    def enter(self, proc: ir.Proc, this: Value = None, values: list[Value] | None = None) -> None:
        """Call a procedure with the arguments of the server, or with unknown ones.

        A handler of no event is called for its texts alone.
        """
        self.machine.unit = UNIT
        node = proc.key
        if values is None and isinstance(node, Function):
            if is_event_handler(node) and not self._calls.is_attached(node) and not self.is_reached:
                return
            values = [self._argument(each, is_service=False) for each in node.parameters]
        super().enter(proc, this, values)
        self._settle()


def _is_empty(value: Node | None) -> bool:
    return value is None or (isinstance(value, Literal) and value.kind == "null")


_PAGE = ("Page", "page")
_REUSE = ("IsReusable", "isreusable")


def _options(value: Value) -> tuple[Value, ...]:
    return value.options if value.__class__ is OneOf else (value,)
