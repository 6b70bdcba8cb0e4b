from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.containers import zipped
from webshellhunt.sources.archive.zip_local import LOCAL_BYTES, local_header


def test_the_fields_of_a_header() -> None:
    data = zipped({"a.aspx": b"page" * 100})
    header = local_header(data)
    assert header is not None
    assert (header.method, header.size_bytes, header.name_bytes, header.has_sizes_later) == (8, 400, 6, False)
    assert local_header(data[: LOCAL_BYTES - 1]) is None
    assert local_header(data[1:]) is None


@given(st.binary(max_size=40))
def test_any_bytes(data: bytes) -> None:
    header = local_header(b"PK\x03\x04" + data)
    assert header is None or 0 <= header.name_bytes <= 0xFFFF
