"""Lowering of JScript.NET to the core: JScript with classes, packages and types, over the library of .NET.

The variables of a page are entries of its table, its functions members of the class of the page. Source: JScript .NET
Language Reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.heap import PAGE
from webshellhunt.core.properties import TEXTS
from webshellhunt.core.values import EMPTY, Ref, TypeOf
from webshellhunt.lang import tree
from webshellhunt.library.rows import library
from webshellhunt.library.script_objects import CONSTANTS, OBJECTS, STATICS
from webshellhunt.lower.jscript import Body, finish, note_names
from webshellhunt.lower.net.names import ROOTS, SPACES
from webshellhunt.lower.net.page import PAGE_CLASS, NetPage
from webshellhunt.lower.script_names import Found, Link, Names, Page
from webshellhunt.lower.script_scopes import SUPER, Scope, Scopes, inside, is_super_call, scope_in, scopes_of

CONSTRUCTOR = ".ctor"
_WHOLE = "whole"
_PRIMITIVES: Mapping[str, str] = {
    **dict.fromkeys(("int", "long", "short", "byte", "sbyte", "uint", "ulong", "ushort"), _WHOLE),
    **dict.fromkeys(("int32", "int64", "int16", "uint32", "uint64", "uint16"), _WHOLE),
    **dict.fromkeys(("double", "float", "single", "number", "decimal"), "num-js"),
    **dict.fromkeys(("boolean", "bool"), "truth-js"),
    **dict.fromkeys(("string",), "string-js"),
}
"""Types whose variables convert each value that is assigned to them: the operator that does it."""
_TYPES: Mapping[str, str] = {
    "int": "int32", "long": "int64", "short": "int16", "uint": "uint32", "ulong": "uint64", "ushort": "uint16",
    "float": "single", "bool": "boolean", "number": "double",
}  # fmt: skip
"""Names of the language for types of the library."""
_WORDS = frozenset({"decimal", "double", "boolean", "byte", "sbyte", "char", *_TYPES} - {"number", "bool"})
"""Words of the language that are types."""
_SPACES = SPACES | {
    "activedirectory", "automation", "common", "componentmodel", "emit", "forms", "jscript", "permissions", "runspaces",
    "vsa", "windows",
}  # fmt: skip
"""Parts of the names of namespaces of the library, in lower case: a name behind them is a type."""


@dataclass(slots=True, eq=False)
class Type:
    """A class of the code: its members by name, each with its declarations, and the types around it."""

    key: str
    node: tree.Class | None
    outer: Type | None = None
    bases: list[str] = field(default_factory=list)
    functions: dict[str, list[tree.Function]] = field(default_factory=dict)
    fields: dict[str, tree.Declaration] = field(default_factory=dict)
    constants: dict[str, ir.Const] = field(default_factory=dict)
    """The values of an enumeration."""
    others: list[tree.Function] = field(default_factory=list)
    """Constructors, and the code that gives the class itself its first values."""


class Unit(Page):
    """The code of a page: its classes, imports, functions and variables."""

    platform = "jscript.net"
    intrinsics: Mapping[str, Any] = {}

    def __init__(self, others: Mapping[str, ir.Place | str] | None = None) -> None:
        super().__init__(others)
        self.around: NetPage = NetPage("jscript")
        self.types: dict[str, Type] = {}
        """Classes by their keys; that of the page is `PAGE_CLASS`."""
        self.short: dict[str, str] = {}
        """Keys of the classes that lie in no other one, by their names."""
        self.spaces: set[str] = set()
        self.scope: Scope = Scope()
        self.objects: list[tree.Function] = []
        """Functions of the page that code uses as objects."""
        self.hidden: set[str] = set()
        """Methods that hide those of a base."""

    def copy(self) -> Unit:
        """Return the same for one run, whose texts may add names."""
        made = super().copy()
        assert isinstance(made, Unit)
        made.around, made.types, made.short = self.around, self.types, self.short
        made.hidden = self.hidden
        made.spaces, made.scope, made.unit = self.spaces, self.scope, self.unit
        return made

    def built_in(self, name: str) -> ir.Expr | None:
        """Return the meaning of a name that the code doesn't declare: of the language, a class, a type or a member."""
        if name in CONSTANTS or name == "NaN":
            return super().built_in(name)
        if name in self.short:
            return ir.Const(TypeOf(self.short[name]))
        lower = name.lower()
        if lower in self.around.controls or lower in self.around.objects or self._is_of_page(lower):
            return ir.Load(ir.Property(ir.Const(Ref(PAGE)), ir.Const(lower)))
        return ir.Const(TypeOf(self.type_key(name))) if self.is_type(name) else None

    def _is_of_page(self, lower: str) -> bool:
        return ("page", lower) in self.rows

    def is_type(self, name: str) -> bool:
        """True if a name is that of a type of the library."""
        lower = name.lower()
        is_named = name[:1].isupper() or name in _WORDS
        return is_named and _TYPES.get(lower, lower) in library(self.platform).types

    def type_key(self, dotted: str) -> str:
        """Return the key of a class or of a type of the library by its name."""
        name = dotted.rpartition(".")[2]
        for key in (dotted, name):
            if key in self.short:
                return self.short[key]
            if key in self.types:
                return key
        lower = name.lower()
        return _TYPES.get(lower, lower)

    def type_at(self, path: Sequence[str]) -> tuple[ir.Const, int] | None:
        """Return the type at the beginning of a dotted name that nothing declares, and how many names it takes."""
        at = 0
        while at < len(path) - 1 and (path[at].lower() in (_SPACES if at else ROOTS)):
            at += 1
        while at < len(path) - 1 and ".".join(path[: at + 1]) in self.spaces:
            at += 1
        name = path[at]
        if name in self.short:
            key = self.short[name]
            while at < len(path) - 1 and f"{key}.{path[at + 1]}" in self.types:
                at += 1
                key = f"{key}.{path[at]}"
            return ir.Const(TypeOf(key)), at + 1
        if at:
            return ir.Const(TypeOf(self.type_key(name))), at + 1
        return None

    def lineage(self, key: str) -> list[Type | str]:
        """Return a class and its bases, those of the library by their names."""
        found: list[Type | str] = []
        waiting = [key]
        while waiting and len(found) < _MOST_BASES:
            key = waiting.pop(0)
            known = self.types.get(key)
            if known is None or known not in found:
                found.append(known or key)
                waiting += known.bases if known is not None else []
        return found


