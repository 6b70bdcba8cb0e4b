"""The syntax tree: one set of nodes for C#, JScript, VB.NET and VBScript.

A node knows the half-open range of its tokens, so that its span in the text is exact. The parsers write out other ways
to say the same thing: ``x.Where(…)`` for ``from … where …``, a block with a declaration for ``using (…)``.
Code that no parser understands is an `Unparsed` node with the expressions that were found in it.

Names in nodes are spelled as in the code; `same` of `symbols.py` compares them as the language does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import Enum

_FIELDS: dict[type[Node], tuple[str, ...]] = {}
"""The fields of each class of nodes in which nodes may be."""
_LEAVES = frozenset(
    {"str", "bool", "int", "Form", "list[str]", "frozenset[str]", "tuple[str, ...]", "str | int | float | bool | None"}
    | {"tuple[tuple[str, str], ...]"}
)
"""The types of fields that are no nodes."""


@dataclass(slots=True, eq=False)
class Node:
    """Any node; ``start`` and ``end`` are the half-open range of its tokens."""

    start: int
    end: int

    def children(self) -> Iterator[Node]:
        """Yield the nodes directly below this one, in the order of their fields."""
        names = _FIELDS.get(self.__class__)
        if names is None:
            own = fields(self)[len(fields(Node)) :]
            names = _FIELDS[self.__class__] = tuple(
                each.name for each in own if each.name != "types" and each.type not in _LEAVES
            )
        for name in names:
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, (list, tuple)):
                yield from (item for item in value if isinstance(item, Node))


# Expressions ----------------------------------------------------------------------------------------------------------


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
    ``names`` are those of the items of a tuple.
    """

    name: str
    arguments: list[TypeName] = field(default_factory=list)
    rank: int = 0
    names: tuple[str, ...] = ()


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
    """``(T)x``, ``x as T``, ``CType(x, T)``, ``DirectCast``, ``TryCast``, ``CStr(x)`` stays a call."""

    type: TypeName
    operand: Node


@dataclass(slots=True, eq=False)
class Lambda(Node):
    """A function as a value: its declaration has no name."""

    function: Function


@dataclass(slots=True, eq=False)
class Pattern(Node):
    """The test of a value by ``is``, ``case`` and arms of a switch expression.

    Any part may be missing: ``type`` and ``name`` (``string s``, ``var x``; ``_`` is no name), ``value`` with
    ``operator`` (``== 1``, ``> 2``, ``Case Is > 2``), ``last`` (``1 To 5``), ``parts`` (``{ Length: 3 }`` with names,
    ``(a, b)`` and ``[a, b]`` without), ``alternatives`` (``a or b``), ``negated``, ``also`` (``a and b``).
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

    def children(self) -> Iterator[Node]:
        """Yield the nodes directly below this one, those of the parts too."""
        yield from Node.children(self)
        yield from (part for _, part in self.parts)


@dataclass(slots=True, eq=False)
class Test(Node):
    """``operand is pattern``, ``TypeOf x Is T``, ``x instanceof T``."""

    operand: Node
    pattern: Pattern


# Statements -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Block(Node):
    """Statements in order; also the whole page.

    ``is_using``: the object of its first statement is disposed of at its end (``Using``).
    """

    statements: list[Node] = field(default_factory=list)
    is_using: bool = False


@dataclass(slots=True, eq=False)
class Declaration(Node):
    """A variable, a field or a constant: ``Dim a(5)``, ``var x = 1``, ``static string s;``.

    ``bounds`` are the upper bounds in brackets behind the name (VB). A deconstruction ``var (a, b) = t`` is an `Assign`
    to `Items` of declarations.
    """

    name: str
    type: TypeName | None = None
    value: Node | None = None
    bounds: list[Node] | None = None
    modifiers: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class ReDim(Node):
    """``ReDim [Preserve] a(5)``."""

    target: Node
    bounds: list[Node]
    is_preserved: bool = False


@dataclass(slots=True, eq=False)
class If(Node):
    """``if``; an ``else if`` is an `If` in ``no``."""

    test: Node
    yes: Block
    no: Block | None = None


@dataclass(slots=True, eq=False)
class Loop(Node):
    """``while``, ``do … while``, ``for (;;)``, ``Do Until``; no test is an endless loop.

    ``is_until`` negates the test; ``is_tested_last`` runs the body first. ``step`` runs behind each turn.
    """

    test: Node | None
    body: Block
    initial: list[Node] = field(default_factory=list)
    step: list[Node] = field(default_factory=list)
    is_until: bool = False
    is_tested_last: bool = False


@dataclass(slots=True, eq=False)
class Count(Node):
    """``For i = first To last Step step``."""

    target: Node
    first: Node
    last: Node
    step: Node | None
    body: Block


@dataclass(slots=True, eq=False)
class Each(Node):
    """``foreach (T x in items)``, ``For Each``; ``is_keys`` for JScript's ``for (k in o)``, which goes over names."""

    target: Node
    items: Node
    body: Block
    is_keys: bool = False


