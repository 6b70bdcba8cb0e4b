"""When something was planted: whom to believe, what contradicts what, and what the patch had to do with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verdict.test_judge import C, S, examination, finding
from webshellhunt.correlation.planting_time import date_planting, with_contradiction
from webshellhunt.detectors.placement.times_contradict import RULE
from webshellhunt.knowledge.patches import find_patch_state
from webshellhunt.knowledge.waves import EXCHANGE, SHAREPOINT
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import FactValue
from webshellhunt.model.patches import PatchState, Witness, WitnessKind
from webshellhunt.model.places import Role
from webshellhunt.model.report import ExchangeInstall, Host
from webshellhunt.model.verdict import Disposition, Examination, Verdict
from webshellhunt.verdict.judge import judge
from webshellhunt.views.file_times import CommonHours, find_common_hours

FEB = datetime(2021, 2, 28, 19, 42, 5, tzinfo=UTC)
DAY = timedelta(days=1)
NOBODY = CommonHours()


def found(times: Timestamps, role: Role = Role.GIVEN, **facts: FactValue) -> Examination:
    made = examination(replace(finding(S.CRITICAL, C.HIGH), facts=facts), role=role)
    return replace(made, subject=replace(made.subject, times=times))


def at(modified: datetime | None = None, created: datetime | None = None, **more: datetime) -> Timestamps:
    return Timestamps(modified, created, original=True, **more)


def dated(seen: Examination, state: PatchState | None = None, common_hours: CommonHours = NOBODY) -> Verdict:
    return date_planting(judge(seen), common_hours, state)


def sentence(seen: Examination, state: PatchState | None = None) -> str:
    planting = dated(seen, state).planting
    assert planting is not None
    return planting.sentence


def state_of(build: str, *logged: tuple[str, datetime]) -> PatchState:
    witnesses = tuple(Witness(WitnessKind.SETUP_LOG, "x.log", number, when) for number, when in logged)
    state = find_patch_state(Host(exchange=(ExchangeInstall("x", build, witnesses),)))
    assert state is not None
    return state


@pytest.mark.parametrize(
    ("seen", "when", "witness"),
    [
        (found(at(FEB)), FEB, "last changed"),
        (found(at(FEB, FEB + 9 * DAY)), FEB + 9 * DAY, "created"),
        (found(at(FEB, FEB - 9 * DAY)), FEB - 9 * DAY, "created"),
        # What a dump says of itself is the planting, whatever the file's times say.
        (found(at(FEB - 999 * DAY), planted_at="2021-02-28T19:41:22Z"), FEB - timedelta(seconds=43), "its content"),
        # A mail is older than the export that holds it; a file that claims to be older still is not believed.
        (found(at(FEB), created="2021-02-28T19:00:00Z"), FEB, "last changed"),
        (found(at(FEB - 30 * DAY), created="2021-02-28T19:42:05Z"), FEB, "its content"),
        (found(at(FEB - 30 * DAY, FEB), submitted="2021-02-28T19:42:00Z"), FEB, "created"),
        # The times of a copy are none.
        (found(Timestamps(FEB - DAY), planted_at="2021-02-28T19:42:05Z"), FEB, "its content"),
    ],
)
def test_the_earliest_credible_witness_dates_it(seen: Examination, when: datetime, witness: str) -> None:
    planting = dated(seen).planting
    assert planting is not None
    assert planting.when_utc == when
    assert planting.witness.startswith(witness)


@pytest.mark.parametrize(
    "seen",
    [
        found(Timestamps(FEB)),
        found(at()),
        found(at(), planted_at="yesterday"),
        found(at(), planted_at=17),
        found(at(datetime.min.replace(tzinfo=UTC))),
        found(at(datetime(1601, 1, 1, tzinfo=UTC), datetime.max)),
    ],
)
def test_what_no_time_tells_is_not_dated(seen: Examination) -> None:
    assert dated(seen).planting is None


def test_only_what_is_accused_is_dated() -> None:
    quiet = replace(examination(finding(S.LOW, C.LOW)))
    verdict = judge(replace(quiet, subject=replace(quiet.subject, times=at(FEB))))
    assert verdict.disposition < Disposition.SUSPICIOUS
    assert date_planting(verdict, NOBODY, None) == verdict


def test_witnesses_that_disagree_are_told() -> None:
    seen = found(at(FEB - 400 * DAY, FEB))
    planting = dated(seen).planting
    assert planting is not None
    assert planting.apart_s == 400 * 86_400
    assert planting.sentence.endswith("its times differ by 400 days")


STOCK = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\logon.aspx"


def stock(seen: Examination) -> Examination:
    return replace(seen, subject=replace(seen.subject, path=STOCK))


class TestChangedPages:
    @pytest.mark.parametrize(
        ("seen", "when"),
        [
            # A page that Exchange ships: its creation is that of the honest page.
            (stock(found(at(FEB, FEB - 99 * DAY))), FEB),
            (stock(found(at(FEB - 99 * DAY, FEB))), FEB),
            (stock(found(at(), recorded_created="2019-01-01T00:00:00Z", recorded_written="2021-02-28T19:42:05Z")), FEB),
            # Another page, which had other content in a shadow copy after its creation.
            (
                found(
                    at(FEB - 999 * DAY),
                    recorded_created="2019-01-01T00:00:00Z",
                    recorded_written="2021-02-28T19:42:05Z",
                    other_at="2021-01-01T00:00:00Z",
                ),
                FEB,
            ),
            (found(at(FEB), recorded_created="2019-01-01T00:00:00Z", absent_at="2021-01-01T00:00:00Z"), FEB),
            # Its creation is later than the shadow copy with other content: it was made anew.
            (found(at(), recorded_created="2021-02-28T19:42:05Z", other_at="2021-01-01T00:00:00Z"), FEB),
            # Without a bound the creation of any other page is its planting.
            (found(at(), recorded_created="2021-02-28T19:42:05Z", recorded_written="2021-04-01T00:00:00Z"), FEB),
        ],
    )
    def test_the_creation_of_the_honest_page_dates_nothing(self, seen: Examination, when: datetime) -> None:
        planting = dated(seen).planting
        assert planting is not None
        assert planting.when_utc == when

    def test_a_bound_that_no_time_agrees_with_is_told_as_such(self) -> None:
        seen = found(at(), recorded_created="2019-01-01T00:00:00Z", other_at="2021-01-01T00:00:00Z")
        planting = dated(seen).planting
        assert planting is not None
        assert (planting.when_utc, planting.waves, planting.before_fix) == (None, (), None)
        assert planting.sentence == "planted after 2021-01-01 (other content in a shadow copy)"

    def test_a_time_that_agrees_with_the_bounds_does_not_differ_from_them(self) -> None:
        planting = dated(found(at(FEB), absent_at="2020-01-01T00:00:00Z")).planting
        assert planting is not None
        assert (planting.when_utc, planting.apart_s) == (FEB, 0)


class TestBounds:
    def test_both_bounds_are_before_the_fix_or_nothing_is(self) -> None:
        state = state_of("15.2.1748.49", ("15.2.792.10", FEB + 5 * DAY), ("15.2.858.5", FEB + 99 * DAY))
        near = dated(found(at(), absent_at="2021-02-28T00:00:00Z", present_at="2021-03-01T00:00:00Z"), state).planting
        far = dated(found(at(), absent_at="2021-02-28T00:00:00Z", present_at="2021-03-20T00:00:00Z"), state).planting
        assert near is not None
        assert far is not None
        assert (near.when_utc, near.waves, near.before_fix) == (None, ("ProxyLogon",), True)
        assert near.sentence.endswith("2021-03-05 (setup log); the patch did not remove it")
        assert (far.when_utc, far.before_fix) == (None, None)
        assert "fix" not in far.sentence


class TestContradiction:
    def test_what_a_file_holds_is_younger_than_the_file_says(self) -> None:
        seen = with_contradiction(found(at(FEB - 1000 * DAY), planted_at="2021-02-28T19:42:05Z"))
        claim = seen.findings[-1]
        assert (claim.rule, claim.severity) == (RULE, S.MEDIUM)
        assert claim.message == (
            "its times contradict each other: last changed 2018-06-04, yet its content states this time: 2021-02-28"
        )
        assert claim.facts == {"disagree_by": "1,000 days"}

    def test_a_late_record_is_context_only(self) -> None:
        claim = with_contradiction(found(at(FEB, changed_utc=FEB + 5 * DAY))).findings[-1]
        assert (claim.rule, claim.severity) == (RULE, S.INFO)

    @pytest.mark.parametrize(
        "seen",
        [
            found(at(FEB), planted_at="2021-02-28T19:41:22Z"),
            found(at(FEB + 9 * DAY), planted_at="2021-02-28T19:41:22Z"),
            found(at(FEB, FEB + 9 * DAY)),
            found(Timestamps(FEB - 99 * DAY), planted_at="2021-02-28T19:41:22Z"),
            found(at(), planted_at="2021-02-28T19:41:22Z"),
            found(at(FEB, changed_utc=FEB)),
            replace(examination(), subject=found(at(FEB, changed_utc=FEB + 5 * DAY)).subject),
            replace(found(at(FEB, changed_utc=FEB + 5 * DAY)), findings=(finding(S.INFO, C.HIGH),)),
        ],
    )
    def test_agreeing_copied_or_harmless_files_are_left_alone(self, seen: Examination) -> None:
        assert with_contradiction(seen) == seen

    def test_it_never_convicts_by_itself(self) -> None:
        seen = with_contradiction(replace(found(at(FEB, changed_utc=FEB + 9 * DAY)), findings=(finding(S.LOW, C.LOW),)))
        assert len(seen.findings) == 2
        assert judge(seen).disposition is Disposition.UNEXPLAINED


class TestCrowd:
    def test_most_files_within_an_hour_are_a_crowd(self) -> None:
        times = [at(FEB + timedelta(minutes=n)) for n in range(30)] + [at(FEB + 9 * DAY)]
        common_hours = find_common_hours(times)
        assert common_hours == CommonHours(None, (FEB, FEB + timedelta(minutes=29)))
        assert common_hours.holds("modified_utc", FEB)
        assert not common_hours.holds("modified_utc", FEB + 9 * DAY)
        assert not common_hours.holds("created_utc", FEB)

    @pytest.mark.parametrize(
        "times",
        [
            [],
            [at(FEB)] * 7,
            [Timestamps(FEB)] * 100,
            [at(FEB + n * DAY) for n in range(100)],
            [at(FEB)] * 70 + [at(FEB + n * DAY) for n in range(30)],
        ],
    )
    def test_few_scattered_or_unreliable_times_are_none(self, times: list[Timestamps]) -> None:
        assert find_common_hours(times) == CommonHours()

    def test_a_time_in_the_crowd_dates_nothing_and_another_still_may(self) -> None:
        common_hours = CommonHours(created_utc=(FEB, FEB))
        planting = dated(found(at(created=FEB)), common_hours=common_hours).planting
        assert planting is not None
        assert planting.when_utc is None
        assert "as after a copy" in planting.sentence
        other = dated(found(at(FEB - 9 * DAY, FEB)), common_hours=common_hours).planting
        assert other is not None
        assert other.when_utc == FEB - 9 * DAY


class TestPatch:
    def test_planted_before_the_fix_came(self) -> None:
        state = state_of("15.2.1748.49", ("15.2.792.10", FEB + 5 * DAY), ("15.2.858.5", FEB + 99 * DAY))
        planting = dated(found(at(FEB)), state).planting
        assert planting is not None
        assert planting.before_fix is True
        assert planting.sentence == (
            "planted 2021-02-28 (last changed), two days before the fix was public, in the window of ProxyLogon; "
            "the fixed build was installed on 2021-03-05 (setup log); the patch did not remove it"
        )

    def test_a_later_build_shows_only_that_the_fix_was_there_by_then(self) -> None:
        day = FEB + 9 * DAY
        state = state_of("15.2.1748.49", ("15.2.858.5", FEB + 99 * DAY))
        planting = dated(found(at(day)), state).planting
        assert planting is not None
        assert planting.before_fix is None
        assert planting.sentence.endswith(
            "the fix was installed by 2021-06-07 (setup log), perhaps before it was planted"
        )
        seen_open = state_of("15.2.1748.49", ("15.2.792.3", FEB + 20 * DAY), ("15.2.858.5", FEB + 99 * DAY))
        told = dated(found(at(day)), seen_open).planting
        assert told is not None
        assert told.before_fix is True
        assert told.sentence.endswith("the fix was installed by 2021-06-07 (setup log); the patch did not remove it")

    def test_without_a_witness_the_day_on_which_the_fix_was_public_decides(self) -> None:
        state = state_of("15.2.1748.49")
        early, late = dated(found(at(FEB)), state).planting, dated(found(at(FEB + 9 * DAY)), state).planting
        assert early is not None
        assert early.before_fix is True
        assert "since 2021-03-02 or later; the patch did not remove it" in early.sentence
        assert late is not None
        assert late.before_fix is None
        assert "seven days after the fix was public" in late.sentence

    def test_planted_after_or_on_the_day(self) -> None:
        state = state_of("15.2.1748.49", ("15.2.792.10", FEB + 5 * DAY))
        after = dated(found(at(FEB + 9 * DAY)), state).planting
        assert after is not None
        assert after.before_fix is False
        assert after.sentence.endswith("2021-03-05 (setup log), before it was planted")
        same = dated(found(at(FEB + 5 * DAY)), state).planting
        assert same is not None
        assert same.before_fix is None

    def test_a_hole_that_is_open_or_not_known_to_be_closed(self) -> None:
        assert sentence(found(at(FEB)), state_of("15.2.792.3")).endswith("the vulnerability is still open")
        least = ExchangeInstall("x")._replace(witnesses=(Witness(WitnessKind.REGISTRY, "x", "15.2.792.3"),))
        assert sentence(found(at(FEB)), find_patch_state(Host(exchange=(least,)))).endswith(
            "it is unknown whether the fix is installed"
        )

    def test_a_planting_in_no_window(self) -> None:
        old = found(at(datetime(2019, 5, 5, tzinfo=UTC)))
        assert sentence(old) == "planted 2019-05-05 (last changed); in the window of no known wave"
        state = state_of("15.2.858.5", ("15.2.858.5", datetime(2021, 3, 20, tzinfo=UTC)))
        planting = dated(old, state).planting
        assert planting is not None
        assert planting.before_fix is True
        assert planting.sentence.endswith("before the current build was installed on 2021-03-20 (setup log)")

    def test_a_build_that_was_found_was_there_by_then(self) -> None:
        witness = Witness(WitnessKind.SETUP_LOG_FOUND, "x.log", "15.2.858.5", datetime(2021, 3, 20, tzinfo=UTC))
        state = find_patch_state(Host(exchange=(ExchangeInstall("x", "15.2.858.5", (witness,)),)))
        told = "the current build was present by 2021-03-20 (setup log, found as installed)"
        old = dated(found(at(datetime(2019, 5, 5, tzinfo=UTC))), state).planting
        assert old is not None
        assert old.before_fix is None
        assert old.sentence.endswith(f"in the window of no known wave; {told}")
        late = dated(found(at(datetime(2026, 10, 30, tzinfo=UTC))), state).planting
        assert late is not None
        assert late.before_fix is False
        assert late.sentence.endswith(f"after {told}")

    def test_pages_of_sharepoint_have_waves_of_their_own(self) -> None:
        when = datetime(2025, 7, 19, 1, tzinfo=UTC)
        assert "in the window of ToolShell" in sentence(found(at(when), Role.LAYOUTS))
        assert "no known wave" in sentence(found(at(when)))


JULY_2026 = datetime(2026, 7, 25, 3, tzinfo=UTC)
ON_BOTH = frozenset({EXCHANGE, SHAREPOINT})


class TestProducts:
    @pytest.mark.parametrize(
        ("role", "products", "words"),
        [
            (Role.WWWROOT, {SHAREPOINT}, "in the windows of CVE-2026-45659 and CVE-2026-58644 and SharePoint sign-in"),
            (Role.LAYOUTS, {EXCHANGE}, "in the windows of CVE-2026-45659 and"),
            (Role.OWA_AUTH, ON_BOTH, "in the window of no known wave"),
            (Role.WWWROOT, {EXCHANGE}, "in the window of no known wave"),
            (Role.WWWROOT, ON_BOTH, "in the windows of CVE-2026-45659 and"),
        ],
    )
    def test_a_planting_falls_in_waves_of_what_serves_its_directory(
        self, role: Role, products: set[str], words: str
    ) -> None:
        planting = date_planting(judge(found(at(JULY_2026), role)), NOBODY, None, products).planting
        assert planting is not None
        assert words in planting.sentence

    def test_a_wave_of_sharepoint_is_never_said_to_be_open_at_a_build_of_exchange(self) -> None:
        state = state_of("15.2.2562.17")
        assert {each.wave.product for each in state.waves} == {EXCHANGE}
        planting = date_planting(judge(found(at(JULY_2026), Role.LAYOUTS)), NOBODY, state, ON_BOTH).planting
        assert planting is not None
        assert planting.before_fix is None
        assert "open" not in planting.sentence


TIMES = st.none() | st.datetimes(timezones=st.just(UTC)) | st.datetimes()


@given(st.builds(Timestamps, TIMES, TIMES, TIMES, TIMES, st.booleans()), st.none() | st.text() | TIMES.map(str))
def test_any_times_are_dated_or_not_and_never_raise(times: Timestamps, planted: str | None) -> None:
    seen = with_contradiction(found(times, planted_at=planted))
    common_hours = find_common_hours([times] * 9)
    planting = dated(seen, state_of("15.2.792.3"), common_hours).planting
    if planting is not None and planting.when_utc is not None:
        assert date(2000, 1, 1) <= planting.when_utc.date() <= date(2100, 1, 1)
        assert planting.apart_s >= 0
