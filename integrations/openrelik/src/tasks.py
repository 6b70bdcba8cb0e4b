"""The task of the worker: hunt through the input files, and return reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from openrelik_worker_common.task_utils import create_task_result, get_input_files

import webshellhunt as wsh

from .app import celery
from .hunts import Hunted, Settings, hunt_all
from .inputs import Input, locate
from .results import Written, file_reports, task_report, write_files

TASK_NAME = "openrelik-worker-webshellhunt.tasks.hunt"
"""The name under which OpenRelik starts the task; its first part is the name of the queue."""

TASK_METADATA: dict[str, Any] = {
    "display_name": "webshellhunt",
    "description": "Finds web shells and other back doors of Exchange and IIS in files, archives and disk images",
    "task_config": [
        {
            "name": "all",
            "label": "List harmless files, too",
            "description": "List each examined file in the result files, not only those with findings",
            "type": "checkbox",
            "required": False,
        },
        {
            "name": "timeline",
            "label": "Pass on the timeline only",
            "description": "The next task, such as the upload to Timesketch, then gets no other result file",
            "type": "checkbox",
            "required": False,
        },
        {
            "name": "skip_logs",
            "label": "Do not read logs",
            "description": "Faster; but the use of back doors, and exploitation without a file, stay unknown",
            "type": "checkbox",
            "required": False,
        },
        {
            "name": "snapshots",
            "label": "Read volume shadow copies",
            "description": "Also examine earlier states of the volumes of a disk image",
            "type": "checkbox",
            "required": False,
        },
        {
            "name": "password",
            "label": "Password of encrypted archives",
            "description": "The password of encrypted ZIP archives and Velociraptor collections",
            "type": "text",
            "required": False,
        },
        {
            "name": "signatures",
            "label": "Further YARA rules",
            "description": "Rule files or folders in the worker, such as /usr/share/openrelik/data/yara, one a line",
            "type": "textarea",
            "required": False,
        },
    ],
}
"""The description of the task for the web page of OpenRelik."""

SECONDS_BETWEEN_EVENTS = 5.0


@celery.task(bind=True, name=TASK_NAME, metadata=TASK_METADATA)
def command(
    self: Any,  # noqa: ANN401 - Celery's task has no type
    pipe_result: str | None = None,
    input_files: list[Input] | None = None,
    output_path: str | None = None,
    workflow_id: str | None = None,
    task_config: Mapping[str, Any] | None = None,
) -> str:
    """Hunt through input files.

    Args:
        self: The running task.
        pipe_result: The result of the previous task, which has the input files, in base64.
        input_files: The input files of a first task.
        output_path: The folder for result files.
        workflow_id: The identifier of the workflow.
        task_config: The values of the form in ``TASK_METADATA``.

    Returns:
        The result of the task, in base64.

    Raises:
        RuntimeError: The task could not be done; the message is one sentence, which OpenRelik shows.
    """
    inputs = get_input_files(pipe_result, input_files or [])
    settings = Settings.of(task_config)
    try:
        with ExitStack() as stack:
            located = locate(inputs, output_path or "", stack)
            hunted = list(hunt_all(located, settings, _progress(self)))
            written = write_files(hunted, output_path or "", show_all=settings.all)
    except wsh.WebShellHuntError as error:
        raise RuntimeError(f"webshellhunt: {error}") from None
    except OSError as error:
        raise RuntimeError(f"webshellhunt: a file of the task can't be read or written: {error}") from None
    return _result(hunted, written, settings, workflow_id)


def _result(hunted: Sequence[Hunted], written: Written, settings: Settings, workflow_id: str | None) -> str:
    """Return the result of a task, in base64."""
    reports = [file.to_dict() for file in (written.readable, *written.others)]
    timeline = [written.timeline.to_dict()]
    result: str = create_task_result(
        output_files=timeline if settings.timeline else [*reports, *timeline],
        task_files=reports if settings.timeline else [],
        workflow_id=workflow_id,
        command="webshellhunt hunt",
        meta={"version": wsh.__version__},
        file_reports=file_reports(hunted, written.readable),
        task_report=task_report(hunted).to_dict(),
    )
    return result


def _progress(task: Any) -> Callable[..., None]:  # noqa: ANN401 - Celery's task has no type
    """Return a function that sends an event now and then, so that OpenRelik sees the task work."""
    last = time.monotonic()

    def send(*_: object) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_EVENTS:
            last = now
            task.send_event("task-progress")

    return send