_MOST_BASES = 64
_COLLECTIONS = frozenset({"Keys", "Values"})
"""Members of collections that are no arrays, over whose items a loop goes."""


class NetBody(Body):
    """Lowers the code of one procedure of JScript.NET; ``owner`` is the class that it is in."""

    page: Unit

    def __init__(
        self,
        page: Unit,
        scope: Scope,
        scopes: Scopes,
        chain: Sequence[Link] = (),
        owner: Type | None = None,
        *,
        is_static: bool = False,
    ) -> None:
        super().__init__(page, scope, scopes, chain)
        self.owner = owner
        self.is_static = is_static
        self.is_method = False
        """Whether calls choose it by its parameters."""

    def inside(self, scope: Scope, chain: Sequence[Link]) -> Names:
        """Return the names that a function inside sees."""
        return NetBody(self.page, scope, self.scopes, chain, self.owner, is_static=self.is_static)

    # Names ------------------------------------------------------------------------------------------------------------

    def _of_page(self, links: list[int], name: str) -> Found:
        place = self._member(name)
        if isinstance(place, ir.Const):
            return Found(links, None, place, name)
        return super()._of_page(links, name) if place is None else Found(links, place, None, name)

    def _member(self, name: str) -> ir.Place | ir.Const | None:
        """Return the place of a member of the classes around, or of the page, by its name alone."""
        each, is_static = self.owner, self.is_static
        while each is not None:
            for of in self.page.lineage(each.key):
                subject = self.this() if each is self.owner else ir.Const(TypeOf(each.key))
                if isinstance(of, str):
                    if not is_static and (of, name.lower()) in self.page.rows and name not in CONSTANTS:
                        return ir.Property(subject, ir.Const(name))
                elif name in of.constants:
                    return of.constants[name]
                elif name in of.functions or name in of.fields:
                    if is_static or _is_static(of, name):
                        subject = ir.Const(TypeOf(of.key))
                    return ir.Property(subject, ir.Const(name))
                elif f"{of.key}.{name}" in self.page.types:
                    return ir.Const(TypeOf(f"{of.key}.{name}"))
            each, is_static = each.outer, True
        own = self.page.types[PAGE_CLASS]
        return (
            ir.Property(ir.Const(Ref(PAGE)), ir.Const(name))
            if name in own.functions and name not in self.page.names
            else None
        )

    def type_name_of(self, name: str) -> tree.TypeName | None:
        """Return the declared type of a name."""
        each: Scope | None = self.scope
        while each is not None and each.function is not None:
            if name in each.names:
                return each.types.get(name)
            each = each.outer
        if self.owner is not None:
            for of in self.page.lineage(self.owner.key):
                if isinstance(of, Type) and name in of.fields:
                    return of.fields[name].type
        return self.page.scope.types.get(name)

    # Types ------------------------------------------------------------------------------------------------------------

    def convert(self, value: ir.Expr, written: tree.TypeName | None) -> ir.Expr:
        """Return a value as a variable of a type has it."""
        name = "" if written is None or written.rank else written.name.rpartition(".")[2].lower()
        if name == "char" and not (isinstance(value, ir.Const) and value.value is None):
            return ir.Op("cast", [ir.Const(name), value])
        operator = _PRIMITIVES.get(name, "")
        if not operator or (isinstance(value, ir.Const) and value.value is None):
            is_open = name in library(self.page.platform).source_types and isinstance(value, (ir.Call, ir.Load))
            return ir.Op("typed", [value, ir.Const(name)]) if is_open else value
        if operator == _WHOLE:
            return ir.Op("or-js", [value, ir.Const(0)])
        return ir.Op(operator, [value])

    def prologue(self) -> None:
        """Add the code that runs when the function is entered: parameters of a type convert their arguments."""
        super().prologue()
        function = self.scope.function
        is_constructor = function is not None and function.kind == "constructor" and not self.is_static
        is_derived = self.owner is not None and bool(self.owner.bases)
        if function is not None and is_constructor and is_derived and not any(map(is_super_call, tree.walk(function))):
            self.builder.add(ir.Call(ir.Field(self.this(), CONSTRUCTOR, function.start, self._base()), []))
        for each in function.parameters if function is not None else ():
            place = self.find(each.name).place
            if each.type is None or each.by == "rest" or place is None:
                continue
            old = ir.Load(place)
            value = self.convert(old, each.type)
            if value is not old:
                self.builder.write(place, value)

    def rest_of_arguments(self, first: int) -> ir.Expr:
        """Return the list of the arguments from a number on."""
        if not self.is_method:
            return super().rest_of_arguments(first)
        parameters = self.scope.function.parameters if self.scope.function is not None else []
        given = self.find(parameters[first].name).place
        assert given is not None
        return ir.Pure(self.rows["js", "list-of"], [ir.Load(given)])

    def returned(self, value: ir.Expr) -> ir.Expr:
        """Return the result of the function, as its type has it."""
        function = self.scope.function
        return value if function is None else self.convert(value, function.type)

    def x_assign(self, node: tree.Assign) -> ir.Expr:
        """``a = b``: a variable of a type converts the value."""
        written = self._type_of_target(node.target)
        made = super().x_assign(node)
        inner = made
        while isinstance(inner, ir.Let):
            inner = inner.body
        if written is not None and isinstance(inner, ir.Write):
            inner.value = self.convert(inner.value, written)
        return made

    def _type_of_target(self, target: tree.Node) -> tree.TypeName | None:
        if isinstance(target, tree.Name):
            return self.type_name_of(target.text)
        if not isinstance(target, tree.Member) or target.subject is None:
            return None
        subject = target.subject
        key = ""
        if isinstance(subject, tree.Name):
            if subject.text == "this" and self.owner is not None:
                key = self.owner.key
            elif subject.text == "this":
                return self.page.scope.types.get(target.name)
            elif (written := self.type_name_of(subject.text)) is not None:
                key = self.page.type_key(written.name)
            elif subject.text in self.page.short:
                key = self.page.short[subject.text]
        for of in self.page.lineage(key) if key in self.page.types else ():
            if isinstance(of, Type) and target.name in of.fields:
                return of.fields[target.name].type
        return None

    # Expressions ------------------------------------------------------------------------------------------------------

    def x_member(self, node: tree.Member) -> ir.Expr:
        """``a.b``, a value of an enumeration, a type."""
        made = self._constant_at(node)
        return made if made is not None else super().x_member(node)

    def _constant_at(self, node: tree.Node) -> ir.Const | None:
        path = tree.name_path(node)
        if len(path) < 2 or self._is_known(path[0]):
            return None
        found = self.page.type_at(path)
        if found is None:
            return None
        made, count = found
        if count == len(path):
            return made
        known = self.page.types.get(made.value.name)
        if known is not None and count == len(path) - 1:
            return known.constants.get(path[-1])
        return None

    def _is_known(self, name: str) -> bool:
        """True if a name is a variable or a member, and so begins no dotted name of a type."""
        if name in ("this", SUPER):
            return True
        found = self.find(name)
        if isinstance(found.value, ir.Const) and found.value.value.__class__ is TypeOf:
            return False
        return not isinstance(found.place, ir.Global) or name in self.page.names

    def property(self, node: tree.Member | tree.Index) -> ir.Place:
        """Return the place of a member; ``super`` names the class where the search begins."""
        if isinstance(node, tree.Member) and isinstance(node.subject, tree.Name) and node.subject.text == SUPER:
            return ir.Field(self.this(), node.name, node.end - 1, self._base())
        place = super().property(node)
        if isinstance(node, tree.Index) and isinstance(place, ir.Property):
            place.is_key = True
            if isinstance(node.subject, tree.Member):
                place.at = node.subject.end - 1
        return place

    def _base(self) -> str:
        return self.owner.bases[0] if self.owner is not None and self.owner.bases else "object"

    def _object(self, node: tree.Node | None) -> ir.Expr:
        made = self._constant_at(node) if node is not None else None
        return made if made is not None else super()._object(node)

    def _call_name(self, node: tree.Call, callee: tree.Name) -> ir.Expr:
        name, at = callee.text, callee.start
        if name == SUPER:
            args = [ir.Arg(each) for each in self.operands(node.arguments)]
            return ir.Call(ir.Field(self.this(), CONSTRUCTOR, at, self._base()), args, at)
        found = self.find(name)
        if found.links:
            return super()._call_name(node, callee)
        if isinstance(found.place, ir.Property) and self._member(name) is not None and name not in self.locals:
            args = [ir.Arg(each) for each in self.operands(node.arguments)]
            return ir.Call(ir.Property(found.place.base, found.place.name, at), args, at)
        is_type = isinstance(found.value, ir.Const) and found.value.value.__class__ is TypeOf
        is_named = (name.lower() in _PRIMITIVES or name == "char") and not self._is_known(name)
        if (is_type or is_named) and len(node.arguments) == 1:  # a type that is called converts
            return self.convert(self.expression(node.arguments[0]), tree.TypeName(at, at, name))
        return super()._call_name(node, callee)

    def _call_member(self, node: tree.Call, callee: tree.Member) -> ir.Expr:
        subject = callee.subject
        if isinstance(subject, tree.Name) and subject.text == SUPER:
            args = [ir.Arg(each) for each in self.operands(node.arguments)]
            return ir.Call(self.property(callee), args, callee.end - 1)  # type: ignore[arg-type]
        if isinstance(subject, tree.Name) and subject.text == "this" and callee.name == "eval":
            # Not the ``Eval`` of a page, which rows would find: letters count.
            return self._call_name(node, tree.Name(callee.end - 1, callee.end, callee.name))
        made = self._constant_at(callee)
        if made is not None and made.value.__class__ is TypeOf and len(node.arguments) == 1:
            return self.convert(self.expression(node.arguments[0]), tree.TypeName(0, 0, callee.name))
        of = self._static_type(subject, callee.name)
        if of is None and callee.name in self.page.hidden and isinstance(subject, tree.Name):
            written = self.type_name_of(subject.text)
            key = self.page.type_key(written.name) if written is not None else ""
            if key in self.page.types:  # not virtual: the type of the variable says which
                base, *values = self.operands([subject, *node.arguments])
                return ir.Call(ir.Field(base, callee.name, callee.end - 1, key), [ir.Arg(each) for each in values])
        if of is None:
            return super()._call_member(node, callee)
        args = [ir.Arg(each) for each in self.operands(node.arguments)]
        return ir.Call(ir.Property(of, ir.Const(callee.name), callee.end - 1), args, callee.end - 1)

    def _static_type(self, subject: tree.Node | None, name: str) -> ir.Const | None:
        """Return the type of .NET that a constructor of JScript stands for, where that alone has a static member."""
        if not isinstance(subject, tree.Name) or subject.text not in STATICS or not self.is_plainly_free(subject.text):
            return self._constant_at(subject) if subject is not None else None
        lower = name.lower()
        if (STATICS[subject.text], lower) in self.rows and not name[:1].isupper():
            return None
        of = _TYPES.get(subject.text.lower(), subject.text.lower())
        return ir.Const(TypeOf(of)) if (of, lower) in self.rows else None

    def x_new(self, node: tree.New) -> ir.Expr:
        """``new T(x)``, and an array of a type."""
        written = node.type
        if written is None:
            return super().x_new(node)
        path = written.name.split(".")
        if self._is_known(path[0]):
            return super().x_new(node)
        if written.rank:
            return ir.Pure(self.rows["js", "array"], self.operands(node.arguments), node.start)
        if len(path) == 1 and written.name in CONSTANTS:
            return super().x_new(node)
        found = self.page.type_at(path)
        key = found[0].value.name if found is not None else self.page.type_key(written.name)
        return ir.New(key, [ir.Arg(each) for each in self.operands(node.arguments)], node.start)

    def x_test(self, node: tree.Test) -> ir.Expr:
        """``a instanceof b``."""
        written = node.pattern.type
        of = self._type_value(written.name) if written is not None else None
        if of is None:
            return super().x_test(node)
        return ir.Op("is-type", [self.expression(node.operand), of], node.start)

    def _type_value(self, dotted: str) -> ir.Const | None:
        """Return a type by its name, ``None`` for any other name, and for a constructor of JScript."""
        path = dotted.split(".")
        if self._is_known(path[0]) or (len(path) == 1 and dotted in CONSTANTS):
            return None
        found = self.page.type_at(path)
        if found is not None:
            return found[0]
        return ir.Const(TypeOf(self.page.type_key(dotted))) if self.page.is_type(dotted) else None

    # Statements -------------------------------------------------------------------------------------------------------

    def s_each(self, node: tree.Each, names: tuple[str, ...]) -> None:
        """``for (a in b)``: over the items of a collection of .NET."""
        if isinstance(node.items, tree.Member) and node.items.name in _COLLECTIONS:
            node = tree.Each(node.start, node.end, node.target, node.items, node.body)
        super().s_each(node, names)

    def caught(self, node: tree.Try, slot: int, after: int) -> None:
        """Lower the handlers of a ``try``: the first one whose type fits."""
        for each in node.catches:
            following = self.builder.label()
            of = self._type_value(each.type.name) if each.type is not None else None
            error = ir.Load(ir.Local(slot))
            if of is not None:
                inner = self.builder.label()
                self.builder.branch(ir.Op("is-type", [error, of], each.start), inner, following, each.start)
                self.builder.place(inner)
            if each.name:
                self._set(tree.Name(each.start, each.start + 1, each.name), error)
            self.s_block(each.body, ())
            self.builder.jump(after)
            self.builder.place(following)
            if of is None:
                self.builder.jump(after)
        self.builder.end(ir.Throw(None, node.start))


