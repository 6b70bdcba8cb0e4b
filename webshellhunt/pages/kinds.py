"""How IIS treats a file, by its extension and configuration."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.model.settings import HandlerMapping, PageKind, PageSettings

# Default handlers and build providers of .NET 4 and classic ASP; .asix, .soap, .rem and .svc are executed too.
_SERVED = {
    "aspx": PageKind.WEB_FORM,
    "ashx": PageKind.WEB_HANDLER,
    "asmx": PageKind.WEB_HANDLER,
    "asix": PageKind.WEB_HANDLER,
    "soap": PageKind.WEB_HANDLER,
    "rem": PageKind.WEB_HANDLER,
    "svc": PageKind.WEB_HANDLER,
    "asp": PageKind.CLASSIC_ASP,
    "cer": PageKind.CLASSIC_ASP,
    "cdx": PageKind.CLASSIC_ASP,
    "cshtml": PageKind.RAZOR,
    "vbhtml": PageKind.RAZOR,
}
# Not served on request, but executed when a page includes them or an application starts.
_PULLED = {
    "ascx": PageKind.WEB_FORM,
    "master": PageKind.WEB_FORM,
    "asax": PageKind.APPLICATION,
    "asa": PageKind.CLASSIC_ASP,
    "inc": PageKind.CLASSIC_ASP,
}
OF_PHP = frozenset({"php", "phtml", "php3", "php4", "php5", "php7", "php8"})
"""Extensions that no stock server runs: a mapping does, and where nobody knows the mappings, one is assumed."""
_CODE_FOLDER = "app_code"
_SOURCES = {"cs": "c#", "vb": "vb"}
_CLASSIC_IN_THE_MIDDLE = frozenset({"asp", "asa", "cer", "cdx"})


class PageNature(NamedTuple):
    """How the server reads a file, and whether it executes the code in it.

    ``executable``: it is executed, on request or when a page includes it; ``served``: on request.
    ``mapping`` is the deciding configuration, ``None`` for the server's defaults.
    """

    kind: PageKind
    executable: bool
    mapping: HandlerMapping | None = None
    served: bool = False


_STATIC = PageNature(PageKind.STATIC, executable=False)
_CONFIG = PageNature(PageKind.CONFIG, executable=False)


def effective_name(name: str) -> str:
    """Return the name that Windows opens: no stream, no trailing dots and spaces, no folders, lower-case."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = last.partition(":")[0].rstrip(". ")
    return (plain or last).lower()


def nature_of(name: str, settings: PageSettings) -> PageNature:
    """Return how IIS treats a file of this name under these settings.

    An active mapping decides first; a locked one has no effect and is kept as evidence. A name such as
    ``x.asp;.jpg`` is classic ASP to IIS 6.
    """
    plain = effective_name(name)
    mapping = settings.mapping_for(plain) if settings.mappings else None
    if mapping is not None and not mapping.locked:
        executable = mapping.kind not in (PageKind.STATIC, PageKind.CONFIG)
        return PageNature(mapping.kind, executable, mapping, served=executable)
    nature = _default_nature(plain)
    if not settings.is_of_server and plain.rpartition(".")[2] in OF_PHP:
        nature = PageNature(PageKind.PHP, executable=True, served=True)
    if not nature.executable and (inner := _stream_name(name)):
        # A stream is not requested directly, but a page or an older server may execute it by its own name.
        nature = _default_nature(inner)
    if mapping is not None:
        return PageNature(nature.kind, nature.executable, mapping, nature.served)
    return nature


def application_source(path: str) -> str | None:
    """Return the language of a source in ``App_Code``, which ASP.NET compiles at the start of its application.

    ``None`` for any other file: the framework's own ``web.config`` has no build provider for ``.js`` and ``.jsl``.
    """
    folders, _, name = path.lower().replace("\\", "/").rpartition("/")
    language = _SOURCES.get(effective_name(name).rpartition(".")[2])
    return language if language is not None and _CODE_FOLDER in folders.split("/") else None


def _default_nature(plain: str) -> PageNature:
    """Return how the server treats a name without a mapping."""
    extension = plain.rpartition(".")[2] if "." in plain else ""
    if extension in _SERVED:
        return PageNature(_SERVED[extension], executable=True, served=True)
    if extension in _PULLED:
        return PageNature(_PULLED[extension], executable=True)
    if extension == "config":
        return _CONFIG
    if ";" in plain and _cut_at_semicolon(plain):
        return PageNature(PageKind.CLASSIC_ASP, executable=True, served=True)
    return _STATIC


def _stream_name(name: str) -> str:
    """Return the name of an alternate data stream in a file's name, lower-case, or ``""``."""
    stream = name.replace("\\", "/").rpartition("/")[2].partition(":")[2]
    return stream.partition(":")[0].rstrip(". ").lower()


def _cut_at_semicolon(plain: str) -> bool:
    """Return whether IIS 6 reads the part before a semicolon as the name of a classic page."""
    return any(part.rpartition(".")[2] in _CLASSIC_IN_THE_MIDDLE for part in plain.split(";")[:-1] if "." in part)
