"""PageSettings: the settings for reading the files of a directory, from the configuration above it."""

from __future__ import annotations

import fnmatch
from enum import StrEnum
from typing import NamedTuple


class PageKind(StrEnum):
    """The way in which the server reads a file.

    ``WEB_FORM`` .aspx .ascx .master; ``WEB_HANDLER`` .ashx .asmx .svc .soap (directive, then source);
    ``APPLICATION`` .asax; ``CLASSIC_ASP`` .asp .asa .cer .cdx .inc; ``RAZOR`` .cshtml .vbhtml;
    ``CONFIG`` .config; ``PHP`` is run by an engine of its own; ``STATIC`` is sent unchanged and never executed.
    """

    WEB_FORM = "web_form"
    WEB_HANDLER = "web_handler"
    APPLICATION = "application"
    CLASSIC_ASP = "classic_asp"
    RAZOR = "razor"
    CONFIG = "config"
    PHP = "php"
    STATIC = "static"


class HandlerMapping(NamedTuple):
    """One handler or build provider that makes IIS execute files of a name pattern.

    ``pattern`` is lower-case with ``*`` (``*.png``, ``logo.png``); ``declared_in`` is the path of the configuration
    file for reports; ``mapped_by`` is ``handler``, ``http-handler`` or ``build-provider``; ``line`` is that of the
    element. ``*.`` means names without an extension, as in IIS. ``locked`` is true if a configuration above locks the
    section, so that the mapping has no effect. ``stock`` is true if the setup of a product writes the same element at
    this place.
    """

    pattern: str
    kind: PageKind
    declared_in: str
    mapped_by: str = "handler"
    line: int | None = None
    locked: bool = False
    stock: bool = False

    def covers(self, name: str) -> bool:
        """Return True if this mapping, unless it is locked, makes IIS execute a file of this name."""
        if self.pattern == "*.":
            return "." not in name
        return fnmatch.fnmatchcase(name.lower(), self.pattern)


class PageSettings(NamedTuple):
    """Settings in effect for the files of one directory, from the configuration chain above it.

    ``file_encoding`` is the .NET name in ``<globalization fileEncoding>``; ``default_language`` that of
    ``<compilation>``; ``language_aliases`` pairs of alias and canonical language (``c#``, ``vb``, ``jscript``);
    ``asp_code_page`` is the code page of classic pages that declare none (``None``: the system's); ``mappings`` only
    those that configuration adds to the defaults; ``is_of_server`` is true if applicationHost.config was read, so that
    these are all; ``locked_sections`` are sections (``system.webserver/modules``) that
    the server configuration forbids a ``web.config`` in the directory to set.

    Source: reference source of System.Web (GlobalizationSection, CompilationSection).
    """

    file_encoding: str | None = None
    ansi_encoding: str = "cp1252"
    default_language: str = "vb"
    asp_language: str = "vbscript"
    language_aliases: tuple[tuple[str, str], ...] = ()
    mappings: tuple[HandlerMapping, ...] = ()
    asp_code_page: int | None = None
    locked_sections: frozenset[str] = frozenset()
    is_of_server: bool = False

    def mapping_for(self, name: str) -> HandlerMapping | None:
        """Return the mapping for a file name; an effective one is preferred to a locked one, and any other to stock."""
        covering = [m for m in self.mappings if m.covers(name)]
        return min(covering, key=lambda m: (m.locked, m.stock), default=None)
