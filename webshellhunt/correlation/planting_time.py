"""The times of a planted file contradict each other.

What it finds:
    A page that holds a time of its own (a directory's property list says when it was saved, a mail in a mailbox export
    when it was made) and bears a file time that lies before it: what it holds is younger than the file says it is. Less
    telling, and told as context only: a file that was found for other reasons, whose record on disk changed days after
    the file itself, as its times would have it.

Why it matters:
    Intruders set the times of what they plant back, so that it hides among the stock files and an investigation looks
    at the wrong days.

Looks like:
    A file last changed in 2016 that says of itself that it was saved in March 2021.

Benign look-alikes:
    Installers and copy tools keep the time of the last change; archives and restores set times as they please. That is
    why differing file times alone prove nothing, and are never read where the source holds a copy. Records that changed
    within one hour on most of a drive (a restore, an upgrade) say nothing of a single file.

Blind spots:
    Times that agree with each other and are false. Sources that keep no creation or record time.

References:
    https://attack.mitre.org/techniques/T1070/006/
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from webshellhunt.knowledge.waves import EXCHANGE, iter_waves_at, products_at
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Finding
from webshellhunt.model.patches import FixState, PatchState, Wave, WaveState
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.model.verdict import Disposition, Examination, Planting, Subject, Verdict

RULE = Rule(
    id="WSH6006",
    slug="times-contradict",
    title="The times of a planted file contradict each other",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    techniques=("T1070.006",),
    references=("https://attack.mitre.org/techniques/T1070/006/",),
    page=__doc__.strip(),
)

COPYING = timedelta(hours=1)
"""Times of most files within so short a span are those of a copy, or of an installation: they date no single file."""

_MOST = 0.8
_LEAST_FILES = 8
_SLACK = timedelta(days=1)
_CENTURY = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
_CONTENT = {
    "planted_at": "what it holds says so",
    "submitted": "the mail in it was sent then",
    "delivered": "the mail in it arrived then",
    "created": "what it holds was made then",
}
_FILE = {"created_utc": "created", "modified_utc": "last changed"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class _Told(NamedTuple):
    """A time of a subject and who tells it; ``exact`` is the planting itself, else something around it."""

    when: datetime
    by: str
    exact: bool = False


class Crowds(NamedTuple):
    """Of each kind of file time, the hour in which most files of the host have theirs, where there is one."""

    created_utc: tuple[datetime, datetime] | None = None
    modified_utc: tuple[datetime, datetime] | None = None
    changed_utc: tuple[datetime, datetime] | None = None

    def holds(self, kind: str, when: datetime) -> bool:
        """Tell whether a file time lies in the crowd of its kind."""
        crowd: tuple[datetime, datetime] | None = getattr(self, kind)
        return crowd is not None and crowd[0] <= when <= crowd[1]


_NO_CROWDS = Crowds()


def find_crowds(times: Iterable[Timestamps]) -> Crowds:
    """Return the hours in which most files were created, were last changed, and had their record changed."""
    original = [each for each in times if each.original]
    kinds = (*_FILE, "changed_utc")
    return Crowds(*(_crowd([when for each in original if (when := _utc(getattr(each, kind)))]) for kind in kinds))


def with_contradiction(examination: Examination, crowds: Crowds = _NO_CROWDS) -> Examination:
    """Return an examination with a finding where its times contradict each other, and it has any other finding.

    The change of a record says nothing where most records of the host changed within the same hour.
    """
    if not examination.subject.times.original or all(f.severity <= Severity.INFO for f in examination.findings):
        return examination
    finding = _contradiction(examination.subject.times, list(_content_times(examination.findings)), crowds)
    return examination if finding is None else replace(examination, findings=(*examination.findings, finding))


def date_planting(
    verdict: Verdict, crowds: Crowds, patch_state: PatchState | None, products: Collection[str] = (EXCHANGE,)
) -> Verdict:
    """Return a verdict that accuses with what is known of when its subject was planted.

    Args:
        verdict: The verdict.
        crowds: The hours in which most files of the host have their times.
        patch_state: The installed build of Exchange and what it leaves open.
        products: The products of the host, from ``products_of``: a page in a directory that serves several may have
            come by a wave of any.
    """
    if verdict.disposition < Disposition.SUSPICIOUS:
        return verdict
    content = list(_content_times(verdict.findings))
    times = list(_file_times(verdict.subject))
    telling = [(kind, when) for kind, when in times if not crowds.holds(kind, when)]
    told = _earliest_credible(content, telling)
    if told is not None:
        everyone = [each.when for each in content] + [when for _, when in telling]
        served = products_at(verdict.subject.role, products)
        planting = _dated(told, max(everyone) - min(everyone), served, patch_state)
    elif times:
        sentence = "when it was planted isn't told: most files here bear times of the same hour, as after a copy"
        planting = Planting(None, "", sentence)
    else:
        return verdict
    return replace(verdict, planting=planting)


def _crowd(times: list[datetime]) -> tuple[datetime, datetime] | None:
    times.sort()
    best = (0, 0, 0)
    first = 0
    for last, when in enumerate(times):
        while when - times[first] > COPYING:
            first += 1
        best = max(best, (last - first + 1, first, last))
    count, first, last = best
    return (times[first], times[last]) if count >= max(_LEAST_FILES, _MOST * len(times)) else None


def _file_times(subject: Subject) -> Iterator[tuple[str, datetime]]:
    """Yield the times that date a file, the surer first: a copied file keeps the time of its last change."""
    if subject.times.original:
        for kind in _FILE:
            when = _utc(getattr(subject.times, kind))
            if when is not None:
                yield kind, when


def _content_times(findings: Sequence[Finding]) -> Iterator[_Told]:
    for finding in findings:
        for name, by in _CONTENT.items():
            when = _read(finding.facts.get(name))
            if when is not None:
                yield _Told(when, by, exact=name == "planted_at")


def _earliest_credible(content: Sequence[_Told], file_times: Sequence[tuple[str, datetime]]) -> _Told | None:
    """Return the planting itself where it is told, else the file's own time, unless what it holds is younger."""
    exact = min((each for each in content if each.exact), key=lambda each: each.when, default=None)
    if exact is not None:
        return exact
    youngest = max(content, key=lambda each: each.when, default=None)
    for kind, when in file_times:
        if youngest is None or when >= youngest.when - _SLACK:
            return _Told(when, _FILE[kind])
    return youngest


