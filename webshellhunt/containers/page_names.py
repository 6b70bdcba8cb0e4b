"""Page names: the extensions of files that IIS runs, as far as a listing of names can say."""

from __future__ import annotations

PAGE_EXTENSIONS = frozenset(
    {"aspx", "ascx", "master", "ashx", "asmx", "asix", "svc", "soap", "rem", "asax", "asp", "asa", "cer", "cdx"}
    | {"cshtml", "vbhtml", "cshtm", "vbhtm"}
)
"""Extensions of pages: an archive with such a name in it may hold a web directory."""

SERVED_EXTENSIONS = PAGE_EXTENSIONS | {"xamlx", "inc", "config", "compiled", "php", "jsp", "jspx"}
"""Extensions that a server may run, or read for what to run: such a file is examined, whatever it begins with."""

IMAGE_EXTENSIONS = frozenset(("e01", "ex01", "l01", "vmdk", "vhd", "vhdx", "qcow2", "vdi", "aff4", "dd", "wim"))
"""Extensions of disk images: an archive with such a name in it may hold a whole server."""


def extension_of(name: str) -> str:
    """Return the lower-case extension of a name, without its dot; empty where it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
