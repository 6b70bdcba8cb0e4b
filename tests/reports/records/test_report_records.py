from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from tests.reports.cases import ITEMS, SECRET, SHELL, full_report, nothing_found, report, verdict, with_every_string
from tests.reports.strategies import reports, verdicts
from webshellhunt.defang import refang
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.places import Role
from webshellhunt.model.report import AssessmentState, InputState, Report
from webshellhunt.model.rules import Confidence, RuleOrigin, Severity
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind, Verdict
from webshellhunt.reports.options import Options
from webshellhunt.reports.records.report_records import iter_records, schema, verdict_record

ALL = Options(show_all=True)


def strict(node: Any) -> Any:
    """Return the schema with no room for a field that it does not describe."""
    if isinstance(node, list):
        return [strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {name: strict(value) for name, value in node.items()}
    if "properties" in node:
        node.setdefault("additionalProperties", False)
    return node


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    published = schema()
    jsonschema.Draft202012Validator.check_schema(published)
    return jsonschema.Draft202012Validator(strict(deepcopy(published)))


def test_the_schema_describes_every_record(validator: jsonschema.Draft202012Validator) -> None:
    for made in (full_report(), nothing_found(), report(interrupted=True)):
        for record in iter_records(made, ALL):
            validator.validate(record)


@given(reports)
def test_the_schema_describes_every_hostile_record(made: Report) -> None:
    validator = jsonschema.Draft202012Validator(_STRICT)
    for record in iter_records(made, ALL):
        validator.validate(record)
        json.dumps(record, ensure_ascii=False).encode("utf-8")


_STRICT = strict(schema())


@pytest.mark.parametrize("options", [ALL, Options(show_all=True, raw_excerpts=True, show_secrets=True)])
def test_every_string_decodes(options: Options) -> None:
    made = with_every_string(full_report(), "x\udcffy\ud800")
    for record in iter_records(made, options):
        json.dumps(record, ensure_ascii=False).encode("utf-8")
        jsonschema.Draft202012Validator(_STRICT).validate(record)


@pytest.mark.parametrize("broken", ["disposition", "findings", "sha256", "path", "schema_version"])
def test_the_schema_refuses_a_broken_record(broken: str, validator: jsonschema.Draft202012Validator) -> None:
    record = verdict_record(verdict())
    validator.validate(record)
    assert not validator.is_valid({**record, broken: 17})
    assert not validator.is_valid({name: value for name, value in record.items() if name != broken})
    assert not validator.is_valid({**record, "undescribed": 1})


def _enumerations() -> Iterator[tuple[str, list[str], type[Enum]]]:
    kinds = schema()["$defs"]
    of = {name: kind.get("properties", {}) for name, kind in kinds.items()}
    yield "role", kinds["role"]["enum"], Role
    yield "subject", of["verdict"]["subject_kind"]["enum"], SubjectKind
    yield "presence", of["verdict"]["presence"]["enum"], Presence
    yield "disposition", of["verdict"]["disposition"]["enum"], Disposition
    yield "origin", of["finding"]["origin"]["enum"], RuleOrigin
    yield "severity", of["finding"]["severity"]["enum"], Severity
    yield "confidence", of["finding"]["confidence"]["enum"], Confidence
    yield "state", of["summary"]["assessment"]["properties"]["state"]["enum"], AssessmentState
    yield "held", of["summary"]["coverage"]["properties"]["logs"]["enum"], InputState


@pytest.mark.parametrize(("name", "published", "model"), list(_enumerations()))
def test_the_schema_lists_the_words_of_the_model(name: str, published: list[str], model: type[Enum]) -> None:
    assert set(published) == {getattr(member, "label", member.value) for member in model}, name


def test_order_and_what_is_only_counted() -> None:
    shown = [record["kind"] for record in iter_records(full_report(), Options())]
    assert shown == ["verdict"] * 3 + ["gap"] * 3 + ["summary"]
    everything = [record["kind"] for record in iter_records(full_report(), ALL)]
    assert everything.count("verdict") == 5
    *_, summary = iter_records(full_report(), Options())
    assert summary["counts"]["benign"] == summary["counts"]["known_good"] == 1


def test_an_excerpt_is_inert_unless_raw_is_asked_for() -> None:
    defanged = next(iter_records(full_report(), Options()))["findings"][0]["evidence"][0]
    assert defanged["excerpt_form"] == "defanged"
    assert SHELL[:6] not in defanged["excerpt"]
    assert refang(defanged["excerpt"]).decode() == SHELL
    raw = next(iter_records(full_report(), Options(raw_excerpts=True)))["findings"][0]["evidence"][0]
    assert (raw["excerpt_form"], raw["excerpt"]) == ("raw", SHELL)


@given(verdicts)
def test_a_defanged_excerpt_leads_back(made: Verdict) -> None:
    shown, raw = verdict_record(made, Options()), verdict_record(made, Options(raw_excerpts=True))
    for finding, other in zip(shown["findings"], raw["findings"], strict=True):
        for evidence, plain in zip(finding["evidence"], other["evidence"], strict=True):
            if "\\" not in plain["excerpt"]:  # a surrogate is written out in the raw form
                assert refang(evidence["excerpt"]).decode("utf-8", "surrogatepass") == plain["excerpt"]


def test_the_head_is_in_the_summary_and_only_its_time_differs_between_two_runs() -> None:
    *_, first = iter_records(full_report(), Options())
    assert (first["started_utc"], first["data_as_of"]) == ("2026-10-18T05:00:07Z", "2026-10-13")
    assert first["host"]["name"] == "EXCH01"
    assert first["options"] == {
        "logs": {"read": True, "alone": False, "paths": [], "patterns": [], "since_utc": None, "until_utc": None},
        "signatures": ["rules/extra.yar"],
        "baselines": ["clean.baseline"],
        "accepted": ["known.toml"],
        "machine_keys": 3,
        "engine": "yara-x",
    }
    later = replace(full_report(), run=replace(full_report().run, started_utc=datetime(2027, 1, 1, tzinfo=UTC)))
    *_, second = iter_records(later, Options())
    assert [name for name in first if first[name] != second[name]] == ["started_utc"]


def test_steps_are_lines_and_their_parts() -> None:
    *_, summary = iter_records(full_report(), Options())
    _, step = summary["assessment"]["steps"]
    assert step == {"text": "Then remove these files.", "items": list(ITEMS)}
    assert summary["assessment"]["next_steps"][1] == f"Then remove these files. {ITEMS[0]}; {ITEMS[1]}"


def test_urls_are_objects() -> None:
    first = next(iter_records(full_report(), Options()))
    assert first["urls"][0] == {
        "url": "https://*/aspnet_client/x.aspx",
        "site": "Default Web Site",
        "assumed": False,
        "refused": False,
    }


def test_secrets_leave_no_trace_unless_asked_for() -> None:
    options = Options(raw_excerpts=True)
    assert SECRET not in json.dumps(list(iter_records(full_report(), options)))
    shown = json.dumps(list(iter_records(full_report(), Options(raw_excerpts=True, show_secrets=True))))
    assert shown.count(SECRET) == 4  # reason, message, excerpt, fact


def test_names_that_do_not_decode() -> None:
    name = b"C:\\caf\xe9.aspx".decode("utf-8", "surrogateescape")
    assert verdict_record(verdict(name))["path"] == r"C:\caf\xe9.aspx"


def test_the_access_time_of_a_copy_tells_only_of_our_own_visit() -> None:
    when = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
    made = verdict()
    for original, shown in ((False, None), (True, "2021-03-03T04:05:06Z")):
        subject = replace(made.subject, times=Timestamps(accessed_utc=when, original=original))
        assert verdict_record(replace(made, subject=subject))["times"]["accessed_utc"] == shown
