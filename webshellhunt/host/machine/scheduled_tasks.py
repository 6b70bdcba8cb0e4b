r"""Scheduled tasks: a task as its file describes it, XML below ``System32\Tasks`` or an old ``.job`` file.

Sources:
    https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema
    [MS-TSCH] 2.4 (.JOB file format)
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from webshellhunt.host.iis.xml_tree import Element, salvage_xml
from webshellhunt.lazy_pattern import lazy_pattern

LARGEST_BYTES: Final = 1024 * 1024
_FOLDER = lazy_pattern(r"(?i)(?:^|[\\/])(?:system32|syswow64|windows)[\\/]tasks[\\/](.{1,400})$")
_OF_SYSTEM = lazy_pattern(r"(?i)(?:system32|syswow64)[\\/]tasks[\\/]")
_TAG = lazy_pattern(r"<(/?)([A-Za-z][\w.-]{0,60})[^<>]{0,1000}?(/?)>")
_MOST_OPEN: Final = 50
_INTERVAL = lazy_pattern(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")
_MOST_ACTIONS: Final = 50
_LONGEST: Final = 8 * 1024
_JOB_STRINGS: Final = 70
"""The offset of the first text of a ``.job`` file, the name of the program."""
_JOB_HIDDEN: Final = 0x200
_ACCOUNTS: Final = {
    "s-1-5-18": "SYSTEM", "system": "SYSTEM", "nt authority\\system": "SYSTEM", "localsystem": "SYSTEM",
    "s-1-5-19": "LOCAL SERVICE", "nt authority\\local service": "LOCAL SERVICE", "local service": "LOCAL SERVICE",
    "s-1-5-20": "NETWORK SERVICE", "nt authority\\network service": "NETWORK SERVICE",
    "network service": "NETWORK SERVICE",
}  # fmt: skip
_TRIGGERS: Final = {
    "boottrigger": "at each start of Windows", "logontrigger": "at each sign-in", "idletrigger": "when idle",
    "registrationtrigger": "when it is registered", "eventtrigger": "after an event",
    "sessionstatechangetrigger": "when a session changes", "schedulebyday": "daily", "schedulebyweek": "weekly",
    "schedulebymonth": "monthly", "schedulebymonthdayofweek": "monthly", "timetrigger": "once",
    "wnfstatechangetrigger": "after an event",
}  # fmt: skip


class Action(NamedTuple):
    """An action: a command with its arguments, or the class of a COM handler, in upper case and braces."""

    command: str = ""
    arguments: str = ""
    class_id: str = ""

    @property
    def text(self) -> str:
        """Return the command line, or the class."""
        return self.class_id or f"{self.command} {self.arguments}".strip()


class Task(NamedTuple):
    r"""A task; ``name`` is its path in the Task Scheduler, and ``when`` its triggers in words.

    ``account`` is the account or group, ``SYSTEM`` for that of the system; ``logon_type`` is as in the file.
    """

    name: str
    actions: tuple[Action, ...]
    when: str = ""
    account: str = ""
    logon_type: str = ""
    hidden: bool = False
    enabled: bool = True

    @property
    def is_of_system(self) -> bool:
        """Return True if a task runs with an account of the system."""
        return self.account in _ACCOUNTS.values()

    @property
    def runs(self) -> str:
        """Return when and as whom a task runs: ``every 5 minutes, as SYSTEM``; empty if the file says neither."""
        account = f"as {self.account}" if self.account else ""
        return ", ".join(filter(None, ("" if self.enabled else "disabled", self.when, account)))


def task_name(path: str) -> str | None:
    r"""Return the name of the task that a file describes, by its path; ``None`` for a file at another place."""
    found = _FOLDER.search(path) if "tasks" in path.lower() else None
    return None if found is None else "\\" + found[1].replace("/", "\\")


def read_task(data: bytes, name: str) -> Task | None:
    """Return the task in a file; ``None`` if it is none."""
    if len(data) > LARGEST_BYTES:
        return None
    if name.lower().endswith(".job") and data[2:4] == b"\x01\x00":
        return _read_job(data, name)
    root, error = salvage_xml(data, name)
    if error is not None:
        closed, still = salvage_xml(_closed(data), name)
        root = closed if still is None else root
    return None if root is None or root.tag.lower() != "task" else _task(root, name)


def why_unread(data: bytes, path: str) -> str | None:
    """Return why the task of a file can't be read as a whole; ``None`` for a sound task and for any other file."""
    name = task_name(path)
    if name is None or not data or _OF_SYSTEM.search(path) is None:
        return None
    if len(data) > LARGEST_BYTES:
        return f"a scheduled task of more than {LARGEST_BYTES:,} bytes is not read"
    error = salvage_xml(data, name)[1]
    return None if error is None else f"the scheduled task is broken, and its actions may be incomplete ({error})"


