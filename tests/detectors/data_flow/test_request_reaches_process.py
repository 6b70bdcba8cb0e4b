"""The messages separate started programs from statements of a database."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, read


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("vbscript-shell", "request data is run as a command: "),
        ("vbscript-database", "request data reaches a statement of a database, in a page that starts programs there: "),
    ],
)
def test_the_message_separates_commands_from_database_statements(name: str, words: str) -> None:
    assert finding(read(f"request_reaches_process/{name}"), "WSH1002").message.startswith(words)


@pytest.mark.parametrize("extension", ["txt", "aspx", "asp", "jpg"])
def test_a_handler_under_another_name_is_read_by_its_directive(extension: str) -> None:
    name = "request_reaches_process/handler-under-another-name"
    found = finding(changed(name, path=f"inetpub/wwwroot/status.{extension}"), "WSH1002")
    assert str(found.facts["read_as"]).startswith("a web handler, by its directive")


def test_a_handler_under_its_own_name_needs_no_word_about_it() -> None:
    name = "request_reaches_process/handler-under-another-name"
    assert "read_as" not in finding(changed(name, path="inetpub/wwwroot/status.ashx"), "WSH1002").facts
