r"""PowerShell runs with each cmdlet of Exchange, by the scripting agent.

What it finds:
    ``ScriptingAgentConfig.xml`` in ``Bin\CmdletExtensionAgents``. It has more weight if its script starts programs,
    runs text as code, connects to another machine, changes the configuration of Windows, gives rights or copies of
    mail to others, writes pages or programs, uses one in an odd place, or reads the password of a new account.

Why it matters:
    Once the agent is switched on (``Enable-CmdletExtensionAgent "Scripting Agent"``), Exchange runs the script in the
    worker process of PowerShell at each cmdlet, with the rights of SYSTEM, also after an update. The script sees the
    parameters, such as the password of a new mailbox.

Looks like:
    ``<ApiCall Name="OnComplete"> Start-Process … </ApiCall>``.

Benign look-alikes:
    Organisations that set an archive, a language or a quota for each new mailbox: a question only.

Blind spots:
    Cmdlets of the script that grant rights to one mailbox or send a mail, which organisations do honestly; a program or
    a module in an ordinary folder.

References:
    https://learn.microsoft.com/en-us/exchange/scripting-agent-exchange-2013-help
"""

import re
from itertools import islice

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.programs import judge_command
from webshellhunt.knowledge.suspicious_commands import find_suspicious_command
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Remedy, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4090", "high", "high", "T1546", "T1059.001", remedy=Remedy.STATED)
_NAME = "scriptingagentconfig.xml"
_UNDO = {
    "undo": 'Switch the agent off in the Exchange Management Shell (Disable-CmdletExtensionAgent "Scripting Agent"), '
    "keep this file as evidence and remove it from each server"
}
_LONGEST = 256 * 1024
_XML_COMMENTS = lazy_pattern(r"<!--.*?-->", re.DOTALL)
_COMMENTS = lazy_pattern(r"^[ \t]*(?:<#.*?#>|#[^\n]*)", re.DOTALL | re.MULTILINE)
_ACTS = (
    (
        r"\b(?:start-process|saps|start-job|invoke-wmimethod|invoke-cimmethod|register-scheduledtask|new-service)\b"
        r"|\bdiagnostics\.process\b|\b(?:cmd|powershell|pwsh|wscript|cscript|mshta|rundll32|regsvr32|schtasks|wmic|sc)"
        r"\.exe\b|\bcmd\s{1,8}/c\b|\bcomspec\b|\bwscript\.shell\b",
        "starts programs",
    ),
    (r"\b(?:invoke-expression|iex)\b|\[scriptblock\]::create|\badd-type\b|reflection\.assembly|frombase64string"
     r"|\binvokescript\b",
     "runs text as code"),
    (
        r"\b(?:invoke-webrequest|iwr|invoke-restmethod|irm|start-bitstransfer|invoke-command|new-pssession)\b"
        r"|\bnet\.(?:webclient|sockets|http)|\bwebclient\b|\btcpclient\b",
        "connects to another machine",
    ),
    (r"\b(?:set|new)-itemproperty\b[^\n]{0,200}?\bhk(?:lm|cu)\b|\breg(?:\.exe)?\s{1,8}add\b|\badd-localgroupmember\b"
     r"|\bnew-localuser\b|\bnet\s{1,8}(?:user|localgroup)\b|\badd-mppreference\b",
     "changes the configuration of Windows"),
    (r"\b(?:add-rolegroupmember|new-rolegroup|new-managementrole(?:assignment)?|new-inboxrule|new-transportrule|new-journalrule)\b"
     r"|-forwarding(?:smtp)?address\b|-deliverto(?:mailboxandforward)?\b",
     "gives rights or copies of mail to others"),
    (r"\b(?:set-content|add-content|out-file|tee-object|copy-item|writeall(?:text|bytes|lines))\b[^\n]{0,300}?"
     r"\.(?:as[hmp]x|aspx|asp|cshtml|config|dll|exe|ps1|bat|cmd|vbs|js)\b|>\s{0,8}[^\s;]{1,200}\.(?:as[hmp]x|aspx|asp|config)\b",
     "writes pages or programs"),
    (r"\[[\"']password[\"']\]|\bsecurestringto\w{3,10}\b|\bconvertfrom-securestring\b|getnetworkcredential",
     "reads the password that the administrator enters"),
)  # fmt: skip
_CODE = lazy_pattern(r"(?i)(?:\b[a-z]:\\|\\\\)[^\s\"'<>|;,()]{3,200}\.(?:exe|dll|ps1|psm1|bat|cmd|vbs|js|hta|scr)\b")
_MOST_PATHS = 20
_PATTERNS = tuple((lazy_pattern(pattern, re.IGNORECASE), words) for pattern, words in _ACTS)


def _is_configuration(sample: Sample) -> bool:
    return sample.artifact.name.lower() == _NAME


@detector(RULE, on=Sample, prefilter=_is_configuration)
def find(sample: Sample) -> Findings:
    """Report the configuration of the scripting agent, with the acts of its script."""
    if not _is_configuration(sample):
        return
    import html  # here, for a quick start

    text = sample.layers[0].text[:_LONGEST] if sample.layers else ""
    script = _COMMENTS.sub("", html.unescape(_XML_COMMENTS.sub("", text)))
    acts = [words for pattern, words in _PATTERNS if pattern.search(script) is not None]
    command = find_suspicious_command(script)
    if command is not None:
        acts.append(f"has {command[0]}")
    odd = [claimed.words for path in islice(_CODE.finditer(script), _MOST_PATHS)
           if (claimed := judge_command(f'"{path[0]}"')) is not None]  # fmt: skip
    if odd:
        acts.append(f"names a program in an odd place, {odd[0]}")
    evidence = sample.raw_evidence(max(sample.folded.find(b"<apicall"), 0), 1, before=False)
    runs = "Exchange runs the PowerShell script of this file with each cmdlet"
    if acts:
        yield claim(RULE, f"{runs}; the script {', '.join(acts)}", evidence, facts=_UNDO)
    else:
        message = f"{runs}, if its scripting agent is switched on; setup installs a sample only"
        yield claim(RULE, message, evidence, severity=Severity.LOW, facts=_UNDO)
