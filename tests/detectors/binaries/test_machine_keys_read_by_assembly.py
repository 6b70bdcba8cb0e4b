"""Machine keys that a library hands out."""

from __future__ import annotations

import pytest

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import KEYS, handler


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("c.Response.Write(k.Validation·Key);", "to the response"),
        ('File.WriteAllText("a", k.Decryption·Key);', "to a file"),
    ],
)
def test_the_receiver_is_said(body: str, words: str) -> None:
    (finding,) = findings_of("WSH5011", handler(f"{KEYS} {body}"))
    assert words in finding.message


def test_other_values_of_the_section_are_no_keys() -> None:
    assert findings_of("WSH5011", handler(f"{KEYS} c.Response.Write(k.Validation);")) == []
