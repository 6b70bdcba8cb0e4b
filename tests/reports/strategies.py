"""Hypothesis strategies for reports whose every string is hostile."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Evidence, Finding, Gap, Span
from webshellhunt.model.fleet import (
    Fleet,
    FleetHost,
    OnHost,
    Outlier,
    OutlierKind,
    Shared,
    SharedKind,
    TimeOf,
    Unopened,
)
from webshellhunt.model.log_options import LogOptions, Period
from webshellhunt.model.log_results import Client, DayTotal, LogCoverage, Moment, MomentKind, RareAddress, Traffic
from webshellhunt.model.patches import CveState, FixState, PatchState, Wave, WaveState, Witness, WitnessKind
from webshellhunt.model.places import Role, Root, Url, Volume
from webshellhunt.model.report import (
    Assessment,
    AssessmentState,
    Coverage,
    ExchangeInstall,
    Host,
    InputState,
    Report,
    Run,
    RunOptions,
    Step,
)
from webshellhunt.model.rules import Confidence, Rule, RuleOrigin, Severity
from webshellhunt.model.times import TimeBasis
from webshellhunt.model.traffic import Count, LogKind, Use
from webshellhunt.model.verdict import Disposition, Presence, Subject, SubjectKind, Verdict
from webshellhunt.reports.printable import decodable

_NASTY = "\x00\x07\x08\x1b\n\r\t\x7f\x85\x9b\xad\u200b\u200e\u202e\u2028\u2066\ufeff\udc80\udcff\ud800\U000e0041"
hostile = st.text(st.one_of(st.sampled_from(_NASTY), st.characters(exclude_categories=())), max_size=12)
_counts = st.integers(0, 2**40)
_fact_names = st.sampled_from(["request_key", "planted_at", "machine_key", "password", "same_content_at"]) | hostile
_values = st.none() | st.booleans() | _counts | hostile | st.lists(hostile, max_size=3).map(tuple)
_facts = st.dictionaries(_fact_names, _values, max_size=3)
_times = st.none() | st.datetimes(datetime(1601, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))


def _tuples(each: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, max_size=most).map(tuple)


_rules = st.builds(
    Rule,
    id=hostile,
    slug=hostile,
    title=hostile,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    techniques=_tuples(hostile),
    references=_tuples(hostile),
    origin=st.sampled_from(RuleOrigin),
)
_evidence = st.builds(
    Evidence,
    path=hostile | hostile.map(lambda name: f"{name}.config"),
    layer=hostile,
    span=st.builds(Span, _counts, _counts),
    line=st.integers(1, 10**6),
    column=st.integers(1, 10**6),
    excerpt=hostile,
)
_findings = st.builds(
    Finding,
    rule=_rules,
    message=hostile,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    evidence=_tuples(_evidence),
    facts=_facts,
)
_subjects = st.builds(
    Subject,
    kind=st.sampled_from(SubjectKind),
    path=hostile,
    source_path=st.none() | hostile,
    entry_path=st.none() | hostile,
    presence=st.sampled_from(Presence),
    role=st.sampled_from(Role),
    sha256=st.none() | st.sampled_from(["ab" * 32, "cd" * 32]),
    size_bytes=st.none() | _counts,
    times=st.builds(Timestamps, _times, _times, _times, _times, st.booleans(), _times, _times),
    executable=st.booleans(),
    urls=_tuples(st.builds(Url, hostile, st.none() | hostile, st.booleans(), st.booleans()), 3),
)
_whens = st.none() | st.datetimes(datetime(1601, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))
_moments = st.builds(
    Moment,
    st.datetimes(datetime(1601, 1, 1), timezones=st.just(UTC)),
    hostile,
    hostile,
    st.sampled_from(MomentKind),
    hostile | st.just(""),
    _whens,
)
# Each value is counted once, so that no two have one name in a saved report.
_numbered = st.lists(
    st.builds(Count, hostile, _counts), unique_by=lambda count: decodable(count.value), max_size=2
).map(tuple)
uses = st.builds(
    Use, _counts, _counts, _counts, _whens, _whens, _counts, _numbered, _numbered,
    _tuples(hostile), _counts, _tuples(hostile), _counts, st.none() | _counts, st.none() | _counts,
    st.none() | _counts, st.none() | _counts, _tuples(hostile), _counts, last_log=hostile, last_line=_counts,
    failed=_counts, unknown=_counts, probes=_counts, by_server=_counts, hidden=_counts, claimed=_tuples(hostile),
    proxies=_tuples(hostile), tried=_tuples(hostile), tried_count=_counts, missed_utc=_whens, missed_log=hostile,
    missed_line=_counts, doubts=_tuples(hostile), referred=_counts, alternations=_counts, gone_utc=_whens,
    gone_log=hostile, gone_line=_counts, possible_proxies=_tuples(hostile),
    operator_count=_counts, acts=_counts, is_regular=st.booleans(),
)  # fmt: skip
_coverages = st.builds(
    LogCoverage, st.sampled_from(LogKind), st.none() | _counts, _counts, _counts, _counts, _whens, _whens
)
traffics = st.builds(
    Traffic,
    _tuples(
        st.builds(LogCoverage, st.sampled_from(LogKind), st.none() | _counts, _counts, _counts, _counts, _whens, _whens)
    ),
    hostile,
    _tuples(st.builds(Client, hostile, _counts, _whens, _whens, _tuples(hostile), _tuples(_moments), st.booleans())),
    hostile,
    _tuples(st.builds(DayTotal, st.dates(), _counts, st.booleans())),
    _tuples(hostile),
    _counts,
    _tuples(st.builds(RareAddress, hostile, st.integers(1, 2**40), _tuples(hostile), _counts, _counts, _whens, _whens)),
)
_paths = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=9).filter(str.strip)
_log_options = st.builds(
    LogOptions, st.booleans(), st.booleans(), _tuples(_paths), st.builds(Period, _whens, st.none()), _tuples(_paths)
)
verdicts = st.builds(
    Verdict,
    subject=_subjects,
    disposition=st.sampled_from(Disposition),
    reasons=_tuples(hostile),
    findings=_tuples(_findings, 3),
    use=st.none() | uses,
    assumed=_tuples(hostile),
)
_gaps = st.builds(
    Gap,
    code=st.sampled_from(["unreadable", "too-large", "link-outside"]),
    stage=st.sampled_from(["open", "survey", "walk", "examine", "signatures"]),
    path=hostile,
    reason=hostile,
    matters=st.booleans(),
)
_days = st.dates()
_witnesses = st.builds(Witness, st.sampled_from(WitnessKind), hostile, st.none() | hostile, _times, st.none() | hostile)
_waves = st.builds(Wave, hostile, hostile, _tuples(hostile), _days, _days, _days, _days, st.booleans(), hostile)
_kinds = st.none() | st.sampled_from(WitnessKind)
_maybe = st.none() | hostile
patch_states = st.builds(
    PatchState,
    path=hostile,
    build=hostile,
    basis=st.sampled_from(WitnessKind),
    exact=st.booleans(),
    known=st.booleans(),
    product=_maybe,
    update=_maybe,
    released=st.none() | _days,
    standing=_maybe,
    support_ends=st.none() | _days,
    installed=st.none() | _days,
    installed_by=_kinds,
    newer_than_data=st.none() | _days,
    witnesses=_tuples(_witnesses, 3),
    cves=_tuples(st.builds(CveState, hostile, st.sampled_from(FixState), _maybe, _maybe, _maybe), 4),
    waves=_tuples(
        st.builds(
            WaveState,
            _waves,
            st.sampled_from(FixState),
            _tuples(hostile),
            st.none() | _days,
            _kinds,
            st.booleans(),
            st.none() | _days,
        ),
        3,
    ),
)
_volumes = st.builds(Volume, hostile, hostile, st.booleans(), hostile)
_steps = st.builds(Step, hostile, _tuples(hostile))
reports = st.builds(
    Report,
    location=hostile,
    form=hostile,
    is_collection=st.booleans(),
    host=st.builds(
        Host,
        _tuples(_volumes),
        _tuples(st.builds(ExchangeInstall, hostile, st.none() | hostile, _tuples(_witnesses))),
        st.booleans(),
        st.none() | hostile,
    ),
    roots=_tuples(st.builds(Root, hostile, st.none() | hostile, st.sampled_from(Role), hostile)),
    verdicts=_tuples(verdicts, 4),
    gaps=_tuples(_gaps, 3),
    coverage=st.builds(Coverage, *[st.sampled_from(InputState)] * 5),
    assessment=st.builds(Assessment, st.sampled_from(AssessmentState), hostile, _tuples(_steps)),
    run=st.builds(
        Run,
        started_utc=_times,
        data_as_of=st.none() | st.dates(),
        options=st.builds(
            RunOptions, _tuples(hostile), _tuples(hostile), _tuples(hostile), _counts, hostile, _log_options
        ),
        version=hostile,
    ),
    counts=st.dictionaries(st.sampled_from(["files", "malicious", "benign"]), _counts, max_size=3),
    interrupted=st.booleans(),
    patch_state=st.none() | patch_states,
    times=_tuples(st.builds(TimeBasis, hostile, st.booleans(), hostile, st.booleans())),
    traffic=st.none() | traffics,
    timeline=_tuples(_moments),
    secrets_hidden=st.booleans(),
)
_digests = st.text("0123456789abcdef", min_size=32, max_size=32)
_on_hosts = st.builds(OnHost, hostile, _times, st.sampled_from(TimeOf), hostile, _tuples(hostile), _counts)
fleets = st.builds(
    Fleet,
    sentence=hostile,
    hosts=_tuples(
        st.builds(
            FleetHost, hostile, hostile, st.sampled_from(AssessmentState), _counts, _counts, _counts, _times,
            st.none() | hostile, st.none() | hostile, _tuples(hostile), _counts, st.booleans(),
        )
    ),
    outliers=_tuples(
        st.builds(
            Outlier, st.sampled_from(OutlierKind), hostile, _tuples(hostile), _counts, _counts, _counts,
            st.sampled_from(Disposition), _tuples(hostile), _tuples(_digests), _counts,
        )
    ),
    shared=_tuples(
        st.builds(
            Shared, st.sampled_from(SharedKind), hostile, _tuples(_on_hosts), _counts,
            st.sampled_from(Disposition), hostile, _tuples(hostile), _counts,
        )
    ),
    notes=_tuples(hostile),
    more_hosts=_counts,
    more_outliers=_counts,
    more_shared=_counts,
    unopened=_tuples(st.builds(Unopened, hostile, hostile, hostile)),
    more_unopened=_counts,
)  # fmt: skip
