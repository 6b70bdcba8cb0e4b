from __future__ import annotations

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.containers import zipped
from webshellhunt.containers.zip_end import find_directory
from webshellhunt.sources.archive.views import BytesView
from webshellhunt.sources.archive.zip_directory import iter_members

FILES = {f"d/{number}.aspx": b"page" for number in range(3000)}


def names(data: bytes) -> list[str | None]:
    view = BytesView(data)
    place = find_directory(view.read, view.size_bytes)
    assert place is not None
    return [None if listed is None else listed.name for listed in iter_members(view, place, 0)]


def test_all_members_are_listed_also_after_other_data() -> None:
    data = zipped(FILES)
    assert names(data) == list(FILES)
    assert names(b"MZ a program" + data) == list(FILES)
    assert names(data + b"trailing") == list(FILES)


def test_zip64_is_read() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        with archive.open("big.txt", "w", force_zip64=True) as member:
            member.write(b"x")
        for number in range(66_000):
            archive.writestr(str(number), b"")
    found = names(stream.getvalue())
    assert len(found) == 66_001
    assert found[0] == "big.txt"


def test_a_damaged_directory_ends_with_none() -> None:
    data = zipped({"a": b"1", "b": b"2"})
    at = data.rindex(b"PK\x01\x02")
    assert names(data[:at] + b"XX" + data[at + 2 :]) == ["a", None]


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    view = BytesView(b"PK\x01\x02" + data + b"PK\x05\x06" + data)
    place = find_directory(view.read, view.size_bytes)
    if place is not None:
        assert len(list(iter_members(view, place, 0))) < 100