def _is_static(of: Type, name: str) -> bool:
    found: Sequence[tree.Function | tree.Declaration] = of.functions.get(name) or [of.fields[name]]
    return "static" in found[0].modifiers or ("const" in found[0].modifiers and of.key != PAGE_CLASS)


# Classes --------------------------------------------------------------------------------------------------------------


def _collect(unit: Unit, members: Sequence[tree.Node], outer: Type | None, space: str) -> None:
    """Note the classes among some members, and those in them."""
    waiting = [(each, outer, space) for each in members]
    while waiting:
        node, around, space = waiting.pop(0)
        if not isinstance(node, tree.Class):
            continue
        if node.kind == "namespace":
            inner = f"{space}.{node.name}".strip(".")
            parts = inner.split(".")
            unit.spaces |= {".".join(parts[: n + 1]) for n in range(len(parts))}
            waiting += [(each, around, inner) for each in node.members]
            continue
        key = node.name if around is None else f"{around.key}.{node.name}"
        made = Type(key, node, around)
        if key in unit.types:
            continue
        unit.types[key] = made
        if around is None:
            unit.short[node.name] = key
        _note_members(unit, made, node.members)
        waiting += [(each, made, space) for each in node.members]


def _note_members(unit: Unit, of: Type, members: Sequence[tree.Node]) -> None:
    value = -1
    is_enum = of.node is not None and of.node.kind == "enum"
    for each in members:
        if isinstance(each, tree.Function):
            if each.kind == "constructor":
                of.others.append(each)
            else:
                of.functions.setdefault(each.name, []).append(each)
                unit.hidden |= {each.name} if "hide" in each.modifiers else set()
        elif isinstance(each, tree.Declaration) and is_enum:
            written = each.value.value if isinstance(each.value, tree.Literal) else None
            value = written if isinstance(written, int) else value + 1
            of.constants[each.name] = ir.Const(value)
        elif isinstance(each, tree.Declaration):
            of.fields[each.name] = each


