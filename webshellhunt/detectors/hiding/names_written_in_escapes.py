r"""Names in the code of a page are written in a form that readers do not recognise.

What it finds:
    In C# and JScript: a name of ASCII letters, of which some are written as ``\uXXXX``. In any language of .NET: an
    invisible character inside a name. In VB.NET: full-width letters in place of ASCII ones. In a server script: a
    server comment in the middle of a name. Between a dot and the name after it: a comment.

Why it matters:
    The compiler reads the plain name; people and tools that search for it do not find it. No author has a reason to
    write a letter of the alphabet as an escape.

Looks like:
    ``\u0065val``, ``ev<%-- --%>al``, ``Request/**/./**/Item``.

Benign look-alikes:
    Escapes for letters beyond ASCII, joiners in names of scripts that need them, characters that were pasted after a
    name, comments before a dot at the beginning of a line, continued lines: none of them counts. Full-width names of
    Japanese authors do, with less confidence. None of 6,157 benign pages has any of these.

Blind spots:
    Code without any word of a capability (it is not analysed), escapes in strings, unusual but plain names.

References:
    https://learn.microsoft.com/en-us/dotnet/csharp/language-reference/language-specification/lexical-structure
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, runs_on_server
from webshellhunt.lang.disguised_names import FULL_WIDTH, iter_disguised_names
from webshellhunt.model.rules import Confidence
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH3003", "medium", "high", "T1505.003", "T1027.010", idea="hidden names")


@detector(RULE, on=Code, prefilter=runs_on_server)
def find(code: Code, layer: Layer) -> Findings:
    """Report each technique once, at the first name that uses it."""
    if not layer.sample.nature.executable:
        return
    reported: set[str] = set()
    for found in iter_disguised_names(code.unit.tokens):
        if found.way not in reported:
            reported.add(found.way)
            message = f"the name {found.name} is written {found.way}"
            confidence = Confidence.MEDIUM if found.way == FULL_WIDTH else Confidence.HIGH
            facts = {"plain_name": found.name}
            yield claim(RULE, message, layer.place_evidence(code, found.place), confidence=confidence, facts=facts)
