"""Scheduled tasks as files: XML in UTF-16, as Windows writes it, and old ``.job`` files."""

from __future__ import annotations

import struct
from xml.sax.saxutils import escape

from tests.builders.inert import live


def task_file(
    command: str = "",
    arguments: str = "",
    *,
    class_id: str = "",
    account: str = "S-1-5-18",
    triggers: str = "<BootTrigger />",
    settings: str = "",
) -> bytes:
    """Return the file of a task with one action."""
    if class_id:
        action = f"<ComHandler><ClassId>{class_id}</ClassId></ComHandler>"
    else:
        words = f"<Arguments>{escape(live(arguments))}</Arguments>" if arguments else ""
        action = f"<Exec><Command>{escape(live(command))}</Command>{words}</Exec>"
    text = (
        '<?xml version="1.0" encoding="UTF-16"?>\r\n'
        '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\r\n'
        f"<Triggers>{triggers}</Triggers>\r\n"
        f'<Principals><Principal id="Author"><UserId>{account}</UserId></Principal></Principals>\r\n'
        f"<Settings>{settings}</Settings>\r\n"
        f'<Actions Context="Author">{action}</Actions>\r\n</Task>'
    )
    return text.encode("utf-16")


def job_file(command: str, arguments: str = "", author: str = "admin", *, hidden: bool = False) -> bytes:
    """Return a ``.job`` file."""
    head = struct.pack("<HH16xHH24xI16xH", 0x0602, 1, 70, 0, 0x200 if hidden else 0, 0)
    texts = (f"{live(each)}\0".encode("utf-16-le") for each in (command, arguments, "", author, ""))
    return head + b"".join(struct.pack("<H", len(each) // 2) + each for each in texts)
