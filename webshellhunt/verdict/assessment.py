"""Assessment: one sentence and a state for the whole host, with the next steps.

The first state that applies is used, in the order of ``AssessmentState``; a hunt without findings that missed something
important is always ``incomplete``. Exposed keys and credentials appear in the sentence and in the steps in each state.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from webshellhunt.model.findings import Gap
from webshellhunt.model.log_results import Client
from webshellhunt.model.patches import FixState, PatchState
from webshellhunt.model.report import Assessment, AssessmentState, Coverage, Host, InputState, Step
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind, Verdict
from webshellhunt.verdict.gap_steps import INTERRUPTED, NO_PAGES, causes_sentence, steps_missing
from webshellhunt.verdict.intruders import find_intruders
from webshellhunt.verdict.log_steps import steps_leads, steps_logs
from webshellhunt.verdict.next_steps import (
    UNSEEN,
    SortedVerdicts,
    is_known_door,
    steps_found,
    steps_open,
    steps_suspect,
    steps_traces,
)
from webshellhunt.verdict.secret_steps import PUBLIC_KEYS, exposing, steps_exposed
from webshellhunt.views.figures import count_in_words, list_in_words

_EMPTY = "nothing-to-examine"
_PATCH_STAYS = "a patch does not remove a back door"
_PRESENCE = {
    Presence.PRESENT: "may be there",
    Presence.DELETED: "was deleted",
    Presence.NOT_COLLECTED: "was not collected",
    Presence.NOT_READABLE: "could not be read",
}


def assess(
    verdicts: Sequence[Verdict],
    gaps: Sequence[Gap],
    coverage: Coverage,
    *,
    interrupted: bool = False,
    patch_state: PatchState | None = None,
    host: Host | None = None,
    clients: Sequence[Client] = (),
) -> Assessment:
    """Return the assessment of the host; its state is ``nothing_found`` only if no important input was missing.

    Subjects that the user accepts, or whose content is in a baseline of the user, don't count for the state; the
    sentence has their number. ``host`` decides which next steps apply: those for a server, and those for Exchange.
    ``clients`` are those of accused pages and exploits.
    """
    found = _sorted(verdicts, clients)
    assessment = _assess(found, gaps, coverage, host or Host(), patch_state, interrupted=interrupted)
    if assessment.state is not AssessmentState.INCOMPLETE:
        assessment = _with_missing(assessment, gaps, host or Host(), interrupted=interrupted, again=bool(found.doors))
    vouched = [v for v in verdicts if v.otherwise is not None and v.otherwise >= Disposition.SUSPICIOUS]
    if not vouched:
        return assessment
    words = f"Not counted, because you accepted it or your baseline lists it: {_vouched(vouched)}."
    return assessment._replace(sentence=f"{assessment.sentence} {words}")


def assess_logs(
    verdicts: Sequence[Verdict],
    gaps: Sequence[Gap],
    coverage: Coverage,
    *,
    interrupted: bool = False,
    clients: Sequence[Client] = (),
) -> Assessment:
    """Return the assessment of logs that were read alone: they say nothing about the pages that are there now."""
    found = _sorted(verdicts, clients)
    accused = [*found.doors, *found.suspects, *found.traces]
    if accused:
        sentence = (
            f"{_counted_traces(accused)} found in the logs alone; no page was examined.{found.intruders.sentence}"
        )
        steps = (*steps_logs(found.pages, accused, found.intruders), *steps_exposed(found.exposed))
        return Assessment(AssessmentState.EXPLOITATION_TRACES_ONLY, sentence, steps)
    start, steps = _start(found, " in the logs"), tuple(steps_leads(found.leads))
    missing = _missing(gaps, interrupted=interrupted)
    if coverage.logs is InputState.MISSING or missing:
        absent = coverage.logs is InputState.MISSING and not interrupted
        why = "no log was found" if absent else missing
        sentence = f"{start or 'Nothing was found'}, but the logs were not read completely: {why}."
        return Assessment(AssessmentState.INCOMPLETE, sentence, steps)
    start = start or "Nothing was found in the logs alone"
    sentence = f"{start}. No page was examined, and logs cover only their days."
    return Assessment(AssessmentState.NOTHING_FOUND, sentence, steps)


def _with_missing(
    assessment: Assessment, gaps: Sequence[Gap], host: Host, *, interrupted: bool, again: bool
) -> Assessment:
    """Return an assessment with its missing inputs; the last step stays the last if it is to hunt ``again``."""
    missing = _missing(gaps, interrupted=interrupted)
    if not missing:
        return assessment
    steps, last = assessment.next_steps, len(assessment.next_steps) - again
    added: Iterable[Step] = ()
    if interrupted or any(gap.matters for gap in gaps):
        added = steps_missing(gaps, unopened=_has_unopened(gaps), host=host, interrupted=interrupted)
    sentence = f"{assessment.sentence} The hunt is incomplete: {missing}{causes_sentence(gaps)}."
    return assessment._replace(sentence=sentence, next_steps=(*steps[:last], *added, *steps[last:]))


def _has_unopened(gaps: Sequence[Gap], *, empty: bool = False) -> bool:
    """Return True if an unopened container may have web directories; ``empty`` if nothing else is there."""
    return any((gap.matters or empty) and gap.code.endswith("-not-opened") for gap in gaps)


def _start(found: SortedVerdicts, where: str) -> str:
    """Return the start of a sentence about leads without any proof, and where they are; empty if there is none."""
    count = len(found.leads)
    check = "needs" if count == 1 else "need"
    return f"No proof was found; {count_in_words(count, 'lead')}{where} {check} a check" if count else ""


def _assess(
    found: SortedVerdicts,
    gaps: Sequence[Gap],
    coverage: Coverage,
    host: Host,
    patch_state: PatchState | None,
    *,
    interrupted: bool,
) -> Assessment:
    """Return the assessment by the verdicts that count."""
    if found.doors:
        return _backdoored(found, host, coverage, patch_state)
    opened = open_sentence(patch_state) or newer_sentence(patch_state)
    if found.suspects:
        confirmed = "confirmed that is still there" if found.removed else "confirmed"
        sentence = f"{counted(found.suspects, 'suspicious')} found; no back door {confirmed}.{_removed_sentence(found)}"
        sentence += found.intruders.sentence
        steps = tuple(steps_suspect(found, host, coverage, patch_state))
        return Assessment(AssessmentState.SUSPICIOUS_ONLY, f"{sentence}{_exposed_sentence(found)}{opened}", steps)
    if found.traces:
        sentence = f"{_traces_sentence(found)}{found.intruders.sentence}"
        steps = tuple(steps_traces(found, host, coverage, patch_state))
        state = AssessmentState.EXPLOITATION_TRACES_ONLY
        return Assessment(state, f"{sentence}{_exposed_sentence(found)}{opened}", steps)
    if found.exposed:
        sentence = f"No back door was found.{_exposed_sentence(found)}{opened}"
        steps = (*steps_open(patch_state), *steps_exposed(found.exposed))
        return Assessment(AssessmentState.KEYS_OR_CREDENTIALS_EXPOSED, sentence, steps)
    nothing = _nothing(gaps, coverage, patch_state, host, interrupted=interrupted)
    if not found.leads:
        return nothing
    start = _start(found, "" if found.has_leads_of_pages else " in the logs")
    sentence = nothing.sentence.replace("Nothing was found in the examined files", start, 1)
    sentence = sentence.replace("Nothing was found,", f"{start},", 1)
    return nothing._replace(sentence=sentence, next_steps=(*steps_leads(found.leads), *nothing.next_steps))


def _traces_sentence(found: SortedVerdicts) -> str:
    """Return the number of traces, of missing pages and in logs, as a sentence."""
    lost, parts = found.lost, [_removed(found)] if found.removed else []
    if lost:
        parts.append(_lost(lost))
    if found.logged:
        alone = "" if parts else ", but no back door"
        parts.append(f"{_counted_traces(found.logged)} found in the logs{alone}")
    return f"{'; '.join(parts)}."


def _lost(pages: Sequence[Verdict]) -> str:
    """Return the number of pages that only traces prove, and where they are now: ``1 page …: it was deleted``."""
    by = "its traces" if len(pages) == 1 else "their traces"
    counts = Counter(each.subject.presence for each in pages)
    states = [(count, _PRESENCE[presence]) for presence, count in sorted(counts.items())]
    now = f"it {states[0][1]}" if len(pages) == 1 else ", ".join(f"{count} {words}" for count, words in states)
    return f"{count_in_words(len(pages), 'suspicious page')} found by {by} alone: {now}"


def _removed(found: SortedVerdicts) -> str:
    """Return the number of back doors that were removed, and whose content is known."""
    count = len(found.removed)
    words = "was removed, and is known by its content" if count == 1 else "were removed, and are known by their content"
    return f"{count_in_words(count, 'back door')} {words}"


def _removed_sentence(found: SortedVerdicts) -> str:
    return f" {_removed(found)}." if found.removed else ""


def _counted_traces(traces: Sequence[Verdict]) -> str:
    """Count by the worst disposition: ``1 malicious trace and 2 suspicious traces``."""
    counts = {
        each: sum(v.disposition is each for v in traces) for each in (Disposition.MALICIOUS, Disposition.SUSPICIOUS)
    }
    return " and ".join(count_in_words(count, f"{each.label} trace") for each, count in counts.items() if count)


def _sorted(verdicts: Sequence[Verdict], clients: Sequence[Client]) -> SortedVerdicts:
    """Sort the verdicts; one that is suspicious only because of exposed keys is no suspect."""
    accused = [v for v in verdicts if v.disposition >= Disposition.SUSPICIOUS]
    files = [v for v in accused if v.subject.kind is not SubjectKind.TRACE]
    known = [v for v in accused if is_known_door(v) and v.subject.presence in UNSEEN]
    return SortedVerdicts(
        doors=[*(v for v in files if v.disposition == Disposition.MALICIOUS), *known],
        suspects=[v for v in files if v.disposition != Disposition.MALICIOUS and not _only_exposes(v)],
        traces=[v for v in accused if v.subject.kind is SubjectKind.TRACE and v not in known],
        exposed=[v for v in verdicts if exposing(v)],
        leads=[v for v in verdicts if v.disposition is Disposition.UNEXPLAINED and v.subject.kind is SubjectKind.TRACE],
        intruders=find_intruders(verdicts, clients),
    )


def _only_exposes(verdict: Verdict) -> bool:
    """Return True if a verdict is suspicious only because of exposed keys or credentials."""
    named = exposing(verdict)
    return bool(named) and all(f in named for f in verdict.counted if f.severity >= Severity.MEDIUM)


def _backdoored(found: SortedVerdicts, host: Host, coverage: Coverage, state: PatchState | None) -> Assessment:
    doors, suspects = found.doors, found.suspects
    count = len(suspects)
    also = f"; {counted(suspects, 'more')} {'is' if count == 1 else 'are'} suspicious" if suspects else ""
    exposed = f"{_removed_sentence(found)}{found.intruders.sentence}{_exposed_sentence(found)}"
    also = f"{_of_content(doors)}{also}"
    steps = tuple(steps_found(found, host, coverage, state))
    if state is not None and state.vulnerable:
        sentence = f"{count_in_words(len(doors), 'back door')} found{also}.{exposed}{open_sentence(state)}"
        return Assessment(AssessmentState.BACKDOORED_AND_VULNERABLE, sentence, steps)
    if state is not None and state.waves and all(wave.state is FixState.CLOSED for wave in state.waves):
        return Assessment(AssessmentState.BACKDOORED_DESPITE_PATCH, _despite(doors, also) + exposed, steps)
    sentence = f"{count_in_words(len(doors), 'back door')} found{also}.{exposed}{newer_sentence(state)}"
    return Assessment(AssessmentState.BACKDOORED, sentence, steps)


def _of_content(doors: Sequence[Verdict]) -> str:
    """Return the number of back doors whose files were not examined, in brackets; empty for none."""
    count = sum(map(is_known_door, doors))
    of_them = f"{count} of them " if len(doors) > 1 else ""
    return f" ({of_them}known only by {'its' if count == 1 else 'their'} content)" if count else ""


def _despite(doors: Sequence[Verdict], also: str) -> str:
    """Return the sentence that the patch did not remove earlier back doors, with the number known to be earlier."""
    early = [v.planting for v in doors if v.planting is not None and v.planting.before_fix]
    names = sorted({name for planting in early for name in planting.waves[:1]})
    fixed = f"Fixed for {list_in_words(names, 'wave')}" if names else "Fixed for every known wave"
    if not early:
        return f"{fixed}, yet {count_in_words(len(doors), 'back door')} {_remain(len(doors))}{also}."
    before = f"{fixed}, yet {count_in_words(len(early), 'back door')} planted before the fix {_remain(len(early))}"
    others = len(doors) - len(early)
    more = f", and {others} more {'was' if others == 1 else 'were'} found" if others else ""
    return f"{before}{more}{also}."


def _nothing(
    gaps: Sequence[Gap], coverage: Coverage, state: PatchState | None, host: Host, *, interrupted: bool
) -> Assessment:
    empty = any(gap.code == _EMPTY for gap in gaps)
    opened, steps = open_sentence(state), tuple(steps_open(state))
    nothing = "file" if empty else "page" if coverage.pages == InputState.MISSING else ""
    missing = _missing(gaps, interrupted=interrupted, nothing=nothing)
    if missing:
        unopened = _has_unopened(gaps, empty=empty)
        added = steps_missing(gaps, unopened=unopened, host=host, interrupted=interrupted)
        sentence = (
            f"Nothing was found, but the hunt is incomplete: {missing}{causes_sentence(gaps)}. "
            f"A patched server can still contain back doors from before the patch.{opened or newer_sentence(state)}"
        )
        return Assessment(AssessmentState.INCOMPLETE, sentence, (*added, *steps))
    if opened:
        sentence = (
            f"Nothing was found in the examined files.{opened} This is no proof of a clean server, and {_PATCH_STAYS}."
        )
        return Assessment(AssessmentState.VULNERABLE_NOTHING_FOUND, sentence, steps)
    sentence = f"Nothing was found in the examined files. This is no proof of a clean server, and {_PATCH_STAYS}."
    return Assessment(AssessmentState.NOTHING_FOUND, sentence + unsettled_sentence(state))


def _missing(gaps: Sequence[Gap], *, interrupted: bool, nothing: str = "") -> str:
    """Return why a result without findings proves nothing; ``nothing`` names the things of which none was examined."""
    important = [gap.code for gap in gaps if gap.matters]
    parts = ["it was interrupted"] if interrupted else []
    if NO_PAGES in important:
        parts.append("no web directory is in the evidence, so no page was examined")
    elif nothing:
        parts.append(f"no {nothing} was examined")
    told = [NO_PAGES, *[_EMPTY] * bool(nothing), *[INTERRUPTED] * interrupted]
    matter = sum(code not in told for code in important)
    if matter:
        parts.append(
            f"{count_in_words(matter, 'important file')} or input{'' if matter == 1 else 's'} could not be examined"
        )
    return " and ".join(parts)


def _exposed_sentence(found: SortedVerdicts) -> str:
    """Return the number of places with public keys, and of other places with exposed keys or credentials, in words."""
    public = [v for v in found.exposed if exposing(v, PUBLIC_KEYS)]
    others = len(found.exposed) - len(public)
    said = f" Public machine keys are in use in {count_in_words(len(public), 'place')}." if public else ""
    return said + (f" Keys or credentials are exposed in {count_in_words(others, 'place')}." if others else "")


def _remain(count: int) -> str:
    return "remains" if count == 1 else "remain"


def _vouched(verdicts: Sequence[Verdict]) -> str:
    """Count by the disposition without baseline and acceptance, worst first: ``1 malicious file``."""
    labels = (Disposition.MALICIOUS, Disposition.SUSPICIOUS)
    parts = (counted([v for v in verdicts if v.otherwise is label], label.label) for label in labels)
    return " and ".join(filter(None, parts))


def open_sentence(state: PatchState | None) -> str:
    """Return the sentence that names the waves to which the server is open; empty for none."""
    names = [] if state is None else [each.wave.name for each in state.waves_in(FixState.OPEN)]
    return f" The server is open to {list_in_words(names, 'wave')}." if names else ""


def unsettled_sentence(state: PatchState | None) -> str:
    """Return the sentence about waves of which nobody knows whether they are fixed; empty for none."""
    if state is not None and state.newer_than_data is not None:
        return newer_sentence(state)
    names = [] if state is None else [each.wave.name for each in state.waves_in(FixState.UNSETTLED)]
    if not names:
        return ""
    return f" It is unknown whether the server is open to {list_in_words(names, 'wave')}: its exact build is not known."


def newer_sentence(state: PatchState | None) -> str:
    """Return the sentence about a build that is newer than the data; empty for another one."""
    if state is None or state.newer_than_data is None:
        return ""
    names = [each.wave.name for each in state.waves_in(FixState.UNSETTLED)]
    unknown = (
        f"it is unknown whether {list_in_words(names, 'wave')} {'is' if len(names) == 1 else 'are'} fixed"
        if names
        else "vulnerabilities found since then are not in the data"
    )
    return f" The installed build {state.build} is newer than our data (of {state.newer_than_data}): {unknown}."


def counted(verdicts: Sequence[Verdict], adjective: str) -> str:
    """Count files and registrations separately: ``2 suspicious files and 1 suspicious registration``."""
    registrations = sum(verdict.subject.kind is SubjectKind.REGISTRATION for verdict in verdicts)
    counts = {"file": len(verdicts) - registrations, "registration": registrations}
    return " and ".join(count_in_words(count, f"{adjective} {noun}") for noun, count in counts.items() if count)
