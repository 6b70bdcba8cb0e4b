"""View states as ``decode`` shows them."""

from __future__ import annotations

import json

from tests.builders.view_states import CHAIN, KEY, PLAIN, forged, object_of, request, state_of
from tests.detectors.access_log.cases import HOST_KEY, sent
from webshellhunt.reports.listings.layer_listing import view_state_lines, view_state_record


def test_the_text_form() -> None:
    text = "".join(view_state_lines([sent(request(PLAIN)), sent(request(forged()), HOST_KEY)]))
    assert "view state 1: ObjectStateFormatter, 17 bytes\n" in text
    assert "  protection: none\n" in text
    assert "view state 2: " in text
    assert "  gadget chain: TextFormattingRunProperties\n" in text
    assert f"  classes: {CHAIN}\n" in text
    assert "  signed with: SHA1\n" in text
    assert KEY not in text.lower()
    assert "203.0.113.7" not in text


def test_nothing_without_view_states() -> None:
    assert list(view_state_lines([])) == []


def test_the_json_form() -> None:
    record = view_state_record(sent(request(forged()), HOST_KEY))
    assert json.loads(json.dumps(record))["gadget_chain"] == "TextFormattingRunProperties"
    assert (record["format"], record["protection"]) == ("ObjectStateFormatter", "signed")


def test_hostile_names_reach_no_terminal() -> None:
    state = state_of(object_of("A\x1b[2JB", {"text\n": "c \x1b[31m\ud7ff"}))
    text = "".join(view_state_lines([sent(request(state))]))
    assert "\x1b" not in text
    assert all(line.startswith((" ", "view state", "")) for line in text.splitlines())
    json.dumps(view_state_record(sent(request(state)))).encode()
