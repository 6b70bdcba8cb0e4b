"""Extensions of pages, scripts, static files and disk images, for decisions by the name alone."""

from __future__ import annotations

PAGE_EXTENSIONS = frozenset(
    {"aspx", "ascx", "master", "ashx", "asmx", "asix", "svc", "soap", "rem", "asax", "asp", "asa", "cer", "cdx"}
    | {"cshtml", "vbhtml", "cshtm", "vbhtm"}
)
"""Extensions of pages: an archive with such a member may contain a web directory."""

SERVED_EXTENSIONS = PAGE_EXTENSIONS | {"xamlx", "inc", "config", "compiled", "php", "jsp", "jspx"}
"""Extensions of files that a server may run, or that configure it: such a file is always examined."""

RUN_EXTENSIONS = SERVED_EXTENSIONS | {
    "bat", "cjs", "cmd", "cs", "css", "dll", "exe", "hta", "htm", "html", "js", "jse", "jsl", "mjs", "ocx", "phtml",
    "ps1", "psm1", "sct", "shtm", "shtml", "stm", "sys", "vb", "vbe", "vbs", "wsc", "wsf", "xhtml",
}  # fmt: skip
"""Extensions of files that a server, a browser or Windows runs, loads or compiles: such a file is always examined,
since the signature of a container may be part of a script, such as a name or a comment."""

STATIC_EXTENSIONS = frozenset(
    {"bmp", "csv", "gif", "ico", "jpeg", "jpg", "json", "log", "map", "pdf", "png", "svg", "ts", "txt", "webp", "xml"}
)
"""Extensions of static files that disk images do not have: such a file is examined, too, and also reported as a gap."""

IMAGE_EXTENSIONS = frozenset(("e01", "ex01", "l01", "vmdk", "vhd", "vhdx", "qcow2", "vdi", "aff4", "dd", "wim"))
"""Extensions of disk images: an archive with such a member may contain a whole server."""

ARCHIVE_EXTENSIONS = frozenset({"zip", "tar", "tgz", "gz", "7z", "tbz", "tbz2", "bz2", "txz", "xz", "tzst", "zst"})
"""Extensions of archives that are opened in an archive or in a folder."""

COMPRESSED_EXTENSIONS = frozenset({"gz", "bz2", "xz", "zst"})
"""Extensions of one compressed file, which is an archive only if the name before the extension ends with ``.tar``."""

PACKED_DOCUMENTS = frozenset(
    {"apk", "appx", "docm", "docx", "dotx", "epub", "jar", "kmz", "msix", "nupkg", "odp", "ods", "odt", "potx", "ppsx"}
    | {"pptx", "vsdx", "vsix", "war", "whl", "xlsb", "xlsm", "xlsx", "xps"}
)
"""Extensions of documents and packages that are archives by their content, but no collection of files."""

ARCHIVE_LOCATIONS = frozenset({"zip", "7z", "tar", "tgz", "gz"})
"""Extensions of archives that are hunted as a location."""

IMAGE_LOCATIONS = frozenset({"dd", "raw", "img", "e01", "vhd", "vhdx", "vmdk", "vdi", "qcow2", "001"})
"""Extensions of disk images that are hunted as a location."""


def extension_of(name: str) -> str:
    """Return the lower-case extension of a name without its dot; empty if it has none."""
    name = name.rstrip(". ")  # Windows opens x.js by the name "x.js. "
    return name.rpartition(".")[2].lower() if "." in name else ""
