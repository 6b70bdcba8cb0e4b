"""The hunt in words: the host, the evidence with its counts, the run, its options, and whose the file times are."""

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.model.report import ExchangeInstall, Report, RunOptions
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.content.logs import logs_read, period_sentence
from webshellhunt.reports.content.subjects import disposition_words
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.times import utc
from webshellhunt.views.figures import count_in_words

_NO_FILES: Final = (SubjectKind.REGISTRATION, SubjectKind.TRACE)


class HuntFact(NamedTuple):
    """A fact of a hunt in words, with its label; without one it is a sentence."""

    label: str
    words: str

    def __str__(self) -> str:
        return f"{self.label}: {self.words}" if self.label else self.words


def hunt_facts(report: Report) -> Iterator[HuntFact]:
    """Yield the facts of a hunt, as far as they are known; of the options, those that differ from the defaults."""
    parts = {
        "Host": _host(report),
        "Evidence": _evidence(report),
        "": (part for part in [period_sentence(report)] if part),
        "Hunted": _run(report),
    }
    for label, words in parts.items():
        shown = "; ".join(words)
        if shown:
            yield HuntFact(label, shown)
    if not report.run.options.logs.alone:
        yield from _file_times(report)
    options = "; ".join(_options(report.run.options))
    if options:
        yield HuntFact("Options", options)
    if report.context is not None:
        yield HuntFact("", one_line(report.context))


def covered_words(report: Report) -> str:
    """Return the sentence about an empty list: it covers only what was examined."""
    files = f"the {count_in_words(report.counts.get('files', 0), 'file')} examined"
    covered = "these logs" if report.run.options.logs.alone else files
    return f"An empty list does not mean clean: it covers only {covered}."


def interrupted_words(report: Report) -> str:
    """Return the sentence about a hunt that was interrupted; empty if it was not. The logs are read after all files."""
    if not report.interrupted:
        return ""
    unread = next((gap.reason for gap in report.gaps if (gap.code, gap.stage) == ("interrupted", "logs")), None)
    if report.run.options.logs.alone:
        return "Interrupted: this report covers only the logs read before that."
    if unread is not None:
        return f"Interrupted while the logs were read: all files were examined, and {unread}."
    return "Interrupted: this report covers only the files examined before that."


def _host(report: Report) -> Iterator[str]:
    """Yield the name of the computer, and its Exchange or IIS."""
    if report.host.name is not None:
        yield one_line(report.host.name, 64)
    yield from map(_exchange, report.host.exchange)
    if report.host.iis and not report.host.exchange:
        # Files below a directory that can't be read are not known to be absent.
        hidden = any(gap.code == "unreadable" and gap.stage == "survey" for gap in report.gaps)
        yield "IIS" if hidden else "IIS, no Exchange"


def _exchange(install: ExchangeInstall) -> str:
    build = f" {one_line(install.build)}" if install.build is not None else ""
    return f"Exchange{build} in {one_line(install.path)}"


def _evidence(report: Report) -> Iterator[str]:
    # Those without a finding are not counted: a saved report does not have them one by one.
    grave = [v for v in report.verdicts if v.disposition > Disposition.BENIGN]
    others = {kind: Counter(v.disposition for v in grave if v.subject.kind is kind) for kind in _NO_FILES}
    files = Counter({each: report.counts.get(each.label, 0) for each in Disposition})
    del files[Disposition.BENIGN]
    for counts in others.values():
        files.subtract(counts)
    yield one_line(report.location) + (f" ({one_line(report.form)})" if report.form else "")
    if not report.run.options.logs.alone:
        yield f"{count_in_words(report.counts.get('files', 0), 'file')} examined{_in_brackets(files)}"
    if report.traffic is not None:
        yield logs_read(report)
    for kind, counts in others.items():
        if counts:
            yield f"{count_in_words(counts.total(), kind.value)}{_in_brackets(counts)}"


def _in_brackets(counts: Counter[Disposition]) -> str:
    named = [(disposition_words(each), counts[each]) for each in reversed(Disposition)]
    shown = ", ".join(f"{count:,} {label}" for label, count in named if count > 0)
    return f" ({shown})" if shown else ""


def _run(report: Report) -> Iterator[str]:
    run = report.run
    if run.started_utc is not None:
        yield f"{utc(run.started_utc)} with webshellhunt {one_line(run.version, 40)}".rstrip()
    if run.data_as_of is not None:
        yield f"data as of {run.data_as_of}"


def _file_times(report: Report) -> Iterator[HuntFact]:
    """Yield whether file times are original, one fact for all locations with the same answer."""
    groups: dict[tuple[bool, str], list[str]] = {}
    for basis in report.times:
        groups.setdefault((basis.original, one_line(basis.reason)), []).append(one_line(basis.place))
    for (original, reason), places in groups.items():
        where = f" of {', '.join(places)}" if len(groups) > 1 else ""
        taken = "those of the server" if original else "possibly those of a copy, so no planting time follows from them"
        way_out = "" if original or "--times" in reason else "; if the copy preserved them, add --times original"
        yield HuntFact(f"File times{where}", f"{taken} ({reason}){way_out}")


def _options(options: RunOptions) -> Iterator[str]:
    for name, paths in (
        ("signatures", options.signatures),
        ("baseline", options.baselines),
        ("accept", options.accepted),
        ("logs", () if options.logs.alone else options.logs.paths),
        ("patterns", options.logs.pattern_paths),
    ):
        if paths:
            yield f"{name} {', '.join(one_line(path, 160) for path in paths)}"
    if options.machine_keys:
        yield f"{count_in_words(options.machine_keys, 'machine key')} passed as public"
    if options.engine != RunOptions().engine:
        yield f"engine {one_line(options.engine, 40)}"
    if not options.logs.read:
        yield "logs were not read"
