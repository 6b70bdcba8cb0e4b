"""The messages separate started programs from statements of a database."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import finding, read


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("vbscript-shell", "request data is run as a command: "),
        ("vbscript-database", "request data reaches a statement of a database, in a page that starts programs there: "),
    ],
)
def test_the_message_separates_commands_from_database_statements(name: str, words: str) -> None:
    assert finding(read(f"request_reaches_process/{name}"), "WSH1002").message.startswith(words)
