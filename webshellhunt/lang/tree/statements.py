"""Nodes of statements, of blocks and of the declarations of variables."""

from __future__ import annotations

from dataclasses import dataclass, field

from webshellhunt.lang.tree.expressions import Pattern, TypeName
from webshellhunt.lang.tree.node import Node


@dataclass(slots=True, eq=False)
class Block(Node):
    """Statements in order; also the whole page.

    ``is_using``: the object of its first statement is disposed of at its end (``Using``). ``is_checked``: numbers that
    are too large throw in it (``checked``).
    """

    statements: list[Node] = field(default_factory=list)
    is_using: bool = False
    is_checked: bool = False


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
    ``exit`` leaves: ``sub``, ``function``, ``property``, ``for``, ``do``, ``while``, ``select``, ``try``; of ``yield``
    it is ``*`` where all of several values are yielded.
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
