"""Names and expressions of PHP in the core language.

An assignment to an element makes the array again that it is in: ``$a[k] = v`` is ``$a = set-index($a, k, v)``, so
that a variable that is no array yet becomes one. An expression whose parts are evaluated only in some cases gets blocks
of its own; the code before it in the text is put into temporaries then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.heap import PAGE
from webshellhunt.core.values import EMPTY, MISSING, UNKNOWN, Label, Ref, Some
from webshellhunt.lang import tree
from webshellhunt.lang.php.parser import Anonymous
from webshellhunt.library.php_primitives import SUPERGLOBALS
from webshellhunt.library.rows import library
from webshellhunt.lower.blocks import LEAVES, ScriptBlocks, within
from webshellhunt.lower.builder import THIS, Builder, Registers, chained

ROWS = library("php").rows
CONSTANTS = library("php").constants
DYNAMIC = frozenset({"extract", "parse_str", "mb_parse_str", "import_request_variables", "compact", "get_defined_vars"})
"""Functions that read or write the variables of their caller by name."""
_BINARY = {
    "+": "add-php", "-": "sub-php", "*": "mul-php", "/": "div-php", "%": "mod-php", "**": "pow-php", ".": "concat-php",
    "&": "and-php", "|": "or-php", "^": "xor-php", "<<": "shl-php", ">>": "shr-php", "==": "eq-php", "!=": "ne-php",
    "<>": "ne-php", "===": "same-php", "!==": "differs-php", "<": "lt-php", ">": "gt-php", "<=": "le-php",
    ">=": "ge-php", "<=>": "sign-php", "xor": "xor-truth-php",
}  # fmt: skip
_UNARY = {"-": "neg-php", "+": "num-php", "~": "inv-php", "!": "not-php"}
_CASTS = {"int": "intval", "integer": "intval", "float": "floatval", "double": "floatval"}
_EQUALS = frozenset({"==", "===", "!=", "!=="})
_LOGIC = frozenset({"&&", "||", "and", "or"})
_OR = frozenset({"||", "or"})
_INCLUDES = frozenset({"include", "include_once", "require", "require_once"})
_CHANGING = frozenset(
    {"array_push", "array_unshift", "array_pop", "array_shift", "sort", "rsort", "usort", "uasort", "uksort", "asort",
     "arsort", "ksort", "krsort", "shuffle", "array_splice", "unset"}
)  # fmt: skip
_HERE = Some("text", frozenset({Label("page-path", "__FILE__")}))
OUTER = object()
"""The alias of a variable that is one of the function around a closure."""
_MAGIC: dict[str, Any] = {"__dir__": _HERE, "__file__": _HERE, "__line__": 1, "__namespace__": ""}


def pure(name: str, args: list[ir.Expr], at: int = 0) -> ir.Expr:
    """Return a call of a primitive of the language."""
    return ir.Pure(ROWS["php", name], args, at)


def class_key(name: str) -> str:
    """Return the name of a class without its namespace, in lower case."""
    return name.rpartition("\\")[2].lower()


@dataclass(slots=True)
class Scope:
    """The variables that the code of one procedure sees.

    ``is_dynamic``: texts name some of them. ``is_boxed``: all are entries of an object in the register ``box``.
    ``aliases`` are names of other places: of variables of the page, of elements.
    """

    name: str
    is_page: bool = False
    is_dynamic: bool = False
    is_boxed: bool = False
    symbol: str = ""
    box: int = 0
    locals: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, Any] = field(default_factory=dict)
    captured: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    shared_box: bool = False
    outer_box: int = 0
    has_rest: bool = False
    rest: int = 0
    is_generator: bool = False
    items: int = 0
    asks: bool = False
    """The code reads a request."""
    acts: bool = False
    """The code runs, calls, includes or writes something that a value names."""

    used: set[str] = field(default_factory=set)
    """The functions of the language that the code calls."""

    def note(self, nodes: Iterable[tree.Node]) -> None:
        """Note how the code of the procedure uses its variables."""
        stack = [*nodes]
        while stack:
            node = stack.pop()
            if isinstance(node, (tree.Function, tree.Class)):
                continue
            if isinstance(node, tree.Lambda):
                self.is_boxed |= any(each[:1] == "&" for each in node.function.handles)
                continue
            if isinstance(node, tree.Call) and isinstance(node.callee, tree.Name):
                word = class_key(node.callee.text)
                self.is_dynamic |= word in DYNAMIC and (word[-3:] != "str" or len(node.arguments) < 2)
                self.is_boxed |= word == "eval"
                self.has_rest |= word.startswith("func_")
                if word in _CHANGING and node.arguments:
                    self._change(node.arguments[0])
            elif isinstance(node, tree.Unary):
                self.is_dynamic |= node.operator == "$"
                self.is_generator |= node.operator.startswith("yield")
                self.is_boxed |= node.operator in _INCLUDES
            elif isinstance(node, tree.Assign):
                self._change(node.target)
                if node.operator == "=&":
                    self._change(node.value)
            elif isinstance(node, tree.Label):
                self.labels.add(node.name)
            stack += node.children()
        self.is_boxed = (self.is_boxed or self.is_dynamic) and not self.is_page

    def _change(self, node: tree.Node) -> None:
        """Note that an element of a variable is written."""
        while isinstance(node, tree.Index):
            node = node.subject
        if isinstance(node, tree.Name):
            self.changed.add(node.text)

    def for_text(self, top: tree.Block) -> Scope:
        """Return the scope of a text that is run here: the same variables."""
        found = replace(self, labels=set())
        found.note([top])
        found.is_boxed, found.is_generator, found.items = self.is_boxed, False, 0
        return found


@dataclass(slots=True)
class TextScope:
    """Where a text that code runs is read: the names that the code sees there."""

    scope: Scope
    registers: Registers


class Page:
    """All that the code of a file shares: its functions, classes, constants and static fields."""

    def __init__(self) -> None:
        self.names: dict[str, tree.Function] = {}
        self.keys: set[str] = set()
        self.classes: dict[str, tree.Class] = {}
        self.constants: set[str] = set()
        self.statics: set[str] = set()
        self.fresh: dict[str, ir.Proc] = {}
        self.scopes: dict[ir.Proc, Scope] = {}
        self.waiting: list[tuple[ir.Proc, Scope, tree.Function, int]] = []
        self.classes_waiting: list[tree.Class] = []
        self.lowered: dict[str, ir.Class] = {}
        self.used: set[str] = set()
        """The functions of the language that the code calls, those of its own functions aside."""
        self.texts: set[str] = set()
        """The texts that stand in the code."""
        self.assigned: set[str] = set()
        """The variables that something of the code may assign to; all others are somebody else's."""
        self.asks: bool = False
        self.includes: bool = False
        self.place = -1

    def collect(self, top: tree.Node) -> None:
        """Collect the functions, classes and constants that code declares."""
        spaces = [each for each in tree.walk(top) if isinstance(each, tree.Class) and each.kind == "namespace"]
        is_own = len(spaces) == 1 and bool(spaces[0].name)
        outer = {*top.children()} if isinstance(top, tree.Block) else set()
        outer |= {inner for each in outer if isinstance(each, tree.Block) for inner in each.statements}
        members: set[tree.Node] = set()
        for each in tree.walk(top):
            if isinstance(each, tree.Class):
                if each.kind != "namespace":
                    self.classes.setdefault(class_key(each.name), each)
                    self.classes_waiting.append(each)
                members.update(each.members)
            elif isinstance(each, tree.Lambda):
                members.add(each.function)
                self.assigned |= {name.lstrip("&") for name in each.function.handles}
            elif isinstance(each, tree.Function) and each not in members:
                self._function(each, is_own=is_own and each in outer)
            elif isinstance(each, tree.Declaration) and "global" in each.modifiers:
                self.assigned.add(each.name)
            elif isinstance(each, tree.Unary):
                self.includes |= each.operator in _INCLUDES
            elif isinstance(each, tree.Name):
                self.asks |= each.text[1:] in SUPERGLOBALS and each.text[:1] == "$"
            elif isinstance(each, tree.Literal) and each.kind == "string" and each.value and self.place < 0:
                self.texts.add(str(each.value))
        self._note_all_assigned(top)

    def _note_all_assigned(self, top: tree.Node) -> None:
        stack = [top]
        while stack:
            each = stack.pop()
            if isinstance(each, (tree.Assign, tree.Call, tree.Each, tree.Declaration, tree.Catch, tree.Unary)):
                self._note_assigned(each)
            if not isinstance(each, (tree.Function, tree.Lambda, tree.Class)):
                stack += each.children()

    def _note_assigned(self, node: tree.Node) -> None:
        """Note the variables that a node may assign to: those by reference, too."""
        if isinstance(node, (tree.Declaration, tree.Catch)):
            self.assigned.add(node.name)
            return
        if isinstance(node, tree.Call):
            stack = [*node.arguments]
        elif isinstance(node, tree.Assign):
            stack = [node.target, node.value] if node.operator == "=&" else [node.target]
        else:
            stack = [node.target] if isinstance(node, tree.Each) else [node.operand]  # type: ignore[attr-defined]
        while stack:
            each = stack.pop()
            if isinstance(each, tree.Name):
                self.assigned.add(each.text)
            elif isinstance(each, (tree.Index, tree.Items, tree.Entry, tree.Argument, tree.Binary)):
                stack += each.children()

    def _function(self, node: tree.Function, *, is_own: bool) -> None:
        """Declare a function; one of the language's name is only there in a namespace."""
        name = node.name.lower()
        key = f"{name}()" if ("", name) in ROWS and not is_own else name
        if key not in self.names:
            self.names[key] = node
            self.declare(key, node, self.scope_of(node, key))

    def scope_of_page(self, nodes: Iterable[tree.Node]) -> Scope:
        """Return the scope of the code at the top level."""
        scope = Scope("", is_page=True)
        scope.note(nodes)
        return scope

    def scope_of(self, node: tree.Function, name: str, symbol: str = "") -> Scope:
        """Return the scope of a function."""
        scope = Scope(name, symbol=symbol)
        scope.has_rest = any(each.by == "rest" for each in node.parameters)
        scope.note(node.body.statements if node.body is not None else [])
        return scope

    def declare(self, key: str, node: tree.Function, scope: Scope) -> ir.Proc:
        """Return a new procedure."""
        proc = self.fresh[key] = ir.Proc(key)
        self.scopes[proc] = scope
        self.keys.add(key)
        self.waiting.append((proc, scope, node, self.place))
        return proc

    def handed_out(self) -> dict[str, ir.Proc]:
        """Return the procedures that were lowered since the last time."""
        found, self.fresh = self.fresh, {}
        return found

    def method(self, symbol: str, name: str) -> str:
        """Return the key of a method of a class or of its bases."""
        return self._of_class(symbol, lambda each: f"{each}::{name}", self.keys) or f"{symbol}::{name}"

    def static(self, symbol: str, name: str) -> str:
        """Return the key of a constant or static field of a class or of its bases, "" if none has it."""
        return self._of_class(symbol, lambda each: f"{each}::{name}", self._static_names())

    def _static_names(self) -> set[str]:
        for each in self.classes_waiting:
            self.statics |= {
                f"{class_key(each.name)}::{member.name}"
                for member in each.members
                if isinstance(member, tree.Declaration) and member.modifiers & {"const", "static"}
            }
        return self.statics

    def _of_class(self, symbol: str, key: Callable[[str], str], known: set[str]) -> str:
        seen, stack = set[str](), [symbol]
        while stack and len(seen) < 64:
            each = stack.pop(0)
            seen.add(each)
            if key(each) in known:
                return key(each)
            node = self.classes.get(each)
            stack += [class_key(base.name) for base in node.bases if class_key(base.name) not in seen] if node else []
            if node is not None and any(
                isinstance(member, tree.Function) and f"{each}::{member.name.lower()}" == key(each)
                for member in node.members
            ):
                return key(each)
        return ""


