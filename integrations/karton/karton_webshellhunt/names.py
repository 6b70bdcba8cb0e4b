"""The name of a sample on its server, if anything in the task still has it."""

from __future__ import annotations

import re

from karton.core import Task

ATTRIBUTE = "server-path"
"""The attribute by which a submitter states the path of the sample on its server."""

_LONGEST = 1024
_DIGEST = re.compile(
    r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})(?:\.bin|\.dat|\.malware)?", re.IGNORECASE
)
_EXTENSION = re.compile(r"[^\\/]\.[A-Za-z0-9]{1,12}\Z")


def server_path(task: Task, name: str | None) -> str | None:
    """Return the path that a sample had on its server, or ``None`` if only its content is known.

    The attribute ``server-path`` of the sample comes first, then the name of the resource; a digest, and a name without
    an extension, are no names of a page.
    """
    stated = task.get_payload("attributes")
    if isinstance(stated, dict):
        values = stated.get(ATTRIBUTE)
        paths = [each for each in values if isinstance(each, str)] if isinstance(values, list) else []
        if paths and _is_usable(paths[0]):
            return paths[0]
    return name if isinstance(name, str) and _is_usable(name) else None


def _is_usable(name: str) -> bool:
    last = re.split(r"[\\/]", name)[-1]
    lost = len(name) > _LONGEST or "\0" in name or _DIGEST.fullmatch(last) is not None
    return not lost and _EXTENSION.search(name) is not None
