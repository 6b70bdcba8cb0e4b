"""Stories: the acts of a host, in order, as one story for each planted page, and one trace for each other idea.

A page is planted by the cmdlet that names its path, or by a program that writes it. To its story belong the rights that
were granted and the script that a cmdlet put into a virtual directory shortly before, the first request after which
ASP.NET compiled the page, and the commands that a worker process started afterwards.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from webshellhunt.correlation.server_acts.questions import ActTally
from webshellhunt.detectors import detectors_on
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.questions import Tally
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind
from webshellhunt.views.logged_acts import MOST_SHOWN, Gravity, Idea, LoggedAct, LoggedActs, time_words

BEFORE = timedelta(hours=1)
"""A cmdlet so long before a page is written belongs to its story."""
AFTER = timedelta(hours=1)
"""Commands so long after a page was written or first compiled belong to its story."""
CLEANING = timedelta(minutes=10)
SAME = timedelta(seconds=5)
"""Records of different logs about one call are at most so far apart."""
HABIT = 10
"""More pages that a worker process wrote into ordinary directories are the work of an application, and one lead."""
MOST_PLANTS = 1_000
MOST_JOINED = 20_000
"""The most acts that are compared with the plants."""

_SPANS = {
    Idea.PAGE_PLANTED: (BEFORE, CLEANING),
    Idea.RIGHTS_GRANTED: (BEFORE, CLEANING),
    Idea.OBJECT_REFUSED: (BEFORE, CLEANING),
    Idea.ADDRESS_FORGED: (BEFORE, CLEANING),
    Idea.CONTEXT: (CLEANING, AFTER),
    Idea.INTERPRETER_STARTED: (timedelta(), AFTER),
    Idea.TUNNEL_STARTED: (timedelta(), AFTER),
}
"""How long before and after a plant an act of an idea belongs to its story."""
_OF_PAGES = frozenset({Idea.PAGE_DETECTED, Idea.PAGE_FAILED})
"""Ideas whose subject is the page that an event names."""
_CALL = lazy_pattern(r"[A-Z][a-z]{2,40}-[A-Za-z0-9]{2,80}(?=[\s.]|\Z)")
_VALUE = lazy_pattern(r"[\w@:\\$/-]+")
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(eq=False)
class _Plant:
    """A planted page: the acts that name its path, and those of its story."""

    path: str
    acts: list[LoggedAct] = field(default_factory=list)
    joined: list[LoggedAct] = field(default_factory=list)

    @property
    def planted_utc(self) -> datetime | None:
        return min((act.when_utc for act in self.acts if act.when_utc is not None and not act.failed), default=None)

    @property
    def may_be_habit(self) -> bool:
        """True if a program wrote it, and nothing else makes it a plant."""
        written = all(act.idea is Idea.PAGE_WRITTEN and act.gravity < Gravity.PROOF for act in self.acts)
        return written and all(act.gravity < Gravity.ODD for act in self.joined)

    @property
    def name(self) -> str:
        return self.path.lower().replace("/", "\\").rpartition("\\")[2]


def examinations(tallies: Iterable[Tally]) -> Iterator[Examination]:
    """Yield the examinations of the acts of a host: planted pages first, each with its story, then the other ideas."""
    counts: Counter[tuple[str, Idea]] = Counter()
    found: dict[tuple[str, int, Idea, str], LoggedAct] = {}
    for tally in tallies:
        if isinstance(tally, ActTally):
            _gather(tally, found, counts)
    acts = sorted(_joined(sorted(found.values(), key=_order), counts), key=_order)
    plants, used = _plants(acts)
    habit = [plant for plant in plants if plant.may_be_habit]
    habit = habit if len(habit) > HABIT else []
    for plant in plants:
        if plant not in habit:
            yield from _examined_plant(plant)
    rest: dict[tuple[str, Idea], list[LoggedAct]] = defaultdict(list)
    for act in acts:
        if act not in used and act.idea is not Idea.CONTEXT:
            rest[_subject_of(act, rest), act.idea].append(act)
    for act in sorted((act for plant in habit for act in plant.acts), key=_order):
        rest[act.log, act.idea].append(act._replace(gravity=Gravity.LEAD, reason="the server writes many pages itself"))
    told = Counter(
        (act.log, act.idea) for plant in plants if plant not in habit for act in (*plant.acts, *plant.joined)
    )
    for (subject, idea), some in rest.items():
        yield from _examined(
            subject, LoggedActs(idea, some, max(counts[subject, idea] - told[subject, idea], len(some)))
        )


def _subject_of(act: LoggedAct, rest: Mapping[tuple[str, Idea], object]) -> str:
    """Return the subject of an act: the page that it is about, else its log, also if there are too many pages."""
    is_of_page = act.path and act.idea in _OF_PAGES
    return act.path if is_of_page and ((act.path, act.idea) in rest or len(rest) < MOST_PLANTS) else act.log


def _gather(
    tally: ActTally, found: dict[tuple[str, int, Idea, str], LoggedAct], counts: Counter[tuple[str, Idea]]
) -> None:
    """Add the acts of a tally; the same record may come from several questions."""
    logs = {act.log for act in tally.iter_acts()}
    for act in tally.iter_acts():
        found.setdefault((act.log, act.line, act.idea, act.shown), act)
    for log in logs:
        for idea, count in tally.counts.items():
            counts[log, idea] = max(counts[log, idea], count)


def _joined(acts: Iterable[LoggedAct], counts: Counter[tuple[str, Idea]]) -> Iterator[LoggedAct]:
    """Yield each act once, with all records about it: several logs have the same call of a cmdlet."""
    told: dict[object, LoggedAct] = {}
    for act in acts:
        call = _CALL.match(act.shown)
        key = call and (act.idea, act.failed, call[0].lower(), _values(act))
        known = told.get(key) if key is not None else None
        if known is None or not _are_one(known, act):
            if known is not None:
                yield told.pop(key)
            if key is None:
                yield act
            else:
                told[key] = act
            continue
        told[key] = known._replace(also=(*known.also, (act.log, act.line)))
        counts[act.log, act.idea] -= 1
    yield from told.values()


def _values(act: LoggedAct) -> object:
    """Return what two records about one call have in common: the page that it plants, or its values."""
    return act.path.lower() if act.idea is Idea.PAGE_PLANTED else frozenset(_VALUE.findall(act.shown.lower()))


def _are_one(one: LoggedAct, other: LoggedAct) -> bool:
    """Return True if two records of different logs are about one call."""
    if one.when_utc is None or other.when_utc is None or other.log in (one.log, *(log for log, _ in one.also)):
        return False
    return other.when_utc - one.when_utc <= SAME


def _order(act: LoggedAct) -> tuple[datetime, str, int]:
    return act.when_utc or _LATEST, act.log, act.line


def _plants(acts: Sequence[LoggedAct]) -> tuple[list[_Plant], set[LoggedAct]]:
    """Return the planted pages with their stories, and all acts that belong to one."""
    by_path: dict[str, _Plant] = {}
    for act in acts:
        if act.path and act.idea in (Idea.PAGE_PLANTED, Idea.PAGE_WRITTEN) and len(by_path) < MOST_PLANTS:
            by_path.setdefault(act.path.lower(), _Plant(act.path)).acts.append(act)
    plants = list(by_path.values())
    used = {act for plant in plants for act in plant.acts}
    dated = sorted(
        ((planted, plant) for plant in plants if (planted := plant.planted_utc) is not None), key=lambda each: each[0]
    )
    for act in acts[:MOST_JOINED] if dated else ():
        if act not in used and (plant := _plant_of(act, dated)) is not None:
            plant.joined.append(act)
            used.add(act)
    return plants, used


def _plant_of(act: LoggedAct, dated: Sequence[tuple[datetime, _Plant]]) -> _Plant | None:
    """Return the plant to whose story an act belongs, the nearest in time, or ``None``."""
    when = act.when_utc
    if when is None or act.idea not in _SPANS:
        return None
    if act.idea is Idea.CONTEXT and act.path:
        named = [(planted, plant) for planted, plant in dated if plant.name == act.path.lower() and when >= planted]
        return named[-1][1] if named else None
    before, after = _SPANS[act.idea]
    first = bisect_left(dated, when - after, key=lambda each: each[0])
    last = bisect_right(dated, when + before, key=lambda each: each[0])
    nearest = min(dated[first:last], key=lambda each: abs(when - each[0]), default=None)
    return None if nearest is None else nearest[1]


def _examined_plant(plant: _Plant) -> Iterator[Examination]:
    story = sorted([*plant.acts, *plant.joined], key=_order)
    ideas = {idea: [act for act in story if act.idea is idea] for idea in dict.fromkeys(act.idea for act in story)}
    findings = [each for idea, some in ideas.items() for each in _find(LoggedActs(idea, some, len(some)))]
    if not findings:
        return
    compiled = next((act for act in story if act.idea is Idea.CONTEXT and act.path and act not in plant.acts), None)
    planted = plant.planted_utc
    facts: dict[str, FactValue] = {
        "planted_path": plant.path,
        "planted_at": time_words(planted) if planted is not None else None,
        "first_ran": time_words(compiled.when_utc) if compiled is not None else None,
        "story": tuple(act.words for act in story[: 2 * MOST_SHOWN]) if len(story) > 1 else None,
    }
    known = {name: value for name, value in facts.items() if value is not None}
    findings = [replace(finding, facts={**finding.facts, **known}) for finding in findings]
    executable = any(not act.failed for act in plant.acts)
    presence = Presence.NOT_COLLECTED if executable else Presence.PRESENT  # what was refused was never there
    subject = Subject(SubjectKind.TRACE, plant.path, presence=presence, executable=executable)
    yield Examination(subject, tuple(findings))


def _examined(subject: str, acts: LoggedActs) -> Iterator[Examination]:
    findings = tuple(_find(acts)) if acts.acts else ()
    if findings:
        proof = any(act.gravity is Gravity.PROOF and not act.failed for act in acts.acts)
        is_of_page = acts.idea in _OF_PAGES and subject == acts.acts[0].path
        if is_of_page and acts.idea is Idea.PAGE_FAILED:
            findings = tuple(replace(each, facts={**each.facts, "virtual_path": subject}) for each in findings)
        presence = Presence.NOT_COLLECTED if is_of_page else Presence.PRESENT
        presence = Presence.DELETED if is_of_page and acts.acts[-1].removes else presence
        yield Examination(Subject(SubjectKind.TRACE, subject, presence=presence, executable=proof), findings)


def _find(acts: LoggedActs) -> Iterator[Finding]:
    for detector in detectors_on(LoggedActs):
        yield from detector(acts)
