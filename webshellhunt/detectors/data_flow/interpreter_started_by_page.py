"""A page starts a command interpreter.

What it finds:
    A page that starts a program and names ``cmd``, ``powershell``, ``wscript``, ``mshta``, ``rundll32`` or another
    interpreter of commands in a constant, where no data flow from the request to the program is known (that is
    WSH1002). In classic ASP the constant must be given to the call, and the finding is critical only if the page shows
    the output of the interpreter in its response.

Why it matters:
    Intruders leave pages that run one fixed command (the account of the service, a new user, a download), hidden and
    without output, and shells that receive the command by a data flow that the analysis does not follow.

Looks like:
    ``StartInfo.FileName = "cmd.exe"``, ``Process.Start("powershell", "-w hidden …")``.

Benign look-alikes:
    Classic ASP pages sometimes transfer or list files by a command, since they have no other means: 6 of 21,651
    harmless pages name an interpreter (0.03 %); none of the 3 that were read shows its output. No harmless page of
    11,200 with code of ASP.NET starts one; source code outside of pages may (a deployment service), and the finding has
    less weight there.

Blind spots:
    Names of interpreters that are put together and cannot be folded, or come from the configuration.

References:
    https://attack.mitre.org/techniques/T1059/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.analysis.structure.programs import is_grave_command, is_interpreter, shows_output
from webshellhunt.detectors.contract import claim_use, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1024",
    "interpreter-started-by-page",
    Severity.CRITICAL,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1059"),
)


@detector(RULE, on=Code, needs=[uses_of("starts-program")])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the constant that names the interpreter, in a page that starts one."""
    analysis = code.analysis
    uses = analysis.uses.get("starts-program", ())
    if not uses or any(flow.kind == "process" and flow.from_visitor for flow in analysis.all_flows()):
        return
    given = [constant for use in uses for constant in analysis.given_texts.of_call(use.place)]
    is_classic = layer.page.kind is PageKind.CLASSIC_ASP
    named = _first(given) or (None if is_classic else _first(analysis.constants.values()))
    programs = None if is_classic else analysis.programs
    if programs is not None and not any(map(is_interpreter, programs)):
        return
    if named is None:
        return
    shown = shows_output(code.unit)
    grave = any(is_grave_command(constant.value) for constant in given)
    weight = Weight.CONVICTS if shown else Weight.SUSPECTS if grave else Weight.SECOND
    what = " and shows its output" if shown else ""
    message = f"the page starts a command interpreter{what}: {named.value.strip()[:60]}"
    tokens = (named.start, uses[0].place)
    name = "starts-interpreter"
    yield from claim_use(RULE, name, message, layer, code, *tokens, weight=weight if is_classic else Weight.CONVICTS)


def _first(constants: Iterable[Constant]) -> Constant | None:
    return next((each for each in constants if is_interpreter(each.value)), None)
