"""Compiler: core code becomes functions of Python over a frame; the case of known values comes first in each.

A frame is a list: 0 the heap, 1 the machine, 2 this, 3 the result, then registers.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from webshellhunt.core import ir, script_compile
from webshellhunt.core.conversions import FailError, num, whole
from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import KIND, PAGE, value_at
from webshellhunt.core.procedure import Code, CodeBlock, Fork
from webshellhunt.core.values import (
    KNOWN,
    MISSING,
    NUMBER,
    TRUTH,
    Empty,
    Func,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    choice,
    concat,
    join,
    labels_of,
    number,
    options,
    same,
)


# Expressions ----------------------------------------------------------------------------------------------------------


def expression(node: Any) -> Code:
    return _EXPRESSIONS[node.__class__](node)


def _const(node: ir.Const) -> Code:
    value = node.value
    return lambda f: value


def _load(node: ir.Load) -> Code:
    return load(node.place, node.at)


def load(place: Any, at: int = 0) -> Code:
    if place.__class__ is ir.Local:
        return operator.itemgetter(place.slot)
    if place.__class__ is ir.Global:
        name = place.name

        def read(f: list[Any]) -> Any:
            value = f[0].t[PAGE].get(name, MISSING)
            return value if value is not MISSING else f[1].missing(f, name)

        return read
    if place.__class__ is ir.Field:
        base, name, at = expression(place.base), place.name, place.at

        def member(f: list[Any]) -> Any:
            return f[1].member(f, base(f), name, at)

        return member
    if place.__class__ is ir.Property:
        return script_compile.load(place, expression)
    if place.base.__class__ is ir.Load and place.base.place.__class__ is ir.Field:
        inner = place.base.place
        base, keys, name, at = expression(inner.base), [*map(expression, place.keys)], inner.name, inner.at
        return lambda f: f[1].invoke(f, base(f), name, [key(f) for key in keys], at)[0]
    base, keys, at = expression(place.base), [*map(expression, place.keys)], place.at
    if len(keys) == 1:
        key = keys[0]

        def item(f: list[Any]) -> Any:
            value, k = base(f), key(f)
            if value.__class__ is Ref and k.__class__ is int:
                table = f[0].t[value.oid]
                if table[KIND] == "array" and k in table:
                    return table[k]
            return f[1].item(f, value, [k], at)

        return item
    return lambda f: f[1].item(f, base(f), [each(f) for each in keys], at)


def place_key(node: Any) -> Callable[[list[Any]], Any] | None:
    """Return how to find the key of the place that an expression reads, for what a condition says about it."""
    if node.__class__ is ir.Pure and node.row.name in ("lcase", "ucase", "trim", "cstr") and len(node.args) == 1:
        return place_key(node.args[0])
    if node.__class__ is ir.Op and node.name == "text-js":
        return place_key(node.args[0])
    if node.__class__ is not ir.Load:
        return None
    place = node.place
    if place.__class__ is ir.Property:
        return script_compile.key(place, expression)
    if place.__class__ is ir.Local:
        slot = place.slot
        return lambda f: slot
    if place.__class__ is ir.Global:
        key = (PAGE, place.name)
        return lambda f: key
    if place.__class__ is ir.Field and place.base.__class__ is ir.Load:
        base, name = expression(place.base), place.name
        return lambda f: (value.oid, name) if (value := base(f)).__class__ is Ref else None
    if place.__class__ is ir.Item and len(place.keys) == 1 and place.base.__class__ is ir.Const:
        base, key = place.base.value, place.keys[0]
        if base.__class__ is Ref and key.__class__ is ir.Const:
            return lambda f: (base.oid, ("", key.value.lower() if isinstance(key.value, str) else key.value))
    if place.__class__ is ir.Item and len(place.keys) == 1 and place.keys[0].__class__ is ir.Const:
        inner = place.base
        if inner.__class__ is ir.Load and inner.place.__class__ is ir.Field and inner.place.base.__class__ is ir.Const:
            oid, name, key = inner.place.base.value, inner.place.name, place.keys[0].value
            return lambda f: (
                (oid.oid, (name, key.lower() if isinstance(key, str) else key)) if oid.__class__ is Ref else None
            )
    return None


_INT = frozenset({int, float})


def _add(a: Any, b: Any) -> Any:
    ka, kb = a.__class__, b.__class__
    if ka in KNOWN and kb in KNOWN:
        if ka is str and kb is str:
            return a + b
        if a is None or b is None:
            return None
        if ka is Empty:
            return b
        if kb is Empty:
            return a
        try:
            return num(a) + num(b)
        except FailError:
            raise Thrown(13) from None
    if (ka is Some and a.type == "number") or (kb is Some and b.type == "number") or ka in _INT or kb in _INT:
        return _numeric(a, b)
    return concat(a, b)


def _numeric(*values: Any) -> Any:
    codes: frozenset[Any] = frozenset()
    for each in values:
        for one in options(each):
            if one.__class__ is Some:
                codes |= one.codes | one.labels
            elif one.__class__ is Parts:
                codes |= labels_of(one)
    return number(codes)


def _arithmetic(of: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def run(a: Any, b: Any) -> Any:
        if a.__class__ in KNOWN and b.__class__ in KNOWN:
            if a is None or b is None:
                return None
            try:
                return of(num(a), num(b))
            except (FailError, ZeroDivisionError):
                raise Thrown(13) from None
            except (OverflowError, ValueError):
                return NUMBER
        return _numeric(a, b)

    return run


def _power(a: Any, b: Any) -> Any:
    if abs(a) > 1e9 or abs(b) > 64:
        raise ValueError
    return a**b


def _logic(of: Callable[[int, int], int], name: str) -> Callable[[Any, Any], Any]:
    def run(a: Any, b: Any) -> Any:
        ka, kb = a.__class__, b.__class__
        if ka is bool and kb is bool:
            return bool(of(a, b))
        if ka in KNOWN and kb in KNOWN:
            if a is None or b is None:
                return None
            try:
                return of(whole(a), whole(b))
            except FailError:
                raise Thrown(13) from None
        if name == "and":
            if a is False or b is False:
                return False
            if (ka is Truth or ka is bool) and (kb is Truth or kb is bool):
                return Truth(_yes(a) + _yes(b), _both(_no(a), _no(b)))
        elif name == "or":
            if a is True or b is True:
                return True
            if (ka is Truth or ka is bool) and (kb is Truth or kb is bool):
                return Truth(_both(_yes(a), _yes(b)), _no(a) + _no(b))
        if ka is Truth or kb is Truth:
            return TRUTH
        return _numeric(a, b)

    return run


def _both(left: Any, right: Any) -> tuple[Any, ...]:
    """Return what two sets of facts have in common: of a place, either value."""
    return tuple((k, now, join(p, q)) for k, now, p in left for other, at, q in right if k == other and same(now, at))


def _yes(value: Any) -> tuple[Any, ...]:
    return value.yes if value.__class__ is Truth else ()


def _no(value: Any) -> tuple[Any, ...]:
    return value.no if value.__class__ is Truth else ()


def _compare(of: Callable[[Any, Any], bool], name: str) -> Callable[[Any, Any], Any]:
    def run(a: Any, b: Any) -> Any:
        ka, kb = a.__class__, b.__class__
        if ka is kb and (ka is int or ka is str):
            return of(a, b)
        if ka in KNOWN and kb in KNOWN:
            if a is None or b is None:
                return None
            if ka is Empty:
                a = "" if kb is str else 0 if kb in _INT else a
            if kb is Empty:
                b = "" if ka is str else 0 if ka in _INT else b
            if isinstance(a, str) and isinstance(b, str):
                return of(a, b)
            try:
                return of(num(a), num(b))
            except FailError:
                return name == "<>"
        if ka is OneOf or kb is OneOf:
            found = {run(x, y) for x in options(a) for y in options(b) if x.__class__ in KNOWN and y.__class__ in KNOWN}
            if len(found) == 1 and all(x.__class__ in KNOWN for x in (*options(a), *options(b))):
                return found.pop()
        elif ka is Parts or kb is Parts:
            if name in ("=", "<>") and _differ(a, b):
                return name == "<>"
        return TRUTH

    return run


def _differ(a: Any, b: Any) -> bool:
    """True if two texts differ at their known beginnings or ends."""
    if a.__class__ is str:
        a, b = b, a
    if a.__class__ is Parts and b.__class__ is str:
        first, last = a.parts[0], a.parts[-1]
        return (first.__class__ is str and not b.startswith(first)) or (last.__class__ is str and not b.endswith(last))
    return False


def _like(a: Any, b: Any) -> Any:
    return TRUTH


def _is(a: Any, b: Any) -> Any:
    if (a is None or a.__class__ is Ref) and (b is None or b.__class__ is Ref):
        return a == b
    return TRUTH


def _eqv(a: int, b: int) -> int:
    return ~(a ^ b)


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": _add, "&": concat, "-": _arithmetic(operator.sub), "*": _arithmetic(operator.mul),
    "/": _arithmetic(lambda a, b: a / b), "\\": _arithmetic(lambda a, b: int(round(a) / round(b)) if abs(a) < 2**52 else round(a) // round(b)),
    "mod": _arithmetic(lambda a, b: int(__import__("math").fmod(round(a), round(b)))), "^": _arithmetic(_power),
    "and": _logic(operator.and_, "and"), "or": _logic(operator.or_, "or"), "xor": _logic(operator.xor, "xor"),
    "eqv": _logic(_eqv, "eqv"), "imp": _logic(lambda a, b: ~a | b, "imp"),
    "=": _compare(operator.eq, "="), "<>": _compare(operator.ne, "<>"), "<": _compare(operator.lt, "<"),
    ">": _compare(operator.gt, ">"), "<=": _compare(operator.le, "<="), ">=": _compare(operator.ge, ">="),
    "is": _is, "like": _like,
}  # fmt: skip
_DIRECT = {"+": operator.add, "-": operator.sub, "*": operator.mul, "=": operator.eq, "<>": operator.ne,
           "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}  # fmt: skip


def _op(node: ir.Op) -> Code:
    name = node.name
    if name.endswith("-js"):
        return script_compile.operation(node, expression, place_key)
    if name in ("not", "neg", "plus"):
        operand = expression(node.args[0])
        of = {"not": _not, "neg": _neg, "plus": lambda x: x}[name]
        return lambda f: of(scalar(f, operand(f)))
    if name == "in-range":
        i, last, step = map(expression, node.args)
        return lambda f: _in_range(i(f), last(f), step(f))
    left, right = map(expression, node.args)
    general = BINARY.get(name)
    if general is None:
        return lambda f: _numeric(left(f), right(f))
    if name in ("=", "<>"):
        return _equality(node, left, right, general, name)
    if name == "is":
        return lambda f: _is(left(f), right(f))
    if name == "&":

        def join_texts(f: list[Any]) -> Any:
            a, b = left(f), right(f)
            if a.__class__ is str and b.__class__ is str:
                return a + b
            return concat(scalar(f, a), scalar(f, b))

        return join_texts
    direct = _DIRECT.get(name)
    if direct is None:

        def slow(f: list[Any]) -> Any:
            return general(scalar(f, left(f)), scalar(f, right(f)))

        return slow
    if node.args[1].__class__ is ir.Const and node.args[1].value.__class__ is int:
        constant = node.args[1].value

        def by_constant(f: list[Any]) -> Any:
            a = left(f)
            return direct(a, constant) if a.__class__ is int else general(scalar(f, a), constant)

        return by_constant

    def run(f: list[Any]) -> Any:
        a, b = left(f), right(f)
        if a.__class__ is int and b.__class__ is int:
            return direct(a, b)
        return general(scalar(f, a), scalar(f, b))

    return run


def scalar(f: list[Any], value: Any) -> Any:
    """Return the value of an object's default member."""
    return f[1].default(f, value) if value.__class__ in (Ref, OneOf, Func) else value


