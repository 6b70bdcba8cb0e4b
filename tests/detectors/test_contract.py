"""Each detector is one idea in one file, with a complete page, and with fixtures."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from tests.builders.tables import each_row
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.defang import FixtureClass, load_fixture
from webshellhunt.detectors import load_detectors
from webshellhunt.detectors.contract import (
    Detector,
    DetectorSelection,
    Find,
    claim,
    define_rule,
    detector,
    element_evidence,
    is_pe_file,
    runs_on_server,
)
from webshellhunt.host.iis.registrations import Registration
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.host.machine.autostarts import Autostart
from webshellhunt.host.machine.bits_jobs import BitsJob
from webshellhunt.host.machine.wmi_repository import WmiConsumer
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import MOST_ACTS, Act, Evidence, Finding, Span
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, RuleOrigin, Severity
from webshellhunt.views.detected_files import AntivirusSettings, DetectedFile, OtherDetections
from webshellhunt.views.file_times import FileTimes
from webshellhunt.views.logged_acts import LoggedActs
from webshellhunt.views.recorded_file import RecordedFile
from webshellhunt.views.sample import Code, Layer, Sample
from webshellhunt.views.sent_view_state import SentViewState
from webshellhunt.views.snapshot_states import SnapshotStates

TOP = Path(__file__).parents[2]
ROOMS = {
    path.stem: path.parent.name for path in (TOP / "webshellhunt/detectors").glob("*/*.py") if path.stem != "__init__"
}
STEMS = sorted(ROOMS)
SECTIONS = ("What it finds", "Why it matters", "Looks like", "Benign look-alikes", "Blind spots", "References")
# Rules about digests: the tests bring indicators and baselines of their own, without the content. Binaries are built by
# compilers, archives, dumps, logs, repositories and records of antivirus software by tests; deleted files and earlier
# copies need a whole host.
WITHOUT_FIXTURES = frozenset(
    {
        "changed_stock_file",
        "known_indicator",
        "unlisted_page",
        "compiled_shell",
        "bits_job_runs_program",
        "code_loaded_by_assembly",
        "component_open_to_attack",
        "connection_opened_by_assembly",
        "machine_keys_read_by_assembly",
        "mail_runs_code",
        "page_ran_where_exchange_has_none",
        "page_written_by_assembly",
        "passwords_kept_by_assembly",
        "program_started_by_assembly",
        "request_names_member_in_assembly",
        "requests_listened_for_by_assembly",
        "unsigned_assembly_in_exchange_folder",
        "wmi_consumer_runs_program",
        "deleted_page_that_ran",
        "forged_view_state",
        "gadget_chain_in_file",
        "gadget_chain_sent",
        "unread_view_state",
        "module_answers_crawlers",
        "native_module_in_web_directory",
        "program_listens_beside_iis",
        "native_module_of_no_known_product",
        "page_assembly_out_of_place",
        "memory_dump_in_web_directory",
        "memory_of_sign_in",
        "registered_between_snapshots",
        "registered_program_missing",
        "staged_archive",
        "task_poses_as_one_of_windows",
        "times_contradict",
        "creation_set_back",
        "file_history",
        "page_not_collected",
        "page_only_in_snapshot",
        "recorded_deletion",
        "renamed_into_place",
        "seen_in_snapshots",
    }
) | {stem for stem, room in ROOMS.items() if room in ("access_log", "antivirus", "autostarts")}
THOUSANDS: dict[type, str] = {
    Code: "13", Layer: "123", Element: "4", Sample: "1234567", Assembly: "5", Registration: "4", FileTimes: "6",
    SentViewState: "7", DetectedFile: "6", OtherDetections: "6", AntivirusSettings: "6", LoggedActs: "67",
    RecordedFile: "6", SnapshotStates: "6", Autostart: "4", BitsJob: "4", WmiConsumer: "4",
}  # fmt: skip

RULE = define_rule("a_rule", "WSH1999", "high", "medium", page="Something is so.\n\nMore.\n")
PLACE = Evidence("x.aspx", "text", Span(0, 1), 1, 1, "x")


def _module(stem: str) -> ModuleType:
    return importlib.import_module(f"webshellhunt.detectors.{ROOMS[stem]}.{stem}")


def _detector(stem: str) -> Detector:
    (found,) = [value for value in vars(_module(stem)).values() if isinstance(value, Detector)]
    return found


def _sections(page: str) -> dict[str, str]:
    parts = re.split(r"^([A-Z][\w -]+):$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@each_row("stem", STEMS)
def test_a_page_has_each_section_with_text(stem: str) -> None:
    sections = _sections(_detector(stem).rule.page)
    assert tuple(sections) == SECTIONS
    assert {name for name, text in sections.items() if not text.strip()} == set()


@each_row("stem", STEMS)
def test_a_page_is_the_docstring_with_the_techniques_and_its_first_line_the_title(stem: str) -> None:
    rule = _detector(stem).rule
    written = (_module(stem).__doc__ or "").strip()
    assert rule.page.startswith(written)
    links = _sections(rule.page)["References"].split()[-len(rule.techniques) :]
    assert links == [f"https://attack.mitre.org/techniques/{each.replace('.', '/')}/" for each in rule.techniques]
    assert not {*links} & {*written.split()}
    assert rule.page.startswith(f"{rule.title}.\n\n")


@each_row("stem", STEMS)
def test_a_rule_id_has_the_number_of_its_view_and_the_slug_names_the_file(stem: str) -> None:
    found = _detector(stem)
    thousands = {"access_log": "7", "antivirus": "6"}.get(ROOMS[stem]) or THOUSANDS[found.on]
    assert re.fullmatch(rf"WSH[{thousands}]\d{{3}}", found.rule.id)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", found.rule.slug)
    assert found.rule.slug.replace("-", "_").startswith(stem)
    assert found.rule.origin is RuleOrigin.DETECTOR
    assert found.rule.techniques
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", technique) for technique in found.rule.techniques)


def test_ids_and_slugs_are_unique() -> None:
    rules = [_detector(stem).rule for stem in STEMS]
    counts = Counter([rule.id for rule in rules] + [rule.slug for rule in rules])
    assert {name for name, count in counts.items() if count > 1} == set()


@each_row("stem", [stem for stem in STEMS if stem not in WITHOUT_FIXTURES])
def test_a_detector_has_malicious_fixtures_and_benign_twins(stem: str) -> None:
    rule_id = _detector(stem).rule.id
    fixtures = [load_fixture(p) for p in (TOP / "fixtures" / stem).glob("*.defanged")]
    shown = [f for f in fixtures if f.fixture_class is FixtureClass.MALICIOUS and rule_id in f.expect]
    assert shown
    assert any(f.fixture_class is FixtureClass.BENIGN and rule_id not in f.expect for f in fixtures)


def test_a_folder_of_fixtures_is_named_after_a_detector() -> None:
    folders = {path.parent.name for path in (TOP / "fixtures").glob("*/*.defanged")}
    assert folders == set(STEMS) - WITHOUT_FIXTURES


@each_row("stem", sorted(WITHOUT_FIXTURES))
def test_a_detector_without_fixtures_has_a_test(stem: str) -> None:
    assert len(list((TOP / "tests/detectors").glob(f"*/test_{stem}.py"))) == 1


def test_a_finding_has_the_severity_of_its_rule_by_default() -> None:
    plain = claim(RULE, "so", PLACE)
    assert (plain.severity, plain.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    other = claim(RULE, "so", PLACE, severity=Severity.INFO, confidence=Confidence.LOW)
    assert (other.severity, other.confidence) == (Severity.INFO, Confidence.LOW)


def test_a_claim_keeps_facts_that_are_known_and_five_places_at_most() -> None:
    found = claim(RULE, "so", *[PLACE] * 9, facts={"request_key": None, "server": "", "line": 0})
    assert found.facts == {"server": "", "line": 0}
    assert len(found.evidence) == 5


def test_a_detector_is_called_with_its_views() -> None:
    made = detector(RULE, on=Layer)(lambda *views: (claim(RULE, f"{view}", PLACE) for view in views))
    assert (made.rule, made.on) == (RULE, Layer)
    assert [found.message for found in made("one", "two")] == ["one", "two"]


def test_a_detector_runs_on_each_file_that_its_prefilter_accepts() -> None:
    def none(*_: object) -> Iterator[Finding]:
        yield from ()

    always = detector(RULE, on=Sample)(none)
    page = detector(RULE, on=Sample, prefilter=runs_on_server)(lambda *views: none(*views))
    program = detector(RULE, on=Sample, prefilter=is_pe_file)(lambda *views: none(*views))
    selection = DetectorSelection([page, always, program])

    def finders(name: str, data: bytes) -> tuple[Find, ...]:
        return selection.finders_for(Sample(Artifact(name, name, Role.WWWROOT, len(data)), data))

    assert finders("x.js", b"x") == (always.find,)
    assert finders("x.aspx", b"x") == (page.find, always.find)
    assert finders("x.aspx", b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0") == (page.find, always.find, program.find)


def test_each_module_of_the_folders_is_listed() -> None:
    assert {_detector(stem) for stem in STEMS} <= set(load_detectors())


def test_a_finding_rests_on_the_acts_of_its_evidence() -> None:
    first, second = (replace(PLACE, act=Act("x.aspx", "", Span(at, at + 5))) for at in (0, 10))
    assert claim(RULE, "so", first, second, first, PLACE).acts == (first.act, second.act)
    assert claim(RULE, "so", first, second, acts=[first]).acts == (first.act,)
    many = [replace(PLACE, act=Act("x.aspx", "", Span(at, at + 1))) for at in range(99)]
    assert len(claim(RULE, "so", *many).acts) == MOST_ACTS


def test_the_act_of_an_element_is_its_start_tag() -> None:
    text = b'<configuration><a x="1"/><b/></configuration>'
    sample = Sample(Artifact("web.config", "web.config", Role.GIVEN, len(text)), text)
    (tree,) = sample.configs
    one, two = (element_evidence(each, sample) for each in tree.children)
    assert one.act is not None
    assert two.act is not None
    assert text[one.act.span.start : one.act.span.end] == b'<a x="1"/>'
    assert not one.act.overlaps(two.act)