def _contradiction(times: Timestamps, content: Sequence[_Told], crowds: Crowds) -> Finding | None:
    own = {words: when for kind, words in _FILE.items() if (when := _utc(getattr(times, kind))) is not None}
    if not own:
        return None
    words, oldest = min(own.items(), key=lambda each: each[1])
    held = max(content, key=lambda each: each.when, default=None)
    if held is not None and oldest < held.when - _SLACK:
        message = f"its times contradict each other: {words} {oldest.date()}, yet {held.by}: {held.when.date()}"
        return Finding(
            RULE, message, Severity.MEDIUM, Confidence.MEDIUM, facts={"disagree_by": _days(held.when - oldest)}
        )
    changed = _utc(times.changed_utc)
    latest = max(own.values())
    if changed is not None and changed - latest > _SLACK and not crowds.holds("changed_utc", changed):
        message = f"its record on disk changed on {changed.date()}, after any time of the file ({latest.date()})"
        return Finding(RULE, message, Severity.INFO, Confidence.LOW, facts={"disagree_by": _days(changed - latest)})
    return None


def _dated(told: _Told, apart: timedelta, products: Collection[str], state: PatchState | None) -> Planting:
    day = told.when.date()
    waves = list(iter_waves_at(day, products))
    parts = [f"planted {day} ({told.by})"]
    before_fix: bool | None = None
    if waves:
        parts += [_to_the_fix((waves[0].fixed - day).days), _in_windows(waves)]
        before_fix, words = _against_fix(told, waves[0], state)
    else:
        before_fix, words = _against_build(told, state)
    sentence = ", ".join(parts) + (f"; {words}" if words else "")
    if apart > _SLACK:
        sentence += f"; its witnesses disagree by {_days(apart)}"
    return Planting(told.when, told.by, sentence, int(apart.total_seconds()), tuple(w.name for w in waves), before_fix)


def _to_the_fix(days: int) -> str:
    if days == 0:
        return "on the day on which the fix was public"
    return f"{_days(timedelta(days=abs(days)))} {'before' if days > 0 else 'after'} the fix was public"


def _in_windows(waves: Sequence[Wave]) -> str:
    names = " and ".join(wave.name for wave in waves)
    return f"in the window of {names}" if len(waves) == 1 else f"in the windows of {names}"


def _against_fix(told: _Told, wave: Wave, state: PatchState | None) -> tuple[bool | None, str]:
    """Say whether a planting came before the fix of its wave was installed, and in words what that means."""
    found = next((each for each in state.waves if each.wave.slug == wave.slug), None) if state is not None else None
    if found is None:
        return None, ""
    if found.state is FixState.OPEN:
        return None, "the hole is still open"
    if found.state is not FixState.CLOSED:
        return None, "whether the fix is installed isn't known"
    return _against_closed(told, found)


def _against_closed(told: _Told, found: WaveState) -> tuple[bool | None, str]:
    day, stays = told.when.date(), "the patch did not remove it"
    if found.closed_on is None or found.closed_by is None:
        if day < found.wave.fixed:
            return True, f"the fix is installed now, and came not before {found.wave.fixed}; {stays}"
        return None, "the fix is installed now, and since when isn't known"
    by = f"{found.closed_on} ({found.closed_by.words})"
    came = f"the fixed build was installed on {by}" if found.closed_exactly else f"the fix was installed by {by}"
    if day == found.closed_on:
        return None, f"{came}, on the same day"
    if day > found.closed_on:
        return False, f"{came}, before it was planted"
    if found.closed_exactly or day < found.wave.fixed or (found.open_on is not None and day <= found.open_on):
        return True, f"{came}; {stays}"
    return None, f"{came}, perhaps before it was planted"


def _against_build(told: _Told, state: PatchState | None) -> tuple[bool | None, str]:
    """Say how a planting outside of all windows stands to the installed build."""
    words = "in the window of no known wave"
    if state is None or state.installed is None or state.installed_by is None:
        return None, words
    days = (state.installed - told.when.date()).days
    how = "before" if days > 0 else "after" if days else "on the day when"
    if not state.installed_by.is_installation and days >= 0:
        return None, f"{words}; the installed build was there by {state.installed} ({state.installed_by.words})"
    came = "came on" if state.installed_by.is_installation else "was there by"
    told_by = f"{state.installed} ({state.installed_by.words})"
    return (days > 0 if days else None), f"{words}; {how} the installed build {came} {told_by}"


def _days(span: timedelta) -> str:
    days = round(span.total_seconds() / 86_400)
    number = _NUMBERS[days] if 0 < days < len(_NUMBERS) else f"{days:,}"
    return f"{number} day{'' if days == 1 else 's'}"


def _read(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return _utc(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return None


def _utc(when: datetime | None) -> datetime | None:
    """Return a time in UTC, or ``None`` for one that no server of this kind has seen: a file's time may be anything."""
    try:
        when = when.replace(tzinfo=UTC) if when is not None and when.tzinfo is None else when
        return when.astimezone(UTC) if when is not None and _CENTURY[0] <= when <= _CENTURY[1] else None
    except OverflowError:
        return None
