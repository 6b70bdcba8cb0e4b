"""A page does nothing but make an object of a class that it does not hold.

What it finds:
    A page whose whole code is one object being made, of a class that is none of the framework's and stands nowhere in
    the page, with no markup, control, source or base class beside it.

Why it matters:
    The page is the door and the shell is a library in ``bin`` (or one that is compiled elsewhere): whoever reads the
    page alone sees one harmless line.

Looks like:
    ``<script runat="server">A.B.C c = new A.B.C("…");</script>`` and nothing else.

Benign look-alikes:
    Pages of compiled sites name their class in a directive (``Inherits``), and hold markup. No benign page of 2,174
    consists of such a line.

Blind spots:
    A page with markup around the line, or with a second line.

References:
    https://attack.mitre.org/techniques/T1505/003/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.code.cutting import build_unit
from webshellhunt.code.tokens import NEWLINE, STRING
from webshellhunt.detectors.contract import claim, define_rule, detector, runs_on_server
from webshellhunt.lazy_pattern import late_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.page import Block, BlockKind
from webshellhunt.views.sample import Layer

RULE = define_rule("WSH2004", "page-only-makes-object", Severity.HIGH, Confidence.MEDIUM, page=__doc__)
_LONGEST = 2_000
_CODE = frozenset({BlockKind.CODE, BlockKind.SCRIPT})
_ARGUMENTS = r"\((?:[^()]|\([^()]*+\))*+\)"
_MADE = late_pattern(
    r"\s*+(?:(?:public|private|protected|static|shared|dim|var)\s+)*+"
    r"(?:\w+\s+as\s+|[\w.]+\s+\w+\s*+=\s*+|\w+(?:\s*+:\s*+[\w.]+)?\s*+=\s*+)?"
    rf"\(?new\s+(?P<name>[\w.]+)\s*+{_ARGUMENTS}\)?(?:\s*+\.\s*+\w+\s*+{_ARGUMENTS})*+\s*+;?\s*+",
    re.IGNORECASE,
)
_DOT = late_pattern(r"\s*+\.\s*+")
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
    if len(page.blocks) != 1 or page.pulls or page.blocks[0].kind not in _CODE:
        return
    block = page.blocks[0]
    made = _MADE.fullmatch(_plain(layer.text, block))
    if made is not None and not made["name"].lower().startswith(_FRAMEWORK) and not _has_markup(layer, block):
        message = f"the page does nothing but make an object of a class that it does not hold: {made['name']}"
        yield claim(RULE, message, layer.evidence(block.start, block.end), facts={"class": made["name"]})


def _may_make(layer: Layer) -> bool:
    """Tell whether ``new`` stands there, or may come out of what compilers read otherwise than it is written."""
    text = layer.text
    return b"new" in layer.folded or not text.isascii() or "<%--" in text or "\\" in text


def _plain(text: str, block: Block) -> str:
    """Return the code as its compiler sees it, a blank between two words."""
    tokens = build_unit(text, block.language, [(block.start, block.end)], server_comments=True).tokens
    words = (
        '""' if kind == STRING else " " if kind == NEWLINE else value
        for kind, value in zip(tokens.kinds, tokens.values, strict=True)
    )
    return _DOT.sub(".", " ".join(words))


def _has_markup(layer: Layer, block: Block) -> bool:
    """Tell whether any tag stands around the code and the directives."""
    around = layer.text[: block.outer_start] + layer.text[block.outer_end :]
    return around.count("<") > len(layer.page.directives)
