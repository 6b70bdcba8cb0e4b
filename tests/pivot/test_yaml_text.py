"""YAML that any reader understands as the same data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.pivot.yaml_text import yaml_text

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
_texts = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    [
        "yes",
        "null",
        "~",
        "1e3",
        "0x1",
        "- a",
        "a: b",
        "#x",
        "&a",
        "*a",
        "!x",
        "%x",
        "@x",
        "`x",
        "'",
        '"',
        "\\",
        "2020-01-01",
        "\u2028",
    ]
)
_values = st.recursive(
    _texts | st.integers(0, 10**9) | st.lists(_texts, min_size=1, max_size=3),
    lambda inner: st.dictionaries(_texts.filter(bool), inner, min_size=1, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_texts.filter(bool), _values, min_size=1, max_size=4))
def test_what_is_written_is_read(value: dict[str, Any]) -> None:
    text = yaml_text(value)
    assert text.isascii()
    assert yaml.safe_load(text) == value


def test_a_list_in_a_list_is_refused() -> None:
    with pytest.raises(TypeError):
        yaml_text({"a": [["b"]]})
