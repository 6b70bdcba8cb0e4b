"""The reader of a saved report: JSON, JSON Lines, or the plain form of ``Report.to_dict``.

A saved report may come from another machine, or from an attacker: its size is bounded, each field is checked, and an
error names the line and the field. Fields that this version does not know are ignored, as the schema says.
"""

import codecs
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, NoReturn

from webshellhunt.defang import restored
from webshellhunt.errors import UsageError, WebShellHuntError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.fleet import Fleet
from webshellhunt.model.patches import PatchState
from webshellhunt.model.report import Report
from webshellhunt.reports.inert_values import with_texts
from webshellhunt.reports.records.report_records import SCHEMA_VERSION
from webshellhunt.saved_reports.report_records import fleet_of, report_of

MOST_BYTES: Final = 128 * 1024 * 1024
"""The largest file that is read; a report of 10,000 findings has about 20 MB."""

MOST_VALUES: Final = 5_000_000
"""The most values of a file: small ones need many times their size in memory. A report has one for about 30 bytes."""

_AGAIN = "write the report again with 'webshellhunt hunt LOCATION --output FILE.json'"
_PLAIN_KIND = "webshellhunt report"
_KINDS = ("verdict", "gap", "summary", "fleet")
_LONGEST_BUILD: Final = 100
_DIGEST = lazy_pattern(r"[0-9a-fA-F]{64}")


class SavedReport(NamedTuple):
    """A report that was read back.

    ``report`` lacks what the file does not have: subjects that were only counted, the acts of findings, the pages of
    rules, and the fixes of closed vulnerabilities. ``summary`` is the record of the summary as written; empty for the
    plain form.
    """

    report: Report
    summary: Mapping[str, Any] = {}


class SavedFile(NamedTuple):
    """The content of a file: a report for each location, and the comparison of the hosts, if the file has one."""

    saved: tuple[SavedReport, ...]
    fleet: Fleet | None = None

    @property
    def reports(self) -> tuple[Report, ...]:
        """The reports."""
        return tuple(each.report for each in self.saved)


def read_reports(path: str | os.PathLike[str]) -> tuple[SavedReport, ...]:
    """Read the reports of a file, one for each location.

    Raises:
        UsageError: The file can't be read, is too large, or is no complete report of this schema version.
    """
    return read_file(path).saved


def read_file(path: str | os.PathLike[str]) -> SavedFile:
    """Read a file that ``hunt --output`` wrote.

    Raises:
        UsageError: The file can't be read, is too large, or is no complete report of this schema version.
    """
    with _errors_of(path):
        return parse_file(_content(Path(path)))


def iter_file(path: str | os.PathLike[str]) -> Iterator[SavedReport | Fleet]:
    """Yield the reports of a file, and the comparison of their hosts if the file has one.

    Of JSON Lines, one report at a time is in memory, and each of them may have the size that a file may have otherwise.

    Raises:
        UsageError: As ``read_file``; the reports above a damaged line were yielded before.
    """
    with _errors_of(path), _opened(Path(path)) as stream:
        first = stream.readline(MOST_BYTES)
        is_wide = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if not is_wide and _is_record(_decoded(first).strip()):
            yield from _of_lines(map(_decoded, chain([first], iter(partial(stream.readline, MOST_BYTES), b""))))
            return
        stream.seek(0)
        read = parse_file(_all(stream, path))
    yield from read.saved
    if read.fleet is not None:
        yield read.fleet


@contextmanager
def _errors_of(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn the errors of reading a file into one that names it."""
    name = os.fspath(path)
    try:
        yield
    except UsageError as error:
        raise UsageError(error.message, path=name, line=error.line) from error
    except (OSError, ValueError) as error:
        if isinstance(error, WebShellHuntError):
            raise
        words = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"this report can't be read: {words}", path=name) from error


def parse_reports(content: bytes) -> tuple[SavedReport, ...]:
    """Return the reports in the content of a file.

    Raises:
        UsageError: It is no complete report of this schema version; ``line`` is the place in JSON Lines.
    """
    return parse_file(content).saved


def parse_file(content: bytes) -> SavedFile:
    """Return the reports in the content of a file, and the comparison of their hosts.

    Raises:
        UsageError: It is no complete report of this schema version; ``line`` is the place in JSON Lines.
    """
    text = _decoded(content)
    if not text.strip():
        raise UsageError(f"this report is empty; {_AGAIN}")
    if sum(map(text.count, "{[,")) > MOST_VALUES:
        raise UsageError(f"this file has more than {MOST_VALUES:,} values, which no report has")
    if _is_record(text.lstrip().split("\n", 1)[0].rstrip()):
        found = list(_of_lines(text.split("\n")))
        saved = tuple(each for each in found if isinstance(each, SavedReport))
        return SavedFile(saved, next((each for each in reversed(found) if isinstance(each, Fleet)), None))
    return _of_document(_parsed(text))


def _is_record(line: str) -> bool:
    """Return True if the first line of a file is a record of JSON Lines."""
    record = _parsed(line, 1) if line.endswith("}") and len(line) > 2 else None
    return isinstance(record, dict) and record.get("kind") in _KINDS


def _content(path: Path) -> bytes:
    with _opened(path) as stream:
        return _all(stream, path)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise UsageError("this is no regular file; pass the file of a report", path=os.fspath(path))
        yield stream


def _all(stream: BinaryIO, path: str | os.PathLike[str]) -> bytes:
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UsageError(f"this file has more than {MOST_BYTES:,} bytes, which no report has", path=os.fspath(path))
    return content


def _decoded(content: bytes) -> str:
    """Return the text; PowerShell's ``>`` writes UTF-16 with a byte order mark."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"this is no report: it is not UTF-8 text; {_AGAIN}") from error


def _parsed(text: str, line: int | None = None) -> Any:  # noqa: ANN401 - a value of JSON
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise UsageError("this is no report: its values are nested too deeply", line=line) from error
    except json.JSONDecodeError as error:
        words = f"this is no complete JSON ({error.msg}): it is truncated, damaged or another file; {_AGAIN}"
        raise UsageError(words, line=line if line is not None else error.lineno) from error
    except ValueError as error:  # a constant that JSON lacks, or a number of thousands of digits
        raise UsageError(f"this is no report: {error}", line=line) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"it has the number {name[:20]}")