def _equality(node: ir.Op, left: Code, right: Code, general: Any, name: str) -> Code:
    key_left, key_right = place_key(node.args[0]), place_key(node.args[1])
    is_equal = name == "="

    def run(f: list[Any]) -> Any:
        a, b = left(f), right(f)
        ka, kb = a.__class__, b.__class__
        if ka is kb and (ka is str or ka is int):
            return (a == b) is is_equal
        a, b = scalar(f, a), scalar(f, b)
        value = general(a, b)
        if value is TRUTH:
            facts: list[Any] = []
            for key, one, other in ((key_left, a, b), (key_right, b, a)):
                if key is not None and all(x.__class__ in KNOWN for x in options(other)) and one.__class__ not in KNOWN:
                    k = key(f)
                    if k is not None:
                        facts.append((k, value_at(f, k), other))
                        if one.__class__ is OneOf and other.__class__ is not OneOf:
                            pass
            if facts:
                no = []
                for k, now, other in facts:
                    left_over = [x for x in options(now) if not same(x, other)]
                    if now.__class__ is OneOf and left_over and other.__class__ is not OneOf:
                        no.append((k, now, choice(left_over)))
                return Truth(tuple(facts), tuple(no)) if is_equal else Truth(tuple(no), tuple(facts))
        return value

    return run


