r"""Scheduled tasks as the registry has them: the tree of their names, and their actions.

The scheduler runs the actions of the registry; the XML file below ``System32\Tasks`` is a copy. ``Tree`` has a key for
each task with its ``Id``, its ``SD`` (without it no tool lists the task) and its ``Index`` (1 to 3; with 0 no tool
lists the task either). ``Tasks\{id}`` has the actions as one binary value.

Source: https://winreg-kb.readthedocs.io/en/latest/sources/system-keys/Task-scheduler.html;
https://www.microsoft.com/en-us/security/blog/2022/04/12/tarrask-malware-uses-scheduled-tasks-for-defense-evasion/
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

from webshellhunt.host.machine.paths import Lookup, fold
from webshellhunt.host.machine.registry_hive import Key, Registry
from webshellhunt.host.machine.scheduled_tasks import Action, Task
from webshellhunt.model.artifact import Entry, EntryKind

TASK_CACHE: Final = "Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache"
MOST_TASKS: Final = 5_000
_FILES: Final = ("Windows", "System32", "Tasks")
_EXECUTE, _HANDLER, _MAIL, _MESSAGE = 0x6666, 0x7777, 0x8888, 0x9999
_MOST_ACTIONS: Final = 32
_LONGEST: Final = 16 * 1024
NO_FILE: Final = "its file below System32\\Tasks is missing"


class TaskAction(NamedTuple):
    """One action: a program with its arguments and folder, or the class of a COM handler with its data."""

    program: str = ""
    arguments: str = ""
    folder: str = ""
    handler: str = ""
    data: str = ""

    @property
    def command(self) -> str:
        """The command line."""
        quoted = f'"{self.program}"' if " " in self.program and '"' not in self.program else self.program
        return f"{quoted} {self.arguments}".strip()


class CachedTask(NamedTuple):
    r"""One task of the registry.

    ``path`` is its name in the scheduler (``\Microsoft\Windows\X``), ``key`` the key that lists it, or that has its
    actions if the tree has none (``is_listed`` is false then). ``list_index`` is ``None`` without such a value, and
    ``has_file`` is ``None`` if the source does not show whether the task has a file.
    """

    path: str
    key: Key
    id: str
    is_listed: bool
    has_descriptor: bool
    list_index: int | None
    actions: tuple[TaskAction, ...]
    has_actions: bool
    author: str
    written_utc: datetime | None
    has_file: bool | None = None


def iter_tasks(registry: Registry) -> Iterator[CachedTask]:
    """Yield the tasks of a SOFTWARE hive: those of the tree, then those that the tree does not have."""
    tree = registry.find(f"{TASK_CACHE}\\Tree")
    above = registry.find(f"{TASK_CACHE}\\Tasks")
    details = {key.name.lower(): key for key in islice(registry.iter_keys(above) if above else (), MOST_TASKS)}
    seen: set[str] = set()
    for key in islice(registry.iter_below(tree) if tree is not None else (), 2 * MOST_TASKS):
        id_ = registry.find_text(key, "Id") or ""
        if not id_ and not (key.subkey_count == 0 and key.value_count):
            continue  # a folder
        seen.add(id_.lower())
        path = key.path[len(f"{TASK_CACHE}\\Tree") :]
        yield _task(registry, path, key, id_, details.get(id_.lower()), is_listed=True)
    for name, key in details.items():
        if name not in seen and registry.has_value(key, "Actions"):
            path = registry.find_text(key, "Path") or registry.find_text(key, "URI") or key.name
            yield _task(registry, path, key, key.name, key, is_listed=False)


def _task(registry: Registry, path: str, key: Key, id_: str, detail: Key | None, *, is_listed: bool) -> CachedTask:
    blob = registry.find_bytes(detail, "Actions") if detail is not None else None
    return CachedTask(
        path=path if path.startswith("\\") else f"\\{path}",
        key=key,
        id=id_,
        is_listed=is_listed,
        has_descriptor=registry.has_value(key, "SD") if is_listed else True,
        list_index=registry.find_number(key, "Index") if is_listed else None,
        actions=tuple(islice(iter_actions(blob or b""), _MOST_ACTIONS)),
        has_actions=blob is not None,
        author=(registry.find_text(detail, "Author") or "") if detail is not None else "",
        written_utc=key.written_utc,
    )


def with_files(tasks: list[CachedTask], lookup: Lookup, top: str) -> list[CachedTask]:
    """Return the tasks with ``has_file``; it stays unknown where fewer than half of them have one."""
    folder = lookup.find(top, _FILES)
    if folder is None:
        return tasks
    found = [_has_file(lookup, folder.path, task) for task in tasks]
    known = sum(found) * 2 >= len(found)
    return [task._replace(has_file=has) if known or has else task for task, has in zip(tasks, found, strict=True)]


def _has_file(lookup: Lookup, folder: str, task: CachedTask) -> bool:
    return lookup.find(folder, tuple(filter(None, task.path.split("\\")))) is not None


def iter_unlisted_files(tasks: list[CachedTask], lookup: Lookup, top: str) -> Iterator[Entry]:
    """Yield the files of tasks that the tree does not have, if it has at least half of them."""
    folder = lookup.find(top, _FILES)
    listed = {fold(task.path) for task in tasks if task.is_listed}
    files = list(islice(_files_below(lookup, folder.path), MOST_TASKS)) if folder is not None and listed else []
    start = len(folder.path) if folder is not None else 0
    lone = [each for each in files if fold(each.path[start:].replace("/", "\\")) not in listed]
    if len(lone) * 2 <= len(files):
        yield from lone


def _files_below(lookup: Lookup, folder: str, depth: int = 8) -> Iterator[Entry]:
    for entry in lookup.entries(folder):
        if entry.kind is EntryKind.FILE:
            yield entry
        elif entry.kind is EntryKind.DIRECTORY and depth:
            yield from _files_below(lookup, entry.path, depth - 1)


def iter_ways_to_hide(task: CachedTask) -> Iterator[str]:
    """Yield, in words, the ways in which a task is hidden from the tools that list tasks."""
    if not task.is_listed:
        yield "the tree of tasks has no entry for it"
    elif not task.has_descriptor:
        yield "its security descriptor (SD) was deleted, so that no tool lists it"
    if task.list_index == 0:
        yield "its index is 0, so that no tool lists it"
    if task.has_file is False and task.is_listed:
        yield NO_FILE


def scheduled_task(task: CachedTask) -> Task:
    """Return a task with the actions of the registry, as if its file had them."""
    actions = (Action(each.program, each.arguments, each.handler.upper()) for each in task.actions)
    return Task(task.path, tuple(each for each in actions if each.text), hidden=any(iter_ways_to_hide(task)))


class _Reader:
    """Reads the parts of a binary value one after the other; beyond its end all is empty."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def number(self, size: int) -> int:
        self.at += size
        return int.from_bytes(self._data[self.at - size : self.at], "little")

    def raw(self, size: int) -> bytes:
        self.at += size
        return self._data[self.at - size : self.at]

    def text(self) -> str:
        size = self.number(4)
        return self.raw(size)[:_LONGEST].decode("utf-16-le", "replace").rstrip("\0")

    @property
    def is_over(self) -> bool:
        return self.at >= len(self._data)


def iter_actions(blob: bytes) -> Iterator[TaskAction]:
    """Yield the actions of a binary value; a damaged rest is left out."""
    reader = _Reader(blob)
    version = reader.number(2)
    if not 1 <= version <= 3:
        return
    if version > 1:
        reader.text()  # the account
    while not reader.is_over:
        kind = reader.number(2)
        if kind in (_EXECUTE, _HANDLER, _MAIL, _MESSAGE):
            reader.text()  # the name of the action
        if kind == _EXECUTE:
            yield TaskAction(program=reader.text(), arguments=reader.text(), folder=reader.text())
            if version == 3:
                reader.number(2)
        elif kind == _HANDLER:
            raw = reader.raw(16)
            if len(raw) == 16:
                yield TaskAction(handler=f"{{{UUID(bytes_le=raw)}}}", data=reader.text())
        elif kind == _MESSAGE:
            reader.text(), reader.text()
        else:
            return  # mails, which no scheduler sends any more, and damage
