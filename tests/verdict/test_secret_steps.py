"""Steps for keys and credentials."""

from __future__ import annotations

from dataclasses import replace

from tests.correlation.test_planting_time import FEB
from tests.verdict.test_assessment import DOOR, PUBLIC
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.report import ExchangeInstall, Host
from webshellhunt.model.verdict import Planting
from webshellhunt.verdict.secret_steps import PUBLIC_KEYS, exposing, steps_exposed, steps_lost

EXCHANGE = Host(exchange=(ExchangeInstall(r"C:\Exchange", "15.2.792.3"),), iis=True)


def test_mail_access_is_looked_at_since_the_first_planting() -> None:
    planted = replace(DOOR, planting=Planting(FEB, "created", "planted"))
    *_, last = steps_lost(EXCHANGE, [DOOR, planted])
    assert last.text.startswith("Check mail access since 2021-02-28:")


def test_public_keys_are_named_by_file_line_and_attribute() -> None:
    place = Evidence(r"C:\ecp\web.config", "raw", Span(0, 9), 5, 9, "<machineKey validationKey=")
    named = replace(PUBLIC, findings=tuple(replace(f, evidence=(place,)) for f in PUBLIC.findings))
    (step,) = steps_exposed([named])
    assert step.items == (r"C:\ecp\web.config, line 5: validationKey",)
    assert list(steps_exposed([])) == []


def test_a_server_without_exchange_has_no_mailboxes() -> None:
    assert [step.text.split()[0] for step in steps_lost(Host(iis=True), [DOOR])] == ["Rotate", "Change", "Replace"]


def test_only_some_findings_expose_keys() -> None:
    assert exposing(PUBLIC, PUBLIC_KEYS) == list(PUBLIC.findings)
    assert exposing(DOOR) == []
