"""Worth: which files are worth reading by their names, wherever they lie."""

from __future__ import annotations

from webshellhunt.host.iis.handler_targets import STOCK_KINDS
from webshellhunt.model.artifact import Entry
from webshellhunt.model.settings import PageSettings

_ALSO_SERVED = (".asix", ".xamlx", ".inc", ".config", ".compiled", ".php", ".jsp", ".jspx")
SERVER_EXTENSIONS = frozenset(extension[1:] for extension in (*STOCK_KINDS, *_ALSO_SERVED))
"""Extensions that a server may execute, or read for what to execute, in whatever directory."""

_EXECUTED = frozenset(extension[1:] for extension in (*STOCK_KINDS, ".asix", ".xamlx"))
_OFTEN_ELSEWHERE = frozenset({"cer", "master", "rem", "soap"})  # of certificates, and of many programs
_SCRIPT_EXTENSIONS = frozenset(
    ("ps1", "psm1", "bat", "cmd", "vbs", "vbe", "js", "jse", "wsf", "hta", "cs", "vb", "txt"),
)
_SCRIPT_BYTES = 1024 * 1024
_PACKED_EXTENSIONS = frozenset(("zip", "rar", "7z", "cab", "pst", "dmp"))


def extension_of(name: str) -> str:
    """Return the extension of a name in lower case, without its dot; empty where it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def may_be_executed(name: str) -> bool:
    """Tell whether a link of this name may lead to code: a page by its extension, or a directory, which has none."""
    extension = extension_of(name)
    return not extension or extension in SERVER_EXTENSIONS


def is_executed(name: str, settings: PageSettings) -> bool:
    """Return True if IIS executes a file of this name, by default or by a mapping."""
    return extension_of(name) in _EXECUTED or settings.mapping_for(name) is not None


def indicates_web_directory(name: str) -> bool:
    """Return True if a file of this name lies in directories of web sites and hardly anywhere else."""
    return extension_of(name) in _EXECUTED - _OFTEN_ELSEWHERE or name.lower() == "web.config"


def is_archive_or_dump(name: str) -> bool:
    """Tell whether a file of this name may be what was packed to be carried off."""
    return extension_of(name) in _PACKED_EXTENSIONS


def is_candidate(entry: Entry, settings: PageSettings) -> bool:
    """Tell whether a file may be a page, what decides about one, or a script of an administrator or intruder."""
    extension = extension_of(entry.name)
    if extension in SERVER_EXTENSIONS or (extension in _SCRIPT_EXTENSIONS and entry.size_bytes <= _SCRIPT_BYTES):
        return True
    return settings.mapping_for(entry.name) is not None
