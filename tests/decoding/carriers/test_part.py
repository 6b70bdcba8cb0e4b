"""What a carrier contains, as a record."""

from __future__ import annotations

import pytest

from tests.builders.carried_code import SCRIPT
from tests.builders.containers import zipped
from webshellhunt.decoding.carriers.part import CarriedPart, is_worth_opening


def test_the_facts_of_a_record_are_its_own_and_frozen() -> None:
    carried = CarriedPart("ZIP archive", "a.aspx", b"x", 0, 1)
    assert not carried.executes
    assert dict(carried.facts) == {}
    with pytest.raises(TypeError):
        carried.facts["a"] = 1  # type: ignore[index]


@pytest.mark.parametrize(
    ("data", "worth"), [(SCRIPT, True), (zipped({"a.aspx": SCRIPT}), True), (b"plain text", False), (b"", False)]
)
def test_code_and_other_carriers_are_opened(data: bytes, worth: bool) -> None:
    assert is_worth_opening(data) is worth
