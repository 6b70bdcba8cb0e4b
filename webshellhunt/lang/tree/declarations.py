"""Nodes of functions, classes and imports, and of functions as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from webshellhunt.lang.tree.expressions import Call, TypeName
from webshellhunt.lang.tree.node import Node
from webshellhunt.lang.tree.statements import Block


@dataclass(slots=True, eq=False)
class Lambda(Node):
    """A function as a value: its declaration has no name."""

    function: Function


@dataclass(slots=True, eq=False)
class Parameter(Node):
    """A parameter.

    ``by`` is ``value``, ``in``, ``ref``, ``out``, ``rest`` (``params``, ``ParamArray``) or ``this`` (of an extension
    method).
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
    is one expression is a `Block` of a ``return``. ``handles`` are the events that it handles (in PHP the variables
    that it takes from around, with ``&`` by reference), ``attributes`` the names of its attributes in lower case with
    the text of their arguments (``dllimport``), ``first`` the call of another constructor (``: base(x)``).
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
