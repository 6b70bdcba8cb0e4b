"""Evidence of stories: a small Exchange server with its logs, in the forms that responders have, and what is told.

A story is one test: it lays evidence out, hunts once, and compares the report, as JSON and as text, with what the
evidence proves. `Server` lays out, `Told` reads.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import webshellhunt as wsh
from tests.builders import logs as log_files
from tests.builders.event_logs import Event, chunk, event_log
from tests.builders.log_rows import LOGGING, Request, ServerLogs
from tests.builders.log_traffic import ROUTES, everyday
from webshellhunt.cli import main
from webshellhunt.defang import read_fixture
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.traffic import LogKind
from webshellhunt.selftest.demo import CLEAN, COMPROMISED, demo_host
from webshellhunt.sources.described import versioned_program
from webshellhunt.sources.memory import MemorySource

EX: Final = "Program Files/Microsoft/Exchange Server/V15"
FRONT, BACK, SITE = f"{EX}/FrontEnd/HttpProxy", f"{EX}/ClientAccess", "inetpub/wwwroot"
AUTH, CLIENT_FOLDER = f"{FRONT}/owa/auth", f"{SITE}/aspnet_client"
IIS_LOGS: Final = "inetpub/logs/LogFiles"
COMPILED: Final = "Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files"
INTRUDER, SECOND, BALANCER = "203.0.113.77", "203.0.113.5", "10.0.0.80"
SCRIPT: Final = "python-requests/2.25.1"
OPEN, FIXED_LOGON, FIXED_ALL = (15, 2, 792, 3), (15, 2, 792, 10), (15, 2, 1748, 53)
"""Exchange 2019: CU8 without updates, with that of March 2021, and CU15 with that of October 2026."""

_DUMP, _EVALUATOR = f"C/{CLIENT_FOLDER}/offline.aspx", f"C/{CLIENT_FOLDER}/system_web/health.aspx"
HASHES: Final = {"owa/auth": "f5dba9b9", "aspnet_client": "898219ba", "aspnet_client/system_web": "2bd5d753"}


def at(text: str) -> datetime:
    """Return a time of March 2021 such as ``03 04:05:06``, or a whole one such as ``2021-02-26 04:05:06``."""
    return datetime.fromisoformat(text if "-" in text else f"2021-03-{text}").replace(tzinfo=UTC)


def times(first: str, count: int, apart_s: int = 60) -> list[datetime]:
    """Return so many times from a first one on."""
    return [at(first) + timedelta(seconds=apart_s * number) for number in range(count)]


@cache
def _clean() -> tuple[Mapping[str, bytes], Mapping[str, datetime]]:
    files = demo_host(CLEAN).files
    kept = [each for each in files if "/logs/LogFiles/" not in each.path]
    return (
        {each.path[2:]: each.data for each in kept},
        {each.path[2:]: each.modified_utc for each in kept if each.modified_utc is not None},
    )


@cache
def shell(of: str = _EVALUATOR) -> bytes:
    """Return a shell of the compromised described server, whole in memory only."""
    return next(each.data for each in demo_host(COMPROMISED).files if each.path == of)


@cache
def fixture(name: str) -> bytes:
    """Return a fixture by its path below ``fixtures`` without its suffix, whole in memory only."""
    folder = Path(__file__).parents[2] / "fixtures"
    return read_fixture((folder / f"{name}.defanged").read_text(encoding="utf-8")).data


@cache
def dump() -> bytes:
    """Return the saved settings of a virtual directory with a shell, of the described server."""
    return shell(_DUMP)


def remnant(address: str) -> tuple[str, bytes]:
    """Return the name and content of what ASP.NET keeps of a page that it compiled."""
    folder, _, name = address.strip("/").rpartition("/")
    key = f"{name.lower()}.{HASHES.get(folder, 'cdcab7d2')}"
    text = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<preserve resultType="3" virtualPath="{address}" hash="5b2c94e18" '
        f'filehash="ffffd1c7a20b6e45" flags="110000" assembly="App_Web_{key}.r0ze-k1t" '
        f'type="ASP.{folder.replace("/", "_")}_{name.replace(".", "_")}">\n<filedeps>\n<filedep name="{address}" />\n'
        "</filedeps>\n</preserve>\n"
    )
    return f"{key}.compiled", text.encode()


class Server:
    """A server on drive C in the making, clean until a story adds something."""

    def __init__(self, build: tuple[int, int, int, int] = OPEN, installed: str = "2020-12-16 02:10:00") -> None:
        files, when = _clean()
        self.files, self.times = dict(files), dict(when)
        self.logs = ServerLogs()
        self.kept: set[str] | None = None
        self.add(f"{EX}/Bin/ExSetup.exe", versioned_program(build), at(installed))

    def add(self, path: str, data: bytes | str, when: datetime | None = None) -> str:
        """Add a file, and return its path on the server."""
        self.files[path] = data.encode() if isinstance(data, str) else data
        if when is not None:
            self.times[path] = when
        return on_server(path)

    def remove(self, *parts: str) -> None:
        """Remove the files in whose path one of the parts is."""
        for path in [each for each in self.files if any(part in each for part in parts)]:
            del self.files[path]

    def shell(self, name: str = "aspnet_client/x1.aspx", when: str = "03 04:00:00", data: bytes | None = None) -> str:
        """Plant a shell at an address of the front end, and return its path on the server."""
        below = f"{FRONT}/{name}" if name.startswith(("owa/", "ecp/")) else f"{SITE}/{name}"
        return self.add(below, shell() if data is None else data, at(when))

    def ran(self, address: str, when: str = "03 04:10:00", application: str = "root") -> None:
        """Add the compiled remnant of a page."""
        name, data = remnant(address)
        self.add(f"{COMPILED}/{application}/8f3a1c52/1b6de0aa/{name}", data, at(when))

    def call(
        self, method: str, path: str, whens: Iterable[datetime], client: str = INTRUDER, status: int = 200, **more: Any
    ) -> None:
        """Add requests of one client to the IIS logs."""
        for when in whens:
            self.logs.request(Request(when, method, path, client, status)._replace(**more))

    def visitors(self, *days: str, rows: int = 60) -> None:
        """Add a day of ordinary traffic for each day of March 2021, such as ``03``."""
        for day in days:
            everyday(self.logs, at(f"{day} 00:00:00"), rows)

    def sign_ins(self, path: str, day: str = "03", count: int = 30, method: str = "GET") -> None:
        """Add ordinary users who request one address, each from an address of their own."""
        for number in range(count):
            when = at(f"{day} 07:00:00") + timedelta(minutes=11 * number)
            user = f"EXAMPLE\\user{number}" if method == "POST" else ""
            self.logs.request(Request(when, method, path, f"198.51.100.{1 + number}", user=user))

    def iis(self, name: str, *rows: log_files.Row, fields: str | None = None, site: int = 1) -> str:
        """Add a whole log of IIS, and return its path on the server."""
        return self.add(f"{IIS_LOGS}/W3SVC{site}/{name}", log_files.text_log(LogKind.IIS, *rows, fields=fields))

    def events(self, channel: str, *told: Event) -> None:
        """Add the log of a channel of Windows."""
        name = channel.replace("/", "%4")
        self.add(f"Windows/System32/winevt/Logs/{name}.evtx", event_log(chunk(told)))

    def drive(self) -> dict[str, bytes]:
        """Return all files by path below the drive."""
        written = {path.removeprefix("C/"): data for path, data in self.logs.files().items()}
        return {**written, **self.files}

    def below(self, top: str) -> dict[str, bytes]:
        """Return all files with the drive at a path, such as ``EXCH01`` or ``Evidence/EXCH01/C$``."""
        return {f"{top}/{path}".strip("/"): data for path, data in self.drive().items()}

    def source(self, top: str = "C") -> MemorySource:
        """Return the evidence as a source with original times."""
        when = {f"{top}/{path}": Timestamps(modified_utc=each, original=True) for path, each in self.times.items()}
        return MemorySource(self.below(top), times=when, location="EXCH01")

    def hunt(self, **options: Any) -> Told:
        """Hunt through the evidence, once."""
        return Told(wsh.hunt(self.source(), job=wsh.Job(logs=wsh.LogOptions(**options))))

    def read_logs(self) -> Told:
        """Read the logs alone, as ``webshellhunt logs`` does."""
        return self.hunt(alone=True)


def on_server(path: str) -> str:
    r"""Return the path on the server, such as ``C:\inetpub\x``."""
    return "C:\\" + path.replace("/", "\\")


class Told:
    """A report, as JSON and as text."""

    def __init__(self, *reports: wsh.Report) -> None:
        self.reports = reports
        self.document = json.loads(wsh.render(reports, "json") or "")["reports"]
        self._read(wsh.render(reports, "text") or "")

    def _read(self, text: str) -> None:
        self.raw_text = text
        self.text = " ".join(text.split())
        self.summary = self.document[0]["summary"]
        self.verdicts: list[dict[str, Any]] = [each for one in self.document for each in one["verdicts"]]
        self.gaps: list[dict[str, Any]] = [each for one in self.document for each in one["gaps"]]

    @property
    def sentence(self) -> str:
        """The first sentence."""
        return str(self.summary["assessment"]["sentence"])

    @property
    def state(self) -> str:
        """The state of the host."""
        return str(self.summary["assessment"]["state"])

    @property
    def steps(self) -> list[str]:
        """The next steps as text."""
        return list(self.summary["assessment"]["next_steps"])

    @property
    def blocked(self) -> str:
        """The step that names the clients to block, empty without one."""
        return next((each for each in self.steps if each.startswith("Block ")), "")

    @property
    def accused(self) -> list[dict[str, Any]]:
        """The malicious and suspicious subjects."""
        return [each for each in self.verdicts if each["disposition"] in ("malicious", "suspicious")]

    @property
    def names(self) -> list[str]:
        """The accused subjects in brief."""
        return [
            f"{each['disposition']} {each['subject_kind']} {each['path']}: {each['reasons']}" for each in self.accused
        ]

    def of(self, name: str) -> list[dict[str, Any]]:
        """Return the verdicts whose path, address or evidence ends with a name."""
        wanted = name.lower().replace("/", "\\")
        return [each for each in self.verdicts if each["path"].lower().replace("/", "\\").endswith(wanted)]

    def one(self, name: str) -> dict[str, Any]:
        """Return the only verdict of a name."""
        found = self.of(name)
        assert len(found) == 1, f"{len(found)} verdicts of {name}; accused: {self.names}; said: {self.sentence}"
        return found[0]

    def use(self, name: str) -> dict[str, Any]:
        """Return the use of a subject."""
        use: dict[str, Any] | None = self.one(name)["use"]
        assert use is not None, f"use of {name} is unknown"
        return use

    def rules(self, name: str) -> set[str]:
        """Return the rules of the findings of a subject."""
        return {finding["rule"] for each in self.of(name) for finding in each["findings"]}

    def says(self, pattern: str) -> None:
        """Require a claim in the text."""
        assert re.search(pattern, self.text, re.I), f"not said: {pattern}\n{self.raw_text}"

    def never(self, pattern: str) -> None:
        """Refuse a claim in the text."""
        found = re.search(pattern, self.text, re.I)
        assert found is None, f"said: …{self.text[max(0, found.start() - 160) : found.end() + 160]}…"

    def quiet(self) -> None:
        """Require that nothing is accused."""
        assert not self.accused, f"accused: {self.names}"
        assert not self.blocked, f"said: {self.blocked}"

    def moments(self, kind: str) -> list[dict[str, Any]]:
        """Return the moments of a kind in the timeline."""
        return [each for each in self.summary["timeline"] if each["kind"] == kind]

    def cited(self, path: str) -> list[tuple[str, int]]:
        """Return log and line of the evidence of a subject's findings about logs."""
        found = [ev for each in self.of(path) for finding in each["findings"] for ev in finding["evidence"]]
        return [(each["path"], each["line"]) for each in found if each["layer"] == "log"]


