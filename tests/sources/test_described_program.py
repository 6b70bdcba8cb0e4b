from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.binaries.pe import file_version
from webshellhunt.errors import FixtureError
from webshellhunt.sources.described import parse_described
from webshellhunt.sources.described_program import versioned_program

PART = st.integers(0, 0xFFFF)


@given(st.tuples(PART, PART, PART, PART))
def test_the_version_reads_back(version: tuple[int, int, int, int]) -> None:
    assert file_version(versioned_program(version)) == ".".join(map(str, version))


def described(stanza: str) -> bytes:
    (file,) = parse_described(f"webshellhunt-host: 1\n\nfile: C:/a/x.exe\n{stanza}").files
    return file.data


def test_a_described_program_has_the_version_that_is_written() -> None:
    assert file_version(described("form: program\nversion: 15.2.792.3\n")) == "15.2.792.3"


@pytest.mark.parametrize(
    "stanza",
    [
        "form: program\n",
        "form: program\nversion: 15.2\n",
        "form: program\nversion: 15.2.3.70000\n",
        "form: program\nversion: 15.2.3.x\n",
        "form: program\nversion: 15.2.3.4\n| body\n",
    ],
)
def test_what_is_no_version_is_an_error(stanza: str) -> None:
    with pytest.raises(FixtureError):
        described(stanza)
