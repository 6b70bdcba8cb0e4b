"""A sign-in lets in whoever knows what the page hides.

What it finds:
    A page that lets somebody in (an entry of the session that says so, a ticket of forms authentication, the answer of
    a function that checks a sign-in) because what the visitor sent equals a constant that the page puts together from
    pieces, character codes or a decoding; because its digest equals a fixed one, where everybody else is looked up; or
    because of a parameter that no form of the page has and that nothing else in it speaks of.

Why it matters:
    It is a back door in an honest page: no shell, no file of its own, and it outlives a change of all passwords.

Looks like:
    In a page that looks up who signs in, one more condition that compares the password with a row of character codes.

Benign look-alikes:
    One fixed password in an old page, in the clear or as a digest, is weak and common: it is not told. Nor is what is
    compared with a setting or a token. Vendors that hide every text of their code may be wrongly told.

Blind spots:
    A constant in the clear; one that is kept in a database, a file or another page, or decoded by a function of the
    page's own in C# or JScript; a hidden way in compiled code.

References:
    https://attack.mitre.org/techniques/T1556/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.code.hidden_ways import iter_hidden_ways
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1020",
    "hidden-way-past-sign-in",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1556", "T1505.003"),
    references=("https://attack.mitre.org/techniques/T1556/",),
)


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report each hidden way."""
    texts = [each.text for each in layer.sample.layers]
    for way in iter_hidden_ways(code.analysis, texts):
        facts = {"request_key": way.key, "opens_with": way.constant}
        yield claim(RULE, way.words, layer.token_evidence(code, way.token), facts=facts)
