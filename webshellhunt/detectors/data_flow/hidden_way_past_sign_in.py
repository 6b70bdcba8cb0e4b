"""A sign-in has a hidden bypass.

What it finds:
    A page that grants access (an entry of the session that marks a signed-in user, a ticket of forms authentication,
    the result of a function that checks a sign-in) on one of three conditions: a value of the request equals a constant
    that the page puts together from pieces, character codes or a decoding; the digest of a value equals a fixed digest,
    in a page that looks up all other users; or a parameter is present that no form of the page has and that the page
    does not use otherwise.

Why it matters:
    It is a back door in a legitimate page: it needs no shell and no file of its own, and still works after all
    passwords are changed.

Looks like:
    In a page that looks up its users, one more condition that compares the password with a row of character codes.

Benign look-alikes:
    One fixed password in an old page, in the clear or as a digest, is weak and common: it is no finding. Neither is a
    comparison with a setting or a token. Products that obfuscate all text of their code may be false alarms.

Blind spots:
    A constant in the clear; one that is stored in a database, a file or another page, or decoded by a function of the
    page in C# or JScript; a hidden bypass in compiled code.
"""

from webshellhunt.analysis.checks.bypasses import iter_bypasses, may_sign_in
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    __name__,
    "WSH1020",
    "high",
    "medium",
    "T1556",
    "T1505.003",
    references=("https://attack.mitre.org/techniques/T1556/",),
)


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Findings:
    """Report each hidden bypass."""
    analysis = code.analysis
    if may_sign_in(analysis.texts, analysis.words()):
        texts = [each.text for each in layer.sample.layers]
        joined = None if analysis.is_folded else analysis.joined_constants
        for bypass in iter_bypasses(analysis.index, analysis.constants, joined, texts):
            facts = {"request_key": bypass.key, "opens_with": bypass.constant}
            yield claim(RULE, bypass.words, layer.place_evidence(code, bypass.place), facts=facts)