@dataclass(slots=True)
class Target:
    """A place that is read and written, its parts evaluated once."""

    load: Callable[[], ir.Expr]
    store: Callable[[ir.Expr], ir.Expr]


class Expressions(ScriptBlocks):
    """Lowers the expressions of one procedure; ``at`` is the place of all of its code, -1 for those of the nodes."""

    LEAVES: tuple[type[tree.Node], ...] = (*LEAVES, tree.Class)

    def __init__(self, page: Page, scope: Scope, at: int = -1, builder: Builder | None = None) -> None:
        super().__init__()
        self.page = page
        self.scope = scope
        self.at = at
        self.builder: Builder = builder or Builder(Registers())
        self.registers: Registers = self.builder.registers

    def at_of(self, node: tree.Node) -> int:
        """Return the place of a node."""
        return node.start if self.at < 0 else self.at

    # Variables --------------------------------------------------------------------------------------------------------

    def variable_place(self, name: str) -> ir.Place:
        """Return the place of a variable."""
        if self.scope.is_page:
            return ir.Global(name)
        if self.scope.box:
            return ir.Property(ir.Load(ir.Local(self.scope.box)), ir.Const(name))
        slot = self.scope.locals.get(name)
        if slot is None:
            slot = self.scope.locals[name] = self.registers.new()
        return ir.Local(slot, name)

    def variables(self) -> ir.Expr:
        """Return the object that has the variables of the procedure."""
        return ir.Load(ir.Local(self.scope.box)) if self.scope.box else ir.Const(Ref(PAGE))

    def read(self, name: str, at: int) -> ir.Expr:
        """Return the value of a variable."""
        if name == "$this":
            return ir.Load(ir.Local(THIS))
        if name[1:] in SUPERGLOBALS:
            self.scope.asks = True
            return ir.Const(Ref(name[1:].lower()))
        if name == "$GLOBALS":
            return ir.Const(Ref(PAGE))
        if self.scope.is_page and name not in self.page.assigned and not self.scope.is_dynamic:
            return ir.Const(UNKNOWN)
        if self.scope.is_dynamic and (self.scope.is_page or self.scope.box):
            return pure("variable", [self.variables(), ir.Const(name)], at)
        return ir.Load(self.variable_place(name), at)

    def target(self, node: tree.Node, lets: list[tuple[int, ir.Expr]]) -> Target:
        """Return a place; ``lets`` get the parts that are evaluated before."""
        at = self.at_of(node)
        if isinstance(node, tree.Name) and node.text[:1] == "$":
            return self._target_of_name(node.text, at, lets)
        if isinstance(node, tree.Index):
            return self._target_of_index(node, at, lets)
        if isinstance(node, tree.Binary) and node.operators[0] in ("->", "?->"):
            base = self.target(node.operands[0], lets)
            name = self._once(self.expression(node.operands[1]), lets)
            return Target(
                lambda: pure("member", [base.load(), name], at),
                lambda value: base.store(pure("set-member", [base.load(), name, value], at)),
            )
        if isinstance(node, tree.Binary) and node.operators[0] == "::" and isinstance(node.operands[1], tree.Name):
            place = ir.Global(self.static(node.operands[0], node.operands[1].text))
            return Target(lambda: ir.Load(place, at), lambda value: ir.Write(place, value, at=at))
        if isinstance(node, tree.Unary) and node.operator == "$":
            name = self._once(self.expression(node.operand), lets)
            return Target(
                lambda: pure("variable", [self.variables(), name], at),
                lambda value: pure("set-variable", [self.variables(), name, value], at),
            )
        held = self._once(self.expression(node), lets)
        return Target(lambda: held, lambda value: value)

    def _target_of_name(self, name: str, at: int, lets: list[tuple[int, ir.Expr]]) -> Target:
        alias = self.scope.aliases.get(name)
        if isinstance(alias, tree.Node):
            self.scope.aliases.pop(name)
            found = self.target(alias, lets)
            self.scope.aliases[name] = alias
            return found
        if alias is not None:
            where = self._aliased(name)
            return Target(lambda: ir.Load(where, at), lambda value: ir.Write(where, value, at=at))
        if name == "$this" or name[1:] in SUPERGLOBALS or name == "$GLOBALS":
            return Target(lambda: self.read(name, at), lambda value: value)
        place = self.variable_place(name)
        return Target(lambda: self.read(name, at), lambda value: ir.Write(place, value, at=at))

    def _aliased(self, name: str) -> ir.Place:
        """Return the place that a variable is another name of: one of the page, or of the function around."""
        alias = self.scope.aliases[name]
        if alias is not OUTER:
            return alias  # type: ignore[no-any-return]
        return ir.Property(ir.Load(ir.Local(self.scope.outer_box)), ir.Const(name))

    def _target_of_index(self, node: tree.Index, at: int, lets: list[tuple[int, ir.Expr]]) -> Target:
        is_global = isinstance(node.subject, tree.Name) and node.subject.text == "$GLOBALS" and bool(node.arguments)
        if is_global and isinstance(node.arguments[0], tree.Literal):
            name = f"${node.arguments[0].value}"
            place = ir.Global(name)
            if name[1:] in SUPERGLOBALS:
                return Target(lambda: ir.Const(Ref(name[1:].lower())), lambda value: value)
            return Target(lambda: ir.Load(place, at), lambda value: ir.Write(place, value, at=at))
        base = self.target(node.subject, lets)
        key = self._once(self.key(node.arguments[0]), lets) if node.arguments else ir.Const(MISSING)

        def load() -> ir.Expr:
            subject = base.load()
            if isinstance(subject, ir.Const) and subject.value.__class__ is Ref and subject.value.oid != PAGE:
                return ir.Load(ir.Item(subject, [key], at), at)
            return pure("index", [subject, key], at)

        return Target(load, lambda value: base.store(pure("set-index", [base.load(), key, value], at)))

    def key(self, node: tree.Node) -> ir.Expr:
        """Lower the key of an element; a word that is no constant of the page is a text."""
        if isinstance(node, tree.Name) and node.text[:1] != "$" and node.text not in self.page.constants:
            return ir.Const(CONSTANTS.get(node.text.lower(), node.text))
        return self.expression(node)

    def _once(self, value: ir.Expr, lets: list[tuple[int, ir.Expr]]) -> ir.Expr:
        """Return a value that may stand in the code twice."""
        if isinstance(value, ir.Const) or (isinstance(value, ir.Load) and isinstance(value.place, ir.Local)):
            return value
        slot = self.registers.new()
        lets.append((slot, value))
        return ir.Load(ir.Local(slot))

    def static(self, symbol: tree.Node, name: str) -> str:
        """Return the key of a static field or constant of a class."""
        key = self._class_named(symbol)
        return (self.page.static(key, name) or f"{key}::{name}") if key else f"::{name}"

    def _class_named(self, node: tree.Node) -> str:
        """Return the key of the class that a word names, "" where it is computed."""
        if not isinstance(node, tree.Name) or node.text[:1] == "$":
            return ""
        key = class_key(node.text)
        if key in ("self", "static"):
            return self.scope.symbol
        if key == "parent":
            made = self.page.classes.get(self.scope.symbol)
            return class_key(made.bases[0].name) if made is not None and made.bases else "parent"
        return key

    def assign(self, target: tree.Node, value: ir.Expr, at: int) -> ir.Expr:
        """Assign a value, which is evaluated once; the result is the value."""
        if isinstance(target, (tree.Items, tree.Argument)):
            return self._destructure(target, value, at)
        lets: list[tuple[int, ir.Expr]] = []
        found = self.target(target, lets)
        if isinstance(target, tree.Name):
            return found.store(value)
        held = self._once(value, lets)
        store = ir.Let(self.registers.new(), found.store(held), held)
        return within(lets, store)

    def _destructure(self, target: tree.Node, value: ir.Expr, at: int) -> ir.Expr:
        """``list($a, , $b) = v`` and ``[k => $a] = v``."""
        if isinstance(target, tree.Argument):
            return self.assign(target.value, value, at)
        lets: list[tuple[int, ir.Expr]] = []
        held = self._once(value, lets)
        stores: list[ir.Expr] = []
        for number, each in enumerate(target.items):  # type: ignore[attr-defined]
            key: ir.Expr = ir.Const(number)
            if isinstance(each, tree.Entry):
                key, each = self.expression(each.key), each.value
            if not isinstance(each, tree.Unparsed):
                stores.append(self.assign(each, pure("index", [held, key], at), at))
        result = held
        for store in reversed(stores):
            result = ir.Let(self.registers.new(), store, result)
        return within(lets, result)

    # Expressions ------------------------------------------------------------------------------------------------------

    def expression(self, node: tree.Node | None) -> ir.Expr:
        """Lower an expression."""
        if node is None:
            return ir.Const(None)
        lower = _EXPRESSIONS.get(node.__class__)
        if lower is None:
            value = getattr(node, "value", None)
            if isinstance(value, (ir.Const, ir.Load)):
                return value
            return pure("unparsed", self.operands([*node.children()]), self.at_of(node))
        return lower(self, node)

    def needs_blocks(self, node: tree.Node) -> bool:
        """True if an expression needs blocks, whatever its parts need."""
        if isinstance(node, tree.Binary):
            if node.operators[0] in _LOGIC or node.operators[0] in ("??", "?:"):
                return not all(map(_is_pure, node.operands[1:])) or len(node.operands) > 16
            return len(node.operands) > 16
        if isinstance(node, tree.Conditional):
            return not (_is_pure(node.yes) and _is_pure(node.no))
        if isinstance(node, tree.Assign):
            return node.operator == "??="
        if isinstance(node, tree.Unary):
            return node.operator in ("throw", "yield", "yield from")
        if isinstance(node, tree.Call):
            return isinstance(node.callee, tree.Name) and node.callee.text == "exit"
        return isinstance(node, tree.Switch)

    def x_literal(self, node: tree.Literal) -> ir.Expr:
        """A literal."""
        return ir.Const(node.value)

    def x_name(self, node: tree.Name) -> ir.Expr:
        """A variable or a constant."""
        if node.text[:1] == "$":
            lets: list[tuple[int, ir.Expr]] = []
            return (
                within(lets, self.target(node, lets).load())
                if node.text in self.scope.aliases
                else self.read(node.text, self.at_of(node))
            )
        word = node.text.rpartition("\\")[2]
        lower = word.lower()
        if word in self.page.constants:
            return ir.Load(ir.Global(f"#{word}"), self.at_of(node))
        if lower in _MAGIC:
            return ir.Const(_MAGIC[lower])
        if lower in ("__class__", "__function__", "__method__"):
            return ir.Const(self.scope.symbol if lower == "__class__" else self.scope.name.rpartition("::")[2])
        if lower in CONSTANTS:
            return ir.Const(CONSTANTS[lower])
        return pure("constant", [ir.Const(word), ir.Const(word)], self.at_of(node))

    def x_index(self, node: tree.Index) -> ir.Expr:
        """``a[k]``."""
        if self.is_blocky(node):
            base, *keys = self.operands([node.subject, *node.arguments])
            return pure("index", [base, *keys], self.at_of(node))
        lets: list[tuple[int, ir.Expr]] = []
        return within(lets, self._target_of_index(node, self.at_of(node), lets).load())

    def x_items(self, node: tree.Items) -> ir.Expr:
        """``[k => v, …]``."""
        at = self.at_of(node)
        spread = any(isinstance(each, tree.Argument) and each.by == "spread" for each in node.items)
        if spread:
            found = [
                self.expression(each) if isinstance(each, tree.Argument) else self._entries([each], at)
                for each in node.items
            ]
            return pure("spread", found, at)
        return self._entries(node.items, at)

    def _entries(self, items: Sequence[tree.Node], at: int) -> ir.Expr:
        nodes: list[tree.Node] = []
        for each in items:
            if isinstance(each, tree.Entry):
                nodes += [each.key, each.value]
            elif not isinstance(each, tree.Unparsed) or each.end > each.start:
                nodes += [_NO_KEY, each]
        found = self.operands(nodes)
        for n in range(1, len(found), 2):
            found[n] = _copied(nodes[n], found[n], at)
        return pure("array", found, at)

    def x_lambda(self, node: tree.Lambda) -> ir.Expr:
        """A closure: captured values are registers of its frame."""
        function, at = node.function, self.at_of(node)
        key = f"{{closure}}#{len(self.page.keys)}"
        scope = self.page.scope_of(function, key, self.scope.symbol)
        proc = self.page.declare(key, function, scope)
        self.page.waiting[-1] = (proc, scope, function, self.at)
        slots: list[int] = []
        for each in self._captured(function):
            name = each.lstrip("&")
            if each[:1] == "&" and self._share(scope, name):
                continue
            scope.captured.append(name)
            temp = self.builder.temp()
            self.builder.write(temp, self.x_name(tree.Name(node.start, node.end, name)), at=at)
            slots.append(temp.slot)
        if scope.shared_box:
            slots.append(self.scope.box)
        return ir.Lambda(proc, tuple(slots), at)

    def _captured(self, function: tree.Function) -> Sequence[str]:
        if function.kind != "arrow" or function.body is None:
            return function.handles
        own = {each.name for each in function.parameters} | {"$this", "$GLOBALS"}
        found = [each.text for each in tree.walk(function.body) if isinstance(each, tree.Name) and each.text[:1] == "$"]
        return [each for each in dict.fromkeys(found) if each not in own and each[1:] not in SUPERGLOBALS]

    def _share(self, scope: Scope, name: str) -> bool:
        """Let a closure see a variable itself; False where it gets the value."""
        alias = self.scope.aliases.get(name, OUTER)
        if alias is not OUTER and not isinstance(alias, tree.Node):
            scope.aliases[name] = alias
            return True
        if self.scope.is_page:
            scope.aliases[name] = ir.Global(name)
            return True
        if not self.scope.box:
            return False
        scope.shared_box = True
        scope.aliases[name] = OUTER
        return True

    def x_cast(self, node: tree.Cast) -> ir.Expr:
        """``(int)x``."""
        word, at, value = node.type.name, self.at_of(node), self.expression(node.operand)
        if word in ("array", "object"):
            return pure("cast", [ir.Const(word), value], at)
        if word in ("bool", "boolean"):
            return ir.Op("truth-php", [value], at)
        if word in _CASTS:
            return ir.Pure(ROWS["", _CASTS[word]], [value], at)
        return ir.Op("text-php", [value], at) if word in ("string", "binary") else ir.Const(None)

    def x_unary(self, node: tree.Unary) -> ir.Expr:
        """An operator with one operand."""
        word, operand, at = node.operator, node.operand, self.at_of(node)
        if word in ("++", "--"):
            return self._step(node, at)
        if word == "!":
            return ir.Op("not-php", [self.expression(operand)], at)
        if word == "$":
            self.scope.asks = True
            return pure("variable", [self.variables(), self.expression(operand)], at)
        if word in _INCLUDES:
            self.page.includes = True
            self.scope.acts |= not isinstance(operand, tree.Literal)
            return ir.Pure(ROWS["", "include"], [self.expression(operand)], at)
        if word == "clone":
            return pure("clone", [self.expression(operand)], at)
        if word == "throw":
            value = self.expression(operand)
            if not self.builder.is_open:
                self.builder.place()
            self.builder.end(ir.Throw(value, at))
            self.builder.place()
            return ir.Const(UNKNOWN)
        if word.startswith("yield"):
            return self._yield(word, operand, at)
        name = _UNARY.get(word)
        value = self.expression(operand)
        return value if name is None else ir.Op(name, [value], at)

    def _yield(self, word: str, operand: tree.Node, at: int) -> ir.Expr:
        place = ir.Local(self.scope.items)
        key: ir.Expr = ir.Const(MISSING)
        if isinstance(operand, tree.Entry):
            key, operand = self.expression(operand.key), operand.value
        value = self.expression(operand)
        if not self.scope.items:  # outside of a function
            return value
        if word == "yield from":
            self.builder.write(place, pure("spread", [ir.Load(place), value], at))
        else:
            self.builder.write(place, pure("set-index", [ir.Load(place), key, value], at))
        return ir.Const(UNKNOWN)

    def _step(self, node: tree.Unary, at: int) -> ir.Expr:
        """``x++`` and ``--x``."""
        lets: list[tuple[int, ir.Expr]] = []
        found = self.target(node.operand, lets)
        name = "increment" if node.operator == "++" else "decrement"
        old = self.registers.new()
        held = ir.Load(ir.Local(old))
        store = found.store(pure(name, [held], at))
        result = ir.Let(self.registers.new(), store, held) if node.is_postfix else store
        return within(lets, ir.Let(old, found.load(), result))

    def x_binary(self, node: tree.Binary) -> ir.Expr:
        """Operators of one strength."""
        word, at = node.operators[0], self.at_of(node)
        if word in ("->", "?->"):
            base, name = self.operands(node.operands)
            return pure("member", [base, name], at)
        if word == "::":
            return self._static(node, at)
        if word in _LOGIC:
            return self._logic(node, at)
        if word in ("??", "?:"):
            return self._first(node, at)
        if word == "instanceof":
            return self._is_a(node, at)
        operands = self._held_operands(node)
        if all(each == "." for each in node.operators):
            return chained("concat-php", operands, at)
        if (
            word in _EQUALS
            and isinstance(end := operands[-1], ir.Const)
            and _is_ending(end.value)
            and len(operands) == 2
        ):
            test = pure("equals", operands, at)
            return test if word[0] == "=" else ir.Op("not-php", [test], at)
        value = operands[0]
        for n, (operator, operand) in enumerate(zip(node.operators, operands[1:], strict=True)):
            value = ir.Op(_BINARY.get(operator, "add-php"), [value, operand], at)
            if n % 16 == 15:
                value = self.builder.hold(value)
        return value

    def _held_operands(self, node: tree.Binary) -> list[ir.Expr]:
        """Lower operands; of a long chain each goes to a temporary."""
        if len(node.operands) <= 16:
            return self.operands(node.operands)
        return [
            value if isinstance(value := self.expression(each), ir.Const) else self.builder.hold(value)
            for each in node.operands
        ]

    def _static(self, node: tree.Binary, at: int) -> ir.Expr:
        """``A::$x``, ``A::X``, ``A::class``."""
        symbol, member = node.operands
        if isinstance(member, tree.Name):
            return ir.Load(ir.Global(self.static(symbol, member.text)), at)
        name = str(member.value) if isinstance(member, tree.Literal) else ""
        if name == "class":
            return ir.Const(self._class_named(symbol))
        key = self.static(symbol, name)
        return ir.Load(ir.Global(key), at) if key in self.page.statics else ir.Const(UNKNOWN)

    def _is_a(self, node: tree.Binary, at: int) -> ir.Expr:
        value, name = self.expression(node.operands[0]), node.operands[1]
        named = ir.Const(self._class_named(name)) if isinstance(name, tree.Name) and name.text[:1] != "$" else None
        return pure("is-a", [value, named or self.expression(name)], at)

    def _logic(self, node: tree.Binary, at: int) -> ir.Expr:
        """``a && b`` and ``a || b``."""
        if not self.is_blocky(node):
            value: ir.Expr = ir.Op("truth-php", [self.expression(node.operands[-1])], at)
            for word, each in zip(reversed(node.operators), reversed(node.operands[:-1]), strict=True):
                test = ir.Op("truth-php", [self.expression(each)], at)
                is_or = word in _OR
                yes: ir.Expr = ir.Const(value=True) if is_or else value
                value = ir.Cond(test, yes, value if is_or else ir.Const(value=False), at)
            return value
        result = self.builder.temp()
        yes_, no, after = self.builder.label(), self.builder.label(), self.builder.label()
        self.branch(node, yes_, no)
        for label, answer in ((yes_, True), (no, False)):
            self.builder.place(label)
            self.builder.write(result, ir.Const(answer))
            self.builder.jump(after)
        self.builder.place(after)
        return ir.Load(result)

    def _first(self, node: tree.Binary, at: int) -> ir.Expr:
        """``a ?? b`` and ``a ?: b``."""

        def test_of(value: ir.Expr) -> ir.Expr:
            if node.operators[0] == "?:":
                return ir.Op("truth-php", [value], at)
            return pure("is-set", [value], at)

        if not self.is_blocky(node):
            value = self.expression(node.operands[-1])
            for each in reversed(node.operands[:-1]):
                slot = self.registers.new()
                held = ir.Load(ir.Local(slot))
                value = ir.Let(slot, self.expression(each), ir.Cond(test_of(held), held, value, at))
            return value
        return self.first_in_blocks(node, lambda _, value: test_of(value), passes=False)

    def x_conditional(self, node: tree.Conditional) -> ir.Expr:
        """``a ? b : c``."""
        at = self.at_of(node)
        if not self.is_blocky(node):
            test = ir.Op("truth-php", [self.expression(node.test)], at)
            return ir.Cond(test, self.expression(node.yes), self.expression(node.no), at)
        return self.conditional_in_blocks(node)

    def x_switch(self, node: tree.Switch) -> ir.Expr:
        """``match (x) { … }``: without a case that fits, a null."""
        at, after, other, result = self.at_of(node), self.builder.label(), self.builder.label(), self.builder.temp()
        subject = self.expression(node.subject)
        held = subject if isinstance(subject, (ir.Load, ir.Const)) else self.builder.hold(subject, at=at)
        bodies = self.choose(node, lambda x: self.case(held, self.expression(x.value), "same-php", at), other, at)
        for body, case in zip([*bodies, other], [*node.cases, None], strict=True):
            self.builder.place(body)
            value = self.expression(case.body.statements[0] if case is not None else None)
            self.builder.write(result, value, at=at)
            self.builder.jump(after)
        self.builder.place(after)
        return ir.Load(result)

    def case(self, subject: ir.Expr, value: ir.Expr, operator: str, at: int) -> ir.Expr:
        """Return the question whether a case is that of a subject."""
        if isinstance(subject, ir.Const) and subject.value is True:
            return ir.Op("truth-php", [value], at)
        if operator == "eq-php" and isinstance(value, ir.Const) and value.value.__class__ is str:
            return pure("case", [subject, value], at)
        return ir.Op(operator, [subject, value], at)

    def x_assign(self, node: tree.Assign) -> ir.Expr:
        """``a = b``, ``a .= b``, ``a = &b``."""
        at, operator = self.at_of(node), node.operator[:-1]
        if node.operator == "=&":
            return self._alias(node, at)
        if node.operator == "??=":
            choice = tree.Binary(node.start, node.end, [node.target, node.value], ["??"])
            return self.assign(node.target, self._first(choice, at), at)
        if not operator:
            return self.assign(node.target, _copied(node.value, self.expression(node.value), at), at)
        lets: list[tuple[int, ir.Expr]] = []
        value = self.expression(node.value)
        found = self.target(node.target, lets)
        return within(lets, found.store(ir.Op(_BINARY.get(operator, "add-php"), [found.load(), value], at)))

    def _alias(self, node: tree.Assign, at: int) -> ir.Expr:
        """``$a = &$b``: from here on one is a name of the other."""
        target, value = node.target, node.value
        if isinstance(target, tree.Name) and target.text != getattr(value, "text", "") and _is_fixed(value):
            if isinstance(value, tree.Name) and value.text in self.scope.aliases:
                self.scope.aliases[target.text] = self.scope.aliases[value.text]
            elif not _names(value, target.text):
                self.scope.aliases[target.text] = value
            return self.expression(value)
        return self.assign(target, self.expression(value), at)

    def x_new(self, node: tree.New) -> ir.Expr:
        """``new T(x)``."""
        at = self.at_of(node)
        if isinstance(node.callee, Anonymous):
            named: ir.Expr = ir.Const(class_key(node.callee.made.name))
        elif node.type is not None:
            key = self._class_named(tree.Name(node.start, node.end, node.type.name))
            named = ir.Const(key)
        else:
            named = self.builder.hold(self.expression(node.callee)) if node.callee else ir.Const(None)
        return pure("new", [named, *self.operands(node.arguments)], at)

    # Calls ------------------------------------------------------------------------------------------------------------

    def x_call(self, node: tree.Call) -> ir.Expr:
        """A call."""
        callee, at = node.callee, self.at_of(node)
        is_spread = any(isinstance(each, tree.Argument) and each.by == "spread" for each in node.arguments)
        if isinstance(callee, tree.Name) and callee.text[:1] != "$":
            word = class_key(callee.text)
            special = _CALLS.get(word)
            if special is not None:
                return special(self, node, at)
            if is_spread:
                return self._call_spread(ir.Const(word), node, at)
            return self._call_name(node, word, is_global=callee.text[:1] == "\\", at=at)
        if isinstance(callee, tree.Binary) and callee.operators[0] in ("->", "?->", "::"):
            return self._call_member(node, callee, at)
        if is_spread:
            return self._call_spread(self.expression(callee), node, at)
        self.scope.acts = True
        function, *values = self.operands([callee, *node.arguments])
        return pure("invoke", [function, *values], at)

    def _call_spread(self, function: ir.Expr, node: tree.Call, at: int) -> ir.Expr:
        items = tree.Items(node.start, node.end, node.arguments)
        return ir.Pure(ROWS["", "call_user_func_array"], [function, self.x_items(items)], at)

    def _call_name(self, node: tree.Call, word: str, *, is_global: bool, at: int) -> ir.Expr:
        own = self.page.names.get(word) if not is_global else None
        row = ROWS.get(("", word))
        if own is not None:
            return ir.Call(word, self._arguments(node, own), at)
        self._uses(word)
        if row is None:
            return ir.Call(word, [ir.Arg(each) for each in self.operands(node.arguments)], at)
        self.scope.asks |= row.result.what == "source" or (row.do_name == "php-fetch" and bool(node.arguments))
        self.scope.acts |= (word in _ACTING and row.do_name not in ("php-take", "php-sort")) or (
            row.is_open and word not in DYNAMIC
        )
        values = self.operands(node.arguments)
        if ("scope", word) in ROWS and (word[-3:] != "str" or len(values) < 2):
            return ir.Pure(ROWS["scope", word], [self.variables(), *values], at)
        made: ir.Expr = ir.Pure(row, values, at)
        for number in (1, 2):
            out = ROWS.get((f"out.{number}", word))
            if out is not None and number < len(node.arguments):
                held = [self.builder.hold(each) if not _is_variable(each) else each for each in values[:number]]
                args = [*held, *values[number:]]
                answer = ir.Pure(row, args, at)
                slot = self.registers.new()
                store = self.assign(node.arguments[number], ir.Pure(out, held, at), at)
                made = ir.Let(slot, store, answer)
        return made

    def _arguments(self, node: tree.Call, own: tree.Function) -> list[ir.Arg]:
        """Return the arguments in the order of the parameters; a variable gets the last value of one by reference."""
        values = self.operands(node.arguments)
        names = [each.name for each in own.parameters]
        found: list[ir.Arg] = []
        for n, (each, value) in enumerate(zip(node.arguments, values, strict=True)):
            place = None
            if isinstance(each, tree.Name) and n < len(own.parameters) and own.parameters[n].by == "ref":
                alias = self.scope.aliases.get(each.text)
                is_plain = alias is None and each.text != "$this" and each.text[1:] not in SUPERGLOBALS
                if is_plain:
                    place = self.variable_place(each.text)
                elif alias is not None and not isinstance(alias, tree.Node):
                    place = self._aliased(each.text)
            number = names.index(f"${each.name}") if isinstance(each, tree.Argument) and f"${each.name}" in names else n
            while len(found) <= number:
                found.append(ir.Arg(ir.Const(EMPTY)))
            found[number] = ir.Arg(value, place)
        return found

    def _call_member(self, node: tree.Call, callee: tree.Binary, at: int) -> ir.Expr:
        subject, member = callee.operands
        word = str(member.value).lower() if isinstance(member, tree.Literal) else ""
        self.scope.acts |= not word or word in _ACTING_METHODS
        if callee.operators[0] != "::":
            base, name, *values = self.operands([subject, member, *node.arguments])
            return pure("method", [base, name, *values], at)
        key = self._class_named(subject)
        if not key or not isinstance(member, tree.Literal):
            named = ir.Const(key) if key else self.expression(subject)
            pair = pure("array", [ir.Const(0), named, ir.Const(1), self.expression(member)], at)
            return pure("invoke", [pair, *self.operands(node.arguments)], at)
        method = self.page.method(key, str(member.value).lower())
        this = ir.Load(ir.Local(THIS)) if self.scope.symbol else ir.Const(None)
        return pure("method", [this, ir.Const(method), *self.operands(node.arguments)], at)

    def c_isset(self, node: tree.Call, at: int) -> ir.Expr:
        """``isset(a, b[k])``."""
        value: ir.Expr | None = None
        for each in reversed(node.arguments):
            if isinstance(each, tree.Index) and each.arguments:
                base, key = self.expression(each.subject), self.key(each.arguments[0])
                test = pure("isset", [base, key], at)
            else:
                test = pure("is-set", [self.expression(each)], at)
            value = test if value is None else ir.Cond(test, value, ir.Const(value=False), at)
        return value or ir.Const(value=False)

    def c_empty(self, node: tree.Call, at: int) -> ir.Expr:
        """``empty(a)``."""
        return ir.Op("not-php", self.operands(node.arguments[:1]) or [ir.Const(None)], at)

    def c_unset(self, node: tree.Call, at: int) -> ir.Expr:
        """``unset($a, $b[k])``."""
        for each in node.arguments:
            if isinstance(each, tree.Index) and each.arguments:
                self.builder.add(pure("unset", [self.expression(each.subject), self.key(each.arguments[0])], at))
            elif isinstance(each, tree.Name):
                if self.scope.aliases.pop(each.text, None) is None:
                    self.builder.add(self.assign(each, ir.Const(EMPTY), at))
            else:
                self.builder.add(self.assign(each, ir.Const(EMPTY), at))
        return ir.Const(None)

    def _uses(self, word: str) -> None:
        """Note a function of the language that is called."""
        (self.page if self.scope.is_page else self.scope).used.add(word)

    def c_eval(self, node: tree.Call, at: int) -> ir.Expr:
        """``eval(t)``, which sees the variables of the caller."""
        self._uses("eval")
        self.scope.acts = True
        args = [ir.Arg(each) for each in self.operands(node.arguments[:1])]
        return ir.Call("eval", args, at, scope=TextScope(self.scope, self.registers))

    def c_echo(self, node: tree.Call, at: int) -> ir.Expr:
        """``echo a, b``."""
        values = self.operands(node.arguments)
        if "ob_start" in self.page.used or "ob_start" in self.scope.used:
            return pure("echo", values, at)
        self.builder.add_all(values)
        return ir.Const(1)

    def c_exit(self, node: tree.Call, at: int) -> ir.Expr:
        """``exit(a)``."""
        for each in self.operands(node.arguments):
            self.builder.add(each)
        if not self.builder.is_open:
            self.builder.place()
        self.builder.end(ir.Return(None, ends_page=True))
        self.builder.place()
        return ir.Const(UNKNOWN)

    def c_define(self, node: tree.Call, at: int) -> ir.Expr:
        """``define('A', 1)``."""
        first = node.arguments[0] if node.arguments else None
        if isinstance(first, tree.Literal) and isinstance(first.value, str):
            self.page.constants.add(first.value)
        return ir.Pure(ROWS["", "define"], self.operands(node.arguments), at)

    def c_rest(self, node: tree.Call, at: int) -> ir.Expr:
        """``func_get_args()``, ``func_get_arg(n)``."""
        rest = (
            pure("rest", [ir.Load(ir.Local(self.scope.rest)), ir.Const(0)], at) if self.scope.rest else ir.Const(None)
        )
        if class_key(node.callee.text) == "func_get_arg":  # type: ignore[attr-defined]
            return pure("index", [rest, *self.operands(node.arguments[:1])], at)
        return rest if class_key(node.callee.text) == "func_get_args" else ir.Const(UNKNOWN)  # type: ignore[attr-defined]

    # Conditions -------------------------------------------------------------------------------------------------------

    def branch(self, test: tree.Node, yes: int, no: int) -> None:
        """End the block with a condition."""
        while isinstance(test, tree.Unary) and test.operator in ("!", "@"):
            if test.operator == "!":
                yes, no = no, yes
            test = test.operand
        if isinstance(test, tree.Binary) and test.operators[0] in _LOGIC:
            self.branch_in_turn(test, yes, no, is_or=test.operators[0] in _OR)
            return
        at = self.at_of(test)
        if isinstance(test, tree.Name) and test.text[:1] != "$" and test.text not in self.page.constants:
            self.builder.branch(ir.Const(UNKNOWN), yes, no, at)  # a constant that another file defines
            return
        self.builder.branch(ir.Op("truth-php", [self.expression(test)], at), yes, no, at)


