"""Mailbox exports (personal stores) with a script, and content prepared for such an export.

``New-MailboxExportRequest`` writes a personal store to a file whose name the caller chooses, and encodes its blocks by
a fixed substitution of bytes. A script mailed with the inverse substitution is in plain text on disk, where the server
executes it. The rest of the decoded store names the mailbox, the message and the time. A copy of the message that
Exchange has not encoded contains the script with the inverse substitution, which proves the attempt.

Source: published analyses of CVE-2021-34473 and CVE-2021-31207; [MS-PST].
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.decoding.carriers.part import CarriedPart
from webshellhunt.decoding.pst.permutation import decode_permuted, encode_permuted
from webshellhunt.decoding.pst.store import MAGIC
from webshellhunt.decoding.pst.witnesses import Witnesses
from webshellhunt.decoding.server_tags import find_code_ranges, is_plain_code

CARRIER = "mailbox export"
BEFORE = "mailbox export, before encoding"
_LESS_THAN = b"\x95"  # The inverse substitution of "<": a non-ASCII byte, so a plain page is refused at once.
_MOST = 16


def open_carrier(data: bytes) -> Iterator[CarriedPart]:
    """Yield scripts in plain text in a store, in its messages, and in the form before an export."""
    if data.startswith(MAGIC):
        yield from _open_store(data)
    if _LESS_THAN in data:
        encoded = encode_permuted(data)
        for start, end in find_code_ranges(encoded, is_plain_code)[:_MOST]:
            yield CarriedPart(BEFORE, "script", encoded[start:end], start, end)


def _open_store(data: bytes) -> Iterator[CarriedPart]:
    witnesses = Witnesses(data)
    found = False
    for plain, executes in ((data, True), (decode_permuted(data), False)):
        name = "script" if executes else "text of a message"
        for start, end in find_code_ranges(plain, None if executes else is_plain_code)[:_MOST]:
            found = True
            facts = witnesses.facts(start)
            yield CarriedPart(CARRIER, name, plain[start:end], start, end, executes, facts)
    if not found:
        # A store without a script is yielded too: no export belongs in a web directory.
        yield CarriedPart(CARRIER, "header", data[:512], 0, min(512, len(data)), facts=witnesses.facts())
