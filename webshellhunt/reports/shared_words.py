"""Words that formats for people share: counts, names of logs, the presence of a subject, and what a patch is not."""

from __future__ import annotations

from typing import Final

from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Presence, Subject, SubjectKind

PATCH_NOTE: Final = "Patching does not remove these items: an update closes the vulnerability, and planted files stay."

LOG_NAMES: Final = {
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

_PRESENCES: Final = {
    Presence.PRESENT: "still there",
    Presence.DELETED: "deleted",
    Presence.NOT_COLLECTED: "not collected",
    Presence.NOT_READABLE: "not readable",
}


def many(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def is_logged(subject: Subject) -> bool:
    """Return True for a trace that is still in the logs."""
    return subject.kind is SubjectKind.TRACE and subject.presence is Presence.PRESENT


def presence_words(subject: Subject) -> str:
    """Return whether a subject is still there; of a trace in a log, the place where it is."""
    return "in the logs" if is_logged(subject) else _PRESENCES[subject.presence]
