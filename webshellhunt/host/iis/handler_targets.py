"""Targets of handlers and build providers: the page kinds that they run, and the stock mappings."""

from __future__ import annotations

from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import PageKind

_HANDLER_TYPES: Final = {
    "system.web.ui.pagehandlerfactory": PageKind.WEB_FORM,
    "system.web.ui.simplehandlerfactory": PageKind.WEB_HANDLER,
    "system.web.services.protocols.webservicehandlerfactory": PageKind.WEB_HANDLER,
    "system.web.script.services.scripthandlerfactory": PageKind.WEB_HANDLER,
    "system.servicemodel.activation.httphandler": PageKind.WEB_HANDLER,
    "system.servicemodel.activation.servicehttphandlerfactory": PageKind.WEB_HANDLER,
    "system.runtime.remoting.channels.http.httpremotinghandlerfactory": PageKind.WEB_HANDLER,
}
_PROVIDER_TYPES: Final = {
    "system.web.compilation.pagebuildprovider": PageKind.WEB_FORM,
    "system.web.compilation.usercontrolbuildprovider": PageKind.WEB_FORM,
    "system.web.compilation.masterpagebuildprovider": PageKind.WEB_FORM,
    "system.web.compilation.webhandlerbuildprovider": PageKind.WEB_HANDLER,
    "system.web.compilation.webservicebuildprovider": PageKind.WEB_HANDLER,
    "system.web.compilation.applicationbuildprovider": PageKind.APPLICATION,
    "system.servicemodel.activation.servicebuildprovider": PageKind.WEB_HANDLER,
    "system.web.webpages.razor.razorbuildprovider": PageKind.RAZOR,
}
SERVICE_HANDLERS: Final = frozenset(
    {"system.servicemodel.activation.httphandler", "system.servicemodel.activation.servicehttphandlerfactory"}
)
"""Handlers that activate a WCF service and do not create pages."""

ASP_DLL: Final = "asp.dll"
ASPNET_ISAPI: Final = "aspnet_isapi.dll"
_ENGINE_OF_PHP = lazy_pattern(r"php[\w-]*+\.(?:exe|dll)")
"""``php-cgi.exe`` with FastCGI or CGI, ``php5isapi.dll``."""

STOCK_KINDS: Final = {
    **dict.fromkeys((".aspx", ".ascx", ".master"), PageKind.WEB_FORM),
    **dict.fromkeys((".ashx", ".asmx", ".svc", ".soap", ".rem"), PageKind.WEB_HANDLER),
    ".asax": PageKind.APPLICATION,
    **dict.fromkeys((".asp", ".asa", ".cer", ".cdx"), PageKind.CLASSIC_ASP),
    **dict.fromkeys((".cshtml", ".vbhtml", ".cshtm", ".vbhtm"), PageKind.RAZOR),
}
"""The page kind of each extension on a stock server; a mapping to the same kind is not an addition."""

_SERVICES_ONLY: Final = frozenset({".axd", ".rules", ".xoml", ".xamlx"})
"""Extensions of stock service handlers; a file of this name, if there is one, has no page or script."""

_NEVER_REQUESTED: Final = frozenset({".ascx", ".master", ".asax"})
"""Extensions that are compiled but served by HttpForbiddenHandler: another handler for one of them is an addition."""

# fmt: off
_ISAPI_STOCK: Final = frozenset({
    ".ad", ".adprototype", ".asax", ".ascx", ".ashx", ".asmx", ".aspq", ".aspx", ".axd", ".browser", ".cd",
    ".compiled", ".config", ".cs", ".cshtm", ".cshtml", ".csproj", ".dd", ".exclude", ".java", ".jsl", ".ldb", ".ldd",
    ".lddprototype", ".ldf", ".licx", ".master", ".mdb", ".mdf", ".msgx", ".refresh", ".rem", ".resources", ".resx",
    ".rules", ".sd", ".sdm", ".sdmdocument", ".sitemap", ".skin", ".soap", ".svc", ".vb", ".vbhtm", ".vbhtml",
    ".vbproj", ".vjsproj", ".vsdisco", ".webinfo", ".xamlx", ".xoml",
})
# fmt: on
"""Extensions that stock servers map to aspnet_isapi.dll; ASP.NET rejects requests for most of them."""


def extension_of(pattern: str) -> str:
    """Return the lower-case extension of all names that match a pattern, or ``""`` if they can differ."""
    _, dot, last = pattern.rpartition(".")
    return f".{last}" if dot and last and not set(last) & set("*?[") else ""


def kind_of_handler(target: str) -> PageKind | None:
    """Return the kind of page that a handler runs, from its type name or script processor (lower-case, bare)."""
    if target == ASP_DLL:
        return PageKind.CLASSIC_ASP
    if target == ASPNET_ISAPI:
        return PageKind.WEB_FORM
    if _ENGINE_OF_PHP.fullmatch(target) is not None:
        return PageKind.PHP
    return _HANDLER_TYPES.get(target)


def kind_of_provider(target: str) -> PageKind | None:
    """Return the kind of page that a build provider parses; ``None`` for resources, proxies and foreign types."""
    return _PROVIDER_TYPES.get(target)


def is_stock_handler(pattern: str, kind: PageKind, target: str) -> bool:
    """Return True if a stock server maps this pattern to this kind, so that the handler adds nothing.

    A handler to ``aspnet_isapi.dll`` for every file only forwards the request to ASP.NET; the ``httpHandlers`` decide
    the page kind, and they are read separately.
    """
    extension = extension_of(pattern)
    if target == ASPNET_ISAPI:
        return not extension or extension in _ISAPI_STOCK
    if extension in _SERVICES_ONLY:
        return kind is PageKind.WEB_HANDLER
    return STOCK_KINDS.get(extension) is kind and extension not in _NEVER_REQUESTED


def is_stock_provider(extension: str, kind: PageKind) -> bool:
    """Return True if the configuration of the framework compiles this extension as this kind."""
    return STOCK_KINDS.get(extension) is kind
