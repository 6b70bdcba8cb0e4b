"""Sent view states for the tests of the rules about them."""

from __future__ import annotations

from tests.builders.view_states import KEY
from webshellhunt.correlation.view_states import read_payload
from webshellhunt.decoding.view_state.signing import MachineKey
from webshellhunt.knowledge.machine_keys import product_keys
from webshellhunt.logs.payloads import PayloadTally
from webshellhunt.model.traffic import Record
from webshellhunt.views.sent_view_state import SentViewState

HOST_KEY = MachineKey(bytes.fromhex(KEY), origin=r"C:\inetpub\wwwroot\web.config", of_host=True)


def sent(record: Record, *keys: MachineKey) -> SentViewState:
    """Return the view state of a record, as it is judged with some keys and those of products."""
    tally = PayloadTally()
    tally.take(record)
    (payload,) = tally.largest()
    return read_payload(payload, (*keys, *product_keys()))
