"""Steps after gaps."""

from __future__ import annotations

from dataclasses import replace

from tests.verdict.test_assessment import DENIED
from webshellhunt.model.findings import Gap
from webshellhunt.model.report import ExchangeInstall, Host
from webshellhunt.verdict.gap_steps import causes_sentence, steps_missing, steps_unread

LOST = Gap("unreadable", "examine", "x.aspx", "locked", matters=True)
PAGES = Gap("directories-not-collected", "survey", "x", "19 of the 20 directories", matters=True)
IMAGE = Gap("image-not-opened", "examine", "x.E01", "an image", matters=True)


def test_what_may_not_be_read_is_named() -> None:
    (step,) = steps_unread([DENIED, replace(DENIED, matters=False, path="other")])
    assert step.items == (DENIED.path,)
    assert list(steps_missing([DENIED])) == [step]


def test_other_gaps_ask_for_a_full_image() -> None:
    first, second, last = steps_missing([replace(DENIED, code="too-large")], unopened=True)
    assert first.text.startswith("Read the files marked 'matters'")
    assert second.text.startswith("Unpack the archives")
    assert last.text.startswith("Hunt again on the server itself or on a full image")


def test_a_file_that_is_missing_needs_the_server() -> None:
    assert [step.text[:24] for step in steps_missing([LOST])] == ["Hunt again on the server"]
    assert causes_sentence([LOST]) == ""


def test_an_unopened_image_alone_needs_nothing_else() -> None:
    assert len(list(steps_missing([IMAGE], unopened=True))) == 1
    assert len(list(steps_missing([IMAGE, LOST], unopened=True))) == 2


def test_the_pages_of_the_installation_are_named() -> None:
    (step,) = steps_missing([PAGES], host=Host(exchange=(ExchangeInstall(r"D:\Exchange"),)))
    assert step.items == (r"C:\inetpub", r"D:\Exchange\FrontEnd\HttpProxy", r"D:\Exchange\ClientAccess")
