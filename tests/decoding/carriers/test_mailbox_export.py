"""Scripts in mailbox exports, and what the export tells of itself."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from tests.builders.carried_code import SCRIPT
from tests.builders.pst import Mail, build_pst
from tests.builders.steps import at_most
from webshellhunt.decoding.carriers.mailbox_export import BEFORE, CARRIER, open_carrier
from webshellhunt.decoding.pst.permutation import decode_permuted

_SENT = datetime(2021, 8, 20, 9, 30, tzinfo=UTC)
_NONE, _PERMUTED, _CYCLIC = 0, 1, 2


def _export(*, crypt: int = _PERMUTED, ansi: bool = False, said: int | None = None) -> bytes:
    """Return an export whose second message holds a script that lies on disk in the clear."""
    inner = decode_permuted(SCRIPT) if crypt == _PERMUTED else SCRIPT
    carrying = Mail(
        "Holidays",
        "intruder@example.net",
        submitted=_SENT,
        attachments={"a.txt": b"text", "b.doc": b"x" * 9000 + inner},
    )
    return build_pst("Archive", [Mail("Lunch"), carrying, Mail("Dinner")], crypt=crypt, ansi=ansi, said=said)


@pytest.mark.parametrize("ansi", [False, True])
@pytest.mark.parametrize(("crypt", "said"), [(_PERMUTED, 1), (_PERMUTED, 0), (_NONE, 0), (_NONE, 1)])
def test_a_script_in_the_clear_and_the_message_that_carries_it(crypt: int, said: int, *, ansi: bool) -> None:
    data = _export(crypt=crypt, ansi=ansi, said=said)
    first = next(iter(open_carrier(data)))
    assert (first.carrier, first.data, first.executes) == (CARRIER, SCRIPT, True)
    assert data[first.start : first.end] == SCRIPT
    expected = {
        "mailbox": "owner@example.org",
        "store": "Archive",
        "folder": "Inbox",
        "subject": "Holidays",
        "sender": "intruder@example.net",
        "recipients": "owner@example.org",
        "attachments": ("a.txt", "b.doc"),
        "attachment": "b.doc",
        "submitted": "2021-08-20T09:30:00Z",
        "delivered": "2021-08-20T09:30:05Z",
        "modified": "2021-08-20T09:31:00Z",
        "messages": 3,
        "form": "ANSI" if ansi else "Unicode",
        "encoding": "permutation" if crypt == _PERMUTED else "none",
    }
    assert {name: first.facts[name] for name in expected} == expected
    assert "submitted 2021-08-20T09:30:00Z" in first.facts["times"]  # type: ignore[operator]


@pytest.mark.parametrize("ansi", [False, True])
@pytest.mark.parametrize("crypt", [_PERMUTED, _NONE, _CYCLIC])
def test_an_independent_parser_reads_what_the_builder_writes(crypt: int, *, ansi: bool) -> None:
    pypff = pytest.importorskip("pypff", reason="libpff-python is not installed")
    store = pypff.file()
    store.open_file_object(io.BytesIO(_export(crypt=crypt, ansi=ansi)))
    message = store.get_root_folder().get_sub_folder(0).get_sub_message(1)
    attachment = message.get_attachment(1)
    content = attachment.read_buffer(attachment.size)
    assert content[9000:] == (decode_permuted(SCRIPT) if crypt == _PERMUTED else SCRIPT)
    assert (message.subject, message.sender_name) == ("Holidays", "intruder@example.net")
    assert message.client_submit_time == _SENT.replace(tzinfo=None)


def test_the_cyclic_way_is_read_too() -> None:
    carried = list(open_carrier(_export(crypt=_CYCLIC)))
    assert [(c.name, c.executes) for c in carried] == [("header", False)]
    assert (carried[0].facts["mailbox"], carried[0].facts["encoding"]) == ("owner@example.org", "cyclic")


def test_a_script_that_the_export_made_unreadable_is_no_page() -> None:
    data = build_pst("Archive", [Mail("Lunch"), Mail("Code", attachments={"a.txt": SCRIPT})])
    carried = list(open_carrier(data))
    assert [(c.name, c.data, c.executes) for c in carried] == [("text of a message", SCRIPT, False)]
    assert carried[0].facts["subject"] == "Code"


@pytest.mark.parametrize("around", [(b"", b""), (b"EDB" + bytes(5000), bytes(5000)), (b"\x95" * 50, b"")])
def test_what_is_ready_to_be_exported_is_seen_in_any_file(around: tuple[bytes, bytes]) -> None:
    prepared = decode_permuted(SCRIPT)
    assert prepared.startswith(bytes.fromhex("95d65486b76914"))
    carried = list(open_carrier(prepared.join(around)))
    assert [(c.carrier, c.data, c.executes) for c in carried] == [(BEFORE, SCRIPT, False)]
    assert carried[0].start == len(around[0])


def test_a_cut_store_still_gives_script_and_strings() -> None:
    whole = _export()
    first = next(iter(open_carrier(whole)))
    cut = list(open_carrier(whole[: first.end]))
    assert cut[0].data == SCRIPT
    assert {"sender@example.org", "a.txt"} <= set(cut[0].facts["strings"])  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [b"", b"!BDM", SCRIPT, b"text"])
def test_other_files_are_left(data: bytes) -> None:
    assert not list(open_carrier(data))


def test_a_large_export_takes_a_bounded_time() -> None:
    mails = [Mail(f"Mail {n}", attachments={"a.bin": bytes(240_000)}) for n in range(100)]
    data = build_pst("Archive", [*mails, Mail("Last", attachments={"a.txt": decode_permuted(SCRIPT)})])
    with at_most(500_000):
        assert next(iter(open_carrier(data))).facts["subject"] == "Last"
