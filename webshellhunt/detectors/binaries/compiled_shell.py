"""A compiled page executes input of a request.

What it finds:
    A .NET assembly in which a value of the request is evaluated as text, loaded as code or deserialised, or names the
    program that is started. The value is followed from the methods that the server calls (pages, handlers, modules,
    inspectors), and from each other method that reads the request: through variables, fields, closures, delegates and
    asynchronous methods, a few calls deep. ASP.NET keeps such an assembly for each page that was requested.

Why it matters:
    The page may be deleted; its assembly stays for months and shows what the page did. In a ``bin`` folder an assembly
    can answer requests without a page.

Looks like:
    ``HttpRequest.get_Item``, whose result reaches ``Eval.JScriptEvaluate``, ``Assembly.Load`` or ``Process.Start``.

Benign look-alikes:
    Libraries that load others by a name of the request, which does not count, or from a file whose name they end with
    ``.dll``. Controls of pages that deserialise a value which they signed or encrypted before. For both severity is
    medium; a verified signature of a known publisher settles it.

Blind spots:
    Calls by reflection, native code, assemblies that decrypt another one, and values that are kept in a session. A page
    that reads the request in one method and acts in another one, without a call between them, has less confidence.
    Assemblies larger than 2 MiB are read only if they have the name of a page's assembly.
"""

from webshellhunt.analysis.compiled import READER, CompiledAct, act_of, reads_request
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import TAKES_TEXT, acts_of, claim_act, each_entry, known_signer
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5001", "critical", "high")
_WORDS = {
    "evaluate": "evaluated as code",
    "load": "loaded as code",
    "process": "run as a command",
    "deserialise": "deserialised",
}
_PAGES = "page or controller"
_LOAD = "System.Reflection.Assembly.Load"


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report each method in which a value of the request reaches a sink."""
    acts = [act for act in acts_of(assembly, sample, *_WORDS) if "request" in act.labels]
    acts.sort(key=lambda act: list(_WORDS).index(act.kind))
    yield from each_entry((act, _finding(act, sample)) for act in acts if not _is_by_name(act))
    if not acts and assembly.is_page and known_signer(assembly, sample.data) is None:
        yield from _apart(assembly, sample)


def _finding(act: CompiledAct, sample: Sample) -> Finding:
    severity, confidence = RULE.severity, RULE.confidence
    if act.kind == "deserialise":
        is_usual = "decrypted" in act.labels or act.entry.when == READER or _PAGES in act.entry.words
        severity, confidence = Severity.MEDIUM if is_usual else Severity.HIGH, Confidence.MEDIUM
    elif act.kind == "load" and act.takes.startswith(TAKES_TEXT) and any(map(_names_library, act.texts)):
        severity, confidence = Severity.MEDIUM, Confidence.MEDIUM
    words = f"takes a value of the request, which is {_WORDS[act.kind]}"
    facts = {"request_key": act.request_key}
    return claim_act(RULE, act, sample, words, severity=severity, confidence=confidence, facts=facts)


def _names_library(text: str) -> bool:
    return text.lower().endswith(".dll")


def _is_by_name(act: CompiledAct) -> bool:
    return act.member == _LOAD and act.takes.startswith(TAKES_TEXT)


def _apart(assembly: Assembly, sample: Sample) -> Findings:
    """Report a page that contains both, without a call that leads from one to the other."""
    if not any(map(reads_request, assembly.members)):
        return
    for method in assembly.methods:
        for kind, step in ((act_of(step), step) for step in method.body.steps):
            if kind in ("evaluate", "process", "load"):
                literals = method.body.literals
                span = literals[0][0].span if literals else Span(0, 0)
                layer = f"assembly, {method.owner}.{method.name}"[:200]
                yield claim(
                    RULE,
                    f"the assembly of a page reads values of the request, and text is {_WORDS[kind]} in another method",
                    Evidence(sample.artifact.path, layer, span, 1, 1, step[: sample.excerpt_chars]),
                    severity=Severity.HIGH,
                    confidence=Confidence.MEDIUM if kind == "evaluate" else Confidence.LOW,
                    facts={"method": f"{method.owner}.{method.name}", "member": step},
                )
                return
