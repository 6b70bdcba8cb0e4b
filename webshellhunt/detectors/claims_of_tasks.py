"""Claims about the scheduled task of a file, for the rules about tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from webshellhunt.detectors.contract import claim
from webshellhunt.host.machine.scheduled_tasks import LARGEST_BYTES, Task, read_task, task_name
from webshellhunt.model.findings import Evidence, FactValue, Finding
from webshellhunt.model.rules import Rule, Severity
from webshellhunt.views.sample import Sample

if TYPE_CHECKING:
    from webshellhunt.knowledge.task_claims import TaskClaim


def is_task(sample: Sample) -> bool:
    """Return True if a file is where Windows keeps its tasks, and not too large for one."""
    return task_name(sample.artifact.path) is not None and len(sample.data) <= LARGEST_BYTES


def claims_of(sample: Sample) -> Iterator[tuple[Task, TaskClaim]]:
    """Yield the claims about the task of a file."""
    from webshellhunt.knowledge.task_claims import judge_task  # here, for a quick start

    name = task_name(sample.artifact.path)
    task = None if name is None else read_task(sample.data, name)
    if task is not None:
        yield from ((task, odd) for odd in judge_task(task))


def claim_task(rule: Rule, sample: Sample, task: Task, odd: TaskClaim) -> Finding:
    """Return the finding about one action of a task; arguments may have passwords, so that no fact has them."""
    from webshellhunt.knowledge.task_claims import address_of  # here, for a quick start

    facts: dict[str, FactValue] = {
        "command": odd.action.command or None,
        "address": address_of(odd.action) or None,
        "class_id": odd.action.class_id or None,
        "runs": task.when or None,
        "account": task.account or None,
        "logon_type": task.logon_type or None,
        "hidden": task.hidden or None,
    }
    severity = rule.severity if odd.sure else Severity.LOW
    message = f"{odd.words}, {task.runs}" if task.runs else odd.words
    return claim(rule, message, _evidence(sample, odd), severity=severity, facts=facts)


def _evidence(sample: Sample, odd: TaskClaim) -> Evidence:
    """Return the place of an action in the file of its task."""
    text = odd.action.command or odd.action.class_id
    if not sample.layers:
        return sample.raw_evidence(max(sample.data.find(text.encode("utf-8", "replace")), 0), 1)
    layer = sample.layers[0]
    start = max(layer.text.upper().find(text.upper()), 0)
    return layer.evidence(start, start + len(text))
