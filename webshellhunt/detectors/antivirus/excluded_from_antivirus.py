r"""Antivirus software does not scan a path, an extension or a program.

What it finds:
    The exclusions in the protection log of Microsoft Defender, as a note. Those that concern pages are named first: a
    directory of a web server, an extension that the server executes, the worker process of IIS. One that no product
    needs (a whole drive, a folder in which anyone may write, pages by their extension, an interpreter) is low.

Why it matters:
    Antivirus software is silent about files at an excluded path, so that its silence says nothing about them. Intruders
    add exclusions for their tools.

Looks like:
    ``Path Exclusions:`` with ``C:\inetpub\wwwroot\aspnet_client``.

Benign look-alikes:
    Microsoft recommends many exclusions for Exchange, web directories and ``w3wp.exe`` among them. No exclusion is
    suspicious by itself, and those for Exchange are never odd. Until February 2023 they included ``inetsrv``, the
    temporary files of ASP.NET, ``w3wp.exe`` and ``PowerShell.exe`` by its path: the message names them as withdrawn.

Blind spots:
    Exclusions that the log does not list: those of policies on newer versions, those that tamper protection hides, and
    those that were set and removed between two lists.

References:
    https://learn.microsoft.com/en-us/exchange/antispam-and-antimalware/windows-antivirus-software
"""

from webshellhunt.antivirus.records import Exclusion
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.host.walk.file_filter import SERVER_EXTENSIONS
from webshellhunt.host.walk.roles import role_at
from webshellhunt.knowledge.antivirus_exclusions import find_odd_exclusion, is_withdrawn
from webshellhunt.model.places import WEB_ROLES
from webshellhunt.model.rules import Severity
from webshellhunt.views.detected_files import AntivirusSettings
from webshellhunt.views.figures import count_in_words, names_in_words

RULE = define_rule(__name__, "WSH6044", "info", "high", "T1685")
_MOST_SHOWN = 20


@detector(RULE, on=AntivirusSettings)
def find(settings: AntivirusSettings) -> Findings:
    """Report all exclusions once, those of pages first."""
    ordered = sorted(settings.exclusions, key=lambda each: not _concerns_pages(each))
    if not ordered:
        return
    of_pages = [each.value for each in ordered if _concerns_pages(each)]
    message = f"Defender has {count_in_words(len(ordered), 'exclusion')}"
    message += f", {len(of_pages)} of pages or web directories: {names_in_words(of_pages)}" if of_pages else ""
    odd = [
        f"{each.value} ({why})" for each in ordered if (why := find_odd_exclusion(each.kind, each.value)) is not None
    ]
    message += f"; no product needs {names_in_words(odd)}" if odd else ""
    old = [each.value for each in ordered if is_withdrawn(each.kind, each.value)]
    message += f"; Microsoft recommends {names_in_words(old)} no longer" if old else ""
    severity = Severity.LOW if odd else Severity.INFO
    evidence = [log_evidence(each.record, each.line) for each in ordered[:5]]
    shown = tuple(f"{each.kind} {each.value}" for each in ordered[:_MOST_SHOWN])
    yield claim(RULE, message, *evidence, severity=severity, facts={"exclusions": shown, "count": len(ordered)})


def _concerns_pages(exclusion: Exclusion) -> bool:
    """Return True if pages are not scanned because of an exclusion."""
    value = exclusion.value.lower().replace("/", "\\")
    if exclusion.kind == "extension":
        return value.lstrip("*.") in SERVER_EXTENSIONS
    if exclusion.kind == "process":
        return value.rpartition("\\")[2] == "w3wp.exe"
    return role_at(value.rstrip("\\*").split("\\")) in WEB_ROLES or value.rpartition("\\")[2] == "inetpub"