def _class_of(unit: Unit, of: Type) -> ir.Class:
    """Return the class of the core of a class of the code."""
    made = ir.Class(of.key, bases=tuple(of.bases), key=(of.node,) if of.node is not None else ())
    made.fields = [name for name, each in of.fields.items() if not _is_static(of, name)]
    made.is_abstract = of.node is not None and (of.node.kind == "interface" or "abstract" in of.node.modifiers)
    for name, functions in of.functions.items():
        for kind, table in (("get", made.getters), ("set", made.setters), ("function", made.methods)):
            procs = [_proc(unit, of, each) for each in functions if each.kind == kind and each.body is not None]
            if procs:
                table[name] = procs[0]
                procs[0].others = tuple(procs[1:])
    constructors = [_proc(unit, of, each) for each in of.others if "static" not in each.modifiers]
    if constructors:
        made.constructor = constructors[0]
        made.constructor.others = tuple(constructors[1:])
    for is_static in (False, True):
        proc = _initial(unit, of, is_static=is_static)
        if proc is not None and is_static:
            made.statics = proc
        elif proc is not None:
            made.initial = proc
    return made


def _proc(unit: Unit, of: Type, function: tree.Function) -> ir.Proc:
    """Return the procedure of a function of a class, which is lowered later."""
    proc = unit.proc(function.name)
    proc.is_static, proc.key = "static" in function.modifiers, function
    proc.params = [_param(unit, each) for each in function.parameters]
    owner = None if of.key == PAGE_CLASS else of
    unit.waiting.append((proc, _body(unit, function, owner, is_static=proc.is_static)))
    return proc


