"""Planting time: the time at which a subject was planted, compared with the waves and the installed fixes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from webshellhunt.detectors.placement import creation_set_back, times_contradict
from webshellhunt.knowledge.exchange_names import is_shipped_at
from webshellhunt.knowledge.fix_times import against_build, against_fix, days_to_the_fix, in_windows
from webshellhunt.knowledge.waves import EXCHANGE, iter_waves_at, products_at
from webshellhunt.logs.log_names import split_path
from webshellhunt.model.patches import PatchState, Wave
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.times import second_in_utc
from webshellhunt.model.verdict import Disposition, Examination, Planting, Subject, Verdict
from webshellhunt.views.file_times import (
    CREATION,
    DATING_KINDS,
    LAST_WRITE,
    NAME_KIND,
    SLACK,
    SLACK_OF_LOGS,
    Bounds,
    CommonHours,
    FileTimes,
    TimeWitness,
    bounds_of,
    days_in_words,
    iter_content_times,
    iter_fact_times,
    iter_recorded_times,
)

_MANY_ALIKE = 3
_NO_COMMON_HOURS = CommonHours()
_SEEN = {"first_ran": "its compiled remnant is of this time", "detected_at": "antivirus detected it"}
"""The facts of findings that are times at which a page was there, and their witnesses."""

_UNKNOWN: tuple[bool | None, str] = (None, "")


def with_contradiction(
    examination: Examination, common_hours: CommonHours = _NO_COMMON_HOURS, same_created: str | None = None
) -> Examination:
    """Return an examination with findings if its times contradict each other; one without other findings as it is.

    ``same_created`` is the name of another file of its directory that was created at the same moment.
    """
    if not examination.subject.times.original or not examination.is_reported:
        return examination
    findings = examination.findings
    view = FileTimes(
        examination.subject.times,
        tuple(iter_content_times(findings)),
        common_hours,
        recorded=min((each.when for each in iter_recorded_times(findings)), default=None),
        is_foreign=_is_foreign(examination.subject),
        same_created=same_created,
    )
    return replace(examination, findings=(*findings, *times_contradict.find(view), *creation_set_back.find(view)))


def neighbours_by_creation(examinations: Iterable[Examination]) -> dict[str, str]:
    """Return, for files with a finding, the name of a stock file of the same directory and time of creation.

    Only original times count. A stock file that got its name within a day of the other one was installed together with
    it; where the times of the names are unknown, no time counts that three or more stock files have.
    """
    groups: dict[tuple[str, datetime], list[Examination]] = {}
    for each in examinations:
        created = each.subject.times.created_utc if each.subject.times.original else None
        if created is not None:
            folder = each.subject.path.replace("/", "\\").rpartition("\\")[0].lower()
            groups.setdefault((folder, created), []).append(each)
    found: dict[str, str] = {}
    for group in groups.values():
        stock = [each.subject for each in group if not each.is_reported and is_shipped_at(each.subject.path)]
        for each in group if stock else ():
            copied = next((other for other in stock if _is_apart(each.subject, other, len(stock))), None)
            if copied is not None and each.is_reported:
                found[each.subject.path] = copied.path.replace("/", "\\").rpartition("\\")[2]
    return found


def _is_apart(subject: Subject, stock: Subject, alike: int) -> bool:
    """Return True if a file was not installed together with a stock file of the same time of creation."""
    mine, its = subject.times.name_created_utc, stock.times.name_created_utc
    return alike < _MANY_ALIKE if mine is None or its is None else abs(mine - its) > SLACK


def _is_foreign(subject: Subject) -> bool:
    return subject.role in SETUP_ROLES and subject.executable and not is_shipped_at(subject.path)


def date_planting(
    verdict: Verdict, common_hours: CommonHours, patch_state: PatchState | None, products: Collection[str] = (EXCHANGE,)
) -> Verdict:
    """Return a verdict with the planting time of its subject, if it is suspicious or worse.

    ``common_hours``: the hours in which most files of the host have their times. ``patch_state``: the installed build
    of Exchange and its open vulnerabilities. ``products``: the products of the host, from ``products_of``: a wave
    against any product that a directory serves may have planted a page in it.
    """
    if verdict.disposition < Disposition.SUSPICIOUS:
        return verdict
    bounds = _with_moments(bounds_of(verdict.findings), verdict)
    content = tuple(iter_content_times(verdict.findings))
    recorded = _recorded(verdict, bounds)
    times = list(_dating_times(verdict.subject, common_hours))
    usable = [(kind, when) for kind, when in times if not common_hours.holds(kind, when)]
    doubted = [each for each in times if _contradicts_logs(each[1], bounds)]
    witness = _earliest_credible(content, recorded, usable, bounds)
    known = [when for kind, when in usable if (kind, when) not in doubted]
    apart = _apart([*(each.when for each in (*content, *recorded)), *known], bounds)
    served = products_at(verdict.subject.role, products)
    if witness is not None:
        planting = _dated(witness, apart, served, patch_state)
    elif bounds != Bounds():
        planting = _bounded(bounds, apart, served, patch_state, is_doubted=bool(doubted))
    elif times:
        sentence = "planting time unknown: most files here have times within the same hour, as after a copy"
        planting = Planting(None, "", sentence)
    else:
        return verdict
    return replace(verdict, planting=_with_bounds(planting, bounds, doubted))


def is_older_than_its_code(verdict: Verdict) -> bool:
    """Return True if a page was there before it was changed: it is shipped, or all users request it."""
    use = verdict.use
    is_visited = use is not None and use.visited
    return is_visited or is_shipped_at(verdict.subject.path) or bounds_of(verdict.findings).is_changed


def _with_moments(bounds: Bounds, verdict: Verdict) -> Bounds:
    """Return the bounds by snapshots, with those by requests and other moments at which a planted page was there."""
    use = verdict.use
    if is_older_than_its_code(verdict):
        return bounds
    for name, witness in _SEEN.items():
        for when in iter_fact_times(verdict.findings, name):
            bounds = bounds.not_after(when, witness)
    if use is None or not use.answered or use.first_utc is None:
        return bounds
    bounds = bounds.not_after(use.first_utc, f"first answered, {_row(use.logs[0] if use.logs else '', use.line)}")
    if use.missed_utc is None or use.missed_utc > (bounds.latest or use.missed_utc):
        return bounds
    return bounds.not_before(use.missed_utc, f"404, {_row(use.missed_log, use.missed_line)}")


def _row(log: str, line: int) -> str:
    """Return a row by the name of its log and its line."""
    return f"{split_path(log)[1]}, line {line}"


def _contradicts_logs(when: datetime, bounds: Bounds) -> bool:
    """Return True if a time of a file contradicts a bound that is no snapshot."""
    nearest = bounds.nearest(when)
    return bounds.slack[nearest < when] == SLACK_OF_LOGS and not bounds.hold(when)


def _with_bounds(planting: Planting, bounds: Bounds, doubted: Sequence[tuple[str, datetime]]) -> Planting:
    """Return a planting with its bounds, and with the times of the file that contradict them."""
    told = [f"{DATING_KINDS[kind]} {second_in_utc(when)}" for kind, when in doubted]
    sentence = planting.sentence
    if told:
        is_far = any(abs(bounds.nearest(when) - when) > SLACK for _, when in doubted)
        older = any(when < bounds.nearest(when) for _, when in doubted)
        why = "it was set back, or is older than the file at this place" if older else "the file was written again"
        why += "" if is_far else ", or it is in another time zone"
        sentence += f"; its own time contradicts this ({', '.join(told)}): {why}"
    is_between = planting.when_utc not in (None, bounds.earliest, bounds.latest)
    if is_between and bounds.earliest is not None and bounds.slack[0] == SLACK_OF_LOGS:
        sentence += f"; {_bracket(bounds)}"
    return replace(
        planting,
        sentence=sentence,
        not_before_utc=bounds.earliest,
        not_before=bounds.without,
        not_after_utc=bounds.latest,
        not_after=bounds.having,
        doubted=", ".join(told),
    )


def _bracket(bounds: Bounds) -> str:
    """Return the bounds in words, those by logs with their times."""
    first, last = (
        f"{second_in_utc(when) if slack == SLACK_OF_LOGS else when.date()} ({by})" if when is not None else ""
        for when, by, slack in (
            (bounds.earliest, bounds.without, bounds.slack[0]), (bounds.latest, bounds.having, bounds.slack[1]),
        )
    )  # fmt: skip
    if first and last:
        return f"between {first} and {last}"
    return f"after {first}" if first else f"by {last}"


def _recorded(verdict: Verdict, bounds: Bounds) -> tuple[TimeWitness, ...]:
    """Return the recorded creation; the last write for a page that was changed: its creation dates the honest one."""
    is_shipped = is_shipped_at(verdict.subject.path)
    kinds = (*(() if is_shipped else (CREATION,)), *((LAST_WRITE,) if is_shipped or bounds.is_changed else ()))
    for kind in kinds:
        found = tuple(each for each in iter_recorded_times(verdict.findings, kind) if bounds.hold(each.when))
        if found:
            return found
    return ()


def _apart(times: Sequence[datetime], bounds: Bounds) -> timedelta:
    """Return the largest difference between times, and from a time to the bounds."""
    everyone = [*times, *map(bounds.nearest, times)]
    return max(everyone) - min(everyone) if everyone else timedelta()


def _dating_times(subject: Subject, common_hours: CommonHours) -> Iterator[tuple[str, datetime]]:
    """Yield the times that date a file; that of its name only if its creation is earlier, and so was set back.

    The latest comes first for a page that Exchange ships: its creation may date the honest page.
    """
    own = dict(FileTimes(subject.times, common_hours=common_hours).iter_own(DATING_KINDS))
    created, named = own.get("created_utc"), own.get(NAME_KIND)
    if created is not None and named is not None and named - created <= SLACK:
        del own[NAME_KIND]
    is_shipped = is_shipped_at(subject.path)
    yield from sorted(own.items(), key=lambda each: each[1], reverse=True) if is_shipped else own.items()


def _earliest_credible(
    content: Sequence[TimeWitness],
    recorded: Sequence[TimeWitness],
    file_times: Sequence[tuple[str, datetime]],
    bounds: Bounds,
) -> TimeWitness | None:
    """Return the planting itself if a witness states it, else the file's own time unless its content is younger.

    ``None`` if all times contradict the bounds.
    """
    exact = min((each for each in content if each.exact), key=lambda each: each.when, default=None)
    exact = exact or min((each for each in recorded if each.exact), key=lambda each: each.when, default=None)
    if exact is not None:
        return exact
    youngest = max(content, key=lambda each: each.when, default=None)
    for kind, when in file_times:
        if bounds.hold(when) and (youngest is None or when >= youngest.when - SLACK):
            return TimeWitness(when, DATING_KINDS[kind])
    return youngest if youngest is not None and bounds.hold(youngest.when) else None


def _dated(witness: TimeWitness, apart: timedelta, products: Collection[str], state: PatchState | None) -> Planting:
    day = witness.when.date()
    waves = list(iter_waves_at(day, products))
    parts = [f"planted {day} ({witness.by})"]
    before_fix: bool | None = None
    if waves:
        parts += [days_to_the_fix((waves[0].fixed - day).days), in_windows(waves)]
        before_fix, words = against_fix(day, waves[0], state)
    else:
        before_fix, words = against_build(day, state)
    sentence = ", ".join(parts) + (f"; {words}" if words else "")
    if apart > SLACK:
        sentence += f"; its times differ by {days_in_words(apart)}"
    return Planting(
        witness.when, witness.by, sentence, int(apart.total_seconds()), tuple(w.name for w in waves), before_fix
    )


def _bounded(
    bounds: Bounds, apart: timedelta, products: Collection[str], state: PatchState | None, *, is_doubted: bool
) -> Planting:
    """Return a planting between two moments: it is in a wave, or before a fix, only if both moments are."""
    waves, fix = list[Wave](), _UNKNOWN
    earliest, latest = bounds.earliest, bounds.latest
    when, witness = None, bounds.without or bounds.having
    if earliest is not None and latest is not None:
        within = set(iter_waves_at(latest.date(), products))
        waves = [each for each in iter_waves_at(earliest.date(), products) if each in within]
        at_first, at_last = (
            against_fix(each.date(), waves[0], state) if waves else _UNKNOWN for each in (earliest, latest)
        )
        fix = at_first if at_first == at_last else _UNKNOWN
        if bounds.slack[0] == SLACK_OF_LOGS:
            when, witness, apart = earliest, f"{bounds.without}; {bounds.having}", latest - earliest
    elif is_doubted:
        when = latest
    words = f"planted {_bracket(bounds)}"
    sentence = ", ".join([words, *([in_windows(waves)] if waves else [])]) + (f"; {fix[1]}" if fix[1] else "")
    if apart > SLACK and when is None:
        sentence += f"; its times differ by {days_in_words(apart)}"
    names = tuple(each.name for each in waves)
    return Planting(when, witness, sentence, int(apart.total_seconds()), names, fix[0])
