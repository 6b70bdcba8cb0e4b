"""The context of a sample on its server, as far as the task still has it: its path, and how the server reads it."""

from __future__ import annotations

from karton.core import Task

from webshellhunt import Hints

PATH, MAPPING = "server-path", "server-mapping"
"""The attributes by which a submitter states the path of the sample on its server, and the extension or handler by
which the server reads it if that is not the one of its name."""


def context_of(task: Task, name: object) -> tuple[str | None, Hints]:
    """Return the path of a sample and the hints about it; without the attribute, the path is the name of the resource.

    Raises:
        UsageError: The stated mapping is neither an extension nor a handler.
    """
    path = _stated(task, PATH) or (name if isinstance(name, str) else None)
    return path or None, Hints(mapping=_stated(task, MAPPING))


def _stated(task: Task, attribute: str) -> str | None:
    """Return the first text of an attribute of the sample."""
    attributes = task.get_payload("attributes")
    values = attributes.get(attribute) if isinstance(attributes, dict) else None
    texts = values if isinstance(values, list) else []
    return next((each for each in texts if isinstance(each, str) and each), None)