def _param(unit: Unit, parameter: tree.Parameter) -> ir.Param:
    """Return a parameter with the type by which one of several functions is chosen; a missing argument is undefined."""
    written = parameter.type
    key = "" if written is None else unit.type_key(written.name)
    is_enum = key in unit.types and bool(unit.types[key].constants)
    kind = "" if written is None or is_enum else key + "[]" * written.rank
    return ir.Param(parameter.name, False, kind, ir.Const(EMPTY), parameter.by == "rest")


def _body(unit: Unit, function: tree.Function, owner: Type | None, *, is_static: bool) -> NetBody:
    """Return the scope that lowers a function; functions inside of a method have its ``this``."""
    scope = scope_in(function, unit.scope)
    scope.is_bound = owner is not None
    scopes = scopes_of(inside(function), scope)
    body = NetBody(unit, scope, scopes, (), owner, is_static=is_static)
    body.is_method = True
    return body


def _initial(unit: Unit, of: Type, *, is_static: bool) -> ir.Proc | None:
    """Return the procedure that gives fields their first values, those of the class itself or of an object."""
    fields = [each for name, each in of.fields.items() if each.value is not None and _is_static(of, name) is is_static]
    blocks = [each for each in of.others if "static" in each.modifiers] if is_static else []
    if not fields and not blocks:
        return None
    statements: list[tree.Node] = [
        tree.Assign(each.start, each.end, tree.Name(each.start, each.start + 1, each.name), "=", each.value)
        for each in fields
        if each.value is not None
    ]
    statements += [each.body for each in blocks if each.body is not None]
    at = statements[0].start
    function = tree.Function(at, at, of.key, [], tree.Block(at, at, statements))
    proc = unit.proc(of.key)
    unit.waiting.append((proc, _body(unit, function, of, is_static=is_static)))
    return proc


