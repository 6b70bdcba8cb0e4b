"""Names of objects: the calls that make an object by a name, and that name in its common form."""

from __future__ import annotations

from webshellhunt.analysis.vocabulary import vocabulary

MAKERS = frozenset(
    {"createobject", "getobject", "activexobject", "gettypefromprogid", "gettypefromclsid", "createinstance"}
)
"""Calls that make an object of a class that is named by a text."""
UPLOADED = frozenset({"postedfile", "filebytes", "filecontent", "filename", "saveas"})
"""Members of a control that are the upload of a visitor, its content or its name."""
CONTROL_TYPES = frozenset(
    {
        "textbox", "hiddenfield", "dropdownlist", "listbox", "fileupload", "htmlinputtext", "htmlinputhidden",
        "htmlinputpassword", "htmlinputfile", "htmltextarea", "htmlselect", "htmlinputcontrol",
    }
)  # fmt: skip
"""Types of controls that a visitor fills in."""


def identity(text: str) -> str:
    """Return the name in a text: a ProgID, a class id (``clsid:{…}``), a class (``winmgmts:…:Win32_Process``)."""
    return text.lower().rpartition(":")[2].strip("{}")


def plain_name(name: str) -> str:
    """Return the name or class id in a call that makes an object or loads a class, without the text around it."""
    return name.partition(",")[0].removeprefix("clsid:").removeprefix("new:").strip(" {}")


def named_type(name: str) -> str:
    """Return the type of the objects that a ProgID or a class id makes, as the vocabulary has it."""
    plain = name.lower().rpartition(":")[2].strip("{} ")
    return vocabulary().types.get(plain, plain)
