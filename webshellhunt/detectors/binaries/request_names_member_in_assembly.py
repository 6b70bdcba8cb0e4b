r"""A request names the type and the method that a library calls.

What it finds:
    A .NET assembly in which a handler takes the name of a type and the name of one of its methods from the request, and
    calls it by reflection.

Why it matters:
    The request can call any method of .NET, such as one that starts a program. No name of such a method is in the file.

Looks like:
    ``Type.GetType(Request["t"]).InvokeMember(Request["m"], …)``.

Benign look-alikes:
    Frameworks for remote calls, which look the method up in a list of their own.

Blind spots:
    Names that are kept in a session first.
"""

from webshellhunt.analysis.compiled import CompiledAct, labels_of
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import OF_VISITOR, acts_of, claim_act, each_entry
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5013", "high", "medium", "T1505.004", "T1620")
_OF_MEMBERS = frozenset({"InvokeMember", "GetMethod"})


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report each entry point in which the request names both."""
    named = [act for act in acts_of(assembly, sample, "reflect") if _is_named(act)]
    types = {act.entry.full_name for act in named if act.member.rpartition(".")[2] not in _OF_MEMBERS}
    words = "calls a method whose type and name the request has"
    yield from each_entry(
        (act, claim_act(RULE, act, sample, words))
        for act in named
        if act.member.rpartition(".")[2] in _OF_MEMBERS and act.entry.full_name in types
    )


def _is_named(act: CompiledAct) -> bool:
    """Return True if the name itself is of the request, not only the type that it is looked up in."""
    is_member = act.member.rpartition(".")[2] in _OF_MEMBERS
    return bool(labels_of(*act.values[1:2] if is_member else act.values) & OF_VISITOR)