def _not(value: Any) -> Any:
    if value.__class__ is bool:
        return not value
    if value.__class__ is Truth:
        return Truth(value.no, value.yes)
    if value.__class__ in KNOWN:
        if value is None:
            return None
        try:
            return ~whole(value)
        except FailError:
            raise Thrown(13) from None
    return _numeric(value)


def _neg(value: Any) -> Any:
    if value.__class__ in KNOWN:
        try:
            return None if value is None else -num(value)
        except FailError:
            raise Thrown(13) from None
    return _numeric(value)


def _in_range(i: Any, last: Any, step: Any) -> Any:
    if i.__class__ in KNOWN and last.__class__ in KNOWN and step.__class__ in KNOWN:
        return i <= last if step >= 0 else i >= last
    return TRUTH


def _pure(node: ir.Pure) -> Code:
    row = node.row
    args = [*map(expression, node.args)]
    known = row.known
    at = node.at
    guard_key = place_key(node.args[row.guard_arg]) if row.guard and row.guard_arg < len(node.args) else None
    if known is None:
        return lambda f: f[1].row(f, row, None, [each(f) for each in args], at, guard_key)
    if len(args) == 1:
        arg = args[0]

        def one(f: list[Any]) -> Any:
            a = arg(f)
            if a.__class__ in KNOWN:
                try:
                    return known(a)
                except FailError:
                    raise Thrown(13) from None
                except (ValueError, TypeError, OverflowError, KeyError):
                    pass
            return f[1].row(f, row, None, [a], at, guard_key)

        return one

    def run(f: list[Any]) -> Any:
        values = [each(f) for each in args]
        for value in values:
            if value.__class__ not in KNOWN:
                return f[1].row(f, row, None, values, at, guard_key)
        try:
            return known(*values)
        except FailError:
            raise Thrown(13) from None
        except (ValueError, TypeError, OverflowError, KeyError):
            return f[1].row(f, row, None, values, at, guard_key)

    return run


