r"""A MOF file registers a WMI consumer that runs a program.

What it finds:
    A ``.mof`` file with an instance of ``CommandLineEventConsumer`` or ``ActiveScriptEventConsumer``, above all in
    ``System32\wbem\AutoRecover``, from which Windows builds its repository anew.

Why it matters:
    The consumer runs its command as SYSTEM at each event of its filter. As a file for recovery it comes back after the
    consumer was removed, and after the repository was reset.

Looks like:
    ``instance of CommandLineEventConsumer as $Cons { Name = "Updater"; CommandLineTemplate = "powershell -enc …"; };``

Benign look-alikes:
    MOF files of Windows define these classes, and have no instance of them.

Blind spots:
    Compiled MOF files (``.bmf``); files that include another one.

References:
    https://learn.microsoft.com/windows/win32/wmisdk/managed-object-format--mof-
"""

import re

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import FactValue
from webshellhunt.model.rules import Remedy, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4084", "medium", "high", "T1546.003", remedy=Remedy.STATED)
_INSTANCE = lazy_pattern(
    r"(?i)\binstance\s+of\s+(CommandLine|ActiveScript)EventConsumer\b[^{}]{0,200}\{([^{}]{0,8000})"
)
_VALUE = lazy_pattern(
    r"(?i)\b(Name|CommandLineTemplate|ExecutablePath|ScriptText|ScriptFileName)\s*=\s*\"((?:[^\"\\]|\\.){0,4000})\""
)
_LONGEST = 1024 * 1024


def _is_mof(sample: Sample) -> bool:
    return sample.artifact.name.lower().endswith(".mof")


@detector(RULE, on=Sample, prefilter=_is_mof)
def find(sample: Sample) -> Findings:
    """Report the first consumer of a MOF file."""
    if not _is_mof(sample) or not sample.layers:
        return
    layer = sample.layers[0]
    instance = _INSTANCE.search(layer.text, 0, _LONGEST)
    if instance is None:
        return
    from webshellhunt.knowledge.programs import judge_command  # here, for a quick start

    values = {each[1].lower(): re.sub(r"\\(.)", r"\1", each[2]) for each in _VALUE.finditer(instance[2])}
    name = values.pop("name", "(no name)")
    odd = next((odd for each in values.values() if (odd := judge_command(each)) is not None and odd.sure), None)
    words = f": {odd.words}" if odd is not None else ""
    what = "a script" if instance[1].lower() == "activescript" else "a command"
    message = f"it registers the WMI consumer {name[:100]}, which runs {what} at each event of its filter{words}"
    facts: dict[str, FactValue] = {
        "consumer": name,
        "undo": f"Remove {sample.artifact.path}, and the WMI consumer {name} with its filter and binding",
    }
    severity = Severity.HIGH if odd is not None else RULE.severity
    yield claim(RULE, message, layer.evidence(instance.start(), instance.end()), severity=severity, facts=facts)
