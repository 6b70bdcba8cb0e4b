"""What a handler or build provider does with a file: which kind of page it makes of it, and what is stock."""

from __future__ import annotations

from typing import Final

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
"""Handlers that activate a WCF service: no page factories."""

ASP_DLL: Final = "asp.dll"
ASPNET_ISAPI: Final = "aspnet_isapi.dll"

STOCK_KINDS: Final = {
    **dict.fromkeys((".aspx", ".ascx", ".master"), PageKind.WEB_FORM),
    **dict.fromkeys((".ashx", ".asmx", ".svc", ".soap", ".rem"), PageKind.WEB_HANDLER),
    ".asax": PageKind.APPLICATION,
    **dict.fromkeys((".asp", ".asa", ".cer", ".cdx"), PageKind.CLASSIC_ASP),
    **dict.fromkeys((".cshtml", ".vbhtml", ".cshtm", ".vbhtm"), PageKind.RAZOR),
}
"""What each extension is before any configuration; a mapping that says the same is not an addition."""

_SERVICES_ONLY: Final = frozenset({".axd", ".rules", ".xoml", ".xamlx"})
"""Served by stock handlers of services, with no page or script in the file that is so named, if there is one."""

_NEVER_REQUESTED: Final = frozenset({".ascx", ".master", ".asax"})
"""Built, yet answered by HttpForbiddenHandler: a handler for one of these is news even though the kind is not."""

# fmt: off
_ISAPI_STOCK: Final = frozenset({
    ".ad", ".adprototype", ".asax", ".ascx", ".ashx", ".asmx", ".aspq", ".aspx", ".axd", ".browser", ".cd",
    ".compiled", ".config", ".cs", ".cshtm", ".cshtml", ".csproj", ".dd", ".exclude", ".java", ".jsl", ".ldb", ".ldd",
    ".lddprototype", ".ldf", ".licx", ".master", ".mdb", ".mdf", ".msgx", ".refresh", ".rem", ".resources", ".resx",
    ".rules", ".sd", ".sdm", ".sdmdocument", ".sitemap", ".skin", ".soap", ".svc", ".vb", ".vbhtm", ".vbhtml",
    ".vbproj", ".vjsproj", ".vsdisco", ".webinfo", ".xamlx", ".xoml",
})
# fmt: on
"""Extensions that stock servers hand to aspnet_isapi.dll, most only to have them refused by ASP.NET."""


def extension_of(pattern: str) -> str:
    """Return the lower-case extension that every name of a pattern has, or ``""`` where that is open."""
    _, dot, last = pattern.rpartition(".")
    return f".{last}" if dot and last and not set(last) & set("*?[") else ""


def kind_of_handler(target: str) -> PageKind | None:
    """Return the kind of page that a handler runs, from its type name or script processor (lower-case, bare)."""
    if target == ASP_DLL:
        return PageKind.CLASSIC_ASP
    if target == ASPNET_ISAPI:
        return PageKind.WEB_FORM
    return _HANDLER_TYPES.get(target)


def kind_of_provider(target: str) -> PageKind | None:
    """Return the kind of page that a build provider parses; ``None`` for resources, proxies and foreign types."""
    return _PROVIDER_TYPES.get(target)


def is_stock_handler(pattern: str, kind: PageKind, target: str) -> bool:
    """Tell whether a stock server maps this pattern to this kind itself, so that nothing is added.

    A handler to ``aspnet_isapi.dll`` for every file only lets ASP.NET see the request; its own ``httpHandlers`` decide
    what runs, and those are read for themselves.
    """
    extension = extension_of(pattern)
    if target == ASPNET_ISAPI:
        return not extension or extension in _ISAPI_STOCK
    if extension in _SERVICES_ONLY:
        return kind is PageKind.WEB_HANDLER
    return STOCK_KINDS.get(extension) is kind and extension not in _NEVER_REQUESTED


def is_stock_provider(extension: str, kind: PageKind) -> bool:
    """Tell whether the framework's own configuration builds this extension as this kind."""
    return STOCK_KINDS.get(extension) is kind
