"""The core language: expressions are trees, in blocks in the order of the text; each construct has one meaning.

``at`` is a token of the source, for the places of calls and sources. ``key`` identifies an expression whose text may be
a constant: a run notes the text that it was, and nothing else is done with the key.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from webshellhunt.core.rows import Row

UNIT = 1 << 24
"""Added to a place at run time for each unit of the page before its own: places are tokens of one unit."""

# Places: reading, writing, by reference, and the facts of a condition -------------------------------------------------


@dataclass(slots=True)
class Local:
    """A register of the frame; ``name`` is that of the variable, "" for a temporary."""

    slot: int
    name: str = ""


@dataclass(slots=True)
class Global:
    """A variable of the page: an entry of the page's table."""

    name: str


@dataclass(slots=True)
class Field:
    """A member of an object; a property of the page's class is called.

    ``of`` is the class whose member it is, whatever the object overrides (``base.F``, ``MyBase.F``).
    """

    base: Expr
    name: str
    at: int = 0
    of: str = ""


@dataclass(slots=True)
class Item:
    """An element by keys; in Visual Basic also a call of a default member or of a function value."""

    base: Expr
    keys: list[Expr]
    at: int = 0


@dataclass(slots=True)
class Property:
    """A property of any value by a name that may be computed: its own, else that of its prototypes (ECMA-262).

    ``is_key``: it stands in brackets, and may be a key of what is no object of the language.
    """

    base: Expr
    name: Expr
    at: int = 0
    is_key: bool = False


Place = Local | Global | Field | Item | Property

# Expressions ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Const:
    """A literal; also an intrinsic object, a class, a scope of texts that are run."""

    value: Any
    key: Hashable = None


@dataclass(slots=True)
class Load:
    """The value of a place."""

    place: Place
    at: int = 0
    key: Hashable = None


@dataclass(slots=True)
class Write:
    """An assignment, whose value is the new one, or the one before (``is_old``).

    ``how``: ``share`` stores the value itself; ``copy`` stores that of an assignment of Visual Basic without ``Set``:
    the default member of an object, a copy of an array; ``letter`` stores one that no other place has; ``object`` is
    ``Set``; ``value`` stores the value, and a copy of a structure (`Class.is_struct`); ``step`` stores the
    value, whose labels have gone to the variable.
    """

    place: Place
    value: Expr
    how: str = "share"
    at: int = 0
    is_old: bool = False


@dataclass(slots=True)
class Op:
    """An operator with one meaning, as ``add-vb``, ``add-js``, ``concat``, ``eq-vb``, ``eq-strict``, ``not-vb``."""

    name: str
    args: list[Expr]
    at: int = 0
    key: Hashable = None


@dataclass(slots=True)
class Pure:
    """A function of the library by its row."""

    row: Row
    args: list[Expr]
    at: int = 0
    key: Hashable = None


@dataclass(slots=True)
class Arg:
    """An argument; ``out`` is the place that gets the parameter's last value (by reference).

    ``name`` is that of the parameter where the code names it.
    """

    value: Expr
    out: Place | None = None
    is_spread: bool = False
    name: str = ""


@dataclass(slots=True)
class Call:
    """A call of a procedure of the page by its key, of a member of an object, or of a function value.

    The member is a ``Field``, or a ``Property``, whose call has the object as ``this``.

    ``scope`` is the scope object of a call that may run a text (``Execute``, ``eval``).
    """

    callee: str | Field | Property | Expr
    args: list[Arg]
    at: int = 0
    key: Hashable = None
    scope: Any = None


@dataclass(slots=True)
class New:
    """A new object of a class of the page, of a known type, or of a function value (``callee``)."""

    type: str
    args: list[Arg]
    at: int = 0
    callee: Expr | None = None
    key: Hashable = None


@dataclass(slots=True)
class Lambda:
    """A function as a value; ``captured`` are the registers that have the boxes of its captured variables."""

    proc: Proc
    captured: tuple[int, ...] = ()
    at: int = 0
    has_this: bool = False
    """It has the ``this`` of the procedure that it is in."""


