"""An Exchange server with the file table and the change journal of its drive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.builders.file_records import JournalBuilder, TableBuilder
from tests.builders.hive import build_hive, software_hive
from tests.builders.inert import live
from tests.builders.servers import FRONT, exchange_server
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.report import Report
from webshellhunt.model.source_form import Snapshot, SourceForm
from webshellhunt.model.verdict import Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource

AUTH = f"{FRONT}/owa/auth"
CLIENT = "inetpub/wwwroot/aspnet_client"
INSTALLED = datetime(2019, 5, 5, 1, 1, 1, tzinfo=UTC)
PLANTED = datetime(2021, 3, 3, 4, 5, 6, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HIVES = {"SOFTWARE": software_hive(), "SYSTEM": build_hive({"Select": {"Current": 1}, "ControlSet001": {}})}
SHELL = live('<%@ Page Language="C#" %><% System.Diag·nostics.Proc·ess.Sta·rt(Req·uest["c"]); %>').encode()


class FormSource(MemorySource):
    """A tree in memory with a form; the tops of its snapshots are in no listing."""

    form: SourceForm = SourceForm()

    def list(self, path: str) -> list:  # type: ignore[type-arg]
        hidden = {each.top for each in self.form.snapshots}
        return [each for each in super().list(path) if each.path not in hidden]


class RecordedServer:
    """A server on drive C: its files, and the builders of its records."""

    def __init__(self, *, whole: bool = True) -> None:
        self.files: dict[str, bytes] = {
            path: data
            for path, data in exchange_server("C", whole=whole).items()
            if not path.endswith((".compiled", "COM1/shell.aspx", "system_web/x.aspx"))
        }
        self.table = TableBuilder()
        self.journal = JournalBuilder()
        self.times: dict[str, Timestamps] = {}
        self.form = SourceForm()
        for path, data in self.files.items():
            self.table.file(path[2:], INSTALLED, content=data)
            self.times[path] = Timestamps(INSTALLED, INSTALLED, None, original=True)
        if whole:
            self.files |= {f"C/Windows/System32/config/{name}": data for name, data in HIVES.items()}

    def plant(self, path: str, data: bytes = SHELL, when: datetime = PLANTED, **more: object) -> int:
        """Add a file with its record, and return the number of that."""
        number = self.table.file(path, when, content=data, **more)
        seen = more.get("set_to") or when
        assert isinstance(seen, datetime)
        self.files[f"C/{path}"] = data
        self.times[f"C/{path}"] = Timestamps(seen, seen, None, original=True)
        return number

    def came_and_went(self, path: str, when: datetime = PLANTED, after: timedelta = 20 * MINUTE) -> None:
        """Add the creation and the deletion of a file to the journal."""
        above, _, name = path.rpartition("/")
        number, parent = self.table.number(), self.table.directory(above)
        self.journal.write(when, name, number, parent)
        self.journal.remove(when + after, name, number, parent)

    def update(self, when: datetime) -> None:
        """Add the deletion and the creation of each stock page to the journal."""
        for path in self.files:
            if path.lower().endswith(("logon.aspx", "timeoutlogout.aspx", "auth/error.aspx")):
                above, _, name = path[2:].rpartition("/")
                old, new, parent = self.table.number(), self.table.number(), self.table.directory(above)
                self.journal.remove(when, name, old, parent)
                self.journal.write(when + MINUTE, name, new, parent)

    def snapshot(self, name: str, when: datetime, changes: dict[str, bytes | None]) -> None:
        """Add the state of the drive at a time: as it was installed, with some files changed or absent."""
        top = f"@{name}"
        files = {
            path: data
            for path, data in exchange_server("C", whole=True).items()
            if not path.endswith((".compiled", "COM1/shell.aspx", "system_web/x.aspx"))
        }
        for path, data in changes.items():
            if data is None:
                files.pop(f"C/{path}", None)
            else:
                files[f"C/{path}"] = data
        self.files |= {f"{top}{path[1:]}": data for path, data in files.items()}
        snapshots = (*self.form.snapshots, Snapshot(name, top, "C", when))
        self.form = self.form._replace(snapshots=snapshots)

    def source(self, *, records: bool = True, journal: bool = True) -> FormSource:
        """Return the evidence."""
        files = dict(self.files)
        if records:
            files["C/$MFT"] = self.table.build()
        if journal and self.journal.data:
            files["C/$Extend/$J"] = self.journal.build()
        source = FormSource(files, times=self.times)
        source.form = self.form
        return source

    def hunt(self, *, records: bool = True, journal: bool = True) -> Report:
        """Hunt through the evidence."""
        return hunt(self.source(records=records, journal=journal))


def verdict_of(report: Report, name: str) -> Verdict | None:
    """Return the verdict of the subject with a name, or ``None`` if it is not in the report or has no finding."""
    found = [each for each in report.verdicts if each.subject.path.lower().endswith(f"\\{name}".lower())]
    found = [each for each in found if each.findings]
    assert len(found) <= 1
    return found[0] if found else None


def rules_of(verdict: Verdict | None) -> set[str]:
    """Return the ids of the rules of a verdict."""
    return set() if verdict is None else {finding.rule.id for finding in verdict.findings}


def message_of(verdict: Verdict | None, rule: str) -> str:
    """Return the message of a rule in a verdict."""
    assert verdict is not None
    return next(finding.message for finding in verdict.findings if finding.rule.id == rule)