class Ran(Told):
    """What a command line wrote, and its status."""

    def __init__(self, *words: str | Path) -> None:
        out, err = io.StringIO(), io.StringIO()
        both = [str(word) for word in words]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                self.status = main([*both, "--jobs", "1", "--format", "json"])
            except SystemExit as ended:
                self.status = int(ended.code or 0)
        self.errors = err.getvalue()
        self.document = json.loads(out.getvalue())["reports"] if out.getvalue().strip() else []
        if self.document:
            self._read(_rendered(out.getvalue()))
        else:
            self.raw_text = self.text = ""
            self.verdicts, self.gaps, self.summary = [], [], {}


def _rendered(document: str) -> str:
    """Return a saved report as text, by ``webshellhunt render``."""
    out = io.StringIO()
    with tempfile.TemporaryDirectory(prefix="webshellhunt-") as folder:
        saved = Path(folder) / "report.json"
        saved.write_text(document, encoding="utf-8")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            main(["render", str(saved), "--format", "text"])
    return out.getvalue()


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files below a folder."""
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def tarred(files: Mapping[str, bytes]) -> bytes:
    """Return files as ``tar czf`` writes them."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for path, data in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return files as ``zip -r`` writes them, with records for the folders."""
    stream, folders = io.BytesIO(), set[str]()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for path, data in files.items():
            parts = path.split("/")[:-1]
            for depth in range(1, len(parts) + 1):
                folder = "/".join(parts[:depth]) + "/"
                if folder not in folders:
                    folders.add(folder)
                    archive.writestr(zipfile.ZipInfo(folder, (2021, 3, 9, 0, 0, 0)), b"")
            archive.writestr(zipfile.ZipInfo(path, (2021, 3, 9, 0, 0, 0)), data, method)
    return stream.getvalue()


