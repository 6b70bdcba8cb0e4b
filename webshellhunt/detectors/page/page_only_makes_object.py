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
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.page import Block, BlockKind
from webshellhunt.views.opened_file import OpenedFile
from webshellhunt.views.sample import Layer

RULE = define_rule(__name__, "WSH2004", "high", "medium")
_LONGEST = 2_000
_CODE = frozenset({BlockKind.CODE, BlockKind.SCRIPT})
_FRAMEWORK = ("system.", "microsoft.")


def is_web_form(sample: OpenedFile) -> bool:
    """Return True if the server answers requests for the file with a web form."""
    return sample.nature.kind is PageKind.WEB_FORM and sample.nature.served


@detector(RULE, on=Layer, prefilter=is_web_form)
def find(layer: Layer) -> Findings:
    """Report the one line of such a page."""
    if len(layer.text) > _LONGEST or not is_web_form(layer.sample):
        return
    if layer.name != "text" or not _may_make(layer) or not layer.has_code:
        return
    page = layer.page
    if len(page.blocks) != 1 or page.dependencies or page.blocks[0].kind not in _CODE:
        return
    from webshellhunt.analysis.structure.lone_creations import only_class_made
    from webshellhunt.lang.unit import build_unit

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
