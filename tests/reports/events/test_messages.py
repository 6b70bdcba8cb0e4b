"""The line of an alert."""

from __future__ import annotations

from tests.reports.cases import KEY_RULE, SECRET, finding, verdict
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.events.messages import message_of
from webshellhunt.reports.options import Options


def test_it_says_what_the_subject_is() -> None:
    made = verdict("C:\\\udcff.aspx", Disposition.MALICIOUS, finding())
    assert message_of(made, Options()).startswith("malicious: C:\\\\xff.aspx: web shell")
    assert message_of(verdict("x.aspx", Disposition.BENIGN), Options()).startswith("benign: x.aspx: ")


def test_it_has_no_secret_of_the_victim() -> None:
    key = finding(KEY_RULE, f"the key {SECRET}", facts={"machine_key": SECRET})
    made = verdict("web.config", Disposition.SUSPICIOUS, key)
    assert SECRET not in message_of(made, Options())
