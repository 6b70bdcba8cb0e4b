r"""A WMI event consumer runs a program or a script.

What it finds:
    The permanent consumers in ``OBJECTS.DATA`` that start a command line, run a script, or write a file that the web
    server runs, with the event that they wait for.

Why it matters:
    Windows runs the command as SYSTEM at each event: at the start, at a time of day, when a program starts. There is no
    file, no service and no task. LemonDuck stayed so on Exchange servers.

Looks like:
    ``CommandLineEventConsumer.Name="Updater"`` with ``powershell -enc …``, bound to
    ``SELECT * FROM __InstanceModificationEvent WITHIN 60 …``.

Benign look-alikes:
    ``SCM Event Log Consumer``, which writes an event, and ``BVTConsumer`` of old Windows are left out. Some products of
    vendors of hardware have consumers of their own.

Blind spots:
    The repository is searched for texts, and not read as a database: a text that is split between two pages is cut, and
    a name in other than Latin letters is not joined with its binding. Consumers of classes that an intruder made.

References:
    https://github.com/davidpany/WMI_Forensics
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.host.machine.wmi_repository import WmiConsumer
from webshellhunt.knowledge.programs import judge_command
from webshellhunt.knowledge.suspicious_commands import find_suspicious_command
from webshellhunt.knowledge.web_folders import is_in_web_folder, is_page_name
from webshellhunt.model.findings import Evidence, FactValue, Span
from webshellhunt.model.rules import Remedy, Severity
from webshellhunt.model.times import second_in_utc

RULE = define_rule(__name__, "WSH4081", "medium", "high", "T1546.003", remedy=Remedy.STATED)
_STOCK = {"bvtconsumer": "cscript kerncap.vbs"}
"""The consumer of old Windows, with its command. Source: https://github.com/davidpany/WMI_Forensics"""
_LOG_FILE = "LogFileEventConsumer"
_SHOWN = 200


@detector(RULE, on=WmiConsumer)
def find(consumer: WmiConsumer, path: str) -> Findings:
    """Report a consumer that is not stock."""
    texts = "\n".join(consumer.texts)
    if _STOCK.get(consumer.name.lower(), "\0") in texts.lower():
        return
    acts = _acts(consumer, texts)
    if not acts:
        return
    grave = _is_grave(consumer, texts)
    severity = Severity.HIGH if grave else RULE.severity if consumer.is_bound else Severity.LOW
    event = f" at each event of {consumer.query[:_SHOWN]}" if consumer.query else " at each event of its filter"
    state = event if consumer.is_bound else ", and no filter is bound to it: it does not run, or was removed"
    facts: dict[str, FactValue] = {
        "consumer": consumer.name,
        "class": consumer.kind,
        "filter": consumer.filter_name or None,
        "query": consumer.query or None,
        "registered_at": second_in_utc(consumer.written_utc),
        "undo": f"Remove the WMI consumer {consumer.name}, its filter and its binding from root\\subscription",
    }
    place = Span(consumer.offset, consumer.offset + 1)
    evidence = Evidence(path, "raw", place, 1, 1, texts[:_SHOWN])
    yield claim(RULE, f"{acts}{state}", evidence, severity=severity, facts=facts)


def _acts(consumer: WmiConsumer, texts: str) -> str:
    """Return the act of a consumer in words; an empty text for one that only writes a log."""
    if consumer.kind == _LOG_FILE:
        written = next((text for text in consumer.texts if is_page_name(text) or is_in_web_folder(text)), "")
        return f"Windows writes {written[:_SHOWN]}" if written else ""
    what = "runs a script" if consumer.kind.startswith("Active") else "runs a command"
    command = max(consumer.texts, key=len, default="")
    odd = find_suspicious_command(texts)
    told = f" with {odd[0]}" if odd is not None else f" ({command.split(chr(10))[0][:_SHOWN]})" if command else ""
    return f"the WMI consumer {consumer.name} {what}{told}"


def _is_grave(consumer: WmiConsumer, texts: str) -> bool:
    if consumer.kind == _LOG_FILE:
        return True
    odd = (judge_command(text) for text in (*consumer.texts, texts))
    return any(each is not None and each.sure for each in odd)
