"""What worker processes start and write."""

from __future__ import annotations

from tests.builders.event_logs import event_record, sysmon
from webshellhunt.correlation.server_acts.processes import iter_started, iter_written
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct

W3WP = r"c:\windows\system32\inetsrv\w3wp.exe"
TEMPORARY = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\owa\8e05b027\e164d61b"


def written(image: str, path: str) -> list[LoggedAct]:
    return list(iter_written(event_record(sysmon(11, Image=image, TargetFilename=path))))


def test_a_compiled_page_is_context_with_its_name() -> None:
    (act,) = written(W3WP, rf"{TEMPORARY}\ohyeah.aspx.f5dba9b9.compiled")
    assert (act.idea, act.gravity, act.path) == (Idea.CONTEXT, Gravity.NOTE, "ohyeah.aspx")
    assert written(W3WP, rf"{TEMPORARY}\App_Web_llfrjg0v.dll") == []
    assert written(W3WP, rf"{TEMPORARY}\x.aspx") == []


def test_a_page_over_an_administrative_share_is_on_this_machine() -> None:
    (act,) = written("System", r"\\127.0.0.1\c$\inetpub\wwwroot\aspnet_client\x.aspx")
    assert (act.path, act.gravity) == (r"C:\inetpub\wwwroot\aspnet_client\x.aspx", Gravity.PROOF)


def test_unified_messaging_is_a_worker_too() -> None:
    values = {"Image": r"C:\Windows\System32\cmd.exe", "ParentImage": r"C:\Exchange\bin\UMWorkerProcess.exe"}
    (act,) = iter_started(event_record(sysmon(1, **values)))
    assert (act.gravity, act.shown) == (Gravity.PROOF, r"UMWorkerProcess.exe started C:\Windows\System32\cmd.exe")


def test_events_without_values_are_none() -> None:
    assert list(iter_started(event_record(sysmon(1)))) == []
    assert written("", "") == []
