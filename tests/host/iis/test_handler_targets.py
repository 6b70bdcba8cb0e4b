from __future__ import annotations

import pytest

from webshellhunt.host.iis.handler_targets import (
    ASP_DLL,
    ASPNET_ISAPI,
    STOCK_KINDS,
    extension_of,
    is_stock_handler,
    is_stock_provider,
    kind_of_handler,
    kind_of_provider,
)
from webshellhunt.host.iis.sections import bare_type
from webshellhunt.model.settings import PageKind


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("System.Web.UI.PageHandlerFactory, System.Web", PageKind.WEB_FORM),
        ("System.Web.UI.SimpleHandlerFactory", PageKind.WEB_HANDLER),
        ("System.Web.Script.Services.ScriptHandlerFactory, System.Web.Extensions", PageKind.WEB_HANDLER),
        ("System.ServiceModel.Activation.HttpHandler, System.ServiceModel", PageKind.WEB_HANDLER),
        (ASP_DLL, PageKind.CLASSIC_ASP),
        (ASPNET_ISAPI, PageKind.WEB_FORM),
        ("System.Web.HttpForbiddenHandler", None),
        ("System.Web.StaticFileHandler", None),
        ("System.Web.Handlers.TransferRequestHandler", None),
        ("Contoso.PageHandlerFactory", None),
        ("php-cgi.exe", PageKind.PHP),
        ("php7isapi.dll", PageKind.PHP),
        ("phpx.txt", None),
        ("", None),
    ],
)
def test_kind_of_handler(target: str, kind: PageKind | None) -> None:
    assert kind_of_handler(bare_type(target)) is kind


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("System.Web.Compilation.PageBuildProvider", PageKind.WEB_FORM),
        ("System.Web.Compilation.MasterPageBuildProvider, System.Web", PageKind.WEB_FORM),
        ("System.Web.Compilation.WebHandlerBuildProvider", PageKind.WEB_HANDLER),
        ("System.Web.WebPages.Razor.RazorBuildProvider, System.Web.WebPages.Razor", PageKind.RAZOR),
        ("System.Web.Compilation.ForceCopyBuildProvider", None),
        ("Contoso.PageBuildProvider", None),
    ],
)
def test_kind_of_provider(target: str, kind: PageKind | None) -> None:
    assert kind_of_provider(bare_type(target)) is kind


@pytest.mark.parametrize(
    ("pattern", "extension"),
    [("*.png", ".png"), ("web.config", ".config"), ("*", ""), ("*.", ""), ("*.*", ""),
     ("*.p?g", ""), ("a.tar.gz", ".gz"), ("png", "")],
)  # fmt: skip
def test_extension_of(pattern: str, extension: str) -> None:
    assert extension_of(pattern) == extension


@pytest.mark.parametrize(("extension", "kind"), [*STOCK_KINDS.items()])
def test_what_the_server_does_itself_is_stock(extension: str, kind: PageKind) -> None:
    assert is_stock_provider(extension, kind)
    served = extension not in {".ascx", ".master", ".asax"}
    assert is_stock_handler(f"*{extension}", kind, "any") is served
    other = PageKind.CLASSIC_ASP if kind is not PageKind.CLASSIC_ASP else PageKind.WEB_FORM
    assert not is_stock_handler(f"*{extension}", other, ASP_DLL)
    assert not is_stock_provider(extension, other)


@pytest.mark.parametrize("pattern", ["*", "*.", "*.aspx", "*.axd", "*.config"])
def test_asp_net_may_see_every_request_without_running_every_file(pattern: str) -> None:
    assert is_stock_handler(pattern, PageKind.WEB_FORM, ASPNET_ISAPI)


def test_a_foreign_extension_is_never_stock() -> None:
    for target in (ASPNET_ISAPI, ASP_DLL, "system.web.ui.pagehandlerfactory"):
        assert not is_stock_handler("*.png", PageKind.WEB_FORM, target)
    assert is_stock_handler("*_AppService.axd", PageKind.WEB_HANDLER, "x")
    assert is_stock_handler("*.xoml", PageKind.WEB_HANDLER, "system.servicemodel.activation.httphandler")
    assert not is_stock_handler("*.axd", PageKind.CLASSIC_ASP, ASP_DLL)
    assert not is_stock_handler("*", PageKind.CLASSIC_ASP, ASP_DLL)
