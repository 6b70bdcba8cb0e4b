"""Request data is run as a command.

What it finds:
    Text of the request that reaches a process start: ``Process.Start``, the file name or arguments of a
    ``ProcessStartInfo``, ``WScript.Shell``, ``Shell.Application``, ``Win32_Process``, ``xp_cmdshell``, PowerShell's
    ``AddScript``.

Why it matters:
    A command shell on the server with the rights of the web service.

Looks like:
    A form field or header that becomes the arguments of ``cmd.exe``, and an output stream that is written to the
    response.

Benign look-alikes:
    Converters and build hooks that start a fixed program with numbers or identifiers of their own.

Blind spots:
    A program that a scheduled task or service starts, which the page only configures.
"""

from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.detectors.contract import Findings, claim_flow, define_rule, detector
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1002", "critical", "high", "T1505.003", "T1059")
_FACTS = {
    "process": "request data is run as a command",
    "query": "request data reaches a statement of a database, in a page that starts programs there",
}


@detector(RULE, on=Code, needs=[flows_to(*_FACTS)])
def find(code: Code, layer: Layer) -> Findings:
    """Report each data flow from the request to a process start."""
    messages = _FACTS if code.analysis.mentions("xp_cmdshell") else {"process": _FACTS["process"]}
    flows = [flow for flow in code.analysis.all_flows() if flow.kind in messages and flow.from_visitor]
    for flow in sorted(flows, key=lambda flow: flow.kind):
        facts = {"request_key": flow.key, "language": code.unit.language}
        yield claim_flow(RULE, f"{messages[flow.kind]}: {flow.words}", layer, code, flow, facts=facts)
