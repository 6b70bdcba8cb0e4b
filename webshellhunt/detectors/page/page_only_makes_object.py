"""A page only creates an object of a class from another file.

What it finds:
    A page whose whole code creates one object, of a class that is neither part of the framework nor defined in the
    page, without any other markup, control, source file or base class.

Why it matters:
    The page is the entrance and the shell is a library in ``bin`` (or one that is compiled elsewhere): the page alone
    is one harmless line.

Looks like:
    ``<script runat="server">A.B.C c = new A.B.C("…");</script>`` and nothing else.

Benign look-alikes:
    Pages of compiled sites name their class in a directive (``Inherits``), and contain markup. None of 2,174 benign
    pages consists of such a line.

Blind spots:
    A page with markup around the line, or with a second line.

References:
    https://attack.mitre.org/techniques/T1505/003/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, runs_on_server
from webshellhunt.lang.tree import Assign, Call, Declaration, Member, Name, New, Node
from webshellhunt.lang.unit import Unit, build_unit
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.page import Block, BlockKind
from webshellhunt.views.sample import Layer

RULE = define_rule("WSH2004", "page-only-makes-object", Severity.HIGH, Confidence.MEDIUM, page=__doc__)
_LONGEST = 2_000
_CODE = frozenset({BlockKind.CODE, BlockKind.SCRIPT})
_FRAMEWORK = ("system.", "microsoft.")


@detector(RULE, on=Layer, prefilter=runs_on_server)
def find(layer: Layer) -> Iterator[Finding]:
    """Report the one line of such a page."""
    sample = layer.sample
    if len(layer.text) > _LONGEST or sample.nature.kind is not PageKind.WEB_FORM or not sample.nature.served:
        return
    if layer.name != "text" or not _may_make(layer) or not layer.has_code:
        return
    page = layer.page
    if len(page.blocks) != 1 or page.dependencies or page.blocks[0].kind not in _CODE:
        return
    block = page.blocks[0]
    unit = build_unit(layer.text, block.language, [(block.start, block.end)], server_comments=True)
    made = only_class_made(unit)
    if made and not made.lower().startswith(_FRAMEWORK) and not _has_markup(layer, block):
        message = f"the page only creates an object of a class that it does not define: {made}"
        yield claim(RULE, message, layer.evidence(block.start, block.end), facts={"class": made})


def _may_make(layer: Layer) -> bool:
    """Return True if the text contains ``new``, or characters from which a compiler may read it: a prefilter."""
    text = layer.text
    return b"new" in layer.folded or not text.isascii() or "<%--" in text or "\\" in text


def _has_markup(layer: Layer, block: Block) -> bool:
    """Return True if the page contains a tag other than the code and the directives."""
    around = layer.text[: block.outer_start] + layer.text[block.outer_end :]
    return around.count("<") > len(layer.page.directives)


def only_class_made(unit: Unit) -> str:
    """Return the class of the object that a code creates, and does nothing else; ``""`` for other code."""
    statements = unit.parsed.top.statements
    node: Node | None = statements[0] if len(statements) == 1 else None
    if isinstance(node, Declaration) or (isinstance(node, Assign) and node.operator == "=" and _is_name(node.target)):
        node = node.value
    while isinstance(node, Call) and isinstance(node.callee, Member):
        node = node.callee.subject
    is_made = isinstance(node, New) and node.type is not None and node.initialiser is None and not node.type.rank
    if not isinstance(node, New) or not is_made or node.type is None or not _has_brackets(unit, node):
        return ""
    start, end = unit.span(node.type.start, node.type.end)
    spelled = "".join(unit.tokens.text[start:end].split())
    return spelled if spelled.lower() == node.type.name.lower() else node.type.name


def _is_name(target: Node) -> bool:
    return isinstance(target, Name)


def _has_brackets(unit: Unit, made: New) -> bool:
    """True if the arguments of a creation are in brackets."""
    return unit.tokens.text[: unit.span(made.start, made.end)[1]].endswith(")")