_NO_KEY = tree.Literal(0, 0, MISSING, "null")  # type: ignore[arg-type]


def _copied(node: tree.Node, value: ir.Expr, at: int) -> ir.Expr:
    """Return a value as an assignment stores it: an array that is elsewhere, too, is copied."""
    is_elsewhere = isinstance(node, (tree.Name, tree.Index, tree.Conditional)) or (
        isinstance(node, tree.Binary) and node.operators[0] in ("->", "?->", "::", "??", "?:")
    )
    return pure("copied", [value], at) if is_elsewhere and not isinstance(value, ir.Const) else value


def _is_ending(value: Any) -> bool:  # noqa: ANN401 - any constant
    """True for a text that may be the ending of the name of a file."""
    return value.__class__ is str and 1 < len(value) < 6 and value.lstrip(".").isalnum() and not value.isdigit()


def _is_variable(value: ir.Expr) -> bool:
    return isinstance(value, (ir.Const, ir.Load))


def _is_fixed(node: tree.Node) -> bool:
    """True for a variable, and an element of one by a constant key or another variable."""
    while isinstance(node, tree.Index):
        if len(node.arguments) != 1 or not isinstance(node.arguments[0], (tree.Literal, tree.Name)):
            return False
        node = node.subject
    return isinstance(node, tree.Name) and node.text[:1] == "$"


