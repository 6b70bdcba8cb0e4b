"""The use of a subject and its presence, in few words for a table and in one sentence."""

from __future__ import annotations

from typing import Final

from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Presence, Subject, SubjectKind
from webshellhunt.reports.printable import one_line
from webshellhunt.views import use_words

_PRESENCES: Final = {
    Presence.PRESENT: "still there",
    Presence.DELETED: "deleted",
    Presence.NOT_COLLECTED: "not collected",
    Presence.NOT_READABLE: "not readable",
}


def is_logged(subject: Subject) -> bool:
    """Return True for a trace that is still in the logs."""
    return subject.kind is SubjectKind.TRACE and subject.presence is Presence.PRESENT


def presence_words(subject: Subject) -> str:
    """Return whether a subject is still there; of a trace in a log, the place where it is."""
    return "in the logs" if is_logged(subject) else _PRESENCES[subject.presence]


def use_sentence(use: Use) -> str:
    """Return the use of a file in one sentence."""
    return one_line(use_words.use_sentence(use))
