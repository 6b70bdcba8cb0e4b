"""Acts that last: scheduled tasks that were registered or started, and consumers of WMI that were bound.

Sources:
    Microsoft, "4698(S): A scheduled task was created" and "4702(S): A scheduled task was updated"
    https://learn.microsoft.com/windows/win32/wmisdk/tracing-wmi-activity (events 5857 to 5861)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.correlation.server_acts.system import logged, who_did
from webshellhunt.host.machine.scheduled_tasks import read_task
from webshellhunt.knowledge.programs import judge_command
from webshellhunt.knowledge.task_claims import judge_task
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.traffic import Record
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct

_CONSUMER = lazy_pattern(r"(?i)(CommandLine|ActiveScript)EventConsumer\b")
_ACT = lazy_pattern(
    r"(?i)\b(?:CommandLineTemplate|ExecutablePath|ScriptText|ScriptFileName)\s*=\s*\"((?:[^\"\\]|\\.){1,4000})\""
)
_STOCK = "kerncap.vbs"
"""The command of a consumer of old Windows. Source: https://github.com/davidpany/WMI_Forensics"""


def iter_registered_tasks(record: Record) -> Iterator[LoggedAct]:
    """Yield an odd action of a task that was registered or changed (Security 4698 and 4702)."""
    content = record.text("data.taskcontentnew") or record.text("data.taskcontent") or ""
    task = read_task(content.encode("utf-8", "replace"), record.text("data.taskname") or "?") if content else None
    if task is None:
        return
    for claim in judge_task(task):
        gravity = Gravity.GRAVE if claim.sure else Gravity.LEAD
        shown = f"task {task.name}: {claim.action.command or claim.action.class_id}"
        reason = f"{claim.words} ({task.runs})" if task.runs else claim.words
        yield logged(record, Idea.TASK_MADE, gravity, who_did(record), shown, reason)


def iter_started_tasks(record: Record) -> Iterator[LoggedAct]:
    """Yield a task that started a program in an odd folder (Task Scheduler 129 and 200); no arguments are logged."""
    program = record.text("data.path") or record.text("data.actionname") or ""
    odd = judge_command(f'"{program}"') if "\\" in program else None
    if odd is not None and odd.sure:
        shown = f"task {record.text('data.taskname') or '?'} started {program[:300]}"
        yield logged(record, Idea.TASK_MADE, Gravity.GRAVE, "", shown, odd.words)


def iter_bound_consumers(record: Record) -> Iterator[LoggedAct]:
    """Yield a consumer of WMI that runs a program and was bound to a filter (5861)."""
    name, cause = record.text("data.consumer") or "", record.text("data.possiblecause") or ""
    kind = _CONSUMER.search(name) or _CONSUMER.search(cause)
    if kind is None or _STOCK in cause.lower():
        return
    acts = [re.sub(r"\\(.)", r"\1", found[1]) for found in _ACT.finditer(cause)]
    odd = next(filter(None, map(judge_command, acts)), None)
    what = f": {odd.words}" if odd is not None and odd.sure else ""
    reason = f"Windows runs its command at each event of its filter{what}"
    shown = f"WMI consumer {name[:100]}: {' '.join(acts)[:300]}"
    yield logged(record, Idea.CONSUMER_BOUND, Gravity.GRAVE, record.text("user") or "", shown, reason)
