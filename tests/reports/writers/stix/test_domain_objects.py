"""Domain objects of STIX: stable identifiers, versions, times in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.reports.cases import finding, full_report, report, verdict
from webshellhunt.model.log_results import Client
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Presence
from webshellhunt.reports.content.subjects import ShownVerdict, shown_verdicts
from webshellhunt.reports.options import Options
from webshellhunt.reports.platforms import hunt_time
from webshellhunt.reports.writers.stix import (
    CREATED,
    MOST_CHARACTERS,
    TOOL,
    Frame,
    attack_pattern,
    client_data,
    indicator,
    malware,
    note,
    observed_data,
    report_object,
    sighting,
)

WHEN = datetime(2026, 10, 18, 5, tzinfo=UTC)
FRAME = Frame(("exch01", "E:"), "EXCH01", WHEN, "identity--x")


def _shown(use: Use | None = None, presence: Presence = Presence.PRESENT) -> ShownVerdict:
    made = replace(verdict("C:\\x.aspx", Disposition.MALICIOUS, finding(), presence=presence), use=use)
    return next(iter(shown_verdicts(report(made), Options())))


def test_a_later_hunt_is_a_later_version() -> None:
    first = malware(_shown(), "x.aspx", [], FRAME)
    second = malware(_shown(), "x.aspx", [], FRAME._replace(hunted=datetime(2027, 1, 1, tzinfo=UTC)))
    assert first["id"] == second["id"]
    assert first["created"] == second["created"] == "2026-01-01T00:00:00.000Z"
    assert first["modified"] < second["modified"]
    assert malware(_shown(), "x.aspx", [], FRAME._replace(key=("other", "E:")))["id"] != first["id"]


def test_another_location_of_the_host_has_its_own_statements_about_the_same_things() -> None:
    other = FRAME._replace(key=("exch01", "F:"))
    assert malware(_shown(), "x.aspx", [], FRAME)["id"] == malware(_shown(), "x.aspx", [], other)["id"]
    client = Client("203.0.113.7", 1, None, None, ())
    own, others = (
        {
            each["id"]
            for each in (
                note("not examined", ["x"], ["identity--x"], frame),
                sighting("malware--x", ["a"], frame),
                client_data(client, "ipv4-addr--x", frame),
                report_object(full_report(), ["identity--x"], frame),
            )
        }
        for frame in (FRAME, other)
    )
    assert len(own) == 4
    assert not own & others


@pytest.mark.parametrize("presence", [each for each in Presence if each is not Presence.PRESENT])
def test_what_is_gone_was_last_seen_at_its_last_use(presence: Presence) -> None:
    use = Use(1, 1, 0, datetime(2021, 3, 3, tzinfo=UTC), datetime(2021, 3, 4, tzinfo=UTC))
    gone = _shown(use, presence)
    made = malware(gone, "x.aspx", [], FRAME)
    assert (made["first_seen"], made["last_seen"]) == ("2021-03-03T00:00:00.000Z", "2021-03-04T00:00:00.000Z")
    assert observed_data(gone, ["file--x"], FRAME)["last_observed"] == "2021-03-04T00:00:00.000Z"
    assert "last_seen" not in malware(_shown(presence=presence), "x.aspx", [], FRAME)
    assert observed_data(_shown(presence=presence), ["file--x"], FRAME)["last_observed"] == "2026-10-18T05:00:00.000Z"
    assert malware(_shown(use), "x.aspx", [], FRAME)["last_seen"] == "2026-10-18T05:00:00.000Z"


def test_a_clock_before_the_fixed_day_changes_no_order() -> None:
    made = malware(_shown(), "x.aspx", [], FRAME._replace(hunted=datetime(1990, 1, 1, tzinfo=UTC)))
    assert made["created"] == made["modified"]
    assert hunt_time(report(), unknown=CREATED) == CREATED


def test_the_times_are_in_order() -> None:
    use = Use(1, 1, 0, datetime(2021, 3, 3, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC))
    made = observed_data(_shown(use), ["file--x"], FRAME)
    assert (made["first_observed"], made["last_observed"]) == ("2021-03-03T00:00:00.000Z", "2031-01-01T00:00:00.000Z")
    client = Client("203.0.113.7", 0, datetime(2022, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC), ())
    data = client_data(client, "ipv4-addr--x", FRAME)
    assert data["first_observed"] == data["last_observed"]
    assert data["number_observed"] == 1


def test_a_shell_is_a_web_shell_and_its_content_an_indicator() -> None:
    made = malware(_shown(), "x.aspx", ["file--x"], FRAME)
    assert made["malware_types"] == ["webshell"]
    assert (made["confidence"], made["sample_refs"]) == (85, ["file--x"])
    assert indicator(_shown(), "ab" * 32, FRAME)["pattern"] == f"[file:hashes.'SHA-256' = '{'ab' * 32}']"


def test_a_sighting_is_on_the_host_if_it_has_a_name() -> None:
    assert sighting("malware--x", ["a", "b"], FRAME)["where_sighted_refs"] == ["identity--x"]
    assert "where_sighted_refs" not in sighting("malware--x", ["a"], FRAME._replace(host_id=None))
    assert sighting("malware--x", ["a", "b"], FRAME)["count"] == 2


def test_a_technique_is_the_same_for_all() -> None:
    assert attack_pattern("T9999")["name"] == "T9999"
    assert "kill_chain_phases" not in attack_pattern("T9999")
    assert attack_pattern("T1190")["id"] == attack_pattern("T1190")["id"] != attack_pattern("T1189")["id"]
    assert attack_pattern("T1190")["created_by_ref"] == TOOL["id"]


def test_a_note_is_bounded_and_a_report_says_what_it_is() -> None:
    assert len(note("x", ["y" * 99_999], ["a"], FRAME)["content"]) == MOST_CHARACTERS + 1
    assert note("x", [], ["a"], FRAME)["content"] == "-"
    made = report_object(full_report(), ["identity--x"], FRAME)
    assert made["labels"] == ["backdoored"]
    assert made["name"] == "webshellhunt: EXCH01"
