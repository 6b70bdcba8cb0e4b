"""File filter: the files that are examined because of their names, in any directory."""

from __future__ import annotations

from webshellhunt.host.iis.handler_targets import STOCK_KINDS
from webshellhunt.model.artifact import Entry
from webshellhunt.model.settings import PageSettings

_ALSO_SERVED = (".asix", ".xamlx", ".inc", ".config", ".compiled", ".php", ".jsp", ".jspx")
SERVER_EXTENSIONS = frozenset(extension[1:] for extension in (*STOCK_KINDS, *_ALSO_SERVED))
"""Extensions of files that a server may execute, or that configure the execution, in any directory."""

_EXECUTED = frozenset(extension[1:] for extension in (*STOCK_KINDS, ".asix", ".xamlx"))
_COMMON_ELSEWHERE = frozenset({"cer", "master", "rem", "soap"})  # also of certificates and of files of many programs
_SCRIPT_EXTENSIONS = frozenset(
    ("ps1", "psm1", "bat", "cmd", "vbs", "vbe", "js", "jse", "wsf", "hta", "cs", "vb", "txt")
)
_SCRIPT_BYTES = 1024 * 1024
_ARCHIVE_EXTENSIONS = frozenset(("zip", "rar", "7z", "cab", "pst", "dmp"))


def extension_of(name: str) -> str:
    """Return the lower-case extension of a name without its dot; empty if it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def may_be_executed(name: str) -> bool:
    """Return True if a link of this name may point to code: to a page by its extension, or to a directory."""
    extension = extension_of(name)
    return not extension or extension in SERVER_EXTENSIONS


def is_executed(name: str, settings: PageSettings) -> bool:
    """Return True if IIS executes a file of this name, by default or by a mapping."""
    return extension_of(name) in _EXECUTED or settings.mapping_for(name) is not None


def indicates_web_directory(name: str) -> bool:
    """Return True if files of this name occur in the directories of web sites and hardly anywhere else."""
    return extension_of(name) in _EXECUTED - _COMMON_ELSEWHERE or name.lower() == "web.config"


def is_archive_or_dump(name: str) -> bool:
    """Return True if a file of this name may be an archive or dump that was staged for exfiltration."""
    return extension_of(name) in _ARCHIVE_EXTENSIONS


def is_candidate(entry: Entry, settings: PageSettings) -> bool:
    """Return True if a file may be a page, the configuration of one, or a small script."""
    extension = extension_of(entry.name)
    if extension in SERVER_EXTENSIONS or (extension in _SCRIPT_EXTENSIONS and entry.size_bytes <= _SCRIPT_BYTES):
        return True
    return settings.mapping_for(entry.name) is not None
