"""Machine keys, however they are written: in settings and in pages they are the victim's."""

from __future__ import annotations

import pytest

from tests.secrets.cases import KEY, KEYS, OTHER_KEY, rest, values
from webshellhunt.secrets import find_secrets


@pytest.mark.parametrize("configuration", [True, False])
@pytest.mark.parametrize("spelling", KEYS)
def test_a_key_in_any_spelling(spelling: str, configuration: bool) -> None:
    text = spelling.replace("*", KEY).replace("+", OTHER_KEY)
    assert values(text, configuration=configuration) == [KEY, OTHER_KEY]


@pytest.mark.parametrize("glue", ["\n", "\r\n    ", '" +\n      "', '" & _\r\n "', "\\\n", "\\r\\n", "&#xA;"])
def test_a_key_in_pieces_is_one(glue: str) -> None:
    text = f'var key = "validationKey=" + "{KEY[:20]}{glue}{KEY[20:33]}{glue}{KEY[33:]}"; next()'
    assert values(text, configuration=False) == [KEY]
    assert rest(text, configuration=False) == 'var key = "validationKey=" + "*"; next()'


def test_a_key_of_any_characters_counts_among_settings() -> None:
    text = '<machineKey validationKey="no hexadecimal digits, yet a key" decryptionKey="AutoGenerate,IsolateApps"/>'
    assert values(text, configuration=True) == ["no hexadecimal digits, yet a key"]
    assert values(text, configuration=False) == []


@pytest.mark.parametrize(
    "text",
    [
        '<machineKey validationKey="AutoGenerate,IsolateApps" validation="SHA1"/>',
        'Response.Write(section.ValidationKey + "|" + section.Validation + "|" + section.DecryptionKey);',
        'type="System.Web.X, Version=4.0.0.0, PublicKeyToken=31bf3856ad364e35" validationKey="AutoGenerate"',
        f"sha256 {KEY}",
        f'<machineKey validationKey="{"." * 200}{KEY}"',
    ],
)
def test_what_is_no_key(text: str) -> None:
    assert values(text, configuration=False) == []


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_letters_of_two_bytes_that_were_read_as_two(order: str) -> None:
    text = f'<machineKey validationKey="{KEY}"/>'.encode(order).decode("latin-1")
    (found,) = find_secrets(text, 0, len(text), configuration=False)
    assert found.value == KEY
    assert text[found.start : found.end].replace("\0", "") == KEY
