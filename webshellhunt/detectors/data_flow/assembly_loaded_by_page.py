"""A page loads an assembly that it contains as data, or by a name that is not in the page.

What it finds:
    A page that loads an assembly, or makes a delegate for a native pointer, and contains bytes for it: a long constant
    in base64 or hexadecimal, or a list of numbers. Also a constant that decodes to a Windows program or a .NET
    assembly, compressed or not, whether or not the page is seen to load it; then the page is suspicious. And a page
    that loads an assembly, where no constant that may be given to the call is the name or the file of one, nor one of
    the settings of the application as it is: suspicious too. Assemblies from the request are WSH1003, those from
    another server WSH1005.

Why it matters:
    An application declares its libraries. A page that loads one by a computed name, an element of a text that it
    splits, or a name from a session or a file can load anything; this is the second half of many loaders. A page with
    bytes is a loader that brings its payload along: the file shows nothing of what the code does, often encrypted with
    a key of the page.

    No shell of the measured collection needs this rule; it stays since the payload of a loader is often not in the
    page, and the load is all that shows.

Looks like:
    ``Assembly.LoadWithPartialName(parts[0]).GetType(parts[1])``, ``Assembly.Load(bytes)``,
    ``Assembly.Load(Decrypt(Convert.FromBase64String("…"))).CreateInstance("A")``, ``byte[] code = { 77, 90, … }``.

Benign look-alikes:
    Plug-in systems: of 11,200 harmless files with code of ASP.NET in a page, 1 loads an assembly by no constant name.
    Source code outside of pages often does, and is not examined for it. Pages embed pictures and fonts as data, and
    load none of them: of 14,580 harmless files of the development corpus and of 20,665 pages of 37 other sites, none
    loads bytes of its own or contains a program.

Blind spots:
    A constant name of an assembly that the intruder placed.
"""

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.prefilter.features import LONG_TEXTS, uses_of
from webshellhunt.analysis.structure.own_bytes import find_bytes, find_program, loads_by_name
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    __name__,
    "WSH1034",
    "critical",
    "high",
    "T1505.003",
    "T1620",
    "T1027.009",
    merged=("WSH1035", "own-bytes-loaded-as-code"),
)
_LOADS = uses_of("loads-assembly", "calls-native-pointer")
_KINDS = frozenset({"load", "pick", "name"})


@detector(RULE, on=Code, needs=[_LOADS | {LONG_TEXTS}])
def find(code: Code, layer: Layer) -> Findings:
    """Report the bytes that are loaded, a constant that is a program, and a load by no constant name."""
    analysis, given = code.analysis, code.analysis.given_texts
    is_loading = not analysis.features.isdisjoint(_LOADS)
    loads = analysis.uses.get("loads-assembly", ()) if is_loading else ()
    unnamed = [use for use in loads if not loads_by_name(given, use.place)]
    uses = [*unnamed, *(analysis.uses.get("calls-native-pointer", ()) if is_loading else ())]
    found = find_bytes(given, [use.place for use in uses]) if uses else None
    program = find_program(analysis.constants) if found is None else None
    if found is not None:
        place, use = found[0], uses[found[1]]
        message = f"the page contains a program as data and loads it: {use.name}"
        yield from claim_use(RULE, "loads-own-bytes", message, layer, code, place, use.place)
    elif program is not None:
        message = "a constant of the page is a program"
        yield from claim_use(RULE, "loads-own-bytes", message, layer, code, program, weight=Weight.SUSPECTS)
    is_known = any(flow.kind in _KINDS and flow.trace is not None for flow in analysis.all_flows())
    if unnamed and not is_known and find_bytes(given, [unnamed[0].place]) is None:
        message = f"the page loads an assembly whose name is not in the page: {unnamed[0].name}"
        yield from claim_use(RULE, "loads-assembly", message, layer, code, unnamed[0].place)
