"""Nodes of expressions, of types as they are written, and of patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from webshellhunt.lang.tree.node import Node


@dataclass(slots=True, eq=False)
class Literal(Node):
    """A constant: a string, number, truth value or date of the code, ``None`` for null, Nothing and the like.

    ``kind`` is ``string``, ``character``, ``number``, ``truth``, ``null``, ``empty``, ``date`` or ``pattern``.
    """

    value: str | int | float | bool | None
    kind: str


@dataclass(slots=True, eq=False)
class Name(Node):
    """A name that stands alone, ``this``, ``Me``, ``base`` and ``MyBase`` included; VB's are in lower case.

    ``types`` are the type arguments after it: ``Store<int>``.
    """

    text: str
    types: tuple[TypeName, ...] = ()


@dataclass(slots=True, eq=False)
class Member(Node):
    """``subject.name``; without a subject it belongs to the object of the ``With`` around it.

    ``is_conditional`` is true for ``?.``, ``is_key`` for VB's ``subject!name``; ``types`` as for a name.
    """

    subject: Node | None
    name: str
    is_conditional: bool = False
    is_key: bool = False
    types: tuple[TypeName, ...] = ()


@dataclass(slots=True, eq=False)
class Argument(Node):
    """An argument with a name or a direction: ``name: value``, ``name := value``, ``ref x``, ``out var x``.

    ``by`` is ``value``, ``ref``, ``out`` or ``spread``. All other arguments are plain expressions.
    """

    value: Node
    name: str = ""
    by: str = "value"


@dataclass(slots=True, eq=False)
class Call(Node):
    """``callee(arguments)``; in VB also a possible element of an array, and a statement without brackets."""

    callee: Node
    arguments: list[Node]
    has_brackets: bool = True


@dataclass(slots=True, eq=False)
class Index(Node):
    """``subject[arguments]``."""

    subject: Node
    arguments: list[Node]
    is_conditional: bool = False


@dataclass(slots=True, eq=False)
class TypeName(Node):
    """A type as it is written: its dotted name without type arguments, and those.

    ``rank`` is the number of its array brackets: ``byte[][]`` has two, ``String()`` one.
    ``names`` are those of the items of a tuple. ``is_nullable``: a question mark stands behind it.
    """

    name: str
    arguments: list[TypeName] = field(default_factory=list)
    rank: int = 0
    names: tuple[str, ...] = ()
    is_nullable: bool = False


@dataclass(slots=True, eq=False)
class New(Node):
    """``new T(arguments) { initialiser }``; ``new byte[n]``, ``new[] { … }``, ``new { a = b }``, ``New T With {…}``.

    ``type`` is ``None`` where none is written; JScript may make an object of any expression, then it is ``callee``.
    """

    type: TypeName | None
    arguments: list[Node]
    initialiser: Entries | Items | None = None
    callee: Node | None = None


class Form(Enum):
    """The kinds of lists of items."""

    ARRAY = "array"
    TUPLE = "tuple"
    COMMA = "comma"
    """JScript's operator: the last one is the value."""


@dataclass(slots=True, eq=False)
class Items(Node):
    """Several expressions: ``[a, b]``, ``{a, b}`` of an array, ``(a, b)`` of a tuple, ``a, b`` of JScript."""

    items: list[Node]
    form: Form = Form.ARRAY


@dataclass(slots=True, eq=False)
class Entry(Node):
    """One entry of `Entries`: ``name = value``, ``name: value``, ``["k"] = value``, ``{k, v}``.

    The key is a `Name` or any expression.
    """

    key: Node
    value: Node


@dataclass(slots=True, eq=False)
class Entries(Node):
    """Named parts: an object of JScript, the initialiser of an object or a dictionary, an anonymous type."""

    entries: list[Entry]


@dataclass(slots=True, eq=False)
class Unary(Node):
    """An operator with one operand: ``-``, ``!``, ``not``, ``~``, ``++``, ``--``, a word.

    The words are ``await``, ``typeof``, ``delete``, ``void``, ``addressof``. ``is_postfix`` is true for ``x++``.
    """

    operator: str
    operand: Node
    is_postfix: bool = False


@dataclass(slots=True, eq=False)
class Binary(Node):
    """Operands joined from left to right by operators of one strength, however many.

    ``operators`` has one less than ``operands``; they are spelled as in the code, VB's words in lower case
    (``&``, ``mod``, ``andalso``, ``is``, ``like``).
    """

    operands: list[Node]
    operators: list[str]


@dataclass(slots=True, eq=False)
class Assign(Node):
    """``target = value`` or ``target += value``: an expression in C-like languages, a statement in VB.

    ``target`` may be `Items` (a deconstruction, its items declarations or expressions), in JScript also `Entries` of
    keys and targets, and an `Assign` for a target with a default. ``is_set`` is true for ``Set``.
    """

    target: Node
    operator: str
    value: Node
    is_set: bool = False


@dataclass(slots=True, eq=False)
class Conditional(Node):
    """``test ? yes : no``, ``If(test, yes, no)``."""

    test: Node
    yes: Node
    no: Node


@dataclass(slots=True, eq=False)
class Cast(Node):
    """``(T)x``, ``x as T``, ``CType(x, T)``, ``DirectCast``, ``CStr(x)`` stays a call; ``is_tried`` for ``TryCast``."""

    type: TypeName
    operand: Node
    is_tried: bool = False


SLICE = ".."
"""The name of the part of a list pattern that stands for any items."""


@dataclass(slots=True, eq=False)
class Pattern(Node):
    """The test of a value by ``is``, ``case`` and arms of a switch expression.

    Any part may be missing: ``type`` and ``name`` (``string s``, ``var x``; ``_`` is no name), ``value`` with
    ``operator`` (``== 1``, ``> 2``, ``Case Is > 2``), ``last`` (``1 To 5``), ``parts`` (``{ Length: 3 }`` with names,
    ``(a, b)`` and ``[a, b]`` without, `SLICE` for ``..``), ``alternatives`` (``a or b``), ``negated``, ``also``
    (``a and b``).
    """

    type: TypeName | None = None
    name: str = ""
    value: Node | None = None
    operator: str = "=="
    last: Node | None = None
    parts: list[tuple[str, Pattern]] = field(default_factory=list)
    alternatives: list[Pattern] = field(default_factory=list)
    also: Pattern | None = None
    is_negated: bool = False

    def children(self) -> Sequence[Node]:
        """Return the nodes directly below this one, those of the parts too."""
        return [*Node.children(self), *(part for _, part in self.parts)]


@dataclass(slots=True, eq=False)
class Test(Node):
    """``operand is pattern``, ``TypeOf x Is T``, ``x instanceof T``."""

    operand: Node
    pattern: Pattern


def name_path(node: Node | None) -> tuple[str, ...]:
    """Return the parts of a dotted name: ``("a", "b", "c")`` for ``a.b.c``; empty where it is anything else."""
    parts: list[str] = []
    while isinstance(node, Member):
        parts.append(node.name)
        node = node.subject
    if not isinstance(node, Name):
        return ()
    return (node.text, *reversed(parts))
