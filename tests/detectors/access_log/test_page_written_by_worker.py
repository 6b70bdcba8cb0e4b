"""Pages, by who wrote them and where."""

from __future__ import annotations

import pytest

from tests.builders.event_logs import findings, sysmon, verdicts
from webshellhunt.model.verdict import Disposition

AUTH = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth"
W3WP = r"c:\windows\system32\inetsrv\w3wp.exe"
REPLICATION = r"C:\Exchange\Bin\MSExchangeMailboxReplication.exe"


@pytest.mark.parametrize(
    ("image", "path", "disposition"),
    [
        (W3WP, rf"{AUTH}\x.aspx", Disposition.MALICIOUS),
        ("System", rf"{AUTH}\x.aspx", Disposition.MALICIOUS),
        (REPLICATION, r"C:\inetpub\wwwroot\x.aspx", Disposition.MALICIOUS),
        (W3WP, r"C:\inetpub\wwwroot\shop\x.aspx", Disposition.SUSPICIOUS),
        ("System", rf"{AUTH}\logon.aspx", Disposition.SUSPICIOUS),
        (W3WP, r"E:\sites\shop\x.aspx", Disposition.UNEXPLAINED),
        (r"C:\Windows\System32\cmd.exe", r"C:\inetpub\wwwroot\shop\x.aspx", Disposition.UNEXPLAINED),
        (r"C:\Program Files\Notepad++\notepad++.exe", rf"{AUTH}\x.aspx", Disposition.UNEXPLAINED),
    ],
)
def test_who_and_where_decide(image: str, path: str, disposition: Disposition) -> None:
    (verdict,) = verdicts(sysmon(11, Image=image, TargetFilename=path))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7214", disposition)
    assert (verdict.subject.path, verdict.findings[0].facts["planted_path"]) == (path, path)


@pytest.mark.parametrize(
    ("image", "path"),
    [
        (r"C:\Exchange\ExSetup.exe", rf"{AUTH}\x.aspx"),
        (r"C:\Windows\System32\msiexec.exe", rf"{AUTH}\logon.aspx"),
        (r"C:\Program Files\Notepad++\notepad++.exe", rf"{AUTH}\logon.aspx"),
        (r"C:\Windows\explorer.exe", r"C:\inetpub\wwwroot\shop\default.aspx"),
        (W3WP, r"C:\inetpub\wwwroot\shop\picture.png"),
        (r"C:\Windows\system32\svchost.exe", r"C:\inetpub\temp\appPools\x.config.tmp"),
    ],
)
def test_setup_and_ordinary_files_are_none(image: str, path: str) -> None:
    assert findings(sysmon(11, Image=image, TargetFilename=path)) == {}
