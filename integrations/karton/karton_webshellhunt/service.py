"""The service: it examines each sample that may be code of a web server and replies with tags and attributes."""

from __future__ import annotations

from karton.core import Config, Karton, Task
from karton.core.backend import KartonBackend
from karton.core.resource import ResourceBase

from webshellhunt import Disposition, Job, Verdict, WebShellHuntError, __version__, examine

from .context import context_of
from .reply import refusal, reply

SECTION = "webshellhunt"
"""The section of ``karton.ini`` with the settings of this service."""


class Hunt(Karton):
    """Examines pages, scripts, configurations and modules of IIS and Exchange for back doors."""

    identity = "karton.webshellhunt"
    version: str | None = __version__
    filters: list[dict[str, object]] = [  # noqa: RUF012 - the form of the base class
        {"type": "sample", "stage": "recognized", "kind": "script"},
        {"type": "sample", "stage": "recognized", "kind": "html"},
        {"type": "sample", "stage": "recognized", "kind": "ascii"},
        {"type": "sample", "stage": "recognized", "kind": "utf-8"},
        {"type": "sample", "stage": "recognized", "kind": "iso-8859-1"},
        {"type": "sample", "stage": "recognized", "kind": "runnable", "extension": "dll"},
        {"type": "sample", "stage": "unrecognized", "kind": "unknown"},
    ]

    def __init__(
        self, config: Config | None = None, identity: str | None = None, backend: KartonBackend | None = None
    ) -> None:
        """Read the settings of the service.

        Raises:
            ValueError: ``report`` in the settings is not a disposition.
        """
        super().__init__(config=config, identity=identity, backend=backend)
        self._least = _disposition(self.config.get(SECTION, "report", Disposition.UNEXPLAINED.label))
        self._job = Job()

    def process(self, task: Task) -> None:
        """Examine the sample of a task, and send a reply if there is anything to say about it."""
        sample = task.get_payload("sample")
        if not isinstance(sample, ResourceBase):
            self.log.error("the task has no resource named 'sample', so nothing was examined")
            return
        most = self._job.limits.file_bytes
        if sample.size > most:
            self.send_task(refusal(sample, f"the sample has {sample.size} bytes, more than the limit of {most}"))
            return
        try:
            verdict = self._examine(task, sample)
        except WebShellHuntError as error:
            self.log.error("the sample was not examined: %s", error)  # noqa: TRY400 - one sentence, no traceback
            self.send_task(refusal(sample, str(error)))
            return
        if verdict.disposition >= self._least or verdict.gaps:
            self.send_task(reply(sample, verdict))

    def _examine(self, task: Task, sample: ResourceBase) -> Verdict:
        path, hints = context_of(task, sample.name)
        return examine(sample.content, path=path, hints=hints, job=self._job)


def _disposition(word: object) -> Disposition:
    labels = {each.label: each for each in Disposition}
    if word not in labels:
        raise ValueError(f"[{SECTION}] report is {word!r} in karton.ini; it must be one of {', '.join(labels)}")
    return labels[str(word)]
