"""Which contents of a carrier are opened in turn."""

from __future__ import annotations

import pytest

from tests.builders.carried_code import SCRIPT
from tests.builders.containers import zipped
from webshellhunt.decoding.nested import is_worth_opening


@pytest.mark.parametrize(
    ("data", "worth"), [(SCRIPT, True), (zipped({"a.aspx": SCRIPT}), True), (b"plain text", False), (b"", False)]
)
def test_code_and_other_carriers_are_opened(data: bytes, worth: bool) -> None:
    assert is_worth_opening(data) is worth
