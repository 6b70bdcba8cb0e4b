r"""A library of the server starts a program by itself.

What it finds:
    A .NET assembly that starts a program from a method which the server calls at a start, at a sign-in or at a mail:
    the method that ``PreApplicationStartMethod`` names, ``Init`` of a module and the handlers that it adds, a provider,
    a behaviour of WCF, a transport agent, a start-up class of OWIN, a constructor of such a type. From a handler of
    requests, only an interpreter or a program in an odd folder counts. Constants are put together, and base64 is
    decoded.

Why it matters:
    A library in ``bin`` runs in the worker process with each start of the application, without any page, and with
    ``PreApplicationStartMethod`` without any configuration. It outlives the removal of all pages.

Looks like:
    ``[assembly: PreApplicationStartMethod(typeof(Boot), "Go")]``, and ``Go`` calls ``Process.Start("cmd.exe", …)``.

Benign look-alikes:
    Libraries that start a helper program of their own at a start, which is rare; a verified signature of a known
    publisher settles it.

Blind spots:
    Programs started by reflection, or more than two calls below the entry point; libraries above 2 MiB.

References:
    https://learn.microsoft.com/dotnet/api/system.web.preapplicationstartmethodattribute
"""

from collections.abc import Iterator

from webshellhunt.analysis.compiled import REQUEST, CompiledAct
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import OF_VISITOR, acts_of, claim_act, each_entry
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.knowledge.programs import Oddity, judge_command
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5006", "high", "medium", "T1505.004", "T1059")


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report each entry point that starts a program which no visitor names."""
    yield from each_entry(_found(assembly, sample))


def _found(assembly: Assembly, sample: Sample) -> Iterator[tuple[CompiledAct, Finding]]:
    for act in acts_of(assembly, sample, "process"):
        command = " ".join(act.texts)
        odd = judge_command(command) if command else None
        is_odd = odd is not None and (odd.sure or odd.kind is Oddity.INTERPRETER)
        if (act.entry.when == REQUEST and not is_odd) or OF_VISITOR & act.labels:
            continue  # what a visitor names is a rule of its own
        words = f"starts a program: {command[:200]}" if command else "starts a program"
        if odd is not None:
            words += f" ({odd.words})"
        yield act, claim_act(RULE, act, sample, words, confidence=Confidence.HIGH if is_odd else None)
