"""A page starts a program of the server.

What it finds:
    A page that starts a program, where no data flow from the request to it is known (WSH1002) and no interpreter of
    commands is named (WSH1024). A page of ASP.NET that also reads what the program prints convicts, unless a constant
    names the program. A command that adds an account, downloads or explores the system convicts in ASP.NET and is
    suspicious in classic ASP, where any other start is below suspicion.

Why it matters:
    A web application does its work in its libraries. Shells start programs, by names that they compute or receive in a
    way that the analysis does not follow, and droppers start what they wrote.

Looks like:
    ``p.StartInfo.FileName = name; p.Start(); p.StandardOutput.ReadToEnd()``, ``shell.Run(path)``.

Benign look-alikes:
    Converters of documents, pictures or videos, ``ping``, version control. Of 11,200 harmless files with code of
    ASP.NET in a page, 1 starts a program and none reads its output; of 21,651 of classic ASP, 11 start one.

Blind spots:
    A program that another program of the server starts for the page: a scheduled task, a service, a database.

References:
    https://attack.mitre.org/techniques/T1059/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.code.capabilities import Weight, capabilities
from webshellhunt.code.objects import identity
from webshellhunt.code.programs import is_grave_command, is_interpreter, is_program
from webshellhunt.code.shown import reads_output
from webshellhunt.code.uses import Use
from webshellhunt.code.vocabulary import vocabulary
from webshellhunt.detectors.contract import claim_use, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1030",
    "program-started-by-page",
    Severity.CRITICAL,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1059"),
)
_TYPED = ("standardinput.", "stdin.")
_MADE = ("unknown.", "activexobject.", "createobject.")
_STARTING = frozenset({"wscript.shell", "shell.application"})
_UNSURE_NAMES = frozenset({"runcmd", "shell", "processstartinfo"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first start of a program."""
    analysis = code.analysis
    uses = [use for use in analysis.uses.get("starts-program", ()) if _is_sure(use, code)]
    if not uses or any(flow.kind == "process" and flow.from_visitor for flow in analysis.all_flows()):
        return
    texts = [constant.value for use in uses for constant in analysis.given_texts.of_call(use.token)]
    is_classic = layer.page.kind is PageKind.CLASSIC_ASP
    known = texts if is_classic else [constant.value for constant in analysis.constants.values()]
    if any(map(is_interpreter, known)):
        return
    program = next((text.strip() for text in texts if is_program(text)), None)
    prints = reads_output(analysis.calls)
    capability = capabilities()["prints-output" if prints and program is None else "starts-program"]
    what = " and reads what it prints" if prints else ""
    command = next((text.strip() for text in texts if is_grave_command(text)), None)
    named = command or program
    message = f"the page starts a program{what}" + (f": {named[:60]}" if named else "")
    weight = None if command is None else Weight.SUSPECTS if is_classic else Weight.CONVICTS
    yield from claim_use(RULE, capability, message, layer, code, *_tokens(uses), weight=weight)


def _tokens(uses: Sequence[Use]) -> tuple[int, ...]:
    return tuple(use.token for use in uses[:3])


def _is_sure(use: Use, code: Code) -> bool:
    """True unless the name may be that of something else than a program, or of an object that starts none."""
    if use.name.startswith(_MADE):
        kinds = (vocabulary().types.get(identity(c.value)) for c in code.analysis.given_texts.of_call(use.token))
        return not _STARTING.isdisjoint(kinds)
    return not use.name.startswith(_TYPED) and (use.name not in _UNSURE_NAMES or code.unit.language == "vb")
