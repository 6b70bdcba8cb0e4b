"""Parts of mail messages."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.builders.carried_code import SCRIPT
from tests.builders.pst import Mail, build_pst
from webshellhunt.decoding.carriers.mime import open_carrier
from webshellhunt.decoding.pst.permutation import decode_permuted


def message(attachment: bytes, encoding: str = "base64", *, name: str = "notes.txt") -> bytes:
    """Return a message with one attachment."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Prüfung", "sender@example.org", "owner@example.org"
    mail.set_content("See the attachment.")
    mail.add_attachment(attachment, maintype="application", subtype="octet-stream", cte=encoding, filename=name)
    return mail.as_bytes()


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "7bit"])
def test_an_attachment_is_decoded_and_located(encoding: str) -> None:
    data = message(SCRIPT, encoding)
    carried = list(open_carrier(data))
    assert [c.data.strip() for c in carried] == [SCRIPT]
    assert (carried[0].name, carried[0].executes) == ("notes.txt", False)
    assert (carried[0].facts["subject"], carried[0].facts["from"]) == ("Prüfung", "sender@example.org")
    if encoding == "7bit":
        assert data[carried[0].start : carried[0].end] == carried[0].data


@pytest.mark.parametrize("inner", [decode_permuted(SCRIPT), build_pst("owner", [Mail()])])
def test_another_carrier_inside_is_handed_on(inner: bytes) -> None:
    assert [c.data for c in open_carrier(message(inner))] == [inner]


def test_a_message_in_a_message_at_any_depth() -> None:
    whole = message(SCRIPT)
    for depth in range(60):
        head = f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b{depth}"\r\n\r\n--b{depth}\r\n'
        inner = b"Content-Type: message/rfc822\r\n\r\n" + whole
        whole = head.encode() + inner + f"\r\n--b{depth}--\r\n".encode()
    assert [c.data for c in open_carrier(whole)] == [SCRIPT]


def test_a_message_of_one_part() -> None:
    data = b"From: a@example.org\r\nContent-Type: text/plain\r\n\r\n" + SCRIPT
    assert [c.data for c in open_carrier(data)] == [SCRIPT]


@pytest.mark.parametrize(
    "data", [b"Name : value\r\n\r\n" + SCRIPT, message(b"text"), b"From: nobody\r\n\r\n" + SCRIPT, b""]
)
def test_what_is_no_message_or_holds_nothing(data: bytes) -> None:
    assert not list(open_carrier(data))
