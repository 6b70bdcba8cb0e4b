"""System and Security events: cleared logs, new services, new accounts and members of powerful groups."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.knowledge.suspicious_commands import find_suspicious_command
from webshellhunt.knowledge.web_folders import is_in_web_folder
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.traffic import Record
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct

_PROGRAM = lazy_pattern(
    r"\s*(?:\"([^\"]{1,1000})\"?|(.{1,1000}?\.(?:exe|dll|sys|bat|cmd|ps1|vbs|scr))(?=[\s,]|\Z)|(\S{1,1000}))"
)
_SHELL = lazy_pattern(
    r"(?:\A|[\\\s\"])(?:cmd(?:\.exe)?\"?\s+/[a-z]|powershell(?:\.exe)?|pwsh(?:\.exe)?|mshta(?:\.exe)?)\b|%comspec%"
)
_POWERFUL = {
    "-544": "Administrators", "-512": "Domain Admins", "-518": "Schema Admins", "-519": "Enterprise Admins",
}  # fmt: skip
_OF_EXCHANGE = frozenset(
    {"organization management", "exchange trusted subsystem", "exchange windows permissions", "exchange servers"}
)
_SYSTEM = ("S-1-5-18", "S-1-5-19", "S-1-5-20")
_POOL = "S-1-5-82-"
_NEW_ACCOUNT = 4720


def logged(
    record: Record, idea: Idea, gravity: Gravity, who: str, shown: str, reason: str, path: str = ""
) -> LoggedAct:
    """Return an act of a record."""
    computer = record.text("computer") or ""
    return LoggedAct(idea, gravity, record.log, record.line, record.when_utc, who, computer, shown, reason, path)


def who_did(record: Record, prefix: str = "subject") -> str:
    r"""Return the account that an event names, ``DOMAIN\name``."""
    name, domain = record.text(f"data.{prefix}username") or "", record.text(f"data.{prefix}domainname") or ""
    return f"{domain}\\{name}" if name and domain else name


def iter_cleared(record: Record) -> Iterator[LoggedAct]:
    """Yield the clearing of a log: 1102 of the Security log, 104 of any other."""
    channel = record.text("data.channel") or ("Security" if record.number("event_id") == 1102 else "an event log")
    yield logged(
        record, Idea.LOG_CLEARED, Gravity.ODD, who_did(record), f"the log {channel} was cleared", "its events are gone"
    )


def iter_services(record: Record) -> Iterator[LoggedAct]:
    """Yield a service whose program is in an odd place, or is a command."""
    command = record.text("data.imagepath") or record.text("data.servicefilename") or ""
    reason, gravity = _service_reason(command, is_driver="kernel" in (record.text("data.servicetype") or "").lower())
    if not reason:
        return
    name = record.text("data.servicename") or "?"
    who = who_did(record) or record.text("user") or ""
    yield logged(record, Idea.SERVICE_MADE, gravity, who, f"service {name}: {command[:300]}", reason)


def _service_reason(command: str, *, is_driver: bool) -> tuple[str, Gravity]:
    suspicious = find_suspicious_command(command)
    if suspicious is not None:
        return f"its command has {suspicious[0]}", Gravity.GRAVE
    if _SHELL.search(command.lower()) is not None:
        return "a service is a program of its own, not a command", Gravity.GRAVE
    found = _PROGRAM.match(command.replace("\\??\\", ""))
    program = next(filter(None, found.groups()), "") if found is not None else ""
    if is_in_web_folder(program):
        return "its program is in a directory that is served", Gravity.GRAVE
    place = odd_place(program)
    if place is None:
        return "", Gravity.NOTE
    grave = place.sure and not is_driver
    return f"its program is in {place.words}", Gravity.GRAVE if grave else Gravity.LEAD


def iter_accounts(record: Record) -> Iterator[LoggedAct]:
    """Yield a new account of a person, or a new member of a powerful group."""
    target, who = record.text("data.targetusername") or "", who_did(record)
    maker = record.text("data.subjectusersid") or ""
    if record.number("event_id") == _NEW_ACCOUNT:
        shown, gravity, reason = f"the account {target} was created", Gravity.LEAD, "a way to return"
        if target.endswith("$"):
            gravity, reason = Gravity.GRAVE, "its name is that of a computer, which hides it from lists"
    else:
        named = record.text("data.membername") or "-"
        member = named if named != "-" else record.text("data.membersid") or "?"
        group = _powerful(record.text("data.targetsid") or "", target)
        if not group:
            return
        shown, gravity, reason = f"{member} became a member of {group}", Gravity.LEAD, "the group rules the server"
    if maker.startswith(_POOL):
        gravity, reason = Gravity.GRAVE, "the account of an application pool did it: a page, or who runs one"
    elif maker in _SYSTEM and gravity < Gravity.GRAVE:
        reason += "; the system itself did it, not a person"
    yield logged(record, Idea.ACCOUNT_MADE, gravity, who, shown, reason)


def _powerful(sid: str, name: str) -> str:
    """Return the name of a powerful group by its identifier or its name; empty for any other."""
    if sid.upper().startswith("S-1-5-"):
        known = next((words for end, words in _POWERFUL.items() if sid.endswith(end)), "")
        if known:
            return known
    return name if name.lower() in _OF_EXCHANGE else ""
