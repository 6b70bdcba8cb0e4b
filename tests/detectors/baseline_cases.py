"""Pages on a host that a small list covers, and what is said of them."""

from __future__ import annotations

from pathlib import Path

from tests.builders.baselines import lay_baseline
from webshellhunt.host.walk.roles import role_at
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.settings import PageSettings
from webshellhunt.model.verdict import Verdict
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.verdict.judge import judge

V15 = r"C:\Program Files\Microsoft\Exchange Server\V15"
AUTH = rf"{V15}\FrontEnd\HttpProxy\owa\auth"
BUILD = "15.2.1544.4"
PAGE = b'<%@ Page Language="C#" %>\r\n<p><%= DateTime.Now %></p>\r\n'
SHIPPED = {
    rf"{AUTH}\logon.aspx": PAGE,
    rf"{AUTH}\15.2.1544\scripts\flogon.js": b"function f() {}",
    rf"{AUTH}\Current\themes\logo.png": b"PNG",
    rf"{V15}\ClientAccess\ecp\auth\TimeoutLogout.aspx": PAGE,
    rf"{V15}\FrontEnd\HttpProxy\owa\web.config": b"<configuration />",
}


def verdict(
    folder: Path, path: str, data: bytes, builds: tuple[str, ...] = (BUILD,), settings: PageSettings | None = None
) -> Verdict:
    """Judge one file of a host of these builds by the list above."""
    names = path.replace("\\", "/")
    artifact = Artifact(names, path, role_at(names.split("/")[:-1]), len(data), settings=settings or PageSettings())
    job = Job(baseline_paths=(lay_baseline(folder / "list", SHIPPED, builds=(BUILD,)),))
    return judge(examine_bytes(data, artifact, job, builds=builds))


def rules(found: Verdict) -> set[str]:
    """Return the rules of our own detectors that fired."""
    return {finding.rule.id for finding in found.findings if not finding.rule.id.startswith("WSH9")}