def _call(node: ir.Call) -> Code:
    args = [expression(each.value) for each in node.args]
    outs = [write(each.out) if each.out is not None else None for each in node.args]
    keys = [place_key(each.value) for each in node.args]
    at = node.at
    callee = node.callee
    if callee.__class__ is str:
        if callee in ("execute", "executeglobal", "eval", "getref", "createobject"):
            scope = node.scope
            return lambda f: getattr(f[1], "do_" + callee)(f, [each(f) for each in args], at, scope)

        def call(f: list[Any]) -> Any:
            values = [each(f) for each in args]
            machine = f[1]
            proc = machine.procs.get(callee)
            if proc is None:
                return machine.unknown_call(f, callee, values, at)
            result, finals = machine.call(f, proc, values, None, at)
            give_back(f, proc, finals)
            return machine.translated(f, result, keys, proc, values)

        def give_back(f: list[Any], proc: Any, finals: Any) -> None:
            for index, (out, param) in enumerate(zip(outs, proc.params, strict=False)):
                if out is not None and param.is_out and 4 + index in proc.written():
                    out(f, finals[index])

        return call
    if callee.__class__ is ir.Property:
        return script_compile.call_member(node, expression, place_key)
    if callee.__class__ is not ir.Field:
        return script_compile.call_value(node, expression, place_key)
    base, name = expression(callee.base), callee.name

    def call_member(f: list[Any]) -> Any:
        subject = base(f)
        values = [each(f) for each in args]
        result, finals, proc = f[1].invoke(f, subject, name, values, at)
        if proc is not None:
            for index, (out, param) in enumerate(zip(outs, proc.params, strict=False)):
                if out is not None and param.is_out and 4 + index in proc.written():
                    out(f, finals[index])
            return f[1].translated(f, result, keys, proc, values)
        return result

    return call_member


def _new(node: ir.New) -> Code:
    if node.callee is not None:
        return script_compile.new(node, expression)
    name, at = node.type, node.at
    return lambda f: f[1].new(f, name, at)


def _cond(node: ir.Cond) -> Code:
    test, yes, no = map(expression, (node.test, node.yes, node.no))

    def run(f: list[Any]) -> Any:
        value = test(f)
        if value is True:
            return yes(f)
        if value is False:
            return no(f)
        return join(yes(f), no(f))

    return run


def _let(node: ir.Let) -> Code:
    slot, value, body = node.slot, expression(node.value), expression(node.body)

    def run(f: list[Any]) -> Any:
        f[slot] = value(f)
        return body(f)

    return run


def _lambda(node: ir.Lambda) -> Code:
    value = Func(node.proc.name, node.proc)
    return lambda f: value


_EXPRESSIONS: dict[type, Callable[[Any], Code]] = {
    ir.Cond: _cond, ir.Let: _let, ir.Lambda: _lambda, ir.Const: _const, ir.Load: _load, ir.Op: _op, ir.Pure: _pure, ir.Call: _call, ir.New: _new, ir.Write: lambda node: _write(node),
}  # fmt: skip

# Places ---------------------------------------------------------------------------------------------------------------


