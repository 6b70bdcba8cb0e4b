r"""A transport agent runs code that a mail brings.

What it finds:
    A .NET assembly with a transport agent that starts a program, loads code or evaluates text taken from a mail, or
    writes parts of mails to an odd folder.

Why it matters:
    An agent sees each mail of the organisation, and runs as the transport service. LightNeuron took its commands from
    pictures in mails, and kept mails for its operators.

Looks like:
    An ``SmtpReceiveAgent`` that reads an attachment and calls ``Process.Start``.

Benign look-alikes:
    Agents of mail security and archive products: they hand mails to a service of their own, and run no code of them.

Blind spots:
    Code that is hidden in pictures by an own decoder in a native library.

References:
    https://www.welivesecurity.com/2019/05/07/turla-lightneuron-email-too-far/
"""

from webshellhunt.analysis.compiled import CompiledAct
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import acts_of, claim_act, each_entry
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.model.rules import Remedy, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5015", "critical", "high", "T1505.002", "T1114", remedy=Remedy.TRANSPORT_AGENT)
_WORDS = {
    "process": "starts a program that the mail names",
    "load": "loads code of the mail",
    "evaluate": "evaluates text of the mail",
}


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report each entry point of an agent that runs or hides mails."""
    found = ((act, *_judged(act)) for act in acts_of(assembly, sample, *_WORDS, "write") if "mail" in act.labels)
    yield from each_entry(
        (act, claim_act(RULE, act, sample, words, severity=severity)) for act, words, severity in found if words
    )


def _judged(act: CompiledAct) -> tuple[str, Severity]:
    if act.kind != "write":
        return _WORDS[act.kind], RULE.severity
    places = ((text, odd_place(text)) for text in act.texts if "\\" in text)
    text, place = next(((text, place) for text, place in places if place is not None and place.sure), ("", None))
    return (f"keeps mails in {text[:200]} ({place.words})" if place is not None else ""), Severity.HIGH
