"""Before and after a clean-up: exactly what went, what is there, what is new, and what uncertain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import webshellhunt as wsh
from tests.comparison.cases import (
    CONFIG,
    HEALTH,
    IMAGES,
    NEXT,
    OFFLINE,
    START,
    VIEW,
    after,
    before,
    files,
    hunted,
    saved,
    server_path,
)
from tests.reports.cases import SECRET
from tests.reports.cases import report as case
from tests.secrets.cases import KEY, OTHER_KEY, PASSWORD
from webshellhunt.comparison import compare
from webshellhunt.comparison.compare import compare_keys
from webshellhunt.errors import WrongTypeError
from webshellhunt.model.comparison import ChangeKind, Comparison, ComparisonState
from webshellhunt.model.report import Host, InputState, Report, Run
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine
from webshellhunt.reports.redaction import fingerprint

FILES = {server_path(START), server_path(VIEW)}
Kinds = dict[str, ChangeKind]


def kinds(made: Comparison) -> Kinds:
    return {change.path: change.kind for change in made.changes()}


FORMS: dict[str, Callable[[Report], Report]] = {
    "in memory": lambda report: report,
    "saved": saved,
    "saved with --all": lambda report: saved(report, show_all=True),
}


@pytest.mark.parametrize("old", FORMS)
@pytest.mark.parametrize("new", FORMS)
def test_a_clean_up_is_told_exactly(old: str, new: str) -> None:
    made = compare(FORMS[old](before()), FORMS[new](after()))
    found = kinds(made)
    gone = {path for path, kind in found.items() if kind is ChangeKind.GONE}
    if new == "saved":  # without benign files; the other one has the trace of its deletion
        assert found[server_path(START)] is ChangeKind.NOT_ACCUSED
        assert gone == {server_path(OFFLINE)}
    else:
        assert gone == {server_path(OFFLINE), server_path(START)}
    assert found[server_path(HEALTH)] is ChangeKind.CHANGED
    assert found[server_path(NEXT)] is ChangeKind.NEW
    assert found[server_path(VIEW)] is ChangeKind.NOT_EXAMINED
    assert found[server_path(IMAGES)] is ChangeKind.REMAINS
    assert {path for path, kind in found.items() if kind is ChangeKind.NEW} == {server_path(NEXT)}
    assert made.state is ComparisonState.REMAINS
    assert made.sentence.startswith(f"{len(gone)} of 11 accused items ")
    unknown = 3 - len(gone)
    assert f"{server_path(HEALTH)} is still there, with other content; 1 new; {unknown} uncertain; 1 gap that" in (
        made.sentence
    )
    [host] = made.hosts
    assert [gap.path for gap in host.new_gaps] == [server_path(VIEW)]


def test_nothing_changed() -> None:
    made = compare(before(), before())
    assert set(kinds(made).values()) == {ChangeKind.REMAINS}
    assert made.sentence == "None of the 11 accused items is gone; 11 are still there."


def test_everything_is_gone() -> None:
    everything = {verdict.subject.entry_path: None for verdict in before().accused if verdict.subject.entry_path}
    assert everything
    made = compare(before(), hunted({path: None for path in everything if not path.endswith(".config")}))
    left = {change.path.rpartition("\\")[2] for change in made.changes() if change.kind is not ChangeKind.GONE}
    assert left <= {"web.config", "applicationHost.config", "SupportHelper"}
    small = case(location="EXCH01")
    assert compare(small, small).state is ComparisonState.ALL_GONE
    assert compare(small, small).sentence == "The old report accuses nothing that a clean-up removes."


def test_a_moved_and_a_copied_shell() -> None:
    made = compare(before(), hunted({OFFLINE: None, NEXT: files()[0][OFFLINE]}))
    [moved] = made.changes(ChangeKind.MOVED)
    assert (moved.path, moved.other_path) == (server_path(OFFLINE), server_path(NEXT))
    assert not made.changes(ChangeKind.NEW)
    copied = compare(before(), hunted({NEXT: files()[0][OFFLINE]}))
    [new] = copied.changes(ChangeKind.NEW)
    assert (new.path, new.other_path) == (server_path(NEXT), server_path(OFFLINE))
    assert kinds(copied)[server_path(OFFLINE)] is ChangeKind.REMAINS


def test_a_deleted_one_that_came_back() -> None:
    clean = hunted({IMAGES: None})
    [back] = compare(clean, before()).changes(ChangeKind.NEW)
    assert back.path == server_path(IMAGES)
    assert back.reason == "it was deleted before, and is there again"
    [known] = compare(hunted({OFFLINE: None}), before()).changes(ChangeKind.NEW)
    assert (known.path, known.before) == (server_path(OFFLINE), Disposition.SUSPICIOUS)  # by its requests
    [first] = compare(hunted({START: None}), before()).changes(ChangeKind.NEW)
    assert (first.path, first.before) == (server_path(START), None)
    assert first.reason.startswith("request data is executed as code")


def test_use_after_the_first_hunt() -> None:
    old = replace(before(), run=replace(before().run, started_utc=before().timeline[0].when_utc))
    made = compare(old, before())
    used = [change.path for change in made.changes() if change.used_again_utc is not None]
    assert server_path(HEALTH) in used
    assert "were used after the first hunt" in made.sentence
    assert not [change for change in compare(before(), before()).changes() if change.used_again_utc]


def test_a_harmless_content_is_no_longer_accused() -> None:
    corrected = hunted({CONFIG: b"<configuration/>"})
    [change] = [each for each in compare(before(), corrected).changes() if each.path == server_path(CONFIG)]
    assert (change.kind, change.is_settled) == (ChangeKind.NOT_ACCUSED, True)
    assert change.reason == "its content is another one now, and benign"
    short = compare(before(), saved(corrected))
    assert kinds(short)[server_path(CONFIG)] is ChangeKind.NOT_ACCUSED  # it is there, and not listed
    assert short.state is not ComparisonState.ALL_GONE
    assert any("hunt with --all" in note for note in short.hosts[0].notes)


def test_an_accepted_one_is_not_gone() -> None:
    [first, *others] = before().verdicts
    known = replace(first, disposition=Disposition.KNOWN_GOOD, otherwise=Disposition.MALICIOUS)
    [change] = compare(before(), replace(before(), verdicts=(known, *others))).changes(ChangeKind.NOT_ACCUSED)
    assert (change.path, change.is_settled) == (first.subject.path, False)
    assert "you accept it" in change.reason
    quiet = replace(first, disposition=Disposition.UNEXPLAINED)
    [change] = compare(before(), replace(before(), verdicts=(quiet, *others))).changes(ChangeKind.NOT_ACCUSED)
    assert (change.reason, change.is_settled) == ("it is still there with the same content, and unexplained now", False)


def test_a_page_by_mapping_is_not_gone_when_only_its_mapping_went() -> None:
    """The page is a picture without the mapping: benign, counted only, and there."""
    for new in (hunted({CONFIG: b"<configuration/>"}), saved(hunted({CONFIG: b"<configuration/>"}))):
        made = compare(before(), new)
        [change] = [each for each in made.changes() if each.path == r"C:\inetpub\wwwroot\banner.png"]
        assert change.kind in (ChangeKind.NOT_ACCUSED, ChangeKind.REMAINS)
        assert not change.is_settled


def test_another_version_is_a_limit() -> None:
    old = replace(before(), run=replace(before().run, version="0.0.1"))
    made = compare(old, hunted({START: None}))
    assert any("different versions" in note for note in made.hosts[0].notes)
    assert kinds(made)[server_path(START)] is ChangeKind.GONE


@pytest.mark.parametrize(
    "scope",
    [
        lambda report: replace(report, interrupted=True),
        lambda report: replace(report, roots=()),
        lambda report: replace(report, roots=tuple(each for each in report.roots if "HttpProxy" in each.path)),
        lambda report: replace(report, is_collection=True, verdicts=report.accused),
        lambda report: replace(report, host=Host(), roots=report.roots[:1]),
    ],
)
def test_silence_never_means_gone(scope: object) -> None:
    made = compare(before(), scope(hunted({OFFLINE: None, HEALTH: None, "C/inetpub/logs": None})))  # type: ignore[operator]
    fates = {kinds(made)[server_path(path)] for path in (HEALTH, OFFLINE)}
    assert made.state is not ComparisonState.ALL_GONE
    assert ChangeKind.NOT_EXAMINED in fates or ChangeKind.GONE not in fates or _by_trace(made)


def test_an_evidence_without_pages_shows_no_page_gone() -> None:
    lost = {path: None for path in files()[0] if not path.startswith(("C/inetpub/logs/", "C/Windows/System32/"))}
    made = compare(before(), hunted(lost))
    assert made.state is not ComparisonState.ALL_GONE
    assert kinds(made)[server_path(OFFLINE)] is ChangeKind.NOT_EXAMINED
    assert not made.changes(ChangeKind.GONE)
    assert made.sentence.startswith("None of the 11 accused items is known to be gone; ")
    assert "; 9 uncertain; " in made.sentence


def _by_trace(made: Comparison) -> bool:
    """Return True if each subject that is gone has the trace of its deletion."""
    gone = made.changes(ChangeKind.GONE)
    return all(change.after is not None for change in gone if "aspnet_client" in change.path)


@pytest.mark.parametrize("new", FORMS)
def test_a_hunt_of_the_logs_alone_shows_nothing_gone(new: str) -> None:
    logs = FORMS[new](hunted({OFFLINE: None}, logs=wsh.LogOptions(alone=True)))
    made = compare(before(), logs)
    assert {change.kind for change in made.changes()} == {ChangeKind.NOT_EXAMINED}
    assert made.state is ComparisonState.UNKNOWN
    assert made.sentence.startswith("It is unknown whether the 11 accused items are gone; ")
    assert made.sentence.endswith("; the new hunt read the logs alone.")
    assert any("it examined no file" in note for note in made.hosts[0].notes)
    assert compare(case(), replace(logs, verdicts=())).state is ComparisonState.UNKNOWN
    assert compare(before(), [replace(logs, counts={}), after()]).changes(ChangeKind.GONE) == compare(
        before(), after()
    ).changes(ChangeKind.GONE)
    [old] = {change.reason for change in compare(logs, before()).changes(ChangeKind.NEW) if change.path in FILES}
    assert old == "the old hunt did not examine its place, so that it may have been there"


def named(name: str | None, location: str = "E:/x", *, of: Report | None = None) -> Report:
    made = of or before()
    return replace(made, location=location, host=made.host._replace(name=name))


def test_hosts_are_matched_by_name_else_by_location() -> None:
    old = [named("EXCH01", "E:/1"), named("EXCH02", "E:/2"), named(None, "E:/3")]
    new = [named("exch02", "F:/2"), named(None, "E:/3"), named("EXCH09", "F:/9")]
    made = compare(old, new)
    assert [(host.name, host.new_location) for host in made.hosts] == [
        ("EXCH01", None), ("EXCH02", "F:/2"), ("E:/3", "E:/3"),
    ]  # fmt: skip
    assert made.only_new == ("EXCH09",)
    assert made.sentence.endswith("; no new report of EXCH01; only the new reports have EXCH09.")
    assert {change.kind for change in made.hosts[0].changes} == {ChangeKind.NOT_EXAMINED}
    assert made.state is ComparisonState.REMAINS


def test_folders_of_two_days_are_matched_but_not_called_the_same_computer() -> None:
    old = [named(None, "E:/day1/A"), named(None, "E:/day1/B")]
    made = compare(old, [named(None, "E:/day2/b"), named(None, "E:/day2/A"), named(None, "E:/x/C")])
    assert [(host.old_location, host.new_location) for host in made.hosts] == [
        ("E:/day1/A", "E:/day2/A"), ("E:/day1/B", "E:/day2/b"),
    ]  # fmt: skip
    assert made.only_new == ("E:/x/C",)
    assert "it is not known that both reports are of the same computer" in made.sentence
    twice = compare(old[:1], [named(None, "E:/day2/A"), named(None, "E:/day3/A")])
    assert twice.hosts[0].new_location is None
    assert any("--from-list" in note for note in twice.hosts[0].notes)


def test_the_report_of_another_computer_gives_no_all_clear() -> None:
    """Without the names of the computers, only the same location shows that it is the same one."""
    clean = hunted({path: None for path in files()[0] if path.endswith((".aspx", ".ashx", ".config"))})
    for name in (None, "EXCH01"):
        made = compare(named(name, "E:/EXCH01"), named(None, "E:/CLEAN", of=replace(clean, gaps=())))
        assert made.state is not ComparisonState.ALL_GONE
        assert "it is not known that both reports are of the same computer" in made.sentence
        assert any("--from-list" in note for note in made.hosts[0].notes)
    assert not compare(named(None), named(None)).hosts[0].doubt
    assert not compare(named("EXCH01", "E:/1"), named("exch01", "F:/2")).hosts[0].doubt
    assert compare(case(location="E:/1"), case(location="E:/2")).state is ComparisonState.UNKNOWN


def test_a_host_that_only_the_new_reports_have_and_accuse_is_no_all_clear() -> None:
    small = case(location="A")
    assert compare(small, [small, case(location="B")]).state is ComparisonState.ALL_GONE
    made = compare(small, [small, named("EXCH09", "B")])
    assert made.state is ComparisonState.UNKNOWN
    assert made.sentence.endswith("; only the new reports have EXCH09.")


def test_without_logs_a_use_is_unknown() -> None:
    unread = replace(after(), coverage=after().coverage._replace(logs=InputState.NOT_READ))
    for new in (hunted(logs=wsh.LogOptions(read=False)), unread):
        assert any("used again is unknown" in note for note in compare(before(), new).hosts[0].notes)
    assert not any("used again" in note for note in compare(before(), after()).hosts[0].notes)


def test_another_host_can_not_be_told() -> None:
    made = compare(named("EXCH01"), named("EXCH02", of=case()))
    assert made.state is ComparisonState.UNKNOWN
    assert made.only_new == ("EXCH02",)
    assert compare(named(None), named("EXCH02")).hosts[0].new_location == "E:/x"


def test_the_order_of_the_two_is_checked() -> None:
    assert any("check the order" in note for note in compare(after(), before()).hosts[0].notes)
    without = replace(before(), run=Run())
    assert not any("check the order" in note for note in compare(without, without).hosts[0].notes)


def test_lost_inputs_are_notes() -> None:
    fewer = replace(after(), coverage=wsh.Coverage())
    assert any("less of this input than the old one: logs" in note for note in compare(before(), fewer).hosts[0].notes)


def test_what_is_no_report_is_said() -> None:
    for wrong in (None, "EXCH01.json", 3, ["x"]):
        with pytest.raises(WrongTypeError, match=r"^compare: old (is|contains)"):
            wsh.compare(wrong, before())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^compare: new is"):
        wsh.compare(before(), b"")  # type: ignore[arg-type]
    assert repr(wsh.compare([], [])).startswith("<Comparison unknown: ")


PATH = r"C:\inetpub\wwwroot\web.config"
OTHER = SECRET[::-1]


def configured(key: str) -> Report:
    return written(f'<configuration><system.web><machineKey validationKey="{key}"/></system.web></configuration>')


def with_both(decryption: str = OTHER_KEY, password: str = PASSWORD) -> Report:
    """Return the report of a file with two keys of usual length, and a password of a database before them."""
    return written(
        f'<configuration><connectionStrings><add name="a" connectionString="Server=db;Password={password}"/>'
        f'</connectionStrings><system.web><machineKey validationKey="{KEY}" decryptionKey="{decryption}"/>'
        "</system.web></configuration>"
    )


def written(text: str) -> Report:
    verdict = examine(text.encode(), path=PATH)
    return case(replace(verdict, subject=replace(verdict.subject, path=PATH)))


def test_a_key_that_was_not_changed_is_named() -> None:
    for old in (configured(SECRET), saved(configured(SECRET), show_all=True)):
        for new in (configured(SECRET), saved(configured(SECRET), show_all=True)):
            [kept] = compare_keys([old], [new]).kept
            assert kept.startswith("sha256:")
            assert kept.endswith(f" in {PATH}")
            assert SECRET not in kept
            assert compare(old, new).hosts[0].kept_keys == (kept,)


def test_a_changed_key() -> None:
    keys = compare_keys([configured(SECRET)], [configured(OTHER)])
    assert (len(keys.kept), len(keys.changed)) == (0, 1)


def test_a_report_without_the_file_says_nothing() -> None:
    assert compare_keys([configured(SECRET)], [case()]) == ((), ())
    assert compare_keys([case()], [configured(SECRET)]) == ((), ())


BOTH = tuple(f"{fingerprint(key)} in {PATH}" for key in (KEY, OTHER_KEY))


@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("raw", [False, True])
def test_the_form_in_which_a_report_was_saved_changes_nothing(shown: bool, raw: bool) -> None:
    kept = saved(with_both(), show_all=True, show_secrets=shown, raw_excerpts=raw)
    for old, new in ((with_both(), kept), (kept, with_both()), (kept, saved(with_both(), show_all=True))):
        assert compare_keys([old], [new]) == (BOTH, ())


def test_a_password_beside_a_key_is_no_key() -> None:
    assert compare_keys([with_both()], [with_both(password=PASSWORD[::-1])]) == (BOTH, ())


def test_one_of_two_keys_was_changed() -> None:
    assert compare_keys([with_both()], [with_both(decryption=OTHER_KEY[::-1])]) == (BOTH[:1], BOTH[1:])
    assert compare_keys([with_both()], [configured(KEY)]) == (BOTH[:1], ())  # the other one was removed
