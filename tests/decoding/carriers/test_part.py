"""What a carrier contains, as a record."""

from __future__ import annotations

import pytest

from webshellhunt.decoding.carriers.part import CarriedPart


def test_the_facts_of_a_record_are_its_own_and_frozen() -> None:
    carried = CarriedPart("ZIP archive", "a.aspx", b"x", 0, 1)
    assert not carried.executes
    assert dict(carried.facts) == {}
    with pytest.raises(TypeError):
        carried.facts["a"] = 1  # type: ignore[index]
