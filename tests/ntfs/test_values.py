"""Values of names, times and bits, and those that are cut."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ntfs_parts as parts
from webshellhunt.ntfs.records import Reference
from webshellhunt.ntfs.values import NAME_BYTES, file_name, long_name, name_bits, standard_information

SECOND = 10**7
START = datetime(1601, 1, 1, tzinfo=UTC)
NAME = parts.file_name("page.aspx", 64, ticks=9 * SECOND, flags=0x20, tag=5)


def test_a_name_with_its_directory_and_times() -> None:
    found = file_name(NAME)
    assert found is not None
    assert (found.name, found.parent) == ("page.aspx", Reference(64, 1))
    assert found.created_utc == found.modified_utc == START + timedelta(seconds=9)
    assert (long_name(NAME), name_bits(NAME)) == ("page.aspx", (0x20, 5))


def test_the_short_form_of_a_name_is_none() -> None:
    short = parts.file_name("PAGE~1.ASP", 64, space=2)
    assert file_name(short) is None
    assert long_name(short) is None


def test_a_cut_name_is_none() -> None:
    for length in (0, 8, NAME_BYTES, len(NAME) - 1):
        assert file_name(NAME[:length]) is None
    assert file_name(parts.file_name("", 64)) is None


def test_times_and_bits() -> None:
    found = standard_information(parts.standard(5 * SECOND, 0x6))
    assert found is not None
    assert (found.created_utc, found.bits) == (START + timedelta(seconds=5), 0x6)


def test_cut_times_are_none() -> None:
    assert standard_information(parts.standard()[:31]) is None


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    standard_information(data)
    found = file_name(data)
    assert found is None or found.name
