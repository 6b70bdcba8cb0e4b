"""A page evaluates text in full trust.

What it finds:
    JScript.NET code that calls ``eval`` with a second argument. Evaluated text has few rights there, unless that
    argument is ``unsafe``. The source of the text and the spelling of the word do not matter.

Why it matters:
    No site needs full rights for code that it does not contain yet. Pages that evaluate request data do: it is the mark
    of China Chopper and similar shells in ASP.NET.

Looks like:
    ``eval(text, "unsafe")``, the word put together from pieces, or a function that only makes this call.

Benign look-alikes:
    Templates that a page evaluates itself; they need no second argument. No benign page has one. A literal is code that
    the page contains: it is analysed as such, and no finding by itself. Neither is a text that a run knows but for
    numbers in it, unless it passes on request data.

Blind spots:
    A second argument that cannot be folded is reported with less confidence.

References:
    https://learn.microsoft.com/previous-versions/visualstudio/visual-studio-2010/b51a45x6(v=vs.100)
"""

from webshellhunt.analysis.prefilter.features import LANGUAGE
from webshellhunt.analysis.structure.arguments import arguments_at
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lang.tree import Literal, Node
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1023", "critical", "high")
_WORD = "unsafe"


@detector(RULE, on=Code, needs=[frozenset({f"{LANGUAGE}jscript"}), frozenset({"eval"})])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first such call; a call with the word comes first."""
    if code.unit.language != "jscript" or layer.page.kind is PageKind.CLASSIC_ASP:
        return
    given = {flow.place for flow in code.analysis.all_flows() if flow.from_visitor}
    harmless = code.analysis.known_texts - given
    found = sorted(
        (not _is_unsafe(code, mode), token)
        for sink, name, token in code.analysis.sinks
        if sink.kind == "evaluate"
        and name == "eval"
        and token not in harmless
        and (mode := _mode(code, token)) is not None
    )
    for unknown, token in found[:1]:
        severity, confidence = (Severity.HIGH, Confidence.MEDIUM) if unknown else (None, None)
        message = f"the page evaluates text {'with rights that it sets at run time' if unknown else 'in full trust'}"
        yield claim(RULE, message, layer.place_evidence(code, token), severity=severity, confidence=confidence)


def _mode(code: Code, place: int) -> Node | None:
    """Return the second argument of a call of the language's own function: a member ``x.eval`` is another one.

    A literal is code of the page, and its evaluation needs no mention.
    """
    index = code.analysis.index
    dotted = index.at(place)
    if dotted is None or dotted.is_member or dotted.places[0] != place:
        return None
    arguments = arguments_at(index, place)
    return arguments[1] if len(arguments) == 2 and not isinstance(arguments[0], Literal) else None


def _is_unsafe(code: Code, mode: Node) -> bool:
    constant = code.analysis.constants.get(mode.start)
    return constant is not None and constant.value.strip().lower() == _WORD
