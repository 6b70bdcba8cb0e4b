"""A page starts a command interpreter and reads its output.

What it finds:
    A page that starts a program, names ``cmd``, ``powershell`` or another command interpreter in a constant, and reads
    the output of the program, where no data flow from the request to the program is known (that is WSH1002).

Why it matters:
    Intruders leave pages that run one fixed command (the account of the service, a new user), and shells that receive
    the command by a data flow that the analysis does not follow.

Looks like:
    ``StartInfo.FileName = "cmd.exe"``, ``RedirectStandardOutput``, ``StandardOutput.ReadToEnd()``.

Benign look-alikes:
    Pages that start a program (a converter, ``git``) by its own name. Classic ASP pages sometimes list or pack files by
    a command, since they have no other means: the severity is lower there. No benign page of ASP.NET does it.

Blind spots:
    Commands whose output goes to a file; names of interpreters that are put together and cannot be folded.

References:
    https://attack.mitre.org/techniques/T1059/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1024",
    "interpreter-started-by-page",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1059"),
)
_INTERPRETER = lazy_pattern(
    r"\s{0,8}\"?(?:[a-z]:[\\/]|%\w{1,20}%[\\/]|\.?[\\/])?(?:[\w ~.-]{1,40}[\\/]){0,6}"
    r"(?:cmd|powershell|pwsh|wscript|cscript|mshta)(?:\.exe)?\"?(?:\s.*)?",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST = 400
_READS = frozenset({"standardoutput", "stdout"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the constant that names the interpreter, in a page that starts a program and reads its output."""
    if _READS.isdisjoint(code.analysis.words()):
        return
    if any(flow.kind == "process" and flow.from_visitor for flow in code.analysis.all_flows()):
        return
    started = next((token for sink, _, token in code.analysis.sinks if sink.kind == "process"), None)
    named = next((c for c in code.analysis.constants.values() if _is_interpreter(c.value)), None)
    if started is not None and named is not None:
        message = f"the page starts a command interpreter and reads its output: {named.value.strip()[:60]}"
        evidence = (layer.token_evidence(code, named.start), layer.token_evidence(code, started))
        classic = layer.page.kind is PageKind.CLASSIC_ASP
        yield claim(RULE, message, *evidence, severity=Severity.MEDIUM if classic else None)


def _is_interpreter(text: str) -> bool:
    return len(text) <= _LONGEST and _INTERPRETER.fullmatch(text) is not None
