"""A page decodes names of types or members, and reflects on them.

What it finds:
    A page that looks up a type, a member or an object by a name that it decodes at run time: by base64, by decryption,
    or by a function of its own that receives a constant which is no name itself. Names that can be folded are WSH3004.

Why it matters:
    Reflection by a constant name is a way to reach what a library offers. Who encrypts the name hides what the page
    calls, from readers and from scanners.

Looks like:
    ``Type.GetType(D("q7XkZ0…")).GetMethod(D("p1…")).Invoke(null, arguments)``.

Benign look-alikes:
    Products under a licence that obfuscate their code; they are shipped compiled. None of 14,580 harmless files of the
    development corpus and of 20,665 pages of 37 other sites does it; outside of pages, the finding has less weight.

Blind spots:
    Names that come from the request (WSH1003), a file, or a list that is decoded as a whole.
"""

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.structure.decoded_names import LOOKING_UP, find_decoded_names
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector, says
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1036", "high", "medium", "T1505.003", "T1027.013", "T1620")


@detector(RULE, on=Code, needs=[LOOKING_UP])
def find(code: Code, layer: Layer) -> Findings:
    """Report the look-ups by decoded names, in one finding."""
    found = find_decoded_names(code.analysis.given_texts)
    if found:
        name = "reflects-on-decoded-names"
        names = ", ".join(dict.fromkeys(each.function for each in found))
        weight = None if any(each.is_hidden for each in found) else Weight.SECOND
        places = [each.place for each in found[:4]]
        yield from claim_use(RULE, name, says(name, names), layer, code, *places, weight=weight)
