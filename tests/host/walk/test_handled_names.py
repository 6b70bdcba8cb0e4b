"""Names that a handler answers without a file: those of Exchange, and what a site maps itself."""

from __future__ import annotations

import pytest

from webshellhunt.host.walk.handled_names import HandledNames
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.sources.described import DescribedHost
from webshellhunt.sources.memory import MemorySource

OWA = r"C:\Program Files\Microsoft\Exchange Server\V15\ClientAccess\Owa"
SITE = r"C:\inetpub\wwwroot"


@pytest.fixture(scope="module")
def handled(clean_host: DescribedHost) -> HandledNames:
    return HandledNames(survey(clean_host.source(), Limits()))


def of_site(handlers: str) -> HandledNames:
    text = f"<configuration><system.webServer><handlers>{handlers}</handlers></system.webServer></configuration>"
    files = {"C/inetpub/wwwroot/web.config": text.encode(), "C/inetpub/wwwroot/shop/a.htm": b"", "C/Windows/x.txt": b""}
    return HandledNames(survey(MemorySource(files), Limits()))


@pytest.mark.parametrize("name", ["sessiondata.ashx", "SessionData.ashx", "Plt1.ashx", "processInvitation.aspx"])
def test_handlers_of_exchange_answer_without_a_file(handled: HandledNames, name: str) -> None:
    assert handled.answer(f"{OWA}\\{name}", shipped=True)


@pytest.mark.parametrize("name", ["x.aspx", "sessiondata.aspx", "x.ashx", "default.aspx"])
def test_other_names_need_a_file(handled: HandledNames, name: str) -> None:
    assert not handled.answer(f"{OWA}\\{name}")


def test_a_handler_that_compiles_pages_needs_the_file() -> None:
    assert not of_site('<add name="a" path="*.aspx" verb="*" type="System.Web.UI.PageHandlerFactory" />').answer(
        f"{SITE}\\x.aspx"
    )


def test_a_type_of_the_site_counts_where_no_setup_owns_the_folder() -> None:
    names = of_site('<add name="a" path="picture.ashx" verb="*" type="Shop.Pictures, Shop" />')
    assert names.answer(f"{SITE}\\picture.ashx")
    assert names.answer(f"{SITE}\\shop\\picture.ashx")
    assert names.answer(f"{SITE}\\shop\\missing folder\\picture.ashx")
    assert not names.answer(f"{SITE}\\picture.ashx", shipped=True)


def test_a_handler_for_each_name_says_nothing_about_one() -> None:
    assert not of_site('<add name="a" path="*" verb="*" type="Shop.Router, Shop" />').answer(f"{SITE}\\x.aspx")


def test_a_folder_that_no_configuration_reaches_has_none(handled: HandledNames) -> None:
    assert not handled.answer(r"D:\nowhere\sessiondata.ashx")
    assert not handled.answer("sessiondata.ashx")