# Pages ----------------------------------------------------------------------------------------------------------------


def lower(top: tree.Block, page: NetPage) -> ir.Program:
    """Lower the code of a page, or of a file with classes."""
    unit = Unit()
    unit.around, unit.unit = page, page.unit
    own = unit.types[PAGE_CLASS] = Type(PAGE_CLASS, None, bases=[*page.bases])
    _collect(unit, top.statements, None, "")
    for each in unit.types.values():
        if each.node is not None:
            each.bases = [unit.type_key(base.name) for base in each.node.bases]
    statements = [each for each in top.statements if not isinstance(each, (tree.Class, tree.Import))]
    scopes = scopes_of(statements, unit.scope)
    _note_names(unit, own, top.statements, scopes)
    classes = {each.key: _class_of(unit, each) for each in unit.types.values()}
    leading = takewhile(lambda each: isinstance(each, (tree.Declaration, tree.Function)), statements)
    first = [each for each in leading if isinstance(each, tree.Declaration) and each not in page.inline]
    classes[PAGE_CLASS].fields = [*unit.names]
    classes[PAGE_CLASS].initial = _main(unit, scopes, first, unit.objects)
    main = _main(unit, scopes, [each for each in statements if each not in first])
    finish(unit)
    around = NetBody(unit, unit.scope, scopes)
    evaluator = {**OBJECTS["js.eval"], TEXTS: around.text_scope()}
    variables = frozenset(unit.names) - {*own.functions}
    return ir.Program(main, unit.handed_out(), classes, variables, {**OBJECTS, "js.eval": evaluator})


