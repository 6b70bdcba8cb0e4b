"""What is called a command: what starts a program, not what a database is asked."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import finding, read


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("vbscript-shell", "a command that a visitor sends is run: "),
        ("vbscript-database", "a visitor has a say in what a database runs, by a page that starts programs there: "),
    ],
)
def test_a_statement_of_a_database_is_not_called_a_command(name: str, words: str) -> None:
    assert finding(read(f"request_reaches_process/{name}"), "WSH1002").message.startswith(words)