def _closed(data: bytes) -> bytes:
    """Return the text of a task that was cut off, with the elements closed that are open at its end."""
    is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = data[: len(data) & ~1].decode("utf-16", "replace") if is_wide else data.decode("utf-8", "replace")
    if text.rfind("<") > text.rfind(">"):
        text = text[: text.rfind("<")]
    opened: list[str] = []
    for tag in _TAG.finditer(text):
        if not tag[1] and not tag[3]:
            opened.append(tag[2])
        elif tag[1] and opened:
            opened.pop()
    return (text + "".join(f"</{name}>" for name in reversed(opened[-_MOST_OPEN:]))).encode()


def _task(root: Element, name: str) -> Task:
    principal = root.find("principals/principal")
    who = "" if principal is None else (_text(principal, "userid") or _text(principal, "groupid"))
    return Task(
        name,
        tuple(islice(_actions(root), _MOST_ACTIONS)),
        ", ".join(dict.fromkeys(filter(None, map(_when, _children(root, "triggers"))))),
        _ACCOUNTS.get(who.lower(), who[:100]),
        "" if principal is None else _text(principal, "logontype")[:40],
        _text(root, "settings/hidden").lower() == "true",
        _text(root, "settings/enabled").lower() != "false",
    )


def _actions(root: Element) -> Iterator[Action]:
    for element in _children(root, "actions"):
        if element.tag.lower() == "exec":
            yield Action(_text(element, "command")[:_LONGEST], _text(element, "arguments")[:_LONGEST])
        elif element.tag.lower() == "comhandler":
            yield Action(class_id=_text(element, "classid")[:64].upper())


def _when(trigger: Element) -> str:
    """Return a trigger in words; an empty text for one that is switched off."""
    if _text(trigger, "enabled").lower() == "false":
        return ""
    interval = _INTERVAL.fullmatch(_text(trigger, "repetition/interval"))
    if interval is not None:
        days, hours, minutes, seconds = (int(each or 0) for each in interval.groups())
        total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
            if total and total % size == 0:
                return f"every {unit}" if total == size else f"every {total // size} {unit}s"
    kinds = (trigger.tag.lower(), *(child.tag.lower() for child in trigger.children))
    return next((_TRIGGERS[kind] for kind in kinds if kind in _TRIGGERS), "")


def _children(root: Element, name: str) -> Iterator[Element]:
    return (child for each in root.find_all(name) for child in each.children)


def _text(element: Element, path: str) -> str:
    child = element.find(path)
    return "" if child is None else child.text


def _read_job(data: bytes, name: str) -> Task | None:
    """Return the task of a ``.job`` file: its texts follow each other, each with the number of its characters."""
    texts: list[str] = []
    at = _JOB_STRINGS
    while len(texts) < 4 and at + 2 <= len(data):
        (count,) = struct.unpack_from("<H", data, at)
        texts.append(data[at + 2 : at + 2 + 2 * count].decode("utf-16-le", "replace").rstrip("\0"))
        at += 2 + 2 * count
    if not texts or not texts[0]:
        return None
    command, arguments, _, author = (*texts, "", "", "")[:4]
    (flags,) = struct.unpack_from("<I", data, 48)
    return Task(name, (Action(command, arguments),), account=author[:100], hidden=bool(flags & _JOB_HIDDEN))
