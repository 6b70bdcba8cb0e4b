"""Words: the labels of the model in plain English, for the page."""

from __future__ import annotations

from typing import Final

from webshellhunt.model.log_results import MomentKind
from webshellhunt.model.report import AssessmentState, InputState
from webshellhunt.model.traffic import RECORD_FILES, LogKind, Use
from webshellhunt.model.verdict import Disposition, Presence, Subject, SubjectKind
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.writers.html.environment import name_of, second

STATES: Final = {
    AssessmentState.BACKDOORED_DESPITE_PATCH: ("bad", "Back doors, although patched"),
    AssessmentState.BACKDOORED_AND_VULNERABLE: ("bad", "Back doors, and vulnerable"),
    AssessmentState.BACKDOORED: ("bad", "Back doors"),
    AssessmentState.SUSPICIOUS_ONLY: ("warn", "Suspicious"),
    AssessmentState.EXPLOITATION_TRACES_ONLY: ("warn", "Traces of exploitation"),
    AssessmentState.KEYS_OR_CREDENTIALS_EXPOSED: ("warn", "Keys or credentials exposed"),
    AssessmentState.VULNERABLE_NOTHING_FOUND: ("warn", "Vulnerable, nothing found"),
    AssessmentState.NOTHING_FOUND: ("calm", "Nothing found"),
    AssessmentState.INCOMPLETE: ("warn", "Incomplete"),
}
"""The tone of each state, and its name; no state is called clean."""

SHAPES: Final = {
    Disposition.MALICIOUS: "⬢",
    Disposition.SUSPICIOUS: "▲",
    Disposition.UNEXPLAINED: "◆",
    Disposition.BENIGN: "○",
    Disposition.KNOWN_GOOD: "○",
}
"""A shape for each disposition, so that nobody depends on colours."""

_PRESENCES: Final = {
    Presence.PRESENT: "still there",
    Presence.DELETED: "deleted",
    Presence.NOT_COLLECTED: "not collected",
    Presence.NOT_READABLE: "not readable",
}

TIMES: Final = {
    "modified_utc": "modified",
    "created_utc": "created",
    "changed_utc": "record changed",
    "name_created_utc": "created, according to the name attribute",
    "name_modified_utc": "modified, according to the name attribute",
}
"""The times of a file; reading a file sets its access time, which is therefore no witness."""

MOMENTS: Final = {
    MomentKind.PLANTED: "planted",
    MomentKind.FIRST_USED: "first used",
    MomentKind.LAST_USED: "last used",
    MomentKind.FIXED: "fix installed",
    MomentKind.EXPLOITED: "exploited",
    MomentKind.VIEW_STATE: "view state",
    MomentKind.LOG_CLEARED: "log cleared",
    MomentKind.TAKEN: "taken",
    MomentKind.DETECTED: "detected by antivirus",
    MomentKind.REMOVED: "removed by antivirus",
    MomentKind.CREATED: "created",
    MomentKind.RENAMED: "renamed",
    MomentKind.DELETED: "deleted",
    MomentKind.OTHER: "other",
}

LOGS: Final = {
    LogKind.IIS: "IIS",
    LogKind.FTP: "FTP",
    LogKind.HTTP_ERR: "HTTP.sys errors",
    LogKind.HTTP_PROXY: "Exchange HttpProxy",
    LogKind.ECP_ACTIVITY: "ECP activity",
    LogKind.ECP_SERVER: "ECP server",
    LogKind.OAB_GENERATOR: "OAB generator",
    LogKind.CMDLET: "PowerShell requests",
    LogKind.EWS: "EWS",
    LogKind.MESSAGE_TRACKING: "message tracking",
    LogKind.EVENTS: "event logs",
}

INPUTS: Final = {
    "registry": ("Registry", "the paths of Exchange and the drive letters are assumed"),
    "configuration": ("IIS configuration", "files of other types that IIS executes are not found"),
    "pages": ("Pages", "there was no file to examine"),
    "compiled": ("Compiled pages", "traces of deleted shells are not found without them"),
    "logs": ("Logs", "it is unknown who requested a page, and when"),
}
"""The inputs of a hunt: the name of each, and the consequence without it."""

INPUT_STATES: Final = {
    InputState.HELD: "read",
    InputState.NOT_READ: "present, but not read",
    InputState.PARTIAL: "only partly available",
    InputState.MISSING: "missing",
}


def disposition_words(disposition: Disposition) -> str:
    """Return a disposition in words."""
    return disposition.label.replace("_", " ")


def many(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def times(count: int) -> str:
    """Return a number of times in words."""
    return "once" if count == 1 else f"{count:,} times"


def place_words(path: str, line: int, column: int, *, is_log: bool) -> str:
    """Return the place of an excerpt: a line and a column, or the line or record of a log."""
    if not is_log:
        return f"line {line:,}, column {column:,}"
    name = name_of(path.replace("/", "\\"))
    return f"{one_line(name)}, {'record' if name.lower().endswith(RECORD_FILES) else 'line'} {line:,}"


def use_words(use: Use) -> str:
    """Return the requests for a file in one sentence; a page that nobody requested is still a page."""
    if not use.requests:
        return "No request in the logs that were read; that does not make it harmless."
    if not use.answered:
        return f"Requested {times(use.requests)}, never with success; a page may run and still send an error."
    until = f" to {second(use.last_utc)}" if use.last_utc is not None and use.last_utc != use.first_utc else ""
    since = f", {second(use.first_utc)}{until} UTC" if use.first_utc is not None else ""
    others = f" of {many(use.requests, 'request')}" if use.requests != use.answered else ""
    sizes = f"; {many(use.sent_bytes, 'byte')} sent" if use.sent_bytes is not None else ""
    return f"Answered {times(use.answered)}{others}{since}{sizes}."


def presence_words(subject: Subject) -> str:
    """Return whether a subject is still there; a trace in a log is."""
    is_logged = subject.kind is SubjectKind.TRACE and subject.presence is Presence.PRESENT
    return "in the logs" if is_logged else _PRESENCES[subject.presence]
