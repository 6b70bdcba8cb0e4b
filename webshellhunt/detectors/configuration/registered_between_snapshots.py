r"""The server configuration has a new module, handler, filter or virtual directory, dated by its earlier copies.

What it finds:
    A registration of ``applicationHost.config`` that an earlier copy under ``inetpub\history`` lacks, with the
    times of the last copy without it and of the first one with it. A new module, or a handler of a foreign type, is
    unexplained. Confidence is high if it lies in an odd folder, has a name of the framework's, or is a program of
    no known name among the modules of Windows. Daily changes of administrators (virtual directories, script
    processors such as PHP, native modules of products in folders of their own, variables of pools, rules of URL
    Rewrite, headers) are information only: they date the findings of other rules and are not listed by themselves.
    Registrations of known products are left out.

Why it matters:
    It shows the hours in which an account with administrative rights was active. A native module in ``inetsrv`` looks
    like any other; that it was not there last week stands out.

Looks like:
    ``CFGHISTORY_0000000007`` without, ``CFGHISTORY_0000000008`` with ``<add name="HttpHealth"
    image="%windir%\System32\inetsrv\hhealth.dll" />``.

Benign look-alikes:
    Each installation of a product: its window is that of the installation, so most findings are questions only. Copies
    that a collection or a version control system wrote all have one time; IIS makes at most one copy every two minutes,
    so times less than a minute apart are not reported as a window. Measured on the 71 copies of seven public servers:
    seven registrations were new, virtual directories and handlers of PHP; none is listed.

Blind spots:
    IIS keeps ten copies: older registrations, and those that came and went between two copies, are not found. An
    account that may write the configuration may also write the copies. Changed content under a stock name and place is
    for the baseline to find.

References:
    https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/confighistory
"""

from datetime import UTC, datetime, timedelta

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, registration_evidence
from webshellhunt.host.iis.native_modules import is_stock_folder, is_stock_program
from webshellhunt.host.iis.registrations import (
    HANDLER,
    MODULE,
    PROGRAMS,
    SETTING,
    VIRTUAL_DIRECTORY,
    Registration,
    Snapshot,
)
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.knowledge.type_names import read_type
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Confidence, Severity

_SHORTEST = timedelta(minutes=1)
_PATH = lazy_pattern(r"(?i)(?:[a-z]:|%\w[\w()]{0,40}%|[\\/]{2})[\\/]")
_WINDOWS_OWN = lazy_pattern(r"(?i)\\(?:inetsrv|system32|syswow64)\\[^\\]+$")

RULE = define_rule(__name__, "WSH4015", "medium", "medium", "T1505.004")


@detector(RULE, on=Registration)
def find(registration: Registration) -> Findings:
    """Report a new registration with the window of time in which it came."""
    since, without = registration.since, registration.without
    if since is None or without is None or _is_stock(registration):
        return
    odd = _oddity(registration)
    window = _window(without, since)
    came = (
        f"was added between {window[0]} and {window[1]}"
        if window
        else f"is not in {_copy(without)}, and is in {_copy(since)}; the times of these copies do not date it"
    )
    message = f"the {registration.kind} {registration.name}, {registration.target}, {came}" + (
        f"; {odd}" if odd else ""
    )
    evidence = registration_evidence(registration)
    facts = {
        "registered": registration.target,
        "absent_at": window[0] if window else None,
        "present_at": window[1] if window else None,
        "last_without": without.path,
        "first_with": since.path,
    }
    severity = RULE.severity if odd or not _is_daily(registration) else Severity.INFO
    confidence = Confidence.HIGH if odd else RULE.confidence
    yield claim(RULE, message, evidence, severity=severity, confidence=confidence, facts=facts)


def _is_stock(registration: Registration) -> bool:
    target = registration.target
    if registration.kind in PROGRAMS:
        return registration.known is not None
    if registration.kind == VIRTUAL_DIRECTORY:
        return is_stock_folder(target)
    return read_type(target).is_microsoft or (registration.kind == HANDLER and is_stock_program(target))


def _is_daily(registration: Registration) -> bool:
    """Return True if it is a daily change of administrators, in a place that does not speak against it."""
    kind, target = registration.kind, registration.target
    if kind == HANDLER:
        return _PATH.match(target.strip().strip('"')) is not None
    return kind in (VIRTUAL_DIRECTORY, SETTING) or kind in PROGRAMS


def _oddity(registration: Registration) -> str | None:
    """Return the oddity of the target in words; ``None`` for an ordinary one, and for a setting, which others judge."""
    if registration.kind == SETTING:
        return None
    if registration.kind in (MODULE, HANDLER) and read_type(registration.target).claims_microsoft:
        return "its name is one of the framework's"
    place = odd_place(registration.target)
    if place is not None:
        return place.words
    if registration.kind in PROGRAMS and _WINDOWS_OWN.search(registration.target):
        return "it lies in a folder of Windows's own modules, and none of them has this name"
    return None


def _window(without: Snapshot, since: Snapshot) -> tuple[str, str] | None:
    """Return the times between which it was added; ``None`` if the times of the copies do not date it."""
    before, after = without.written_utc, since.written_utc
    if before is None or after is None or after - before < _SHORTEST:
        return None
    return _time(before), _time(after)


def _copy(snapshot: Snapshot) -> str:
    """Return the name of a copy's folder, which counts them, or the path of the current configuration."""
    folder = snapshot.path.replace("/", "\\").rpartition("\\")[0].rpartition("\\")[2]
    return folder if folder.upper().startswith("CFGHISTORY_") else snapshot.path


def _time(when: datetime) -> str:
    return when.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"