def ordinary_rows(day: str, rows: int = 60) -> list[Mapping[str, object]]:
    """Return rows of ordinary users on a day of March 2021, as IIS logs them."""
    found: list[Mapping[str, object]] = []
    for number in range(rows):
        route = [each for each in ROUTES if each.site == 1][number % 30]
        when = at(f"{day} 05:00:00") + timedelta(seconds=97 * number)
        user = f"EXAMPLE\\user{number % 20}"
        found.append(
            log_files.row(f"{when:%Y-%m-%d %H:%M:%S}", route.path, method=route.method, status=route.status,
                          client=f"198.51.100.{1 + number % 20}", user=user)
        )  # fmt: skip
    return found


def w3c(*rows: log_files.Row, fields: str | None = None) -> bytes:
    """Return a log of IIS."""
    return log_files.text_log(LogKind.IIS, *rows, fields=fields)


def row(
    when: str, path: str, method: str = "GET", status: int = 200, client: str = INTRUDER, **more: Any
) -> Mapping[str, object]:
    """Return a row of IIS, at a time such as ``03 04:05:06``."""
    return log_files.row(f"{at(when):%Y-%m-%d %H:%M:%S}", path, method=method, status=status, client=client, **more)


def read_alone(files: Mapping[str, bytes] | Sequence[bytes], folder: Path) -> Ran:
    """Run ``webshellhunt logs`` over a folder of logs that holds nothing else."""
    named = files if isinstance(files, Mapping) else {f"u_ex21030{1 + n}.log": each for n, each in enumerate(files)}
    return Ran("logs", write(folder / "logs", named))


LOGGING_FOLDER: Final = LOGGING.removeprefix("C/")