def _of_document(document: object) -> SavedFile:
    """Return the reports of one JSON document."""
    if not isinstance(document, dict):
        raise UsageError(f"this is no report of webshellhunt; {_AGAIN}")
    if document.get("kind") == _PLAIN_KIND:
        return SavedFile((SavedReport(_plain(document)),))
    if document.get("kind") != "reports":
        raise UsageError(f"this is no report of webshellhunt: its kind is {_shown(document.get('kind'))}; {_AGAIN}")
    _check_version(document)
    reports = document.get("reports")
    if not isinstance(reports, list):
        raise UsageError(f"the document has no list 'reports'; {_AGAIN}")
    fleet = document.get("fleet")
    if fleet is not None:
        _check_version(fleet if isinstance(fleet, dict) else {})
    saved = tuple(_of_records(each, f"reports[{at}]") for at, each in enumerate(reports))
    return SavedFile(saved, None if fleet is None else with_texts(fleet_of(fleet, "the fleet"), restored))


def _plain(document: dict[str, Any]) -> Report:
    try:
        report = Report.from_dict(document)
    except RecursionError as error:
        raise UsageError("this is no report: its values are nested too deeply") from error
    check_values(report)
    return report


def _of_records(group: object, where: str) -> SavedReport:
    """Return the report of one location in a document."""
    if not isinstance(group, dict):
        raise UsageError(f"{where} is no object; {_AGAIN}")
    verdicts, gaps, summary = group.get("verdicts"), group.get("gaps"), group.get("summary")
    if not (isinstance(verdicts, list) and isinstance(gaps, list) and isinstance(summary, dict)):
        raise UsageError(f"{where} lacks its verdicts, gaps or summary; {_AGAIN}")
    _check_version(summary)
    return _report(verdicts, gaps, summary, where)


def _of_lines(lines: Iterable[str]) -> Iterator[SavedReport | Fleet]:
    """Yield the reports of JSON Lines, each at its summary, and each comparison of hosts."""
    records: dict[str, list[Any]] = {"verdict": [], "gap": []}
    number = size = values = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        size, values = size + len(line), values + sum(map(line.count, "{[,"))
        if size > MOST_BYTES or values > MOST_VALUES:
            raise UsageError("this report is larger than any report", line=number)
        record = _parsed(line, number)
        if not isinstance(record, dict) or record.get("kind") not in _KINDS:
            raise UsageError(f"this line is no verdict, gap, summary or fleet; {_AGAIN}", line=number)
        _check_version(record, number)
        try:
            if record["kind"] == "summary":
                yield _report(records["verdict"], records["gap"], record, "the report")
                records, size, values = {"verdict": [], "gap": []}, 0, 0
            elif record["kind"] == "fleet":
                yield with_texts(fleet_of(record, "the fleet"), restored)
            else:
                records[record["kind"]].append(record)
        except UsageError as error:
            raise UsageError(error.message, line=number) from error
    if any(records.values()):
        raise UsageError(f"the report ends without its summary: it is truncated; {_AGAIN}", line=number)


def _report(verdicts: list[Any], gaps: list[Any], summary: dict[str, Any], where: str) -> SavedReport:
    report = with_texts(report_of(verdicts, gaps, summary, where), restored)
    check_values(report)
    return SavedReport(report, summary)


def _check_version(record: Mapping[str, Any], line: int | None = None) -> None:
    version = record.get("schema_version")
    if version != SCHEMA_VERSION or type(version) is not int:
        advice = "use the version of webshellhunt that wrote it"
        message = f"the report has schema version {_shown(version)}, and this version reads {SCHEMA_VERSION}; {advice}"
        raise UsageError(message, line=line)


def _shown(value: object) -> str:
    return repr(value)[:60] if isinstance(value, str | int | None) else f"a {type(value).__name__}"


def check_values(report: Report) -> None:
    """Check the values of a report that was read.

    Raises:
        UsageError: A digest is none, or a build is too long; the text names it.
    """
    for number, verdict in enumerate(report.verdicts, 1):
        digest = verdict.subject.sha256
        if digest is not None and _DIGEST.fullmatch(digest) is None:
            raise UsageError(f"'sha256' of verdict {number} is no digest: this report is damaged")
    for name, build in _builds(report.patch_state):
        if build is not None and len(build) > _LONGEST_BUILD:
            raise UsageError(f"'{name}' of the patch state has {len(build):,} characters: this report is damaged")


def _builds(state: PatchState | None) -> Iterator[tuple[str, str | None]]:
    if state is not None:
        yield "build", state.build
        yield from (("fixed_build", each.fixed_build) for each in state.cves)
        yield from (("build of a witness", each.build) for each in state.witnesses)