def write(place: Any) -> Callable[[list[Any], Any], None]:
    """Return the assignment to a place."""
    if place.__class__ is ir.Local:
        slot = place.slot

        def to_local(f: list[Any], value: Any) -> None:
            f[slot] = value

        return to_local
    if place.__class__ is ir.Global:
        name = place.name

        def to_global(f: list[Any], value: Any) -> None:
            heap = f[0]
            (heap.t[PAGE] if PAGE in heap.owned else heap.own(PAGE))[name] = value

        return to_global
    if place.__class__ is ir.Property:
        return script_compile.store(place, expression)
    if place.__class__ is ir.Field:
        base, name, at = expression(place.base), place.name, place.at
        return lambda f, value: f[1].set_member(f, base(f), name, [], value, at)
    if place.base.__class__ is ir.Load and place.base.place.__class__ is ir.Field:
        inner = place.base.place
        base, keys, name, at = expression(inner.base), [*map(expression, place.keys)], inner.name, inner.at
        return lambda f, value: f[1].set_member(f, base(f), name, [key(f) for key in keys], value, at)
    base, keys, at = expression(place.base), [*map(expression, place.keys)], place.at
    return lambda f, value: f[1].set_item(f, base(f), [key(f) for key in keys], value, at)


# Assignments ---------------------------------------------------------------------------------------------------------


def _write(node: ir.Write) -> Code:
    value, put, is_object, at = expression(node.value), write(node.place), node.how != "copy", node.at
    place = node.place
    name = place.name if place.__class__ in (ir.Local, ir.Global, ir.Field) else ""
    if place.__class__ is ir.Local and not is_object:
        slot = place.slot

        def to_local(f: list[Any]) -> None:
            v = value(f)
            f[slot] = v if v.__class__ in KNOWN else f[1].assigned(f, v, name, at)

        return to_local
    if place.__class__ is ir.Global and not is_object:

        def to_global(f: list[Any]) -> None:
            v = value(f)
            if v.__class__ not in KNOWN:
                v = f[1].assigned(f, v, name, at)
            heap = f[0]
            (heap.t[PAGE] if PAGE in heap.owned else heap.own(PAGE))[name] = v

        return to_global
    if is_object:
        is_named = node.how == "object" and (place.__class__ is not ir.Local or bool(place.name))

        def set_object(f: list[Any]) -> Any:
            v = value(f)
            if (
                is_named
                and v.__class__ in (str, int, float, bool)
                or is_named
                and (v.__class__ is Some and v.type == "text")
            ):
                raise Thrown(424)
            put(f, v)
            return v

        return set_object

    def run(f: list[Any]) -> None:
        v = value(f)
        put(f, v if v.__class__ in KNOWN else f[1].assigned(f, v, name, at))

    return run


def block(node: ir.Block) -> CodeBlock:
    """Compile a block."""
    code = [expression(each) for each in node.code]
    end = node.end
    following = getattr(end, "yes", getattr(end, "done", getattr(end, "to", -1)))
    return CodeBlock(code, _terminator(end), len(code) + 1, node.resumes, node.handler, node.caught, following)


def _terminator(end: Any) -> Code:
    if end.__class__ is ir.Jump:
        to = end.to
        return lambda f: to
    if end.__class__ is ir.Return:
        if end.value is None:
            return lambda f: -1
        result = expression(end.value)

        def leave(f: list[Any]) -> int:
            f[3] = result(f)
            return -1

        return leave
    if end.__class__ is ir.Next:
        slot, put, body, done = end.iterator, write(end.target), end.body, end.done
        fork = Fork(body, done)

        def step(f: list[Any]) -> Any:
            kind, value = f[1].next_item(f, slot)
            if kind == "done":
                return done
            put(f, value)
            if kind == "item":
                return body
            f[1].truth = TRUTH
            return fork

        return step
    if end.__class__ is ir.Throw:
        thrown = expression(end.value) if end.value is not None else None

        def throw(f: list[Any]) -> Any:
            raise Thrown(NUMBER, value=MISSING if thrown is None else thrown(f))

        return throw
    test, yes, no = expression(end.test), end.yes, end.no
    fork = Fork(yes, no)

    def branch(f: list[Any]) -> Any:
        value = test(f)
        if value is True:
            return yes
        if value is False:
            return no
        value = scalar(f, value)
        if value.__class__ in KNOWN:
            try:
                return yes if value is not None and num(value) else no
            except FailError:
                if value.lower() in ("true", "false"):
                    return yes if value.lower() == "true" else no
                raise Thrown(13) from None
        f[1].truth = value
        return fork

    return branch
