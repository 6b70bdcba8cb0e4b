from __future__ import annotations

import pytest

from webshellhunt.knowledge.type_names import TypeName, read_type


def test_a_full_name_is_taken_apart() -> None:
    text = "System.Web.X, System.Web, Version=4.0.0.0, Culture=neutral, PublicKeyToken=B03F5F7F11D50A3A"
    assert read_type(text) == TypeName("System.Web.X", "System.Web", "b03f5f7f11d50a3a")
    assert read_type("X") == TypeName("X", "", None)


@pytest.mark.parametrize(
    "text",
    [
        "System.Web.UI.PageHandlerFactory",
        "System.Web.Handlers.ScriptModule, System.Web.Extensions, PublicKeyToken=31bf3856ad364e35",
        "Microsoft.AI.Web.Module, Microsoft.AI.Web",
        "Microsoft.Exchange.HttpProxy.FbaModule, Microsoft.Exchange.FrontEndHttpProxy",
    ],
)
def test_own_names(text: str) -> None:
    assert read_type(text).is_microsoft


@pytest.mark.parametrize(
    "text",
    [
        "System.Web.X, Other",
        "System.Web.X, System.Web, PublicKeyToken=0123456789abcdef",
        "Microsoft.Exchange.X, App_Web_abcdefgh",
    ],
)
def test_borrowed_names(text: str) -> None:
    assert read_type(text).claims_microsoft
    assert not read_type(text).is_microsoft


@pytest.mark.parametrize("text", ["Systematic.X, Systematic", "Vendor.System.X", "", ","])
def test_names_of_others(text: str) -> None:
    assert not read_type(text).claims_microsoft
