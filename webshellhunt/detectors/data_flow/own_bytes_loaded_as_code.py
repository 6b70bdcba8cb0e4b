"""A page contains a program as data, and loads it.

What it finds:
    A page that loads an assembly, or makes a delegate for a native pointer, and contains bytes for it: a long constant
    in base64 or hexadecimal, or a list of numbers. Also a constant that decodes to a Windows program or a .NET
    assembly, compressed or not, whether or not the page is seen to load it; then the page is suspicious.

Why it matters:
    The page is a loader that carries its payload along: the file shows nothing of what the code does, often encrypted
    with a key of the page.

Looks like:
    ``Assembly.Load(Decrypt(Convert.FromBase64String("…"))).CreateInstance("A")``, ``byte[] code = { 77, 90, … }``.

Benign look-alikes:
    Pages embed pictures and fonts as data, and load none of them. None of 14,580 harmless files of the development
    corpus and of 20,665 pages of 37 other sites loads bytes of its own or contains a program.

Blind spots:
    Bytes in another file of the site, in the session or in a database (WSH1034, if the page is seen to load them).

References:
    https://attack.mitre.org/techniques/T1620/
    https://attack.mitre.org/techniques/T1027/009/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.prefilter.features import LONG_TEXTS, uses_of
from webshellhunt.analysis.structure.own_bytes import find_bytes, find_program, loads_by_name
from webshellhunt.analysis.structure.uses import Use
from webshellhunt.detectors.contract import claim_use, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1035",
    "own-bytes-loaded-as-code",
    Severity.CRITICAL,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1620", "T1027.009"),
)
_LOADS = uses_of("loads-assembly", "calls-native-pointer")


@detector(RULE, on=Code, needs=[_LOADS | {LONG_TEXTS}])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the bytes that are loaded, or else a constant that is a program."""
    analysis = code.analysis
    uses = [] if analysis.features.isdisjoint(_LOADS) else [*_iter_loads(code)]
    found = find_bytes(analysis.given_texts, [use.place for use in uses]) if uses else None
    if found is not None:
        place, use = found[0], uses[found[1]]
        message = f"the page contains a program as data and loads it: {use.name}"
        yield from claim_use(RULE, "loads-own-bytes", message, layer, code, place, use.place)
        return
    token = find_program(analysis.constants)
    if token is not None:
        message = "a constant of the page is a program"
        yield from claim_use(RULE, "loads-own-bytes", message, layer, code, token, weight=Weight.SUSPECTS)


def _iter_loads(code: Code) -> Iterator[Use]:
    """Yield the loads of an assembly that is not loaded by a constant name, then the calls of pointers."""
    given, uses = code.analysis.given_texts, code.analysis.uses
    yield from (use for use in uses.get("loads-assembly", ()) if not loads_by_name(given, use.place))
    yield from uses.get("calls-native-pointer", ())