@dataclass(slots=True)
class Cond:
    """One of two expressions without effect; lowering makes blocks of any others."""

    test: Expr
    yes: Expr
    no: Expr
    at: int = 0


@dataclass(slots=True)
class Let:
    """A value in a temporary register while an expression is evaluated."""

    slot: int
    value: Expr
    body: Expr


Expr = Const | Load | Write | Op | Pure | Call | New | Lambda | Cond | Let

# Ends of blocks -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Jump:
    """Go on with a block."""

    to: int


@dataclass(slots=True)
class Turns:
    """A loop over the letters of a text: the text, the letters of a turn, and truth values that no turn takes back.

    ``flags`` are variables with the one answer that the loop never gives them. One that counts has the register
    ``slot`` for what it has passed, its ``index``, the number ``first`` of the first letter, and the ``bound`` at which
    it ends; ``more`` is 1 where the bound itself is the index of a turn, ``stays`` the answer for which it goes on.
    """

    text: Expr
    letters: list[Expr]
    flags: list[tuple[Expr, bool]] = field(default_factory=list)
    slot: int = 0
    index: Expr | None = None
    bound: Expr | None = None
    first: int = 0
    more: int = 0
    stays: bool = True


@dataclass(slots=True)
class Branch:
    """Go on with one of two blocks, or with both where the condition is not known."""

    test: Expr
    yes: int
    no: int
    at: int = 0
    turns: Turns | None = None


@dataclass(slots=True)
class Next:
    """Take the next item of an iterator in a register: to ``body`` with the item in a place, else to ``done``."""

    iterator: int
    target: Place
    body: int
    done: int
    at: int = 0
    turns: Turns | None = None


@dataclass(slots=True)
class Return:
    """Leave the procedure with the value, else with register 3; ``ends_page``: all callers, too."""

    value: Expr | None = None
    ends_page: bool = False


@dataclass(slots=True)
class Throw:
    """Raise an error; ``None`` raises the one that is being handled again."""

    value: Expr | None = None
    at: int = 0


End = Jump | Branch | Next | Return | Throw


@dataclass(slots=True)
class Block:
    """Expressions, run in their order, and an end.

    ``handler`` is the block that an error goes to, -1 for the caller; the value of the error is put into the register
    ``caught``, 0 for none. ``resumes``: an error goes on with the next expression (``On Error Resume Next``).
    """

    code: list[Expr] = field(default_factory=list)
    end: End = field(default_factory=Return)
    resumes: bool = False
    handler: int = -1
    caught: int = 0


@dataclass(slots=True, eq=False)
class Param:
    """A parameter; ``is_out``: its last value goes back to a place of the caller.

    ``type`` is that of its declaration, by which one of several procedures of a name is chosen; ``default`` is its
    value without an argument; ``is_rest``: it gets an array of all arguments that are left.
    """

    name: str
    is_out: bool = False
    type: str = ""
    default: Expr | None = None
    is_rest: bool = False


@dataclass(slots=True, eq=False)
class Proc:
    """A procedure. Registers: 0 heap, 1 run, 2 ``this``, 3 result, then parameters, then locals.

    ``boxes`` are the registers that get the boxes of captured variables, in the order of `Lambda.captured`; ``rest`` is
    the register of an array of all arguments, 0 for none; ``itself`` the register of the function as a value.
    """

    name: str
    params: list[Param] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    slots: int = 4
    kind: str = "sub"
    boxes: tuple[int, ...] = ()
    rest: int = 0
    rest_kind: str = "list"
    itself: int = 0
    compiled: Any = field(default=None, compare=False, repr=False)
    """The compiled procedure, once it was called; it refers to no run, but to this procedure."""
    is_kept: bool = field(default=False, compare=False)
    """True if other pages may have it: nobody but its owner drops the compiled procedure."""
    unit: int = 0
    """The unit of a page that its places are tokens of: one for each language."""
    others: tuple[Proc, ...] = ()
    """Procedures of the same name with other parameters."""
    is_static: bool = False
    """It belongs to the class, not to an object of it."""
    key: Hashable = None
    """Its declaration, for who asks which code calls it from outside."""
    make: Callable[[Proc], None] | None = field(default=None, compare=False, repr=False)
    """Gives it its blocks before its first call, where they are not there yet."""


