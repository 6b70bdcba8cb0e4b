"""Events."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.logs.blocks import Read
from webshellhunt.logs.questions import Question, Tally
from webshellhunt.model.findings import Gap
from webshellhunt.model.traffic import LogFile


def search_events(
    read: Read, log: LogFile, questions: Sequence[Question]
) -> tuple[LogFile, list[tuple[Question, Tally]], list[Gap]]:
    """Search."""
    return log, [], []
