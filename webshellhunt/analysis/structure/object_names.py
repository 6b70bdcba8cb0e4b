"""Names of objects: the calls that make an object by a name, and that name in its common form."""

from __future__ import annotations

MAKERS = frozenset(
    {"createobject", "getobject", "activexobject", "gettypefromprogid", "gettypefromclsid", "createinstance"}
)
"""Calls that make an object of a class that is named by a text."""


def identity(text: str) -> str:
    """Return the name in a text: a ProgID, a class id (``clsid:{…}``), a class (``winmgmts:…:Win32_Process``)."""
    return text.lower().rpartition(":")[2].strip("{}")


def plain_name(name: str) -> str:
    """Return the name or class id in a call that makes an object or loads a class, without the text around it."""
    return name.partition(",")[0].removeprefix("clsid:").removeprefix("new:").strip(" {}")