@dataclass(slots=True, eq=False)
class Case(Node):
    """One case: no pattern at all is ``default`` and ``Case Else``; ``guard`` is ``when``."""

    patterns: list[Pattern]
    body: Block
    guard: Node | None = None


@dataclass(slots=True, eq=False)
class Switch(Node):
    """``switch``, ``Select Case``; ``is_expression``: each body is one expression, the value.

    ``falls_through``: without a jump, the next case runs too (C-like languages).
    """

    subject: Node
    cases: list[Case]
    is_expression: bool = False
    falls_through: bool = False


@dataclass(slots=True, eq=False)
class Catch(Node):
    """One handler of a `Try`."""

    type: TypeName | None
    name: str
    body: Block
    guard: Node | None = None


@dataclass(slots=True, eq=False)
class Try(Node):
    """``try``."""

    body: Block
    catches: list[Catch] = field(default_factory=list)
    last: Block | None = None


@dataclass(slots=True, eq=False)
class Jump(Node):
    """A statement that goes elsewhere; ``throw`` may also stand in an expression.

    ``kind`` is ``return``, ``break``, ``continue``, ``goto``, ``throw``, ``yield`` (with a value), ``yield break``,
    ``exit``, ``end``, ``stop`` or ``resume``; ``label`` that of a goto or a labelled break, or the block that
    ``exit`` leaves: ``sub``, ``function``, ``property``, ``for``, ``do``, ``while``, ``select``, ``try``.
    """

    kind: str
    value: Node | None = None
    label: str = ""


@dataclass(slots=True, eq=False)
class Label(Node):
    """The place that a goto names."""

    name: str


@dataclass(slots=True, eq=False)
class With(Node):
    """``With x`` of VB, ``with (x)`` of JScript: its members are meant by a leading dot, or by their names alone."""

    subject: Node
    body: Block


@dataclass(slots=True, eq=False)
class OnError(Node):
    """``On Error Resume Next`` and ``On Error GoTo``; ``goes_on`` for the first, ``label`` is where the other leads."""

    goes_on: bool
    label: str = ""


@dataclass(slots=True, eq=False)
class Unparsed(Node):
    """Tokens that no rule fits, with the expressions that were found in them, in order."""

    found: list[Node] = field(default_factory=list)


# Declarations ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Parameter(Node):
    """A parameter.

    ``by`` is ``value``, ``ref``, ``out``, ``rest`` (``params``, ``ParamArray``) or ``this`` (of an extension method).
    ``parts`` are the variables of JScript that take parts of the argument; the name is none of the code then.
    """

    name: str
    type: TypeName | None = None
    by: str = "value"
    default: Node | None = None
    parts: Node | None = None


@dataclass(slots=True, eq=False)
class Function(Node):
    """A function, procedure, accessor, constructor, operator or lambda.

    ``kind`` is ``function``, ``sub`` (no result), ``get``, ``set``, ``let`` (of a property or an indexer),
    ``constructor``, ``add``, ``remove``, ``declared`` (``Declare Function``, ``extern``) or ``operator``. A body that
    is one expression is a `Block` of a ``return``. ``handles`` are the events that it handles, ``attributes`` the
    names of its attributes in lower case with the text of their arguments (``dllimport``), ``first`` the call of
    another constructor (``: base(x)``).
    """

    name: str
    parameters: list[Parameter]
    body: Block | None
    kind: str = "function"
    type: TypeName | None = None
    modifiers: frozenset[str] = frozenset()
    handles: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    first: Call | None = None
    is_indexer: bool = False
    generics: tuple[str, ...] = ()
    """The names of its type parameters."""


@dataclass(slots=True, eq=False)
class Class(Node):
    """A class, struct, record, module, interface, enumeration or namespace with its members.

    ``kind`` is that word. A record's parameters are ``parameters``; values of an enumeration are declarations.
    ``attributes`` are its attributes as those of a `Function`; ``first`` the call of the base's constructor by its own
    parameters (``class B(int n) : A(n)``).
    """

    name: str
    kind: str
    bases: list[TypeName]
    members: list[Node]
    parameters: list[Parameter] = field(default_factory=list)
    modifiers: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, str], ...] = ()
    generics: tuple[str, ...] = ()
    first: Call | None = None


@dataclass(slots=True, eq=False)
class Import(Node):
    """``using N;``, ``using static T;``, ``using A = N.T;``, ``Imports``, ``import N;``."""

    name: str
    alias: str = ""
    is_static: bool = False


def walk(top: Node) -> Iterator[Node]:
    """Yield a node and all below it, each before those below it; without recursion."""
    stack: list[Node] = [top]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed([*node.children()]))


def name_path(node: Node | None) -> tuple[str, ...]:
    """Return the parts of a dotted name: ``("a", "b", "c")`` for ``a.b.c``; empty where it is anything else."""
    parts: list[str] = []
    while isinstance(node, Member):
        parts.append(node.name)
        node = node.subject
    if not isinstance(node, Name):
        return ()
    return (node.text, *reversed(parts))
