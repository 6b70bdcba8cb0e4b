"""Machine: runs compiled procedures over states; at an unknown condition both ways are pending, and join by place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.arrivals import Arrival, Arrivals
from webshellhunt.core.compile import CompiledProc, Fork, scalar
from webshellhunt.core.containers import copy_array, element, next_item, put_entry, resized, set_element
from webshellhunt.core.conversions import FailError
from webshellhunt.core.ending import ExhaustedError, PageEnd, Thrown
from webshellhunt.core.footprint import footprint
from webshellhunt.core.heap import (
    CLASS,
    KIND,
    PAGE,
    REST,
    SIZE,
    Heap,
    _get,
    _put,
    equal_frames,
    join_frames,
    widen_value,
)
from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.core.rows import Row, Rows
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Func,
    Label,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    choice,
    join,
    labels_of,
    number,
    options,
)

UNROLL = 3
MAX_TURNS = 3_000
MAX_KNOWN_TURNS = 2_000_000
MAX_CALLS = 60
MAX_TEXTS = 40
FORKED = 20
"""The cost of an instruction while another state is pending, here or in a caller."""
MOST_KEYS = 24
"""Results of a procedure that are remembered."""
_VISITOR_VARIABLES = ("http_", "query_string", "all_", "remote_", "auth_", "content_", "cert_", "path_info", "url")


@dataclass(frozen=True)
class World:
    """What a run is given besides its code.

    ``rows`` is the library; ``programs`` the types of objects by ProgID; ``arriving`` the last names of members and
    functions whose calls are noted; ``read_text`` lowers a text that is run in a scope: its procedure, whose kind is
    the register of its value for an expression, and the procedures and classes that it declares.
    """

    rows: Rows
    programs: Mapping[str, str]
    arriving: frozenset[str]
    read_text: Callable[..., tuple[ir.Proc, list[ir.Proc], dict[str, ir.Class]]]


class Machine:
    def __init__(self, program: ir.Program, world: World, steps: int = 1_000_000) -> None:
        self.world = world
        self.variables = program.variables
        self.classes = program.classes
        self._procs = program.procs
        self.procs: dict[str, CompiledProc] = Lazy(program.procs)
        self.compiled: dict[int, CompiledProc] = {}
        self.main = CompiledProc(program.main)
        self.left = steps
        self.coarse = 0
        self.calls = 0
        self.count_of_texts = 0
        self.texts = KnownTexts()
        self.arrivals = Arrivals()
        self.unit = 0
        """The unit of the page whose code runs: places are tokens of it."""
        self.reached: dict[ir.Proc, bytearray] = {}
        """The blocks that were run, by procedure."""
        self.gaps: list[str] = []
        self.hits = self.misses = 0
        self.forked = self.pendings = 0
        self.total = steps
        self.is_whole = True

    def start(self) -> None:
        t: dict[Any, dict[Any, Any]] = {PAGE: {KIND: "page", **dict.fromkeys(self.variables, EMPTY)}}
        for name in ("request", "response", "server", "session", "application"):
            t[name] = {KIND: name}
        t["err"] = {KIND: "err", "number": 0, "description": ""}
        self.frame: list[Any] = [Heap(t), self, None, EMPTY] + [EMPTY] * (self.main.slots - 4)
        for turn in range(2):
            try:
                exit_ = self.run(self.main, self.frame)
            except (PageEnd, Thrown):
                exit_ = None
            heap = exit_[0] if exit_ is not None else self.ended
            stores = {each: heap.t[each] for each in ("session", "application")} if heap is not None else {}
            if turn or not any(labels_of(v) for s in stores.values() for v in s.values()):
                break
            start = {**heap.t, PAGE: {KIND: "page", **dict.fromkeys(self.variables, EMPTY)}}
            self.frame = [Heap(start), self, None, EMPTY] + [EMPTY] * (self.main.slots - 4)

    def add(self, program: ir.Program) -> None:
        """Add the code of another language of the page."""
        self.variables |= program.variables
        self.classes = {**self.classes, **program.classes}
        self._procs = {**program.procs, **self._procs}
        self.procs = Lazy(self._procs)

    def run_main(self, main: CompiledProc, heap: Heap) -> Heap:
        """Run the code at the top level of a page; return the heap after it."""
        self.ended = None
        frame = [heap, self, None, EMPTY, *[EMPTY] * max(0, main.slots - 4)]
        self.unit = main.unit
        try:
            end = self.run(main, frame)
        except (PageEnd, Thrown):
            end = None
        if end is not None:
            return end[0]
        return self.ended if self.ended is not None else frame[0]

    def spend(self, steps: int) -> None:
        """Count work."""
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError

    def restart(self, steps: int) -> None:
        """Let another run have so many steps."""
        self.left = self.total = steps
        self.calls = self.coarse = self.forked = self.pendings = 0

    # Control ----------------------------------------------------------------------------------------------------------

    ended: Any = None

    def run(self, proc: CompiledProc, f: list[Any]) -> list[Any] | None:
        """Run a procedure; return the join of the states in which it returns, ``None`` where it never does."""
        blocks, last = proc.blocks, proc.last
        reached = self.reached.get(proc.source)
        if reached is None:
            reached = self.reached[proc.source] = bytearray(len(blocks))
        pending: dict[int, tuple[int, list[Any]]] = {}
        exits: list[list[Any]] = []
        turns: dict[int, int] = {}
        seen: dict[int, list[Any]] = {}
        uncertain: dict[int, int] = {}
        thrown: Any = None
        shares: dict[int, int] = {}
        fixed: dict[int, list[Any]] = {}
        b = 0
        while True:
            block = blocks[b]
            reached[b] = 1
            if pending or self.forked:
                self.pendings = 1
                self.left -= block.cost * FORKED
            else:
                self.pendings = 0
                self.left -= block.cost
            if self.left < 0:
                raise ExhaustedError
            to: Any
            try:
                if block.resumes:
                    for each in block.code:
                        try:
                            each(f)
                        except Thrown as error:
                            self.failed(f, error)
                    try:
                        to = block.end(f)
                    except Thrown as error:
                        self.failed(f, error)
                        to = block.yes
                else:
                    for each in block.code:
                        each(f)
                    to = block.end(f)
            except Thrown as error:
                to, thrown = (block.handler, None) if block.handler >= 0 else (None, error)
            except PageEnd:
                to = None
                self.ended = f[0] if self.ended is None else self.ended
                thrown = thrown or PageEnd()
            if to.__class__ is int:
                if to > b:
                    if to in last:
                        turns[to] = uncertain[to] = 0
                        seen.pop(to, None)
                    if not pending:
                        b = to
                        continue
                    self.wait_at(pending, 2 * to, to, f)
                elif to < 0:
                    exits.append(f)
                else:
                    turn = turns[to] = turns.get(to, 0) + 1
                    if turn == 1:
                        shares[to] = self.left - self.left // 8
                    if not pending and not uncertain.get(to) and turn < MAX_KNOWN_TURNS:
                        b = to
                        continue
                    self.wait_at(pending, 2 * last[to] + 1, to, f)
            elif to is not None:
                self.fork(to, b, f, pending, last, uncertain, turns, seen)
            while pending:
                key = min(pending)
                b, f = pending.pop(key)
                if seen:
                    for head in [*seen]:
                        if not head <= b <= last[head]:
                            del seen[head]
                            self.coarse -= 1
                if seen and not key & 1 and b in fixed and b in last:
                    f = join_frames(fixed[b], f, widen_value)
                    seen[b] = self.copy(f)
                    self.coarse += 1
                if key & 1:
                    turn = turns.get(b, 0)
                    if (
                        (uncertain.get(b) and turn > (UNROLL if 2 * self.left > self.total else 1))
                        or turn > MAX_TURNS
                        or self.left < shares.get(b, 0)
                    ):
                        before = seen.get(b)
                        if before is None:
                            self.coarse += 1
                            seen[b] = self.copy(f)
                        else:
                            wide = join_frames(before, f, widen_value)
                            if equal_frames(before, wide):
                                fixed[b] = before
                                continue
                            seen[b] = self.copy(wide)
                            f = wide
                break
            else:
                if key_is_done(pending, to, exits):
                    break
                break
        self.coarse -= len(seen)
        if not exits:
            if thrown is not None:
                raise thrown
            return None
        result = exits[0]
        for other in exits[1:]:
            result = join_frames(result, other)
        return result

    @staticmethod
    def copy(f: list[Any]) -> list[Any]:
        g = f[:]
        g[0] = f[0].fork()
        return g

    def wait_at(self, pending: dict[int, Any], key: int, block: int, f: list[Any]) -> None:
        other = pending.get(key)
        pending[key] = (block, f if other is None else join_frames(other[1], f))

    def fork(
        self, fork: Fork, b: int, f: list[Any], pending: Any, last: Any, uncertain: Any, turns: Any, seen: Any
    ) -> None:
        yes, no, truth = fork.yes, fork.no, fork.truth
        for head, end in last.items():
            if head <= b <= end and not (head <= yes <= end and head <= no <= end):
                uncertain[head] = uncertain.get(head, 0) + 1
        g = self.copy(f)
        for to, frame, facts in (
            (yes, f, truth.yes if truth.__class__ is Truth else ()),
            (no, g, truth.no if truth.__class__ is Truth else ()),
        ):
            for key, now, then in facts:
                if _get(frame, key) is now or _get(frame, key) == now:
                    _put(frame, key, then)
            if to > b:
                if to in last:
                    turns[to] = uncertain[to] = 0
                    seen.pop(to, None)
                self.wait_at(pending, 2 * to, to, frame)
            else:
                turns[to] = turns.get(to, 0) + 1
                self.wait_at(pending, 2 * last[to] + 1, to, frame)

    def failed(self, f: list[Any], error: Thrown) -> None:
        table = f[0].own("err")
        table["number"] = error.args[0] if error.args else Some("number")
        table["source"] = error.args[1] if len(error.args) > 1 else Some("text")
        table["description"] = error.args[2] if len(error.args) > 2 else Some("text")

    # Procedures -------------------------------------------------------------------------------------------------------

    def compiled_of(self, proc: ir.Proc) -> CompiledProc:
        found = self.compiled.get(id(proc))
        if found is None:
            found = self.compiled[id(proc)] = CompiledProc(proc)
        return found

    def call(self, f: list[Any], proc: CompiledProc, values: list[Any], this: Any, at: int) -> tuple[Any, list[Any]]:
        count = len(proc.params)
        if (proc.depth >= 2 and (self.forked or self.pendings)) or self.calls > MAX_CALLS:
            return Some("", frozenset().union(*map(labels_of, values)) if values else NONE), values + [EMPTY] * count
        key = self.key(f, proc, values, this)
        if key is not None:
            known = proc.memo.get(key)
            if known is not None:
                self.hits += 1
                cost, result, finals, written = known
                self.left -= cost // 4
                if written:
                    f[0].own(PAGE).update(written)
                return result, finals
        left = self.left
        given = [
            copy_array(self, f, v, [], at)
            if v.__class__ is Ref and not param.is_out and f[0].t[v.oid][KIND] == "array"
            else v
            for v, param in zip(values, proc.params, strict=False)
        ]
        g = [f[0], self, this, EMPTY, *given]
        g += [EMPTY] * (max(proc.slots, 4 + count) - len(g))
        self.calls += 1
        proc.depth += 1
        unit, self.unit = self.unit, proc.unit
        before = self.forked
        self.forked |= self.pendings
        try:
            end = self.run(proc, g)
        finally:
            self.calls -= 1
            proc.depth -= 1
            self.unit = unit
            self.forked = before
            self.pendings = before
        if end is None:
            raise PageEnd
        f[0] = end[0]
        if (
            key is not None
            and len(proc.memo) < MOST_KEYS * 8
            and not any(v.__class__ in (Ref, OneOf) for v in end[3 : 4 + count])
        ):
            table = end[0].t[PAGE]
            written = {name: table[name] for name in proc.print.writes if name in table}
            if not any(v.__class__ in (Ref, OneOf) for v in written.values()):
                self.misses += 1
                proc.memo[key] = (left - self.left, end[3], end[4 : 4 + count], written)
        return end[3], end[4 : 4 + count]

    def key(self, f: list[Any], proc: CompiledProc, values: list[Any], this: Any) -> Any:
        """Return what a call depends on, ``None`` where its result is not remembered."""
        print_ = proc.print
        if print_ is None:
            print_ = proc.print = footprint(proc.source, self._procs)
        if not print_.is_plain or this is not None or self.left > self.total - 200:
            return None
        table = f[0].t[PAGE]
        parts = [*values, *(table.get(name) for name in print_.reads)]
        key = []
        for each in parts:
            kind = each.__class__
            if kind is Ref or kind is Func or kind is OneOf and any(o.__class__ is Ref for o in each.options):
                return None
            if kind is str and len(each) > 64 and len(proc.memo) > MOST_KEYS:
                return None
            key.append((kind, each))
        return tuple(key)

    def translated(self, f: list[Any], result: Any, keys: list[Any], proc: CompiledProc, values: list[Any]) -> Any:
        """Return a truth value whose knowledge of parameters is that of the arguments."""
        if result.__class__ is not Truth:
            return result

        written = proc.written()

        def over(facts: Any) -> Any:
            found = []
            for key, now, then in facts:
                if key.__class__ is not int:
                    found.append((key, now, then))
                elif 4 <= key < 4 + len(keys) and keys[key - 4] is not None and (k := keys[key - 4](f)) is not None:
                    current = _get(f, k)
                    if key not in written and (current is values[key - 4] or current == values[key - 4]):
                        found.append((k, current, then))
            return tuple(found)

        return Truth(over(result.yes), over(result.no))

    # Members and items ------------------------------------------------------------------------------------------------

    def missing(self, f: list[Any], name: str) -> Any:
        return Func(name) if name in self.procs else EMPTY if self.is_whole else UNKNOWN

    def unknown_call(self, f: list[Any], name: str, values: list[Any], at: int) -> Any:
        value = f[0].t[PAGE].get(name, MISSING)
        if value is not MISSING:
            return self.item(f, value, values, at) if values else value
        row = self.world.rows.get(("", name))
        if row is not None:
            return self.row(f, row, None, values, at)
        return Some("", frozenset().union(*map(labels_of, values)) if values else NONE)

    def member(self, f: list[Any], subject: Any, name: str, at: int) -> Any:
        return self.invoke(f, subject, name, [], at)[0]

    def invoke(self, f: list[Any], subject: Any, name: str, values: list[Any], at: int) -> tuple[Any, Any, Any]:
        kind = subject.__class__
        if kind is OneOf:
            found = [
                self.invoke(f, each, name, values, at)[0]
                for each in subject.options
                if each is not None and each is not EMPTY
            ]
            return choice(found), None, None
        if kind is Func:
            return UNKNOWN, None, None
        if kind is not Ref:
            if subject is None or subject is EMPTY:
                raise Thrown(424)
            row = self.world.rows.get(("*", name))
            if row is not None:
                return self.row(f, row, subject, values, at), None, None
            labels = labels_of(subject).union(*map(labels_of, values))
            return Some("", labels), None, None
        table = f[0].t[subject.oid]
        which = table[KIND]
        if which == "object":
            symbol = table[CLASS]
            proc = symbol.methods.get(name) or symbol.getters.get(name)
            if proc is None:
                value = table.get(name, UNKNOWN)
                return (self.item(f, value, values, at) if values else value), None, None
            compiled = self.compiled_of(proc)
            result, finals = self.call(f, compiled, values, subject, at)
            if len(values) > len(proc.params):
                result = self.item(f, result, values, at)
            return result, finals, compiled
        row = self.world.rows.get((which, name))
        if row is not None:
            return self.row(f, row, subject, values, at), None, None
        if name in table:
            value = table[name]
            return (self.item(f, value, values, at) if values else value), None, None
        if name in self.world.arriving:
            self.arrive(f, (*which.split("."), name), at, values, subject)
        row = self.world.rows.get(("*", name)) if which == "unknown" else None
        if row is not None:
            return self.row(f, row, subject, values, at), None, None
        labels = NONE.union(*map(labels_of, values), labels_of(table.get("content", EMPTY)))
        f[0].own("err")["number"] = NUMBER
        return Some("", labels), None, None

    def set_member(self, f: list[Any], subject: Any, name: str, keys: list[Any], value: Any, at: int) -> None:
        for each in options(subject):
            if each.__class__ is not Ref:
                if each is None or each is EMPTY:
                    raise Thrown(424)
                continue
            table = f[0].t[each.oid]
            if table[KIND] == "object":
                symbol = table[CLASS]
                proc = symbol.setters.get(name)
                if proc is not None:
                    self.call(f, self.compiled_of(proc), [*keys, value], each, at)
                    continue
                if keys:
                    self.set_item(f, table.get(name, EMPTY), keys, value, at)
                    continue
            elif keys and (row := self.world.rows.get((table[KIND], name))) is not None and row.do_name == "get":
                put_entry(self, f, each, [keys[0], value], at)
                continue
            elif keys:
                self.set_item(f, self.member(f, each, name, at), keys, value, at)
                continue
            if name in self.world.arriving and table[KIND] != "object":
                self.arrive(f, (*table[KIND].split("."), name), at, [value], each, is_assigned=True)
            f[0].write(each.oid, name, value)

    def item(self, f: list[Any], value: Any, keys: list[Any], at: int) -> Any:
        kind = value.__class__
        if kind is OneOf:
            found = [self.item(f, each, keys, at) for each in value.options if each is not EMPTY and each is not None]
            return choice(found)
        if kind is Func:
            proc = self.procs.get(value.name)
            if proc is None:
                return Some("", NONE.union(*map(labels_of, keys)))
            return self.call(f, proc, keys, value.this, at)[0]
        if kind is not Ref:
            if kind in KNOWN:
                raise Thrown(13)
            return Some(value.type if kind is Some else "", labels_of(value)) if kind is not Truth else UNKNOWN
        table = f[0].t[value.oid]
        which = table[KIND]
        if which == "array":
            return element(self, f, value, keys, at)
        if which == "object":
            symbol = table[CLASS]
            if symbol.default:
                return self.invoke(f, value, symbol.default, keys, at)[0]
            return UNKNOWN
        row = self.world.rows.get((which, ""))
        if row is not None:
            return self.row(f, row, value, keys, at)
        return Some("", labels_of(table.get("content", EMPTY)))

    def set_item(self, f: list[Any], subject: Any, keys: list[Any], value: Any, at: int) -> None:
        for each in options(subject):
            if each.__class__ is not Ref:
                continue
            table = f[0].t[each.oid]
            if table[KIND] == "object" and table[CLASS].default:
                self.set_member(f, each, table[CLASS].default, keys, value, at)
            elif table[KIND] == "array":
                set_element(self, f, each, [*keys, value], at)
            else:
                put_entry(self, f, each, [keys[0], value], at)

    def default(self, f: list[Any], value: Any) -> Any:
        """Return the default member of an object."""
        if value.__class__ is OneOf:
            if not any(each.__class__ is Ref for each in value.options):
                return value
            return choice([self.default(f, each) for each in value.options])
        if value.__class__ is Func:
            proc = self.procs.get(value.name)
            return self.call(f, proc, [], value.this, 0)[0] if proc is not None else UNKNOWN
        if value.__class__ is not Ref:
            return value
        table = f[0].t[value.oid]
        if table[KIND] == "object" and table[CLASS].default:
            return self.invoke(f, value, table[CLASS].default, [], 0)[0]
        if table[KIND] == "array":
            return value
        return Some("", labels_of(table.get("content", EMPTY)))

    def assigned(self, f: list[Any], value: Any, name: str, at: int) -> Any:
        """Return a value as an assignment without ``Set`` stores it: an array is copied, labels have one more step."""
        kind = value.__class__
        if kind is Ref:
            table = f[0].t[value.oid]
            if table[KIND] == "array":
                return copy_array(self, f, value, [], at)
            return self.default(f, value)
        if kind is Some and value.labels and name:
            stepped = frozenset(
                each
                if len(each.steps) > 11 or any(n == name for n, _ in each.steps)
                else Label(each.kind, each.origin, each.key, each.at, (*each.steps, (name, at + self.unit * ir.UNIT)))
                for each in value.labels
            )
            return Some(value.type, stepped, value.codes, value.form)
        return value

    def resized(self, f: list[Any], old: Any, bounds: list[Any]) -> Any:
        return resized(self, f, old, bounds, 0)

    def new(self, f: list[Any], name: str, at: int) -> Any:
        symbol = self.classes.get(name)
        if symbol is None:
            return f[0].new("regexp" if name == "regexp" else "unknown", site=at if self.coarse else None)
        fields = {CLASS: symbol, **dict.fromkeys(symbol.fields, EMPTY)}
        for field, bounds in symbol.sizes.items():
            fields[field] = self.resized(f, None, bounds)
        value = f[0].new("object", fields, at if self.coarse else None)
        if "class_initialize" in symbol.methods:
            self.call(f, self.compiled_of(symbol.methods["class_initialize"]), [], value, at)
        return value

    def next_item(self, f: list[Any], slot: int) -> tuple[str, Any]:
        return next_item(self, f, slot, [], 0)

    # Rows -------------------------------------------------------------------------------------------------------------

    def row(self, f: list[Any], row: Row, subject: Any, values: list[Any], at: int, guard_key: Any = None) -> Any:
        values = [scalar(f, each) if row.do_name not in _OF_OBJECTS else each for each in values]
        if row.names[-1] in self.world.arriving:
            names = row.names if row.names[0] != "*" else (*self.names_of(f, subject), row.names[-1])
            arrival = self.arrive(f, names, at, values, subject)
            if row.is_text and values:
                self.texts_of(f, arrival, values[0], None, at, is_expression=row.names[-1] == "eval")
        if row.ends:
            raise PageEnd
        if row.fails:
            f[0].own("err")["number"] = NUMBER
        if row.do:
            return row.do(self, f, subject, self.picked(row.do_args, subject, values), at, row)
        if row.known and all(each.__class__ in KNOWN for each in values):
            try:
                return row.known(*values)
            except FailError:
                raise Thrown(13) from None
            except (ValueError, TypeError, OverflowError, KeyError):
                pass
        if row.known and any(each.__class__ is OneOf for each in values) and len(values) <= 3:
            made = self.each_option(f, row, subject, values, at)
            if made is not MISSING:
                return made
        return self.result(f, row, subject, values, at, guard_key)

    def each_option(self, f: list[Any], row: Row, subject: Any, values: list[Any], at: int) -> Any:
        where = next(i for i, each in enumerate(values) if each.__class__ is OneOf)
        if sum(each.__class__ is OneOf for each in values) > 1:
            return MISSING
        found = []
        for each in values[where].options:
            try:
                found.append(self.row(f, row, subject, [*values[:where], each, *values[where + 1 :]], at))
            except Thrown:
                continue
        return choice(found) if found else MISSING

    def picked(self, indexes: Any, subject: Any, values: list[Any]) -> list[Any]:
        return (
            [subject if i < 0 else values[i] if i < len(values) else MISSING for i in indexes] if indexes else [*values]
        )

    def result(self, f: list[Any], row: Row, subject: Any, values: list[Any], at: int, guard_key: Any) -> Any:
        spec = row.result
        of = [values[i] if i >= 0 and i < len(values) else EMPTY for i in row.of]
        if spec == "number":
            return NUMBER
        if spec == "text":
            return Some("text")
        if spec == "truth":
            if row.guard and guard_key is not None and (key := guard_key(f)) is not None:
                now = _get(f, key)
                return Truth(((key, now, Some("number" if row.guard == "number" else "text")),), ())
            return TRUTH
        if spec == "none":
            return EMPTY
        if spec == "codes":
            return number(_codes(of[0]) | labels_of(of[0]))
        if spec == "letters":
            return Some("text", _codes(of[0]) | labels_of(of[0]))
        if spec in ("part", "from", "mapped"):
            labels = NONE.union(*map(labels_of, of))
            return Some("text", labels, form="mapped" if spec == "mapped" else "")
        if spec == "object":
            return f[0].new(row.kind, site=at if self.coarse else None)
        if spec == "source":
            return self.source(f, row, values, at)
        return Some("", NONE.union(labels_of(subject), *map(labels_of, values)))

    def source(self, f: list[Any], row: Row, values: list[Any], at: int) -> Any:
        """Return what a request has under a key; the same key has the same value until a condition narrows it."""
        member = row.name.partition(".")[2]
        key = values[0] if values else None
        if row.kind != "visitor":
            return Some("text", frozenset({Label(row.kind, row.name, None, at + self.unit * ir.UNIT)}))
        if member == "servervariables" and isinstance(key, str) and not key.lower().startswith(_VISITOR_VARIABLES):
            return Some("text")
        name = key.lower() if isinstance(key, str) else None
        where = (member, name)
        known = f[0].t["request"].get(where, MISSING)
        if known is not MISSING and name is not None:
            return known
        value = Some("text" if values else "", frozenset({Label("visitor", row.name, name, at + self.unit * ir.UNIT)}))
        if name is not None:
            f[0].own("request")[where] = value
        return value

    # Sinks ------------------------------------------------------------------------------------------------------------

    def names_of(self, f: list[Any], subject: Any) -> tuple[str, ...]:
        """Return the dotted names by which an object is known: its type, else whether it is somebody's."""
        if subject.__class__ is Ref:
            return tuple(f[0].t[subject.oid][KIND].split("."))
        return ("visitor",) if labels_of(subject) else ("value",)

    def arrive(
        self,
        f: list[Any],
        names: tuple[str, ...],
        at: int,
        values: list[Any],
        subject: Any = None,
        *,
        is_assigned: bool = False,
    ) -> Arrival:
        """Note that something outside of the page was reached with some values."""
        shown = [self.shown(f, each) for each in values if each is not MISSING]
        place = at + self.unit * ir.UNIT
        return self.arrivals.arrive(names, place, shown, self.shown(f, subject), is_assigned=is_assigned)

    def shown(self, f: list[Any], value: Any) -> Any:
        if value.__class__ is Ref:
            table = f[0].t[value.oid]
            return table.get("path", table.get("content", self.default(f, value)))
        return value

    def do_execute(self, f: list[Any], values: list[Any], at: int, scope: Any) -> Any:
        return self.text(f, "execute", scalar(f, values[0]), scope, at)

    def do_executeglobal(self, f: list[Any], values: list[Any], at: int, scope: Any) -> Any:
        return self.text(f, "executeglobal", scalar(f, values[0]), scope, at)

    def do_eval(self, f: list[Any], values: list[Any], at: int, scope: Any) -> Any:
        return self.text(f, "eval", scalar(f, values[0]), scope, at)

    def text(self, f: list[Any], name: str, value: Any, scope: Any, at: int) -> Any:
        """Run a text that a function of the language gets; the arrival has those inside it."""
        arrival = self.arrive(f, (name,), at, [value])
        return self.texts_of(f, arrival, value, scope, at, is_expression=name == "eval")

    def texts_of(
        self, f: list[Any], arrival: Arrival, value: Any, scope: Any, at: int, *, is_expression: bool
    ) -> Any:
        """Run each known text that a value may be."""
        found = [
            self.evaluate(f, arrival, each, scope, at, is_expression=is_expression)
            for each in options(value)
            if each.__class__ is str
        ]
        return choice(found) if found else Some("", labels_of(value))

    def evaluate(
        self, f: list[Any], arrival: Arrival, text: str, scope: Any, at: int, *, is_expression: bool
    ) -> Any:
        if not text.strip():
            return UNKNOWN
        if self.count_of_texts > MAX_TEXTS:
            self.gaps.append("texts")
            return UNKNOWN
        self.count_of_texts += 1
        proc, fresh, classes = self.world.read_text(text, scope, at, is_expression=is_expression)
        for each in fresh:
            self.procs.declare(each.name, each)
        self.classes.update(classes)
        compiled = CompiledProc(proc)
        outside, self.arrivals = self.arrivals, arrival.inner.setdefault(text, Arrivals())
        is_global = arrival.names == ("executeglobal",)
        frame = [f[0], self, None, EMPTY] if is_global else f[:]
        frame += [EMPTY] * (compiled.slots - len(frame))
        try:
            end = self.run(compiled, frame)
        finally:
            self.arrivals = outside
        if end is None:
            raise PageEnd
        if is_global:
            f[0] = end[0]
        else:
            f[:] = end
        return end[int(proc.kind)] if is_expression and proc.kind.isdigit() else EMPTY

    def do_getref(self, f: list[Any], values: list[Any], at: int, scope: Any) -> Any:
        value = scalar(f, values[0])
        return choice(
            [Func(each.lower()) if each.__class__ is str else Some("", labels_of(each)) for each in options(value)]
        )

    def do_createobject(self, f: list[Any], values: list[Any], at: int, scope: Any) -> Any:
        return self.world.rows["server", "createobject"].do(self, f, None, values[:1], at)


_OF_OBJECTS = frozenset(
    {"array", "join", "filter", "ubound", "lbound", "iterate", "is-object", "is-array", "put", "copy-to", "get"}
)


def key_is_done(*_: Any) -> bool:
    return True


def _codes(value: Any) -> frozenset[Label]:
    return NONE.union(*(each.codes for each in options(value) if each.__class__ is Some))


class Lazy(dict[str, Any]):
    """Procedures by name, compiled at their first call."""

    def __init__(self, procs: dict[str, ir.Proc]) -> None:
        super().__init__(procs)

    def get(self, name: str, default: Any = None) -> Any:
        found = super().get(name)
        if found.__class__ is ir.Proc:
            found = self[name] = CompiledProc(found)
        return found

    def declare(self, name: str, proc: ir.Proc) -> None:
        self[name] = proc
