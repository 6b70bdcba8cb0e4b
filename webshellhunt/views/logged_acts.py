"""Logged acts: acts of administration, services and worker processes in the server's own logs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.times import second_in_utc

LONGEST_SHOWN = 300
MOST_SHOWN = 20
"""The most acts whose times and words a finding has."""


class Idea(StrEnum):
    """The idea of an act: acts of one idea are one finding."""

    PAGE_PLANTED = "page_planted"
    RIGHTS_GRANTED = "rights_granted"
    MAIL_LED_ELSEWHERE = "mail_led_elsewhere"
    MAIL_EXPORTED = "mail_exported"
    AUDITING_OFF = "auditing_off"
    TRANSPORT_AGENT = "transport_agent"
    KEYS_HANDLED = "keys_handled"
    OBJECT_REFUSED = "object_refused"
    ADDRESS_FORGED = "address_forged"
    PAGE_FAILED = "page_failed"
    VIEW_STATE_REFUSED = "view_state_refused"
    LOG_CLEARED = "log_cleared"
    RECORDS_MISSING = "records_missing"
    SERVICE_MADE = "service_made"
    TASK_MADE = "task_made"
    CONSUMER_BOUND = "consumer_bound"
    ACCOUNT_MADE = "account_made"
    PAGE_WRITTEN = "page_written"
    INTERPRETER_STARTED = "interpreter_started"
    TUNNEL_STARTED = "tunnel_started"
    WORKER_CONNECTED = "worker_connected"
    THREAD_MADE = "thread_made"
    PAGE_DETECTED = "page_detected"
    PROTECTION_WEAKENED = "protection_weakened"
    EXCHANGE_WEAKENED = "exchange_weakened"
    CODE_AT_CMDLETS = "code_at_cmdlets"
    MITIGATIONS_FAILED = "mitigations_failed"
    CONTEXT = "context"
    """An act that no rule is about; it completes the story of others."""


class Gravity(IntEnum):
    """How much an act says by itself."""

    NOTE = 0
    LEAD = 1
    ODD = 2
    GRAVE = 3
    PROOF = 4

    @property
    def scales(self) -> tuple[Severity, Confidence]:
        """Return the severity and the confidence of a finding about such an act."""
        return _SCALES[self]


_SCALES = {
    Gravity.NOTE: (Severity.INFO, Confidence.LOW),
    Gravity.LEAD: (Severity.MEDIUM, Confidence.LOW),
    Gravity.ODD: (Severity.MEDIUM, Confidence.MEDIUM),
    Gravity.GRAVE: (Severity.HIGH, Confidence.MEDIUM),
    Gravity.PROOF: (Severity.CRITICAL, Confidence.HIGH),
}


class LoggedAct(NamedTuple):
    """One act according to one record.

    ``who`` is the user, the client or the program that did it; ``shown`` the act as it was logged; ``reason`` why it
    counts; ``path`` the file that it names, empty if it names none, or the address of a page. ``failed`` is true if the
    server refused it, ``removes`` if it removed the file. ``also`` are the other records about it: their log and their
    line.
    """

    idea: Idea
    gravity: Gravity
    log: str
    line: int
    when_utc: datetime | None
    who: str
    computer: str
    shown: str
    reason: str
    path: str = ""
    failed: bool = False
    removes: bool = False
    also: tuple[tuple[str, int], ...] = ()

    @property
    def words(self) -> str:
        """Return the act in one line, with its time."""
        by = f" ({self.who})" if self.who else ""
        failed = ", refused" if self.failed else ""
        return f"{time_words(self.when_utc)} {self.inert}{by}{failed}"

    @property
    def inert(self) -> str:
        """Return the act without its time, in which no tag is code; the evidence has it as it was logged."""
        return self.shown[:LONGEST_SHOWN].replace("<", "<·")


class LoggedActs(NamedTuple):
    """The acts of one idea at one place, ordered by time; ``total`` is the number of all, which may be larger."""

    idea: Idea
    acts: Sequence[LoggedAct]
    total: int

    @property
    def gravest(self) -> LoggedAct:
        """The act that says most; of several the earliest."""
        return max(self.acts, key=lambda act: (act.gravity, not act.failed))

    @property
    def users(self) -> tuple[str, ...]:
        """The users, clients or programs, the first ones first."""
        return tuple(dict.fromkeys(act.who for act in self.acts if act.who))[:MOST_SHOWN]

    @property
    def first_utc(self) -> datetime | None:
        """The time of the first act that has one."""
        return next((act.when_utc for act in self.acts if act.when_utc is not None), None)

    @property
    def last_utc(self) -> datetime | None:
        """The time of the last act that has one."""
        return next((act.when_utc for act in reversed(self.acts) if act.when_utc is not None), None)


def time_words(when: datetime | None) -> str:
    """Return a time as reports have it."""
    return second_in_utc(when) or "(no time)"
