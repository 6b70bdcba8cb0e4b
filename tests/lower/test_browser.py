"""Scripts of a browser in the core language."""

from __future__ import annotations

import pytest

from webshellhunt.lower.browser import makes_digest, makes_test


@pytest.mark.parametrize(
    "name", ["md5", "hex_md5", "hex_hmac_md5", "sha256", "sha_1", "createhash", "digest", "bcrypt"]
)
def test_digests(name: str) -> None:
    assert makes_digest(name)


@pytest.mark.parametrize("name", ["isvalid", "checkpassword", "zxcvbn", "match", "parseint", "indexof"])
def test_tests(name: str) -> None:
    assert makes_test(name)


@pytest.mark.parametrize("name", ["encode", "btoa", "send", "escape", "x" * 99, ""])
def test_other_functions(name: str) -> None:
    assert not makes_digest(name)
    assert not makes_test(name)
