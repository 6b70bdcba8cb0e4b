"""Reading: files in a fixed folder of the site are the site's."""

from __future__ import annotations

import pytest

from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.calling.outside.site_files import reads_site_file
from webshellhunt.analysis.domain.values import UNKNOWN, Text, Value


@pytest.mark.parametrize(
    ("language", "name", "argument", "answer"),
    [
        ("c#", "file.readalltext", Text(("templates/", TAINTED)), True),
        ("c#", "file.readalltext", Text((TAINTED, ".txt")), False),
        ("c#", "file.readalltext", Text(("name", TAINTED)), False),
        ("c#", "file.readalltext", TAINTED, False),
        ("c#", "file.readalltext", UNKNOWN, False),
        ("c#", "file.delete", Text(("templates/", TAINTED)), False),
        ("vbscript", "loadtemplate", Text(("templates/", TAINTED)), True),
        ("c#", "loadtemplate", Text(("templates/", TAINTED)), False),
    ],
)
def test_a_call_reads_a_file_of_the_site(language: str, name: str, argument: Value, answer: bool) -> None:
    assert reads_site_file(language, tuple(name.split(".")), [argument]) is answer
