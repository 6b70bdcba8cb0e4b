"""Included logs: a log that a page includes is run, so that what it quotes counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.host.machine.paths import fold
from webshellhunt.model.verdict import Examination


def with_included_logs(examinations: Sequence[Examination]) -> list[Examination]:
    """Return examinations, those of logs that a page with a finding includes with the findings in what they quote."""
    if not any(each.quoted for each in examinations):
        return list(examinations)
    included = {
        fold(evidence.path)
        for each in examinations
        for finding in each.findings
        for evidence in finding.evidence
        if evidence.path != each.subject.path
    }
    return [
        replace(each, findings=each.quoted, quoted=()) if each.quoted and fold(each.subject.path) in included else each
        for each in examinations
    ]
