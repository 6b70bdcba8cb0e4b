"""Values: small programs of each construct and library function, and what they pass to a sink.

One line of `values/<language>.toml` is a program and what each of its sinks gets (`tests.builders.values`). Those under
``missed`` have other values today: iterators that run in turns with their loops, references to variables, and such.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.builders.shares import Share
from tests.builders.values import DIALECTS, is_right

VALUES = Path(__file__).parent / "values"


@pytest.mark.parametrize("language", DIALECTS)
def test_values(language: str, share: Share) -> None:
    groups = tomllib.loads((VALUES / f"{language}.toml").read_text("utf-8"))
    rows = [(name, *row) for name, group in groups.items() for row in group["values"] if share.has(language, row[0], 3)]
    dialect = DIALECTS[language]
    wrong = [f"{name}: {code} {each}" for name, code, *each in rows if not is_right(dialect, code, each)]
    assert wrong == []
    missed = [
        code for group in groups.values() for code, *each in group.get("missed", ()) if is_right(dialect, code, each)
    ]
    assert missed == [], "no longer missed: they belong to the values"


@pytest.mark.parametrize("language", DIALECTS)
def test_a_value_that_is_not_expected_is_seen(language: str) -> None:
    dialect = DIALECTS[language]
    end = "" if language in ("vbscript", "vbnet") else ";"
    assert is_right(dialect, f'SINK«"a"»{end}', ['"a"'])
    assert not is_right(dialect, f'SINK«"a"»{end}', ['"b"'])
    assert not is_right(dialect, f'SINK«"a"»{end}', ["VISITOR"])
    assert not is_right(dialect, f'SINK«"a"»{end}', [['"a"', '"b"']])
    assert not is_right(dialect, f"SINK«VISITOR»{end}", ['"a"'])
    assert not is_right(dialect, f"SINK«VISITOR»{end}", ["UNKNOWN"])
    assert not is_right(dialect, f"SINK«VISITOR»{end}", ["NEVER"])