def _main(
    unit: Unit, scopes: Scopes, statements: Sequence[tree.Node], functions: Sequence[tree.Function] = ()
) -> ir.Proc:
    """Lower code of the page that is in no function."""
    body = NetBody(unit, unit.scope, scopes)
    body.declare(functions)
    body.statements(statements)
    return ir.Proc("", [], body.builder.finish(), body.registers.count, unit=unit.unit)


def _note_names(unit: Unit, own: Type, statements: Sequence[tree.Node], scopes: Scopes) -> None:
    """Note the names of the page: functions that are only called are members of its class, others are variables."""
    note_names(unit, unit.scope, scopes)
    values = _used_as_values(statements) | {*unit.scope.assigned}.union(*(each.assigned for each in scopes.values()))
    for each in unit.scope.functions:
        own.functions.setdefault(each.name, []).append(each)
    unit.objects = [each for each in unit.scope.functions if each.name in values and each.kind == "function"]
    for name in own.functions.keys() - {each.name for each in unit.objects}:
        unit.names.pop(name, None)


def _used_as_values(statements: Sequence[tree.Node]) -> set[str]:
    """Return the names that code uses for other things than a call."""
    found: set[str] = set()
    for top in statements:
        for node in tree.walk(top):
            callee = node.callee if isinstance(node, tree.Call) else None
            for each in node.children():
                if isinstance(each, tree.Name) and each is not callee:
                    found.add(each.text)
            if isinstance(node, tree.New) and node.type is not None:
                found.add(node.type.name.partition(".")[0])
    return found