def _names(node: tree.Node, name: str) -> bool:
    return any(isinstance(each, tree.Name) and each.text == name for each in tree.walk(node))


def _is_pure(node: tree.Node) -> bool:
    """True if evaluating an expression in vain changes nothing."""
    stack, seen = [node], 0
    while stack:
        each = stack.pop()
        seen += 1
        if seen > 200 or isinstance(each, (tree.Assign, tree.New, tree.Lambda, tree.Switch)):
            return False
        if isinstance(each, tree.Unary) and each.operator not in ("!", "-", "+", "~", "@"):
            return False
        if isinstance(each, tree.Call):
            row = ROWS.get(("", class_key(each.callee.text))) if isinstance(each.callee, tree.Name) else None
            is_test = isinstance(each.callee, tree.Name) and each.callee.text.lower() in ("isset", "empty")
            if not is_test and (row is None or row.is_open or row.is_text or row.do_name == "php-push"):
                return False
            if row is not None and row.names[-1] in _ACTING:
                return False
        stack += each.children()
    return True


_ACTING = frozenset(
    {"system", "exec", "shell_exec", "passthru", "popen", "proc_open", "pcntl_exec", "expect_popen", "copy", "rename",
     "file_put_contents", "fwrite", "fputs", "move_uploaded_file", "array_pop", "array_shift", "sort", "fopen"}
)  # fmt: skip
_ACTING_METHODS = frozenset(
    {
        "exec", "run", "shellexecute", "invoke", "invokeargs", "createfunction", "sqlitecreatefunction", "uasort",
        "uksort",
    }
)  # fmt: skip
_CALLS: dict[str, Callable[[Expressions, tree.Call, int], ir.Expr]] = {
    "isset": Expressions.c_isset, "empty": Expressions.c_empty, "unset": Expressions.c_unset,
    "eval": Expressions.c_eval, "echo": Expressions.c_echo, "exit": Expressions.c_exit, "define": Expressions.c_define,
    "func_get_args": Expressions.c_rest, "func_get_arg": Expressions.c_rest, "func_num_args": Expressions.c_rest,
}  # fmt: skip
_EXPRESSIONS: dict[type, Callable[[Expressions, Any], ir.Expr]] = {
    tree.Literal: Expressions.x_literal, tree.Name: Expressions.x_name, tree.Argument: Expressions.x_argument,
    tree.Index: Expressions.x_index, tree.Items: Expressions.x_items, tree.Lambda: Expressions.x_lambda,
    tree.Cast: Expressions.x_cast, tree.Unary: Expressions.x_unary, tree.Binary: Expressions.x_binary,
    tree.Conditional: Expressions.x_conditional, tree.Switch: Expressions.x_switch, tree.New: Expressions.x_new,
    tree.Call: Expressions.x_call, tree.Assign: Expressions.x_assign,
}  # fmt: skip
