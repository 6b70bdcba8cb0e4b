"""A page makes code at run time: it compiles source code, or writes instructions.

What it finds:
    A page that calls a compiler of the framework, or that writes the instructions of a function itself (a dynamic
    method or assembly). It convicts if the page also calls what it made. Source code that is known and has nothing of a
    capability, such as a formula, is below suspicion. A data flow from the request is WSH1003.

Why it matters:
    The server compiles the pages of a site itself. A page that does it again runs code that stands in no file, mostly
    from a text that it decodes.

Looks like:
    ``provider.CompileAssemblyFromSource(options, text)``, then ``CompiledAssembly.CreateInstance``; a dynamic method.

Benign look-alikes:
    Pages of tools that compile expressions; rule engines and object mappers have such code outside of pages, where the
    finding has less weight (9 of 22,305 files). No harmless page of 11,200 with code of ASP.NET does either.

Blind spots:
    Compilers that the page starts as programs (WSH1030), or that a library of the site contains.
"""

from webshellhunt.analysis.capabilities import Weight, capabilities
from webshellhunt.analysis.prefilter import may_harm
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector, weight_in
from webshellhunt.lang.unit import build_unit
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1033", "critical", "high", "T1505.003", "T1027.004")
_KEYWORDS = frozenset({"function"})
_LONGEST = 20_000
_RUNS = frozenset({"createinstance", "invoke", "invokemember", "dynamicinvoke", "createdelegate"})

_MADE = {
    "compiles-code": frozenset({"compiledassembly", "pathtoassembly", "emit"}),
    "emits-code": frozenset({"getilgenerator", "getdynamicilinfo", "definedynamicassembly"}),
}
"""How a page gets at what it compiled, or writes what it calls."""


def _is_harmless(code: Code) -> bool:
    """Return True if all that is compiled is known, and has no word of a harmful sink."""
    sources = [each for call in code.analysis.asked("compiles-code") for each in call.arguments[1:]]
    forms = [form for each in sources for form in each.forms]
    texts = [form[0] for form in forms if len(form) == 1 and isinstance(form[0], str)]
    language = code.unit.language
    return bool(forms) and len(texts) == len(forms) and not any(_may_harm(text, language) for text in texts)


def _may_harm(text: str, language: str) -> bool:
    return len(text) > _LONGEST or may_harm(build_unit(text, language, [(0, len(text))]).words - _KEYWORDS)


@detector(RULE, on=Code, needs=[uses_of(*_MADE)])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first call of each kind."""
    analysis = code.analysis
    if any(flow.kind == "load" and flow.from_visitor for flow in analysis.all_flows()):
        return
    for name in ("compiles-code", "emits-code"):
        uses = analysis.uses.get(name, ())
        if uses:
            runs = not _RUNS.isdisjoint(analysis.words()) and not _MADE[name].isdisjoint(analysis.words())
            message = f"the page {capabilities()[name].says}" + (" and calls what it made" if runs else "")
            own = weight_in(name, layer)
            most = Weight.CONVICTS if runs else Weight.SUSPECTS
            weight = most if own in (Weight.CONVICTS, Weight.SUSPECTS) else None
            if name == "compiles-code" and _is_harmless(code):
                weight = Weight.SECOND
            yield from claim_use(RULE, name, message, layer, code, uses[0].place, weight=weight)
