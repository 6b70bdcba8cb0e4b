"""The syntax tree: one set of nodes for C#, JScript, VB.NET and VBScript.

A node knows the half-open range of its tokens, so that its span in the text is exact. The parsers write out other ways
to say the same thing: ``x.Where(…)`` for ``from … where …``, a block with a declaration for ``using (…)``.
Code that no parser understands is an `Unparsed` node with the expressions that were found in it.

Names in nodes are spelled as in the code; `PageSymbols.fold` compares them as the language does.
"""

from __future__ import annotations

from webshellhunt.lang.tree.declarations import Class, Function, Import, Lambda, Parameter
from webshellhunt.lang.tree.expressions import (
    SLICE,
    Argument,
    Assign,
    Binary,
    Call,
    Cast,
    Conditional,
    Entries,
    Entry,
    Form,
    Index,
    Items,
    Literal,
    Member,
    Name,
    New,
    Pattern,
    Test,
    TypeName,
    Unary,
    name_path,
)
from webshellhunt.lang.tree.node import Node, walk
from webshellhunt.lang.tree.statements import (
    Block,
    Case,
    Catch,
    Count,
    Declaration,
    Each,
    If,
    Jump,
    Label,
    Loop,
    OnError,
    ReDim,
    Switch,
    Try,
    Unparsed,
    With,
)

__all__ = [
    "SLICE", "Argument", "Assign", "Binary", "Block", "Call", "Case", "Cast", "Catch", "Class", "Conditional", "Count",
    "Declaration", "Each", "Entries", "Entry", "Form", "Function", "If", "Import", "Index", "Items", "Jump", "Label",
    "Lambda", "Literal", "Loop", "Member", "Name", "New", "Node", "OnError", "Parameter", "Pattern", "ReDim", "Switch",
    "Test", "Try", "TypeName", "Unary", "Unparsed", "With", "name_path", "walk",
]  # fmt: skip
