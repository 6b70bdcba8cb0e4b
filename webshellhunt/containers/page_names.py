"""Page names: the extensions of files that IIS runs, as far as a listing of names can say."""

from __future__ import annotations

PAGE_EXTENSIONS = frozenset(
    {"aspx", "ascx", "master", "ashx", "asmx", "asix", "svc", "soap", "rem", "asax", "asp", "asa", "cer", "cdx"}
    | {"cshtml", "vbhtml", "cshtm", "vbhtm"}
)
"""Extensions of pages: an archive with such a name in it may hold a web directory."""

SERVED_EXTENSIONS = PAGE_EXTENSIONS | {"xamlx", "inc", "config", "compiled", "php", "jsp", "jspx"}
"""Extensions that a server may run, or read for what to run: such a file is examined, whatever it begins with."""

RUN_EXTENSIONS = SERVED_EXTENSIONS | {
    "bat", "cjs", "cmd", "cs", "css", "dll", "exe", "hta", "htm", "html", "js", "jse", "jsl", "mjs", "ocx", "phtml",
    "ps1", "psm1", "sct", "shtm", "shtml", "stm", "sys", "vb", "vbe", "vbs", "wsc", "wsf", "xhtml",
}  # fmt: skip
"""Extensions of what a server, a browser or Windows runs, loads or compiles: such a file is examined, whatever it
begins with. The mark of a disk image may be a name in a script, or a part of a comment."""

STATIC_EXTENSIONS = frozenset(
    {"bmp", "csv", "gif", "ico", "jpeg", "jpg", "json", "log", "map", "pdf", "png", "svg", "ts", "txt", "webp", "xml"}
)
"""Extensions of what a server sends, and no disk image has: such a file is examined, too, and told all the same."""

IMAGE_EXTENSIONS = frozenset(("e01", "ex01", "l01", "vmdk", "vhd", "vhdx", "qcow2", "vdi", "aff4", "dd", "wim"))
"""Extensions of disk images: an archive with such a name in it may hold a whole server."""


def extension_of(name: str) -> str:
    """Return the lower-case extension of a name, without its dot; empty where it has none."""
    name = name.rstrip(". ")  # Windows opens x.js by the name "x.js. "
    return name.rpartition(".")[2].lower() if "." in name else ""