@dataclass(slots=True, eq=False)
class Class:
    """A class of the page; ``bases`` are classes of the page, or types of the library, the base class first."""

    name: str
    fields: list[str] = field(default_factory=list)
    methods: dict[str, Proc] = field(default_factory=dict)
    getters: dict[str, Proc] = field(default_factory=dict)
    setters: dict[str, Proc] = field(default_factory=dict)
    default: str = ""
    sizes: dict[str, list[Any]] = field(default_factory=dict)
    initial: Proc | None = None
    """Runs when an object is made."""
    ending: Proc | None = None
    """Runs when nothing has an object any more."""
    bases: tuple[str, ...] = ()
    statics: Proc | None = None
    """Gives the fields of the class itself their values, once, before anything else of the class is used."""
    constructor: Proc | None = None
    """Runs after ``initial`` with the arguments; it calls that of the base class itself."""
    is_struct: bool = False
    """Its objects are copied, not shared."""
    is_record: bool = False
    """Two of its objects are equal where their fields are."""
    is_abstract: bool = False
    """It has no objects of its own: an interface, an abstract class."""
    key: tuple[Hashable, ...] = ()
    """Its declarations, several of a partial class."""


@dataclass(slots=True)
class Program:
    """The code of a page in one language; ``variables`` are those of the page.

    ``objects`` are tables of objects that are there before the page runs, those of the language itself.
    """

    main: Proc
    procs: dict[str, Proc]
    classes: dict[str, Class]
    variables: frozenset[str] = frozenset()
    objects: Mapping[Any, Mapping[Any, Any]] = field(default_factory=dict)


def targets(end: End) -> tuple[int, ...]:
    """Return the blocks that may follow."""
    if end.__class__ is Jump:
        return (end.to,)
    if end.__class__ is Branch:
        return end.yes, end.no
    if end.__class__ is Next:
        return end.body, end.done
    return ()


_CHILDREN: dict[type, tuple[str, ...]] = {
    Block: ("code", "end"), Load: ("place",), Write: ("place", "value"), Op: ("args",),
    Pure: ("args",), Call: ("callee", "args"), Arg: ("value", "out"), New: ("args", "callee"),
    Cond: ("test", "yes", "no"), Let: ("value", "body"), Field: ("base",), Item: ("base", "keys"),
    Property: ("base", "name"), Branch: ("test",), Next: ("target",), Return: ("value",),
    Throw: ("value",),
}  # fmt: skip


def walk(blocks: Iterable[Block]) -> Iterator[Any]:
    """Yield blocks, and the ends, expressions and places in them; not those of functions inside."""
    stack: list[Any] = [*blocks]
    while stack:
        node = stack.pop()
        yield node
        for name in _CHILDREN.get(node.__class__, ()):
            child = getattr(node, name)
            if child.__class__ is list or child.__class__ is tuple:
                stack += child
            elif child is not None and child.__class__ is not str:
                stack.append(child)


def replace(node: Block, change: Callable[[Any], Expr | None]) -> None:
    """Replace the expressions in a block for which ``change`` returns another one."""
    stack: list[Any] = [node]
    while stack:
        node = stack.pop()
        for name in _CHILDREN.get(node.__class__, ()):
            child = getattr(node, name)
            if child.__class__ is list:
                child[:] = [change(each) or each for each in child]
                stack += child
            elif child is not None and child.__class__ is not str:
                other = change(child)
                if other is not None:
                    setattr(node, name, other)
                else:
                    stack.append(child)
