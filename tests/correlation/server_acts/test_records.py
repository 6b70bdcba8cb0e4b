"""Records as acts: events by number and provider, and rows of the text logs about cmdlets."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.event_logs import CMDLETS, SYSMON, Event, cmdlet_event, event_record
from webshellhunt.correlation.server_acts.records import EVENT_IDS, iter_acts
from webshellhunt.model.traffic import LogKind, Record
from webshellhunt.views.logged_acts import Gravity, Idea

TAG = "<" + 'script runat="server">'


def row(kind: LogKind, **fields: str) -> Record:
    return Record(r"C:\Logging\x.log", 3, kind, fields)


def test_a_cmdlet_with_its_user_and_its_time() -> None:
    (act,) = iter_acts(event_record(cmdlet_event("Set-Mailbox", '-ForwardingSmtpAddress "smtp:a@b.c"'), 7))
    assert (act.idea, act.gravity, act.line, act.who) == (
        Idea.MAIL_LED_ELSEWHERE,
        Gravity.LEAD,
        7,
        "contoso.local/Users/admin",
    )
    assert act.shown == 'Set-Mailbox -ForwardingSmtpAddress "smtp:a@b.c"'
    assert act.when_utc is not None


def test_a_cmdlet_that_only_the_message_names() -> None:
    told = f'Cmdlet suceeded. Cmdlet Set-OabVirtualDirectory, parameters -ExternalUrl "http://f/{TAG}" -Identity "OAB".'
    (act,) = iter_acts(event_record(Event(1, CMDLETS, {"message": told})))
    assert (act.idea, act.gravity) == (Idea.PAGE_PLANTED, Gravity.PROOF)


@pytest.mark.parametrize(("number", "gravity"), [(1, Gravity.PROOF), (6, Gravity.GRAVE), (8, Gravity.GRAVE)])
def test_a_plant_that_was_refused_is_still_grave(number: int, gravity: Gravity) -> None:
    event = cmdlet_event("Set-OabVirtualDirectory", f'-ExternalUrl "{TAG}"', number=number)
    (act,) = iter_acts(event_record(event))
    assert (act.gravity, act.failed) == (gravity, number != 1)


def test_the_same_number_of_another_provider_is_no_cmdlet() -> None:
    values = ["Set-Mailbox", '-ForwardingSmtpAddress "smtp:a@b.c"']
    assert list(iter_acts(event_record(Event(1, SYSMON, values)))) == []
    assert list(iter_acts(event_record(Event(1, "Contoso", values)))) == []


def test_a_row_of_the_cmdlet_log() -> None:
    fields = {
        "datetime": "2023-01-11T01:01:19.898Z",
        "authenticateduser": "admin",
        "serverhostname": "MAIL",
        "cmdlet": "Add-MailboxPermission",
        "parameters": '-Identity "a" -AccessRights "FullAccess"',
        "executionresult": "Success",
    }
    (act,) = iter_acts(row(LogKind.CMDLET, **fields))
    assert (act.idea, act.who, act.computer, act.failed) == (Idea.RIGHTS_GRANTED, "admin", "MAIL", False)
    assert act.when_utc is not None
    (refused,) = iter_acts(row(LogKind.CMDLET, **fields, errortype="ManagementObjectNotFoundException"))
    assert (refused.failed, refused.gravity) == (True, Gravity.NOTE)


def test_the_monitoring_of_exchange_is_no_user() -> None:
    fields = {"cmdlet": "Add-MailboxPermission", "parameters": '-AccessRights "FullAccess"'}
    assert list(iter_acts(row(LogKind.CMDLET, **fields, clientapplication="ActiveMonitor"))) == []
    own = {"clientapplication": "ActiveMonitor", "authenticateduser": "EXAMPLE\\EXCH01$"}
    assert list(iter_acts(row(LogKind.CMDLET, **fields, **own))) == []


def test_the_name_of_the_monitoring_hides_no_user_and_no_page() -> None:
    fields = {"cmdlet": "Add-MailboxPermission", "parameters": '-AccessRights "FullAccess"'}
    named = {"clientapplication": "ActiveMonitor", "authenticateduser": "EXAMPLE\\user"}
    assert len(list(iter_acts(row(LogKind.CMDLET, **fields, **named)))) == 1
    page = {"cmdlet": "New-MailboxExportRequest", "parameters": r'-FilePath "\\127.0.0.1\c$\inetpub\wwwroot\x.aspx"'}
    assert len(list(iter_acts(row(LogKind.CMDLET, **page, clientapplication="ActiveMonitor")))) == 1


def test_a_row_of_the_control_panel() -> None:
    data = f"S:TIME=1;S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/{TAG}'.Identity='9a';S:REQID=;S:EX="
    (act,) = iter_acts(row(LogKind.ECP_SERVER, timestamp="2021-03-03T06:49:53.772Z", servername="MAIL", eventdata=data))
    assert (act.idea, act.gravity, act.computer) == (Idea.PAGE_PLANTED, Gravity.PROOF, "MAIL")
    assert list(iter_acts(row(LogKind.ECP_SERVER, eventdata="S:TIME=1;S:CMD=Get-InboxRule;S:EX="))) == []


@pytest.mark.parametrize(
    "filler", [" ", "-ap ", "S:CMD=", '-a "', "<", "'", ";", "https://", "]:444/", "a.", "\\", "\n", "\u0130"]
)
def test_long_values_cost_little_time(filler: str) -> None:
    """Each takes milliseconds; an expression that goes back and forth would take minutes."""
    text = (filler * 65_536)[:65_000] + "x"
    values = dict.fromkeys(
        ("data.message", "data.0", "data.1", "data.11", "data.imagepath", "data.targetfilename"), text
    )
    process = {
        "data.image": "cmd.exe",
        "data.parentimage": "w3wp.exe",
        "data.parentcommandline": text,
        "data.commandline": text,
    }
    start = process_time()
    for number in sorted(EVENT_IDS):
        for provider in (
            SYSMON,
            CMDLETS,
            "ASP.NET",
            "MSExchange Control Panel",
            "MSExchange Common",
            "Service Control Manager",
        ):
            fields = {"event_id": str(number), "provider": provider, **values, **process}
            list(iter_acts(Record("x", 1, LogKind.EVENTS, fields)))
    list(iter_acts(row(LogKind.ECP_SERVER, eventdata=f"S:CMD={text[:8_000]}")))
    list(iter_acts(row(LogKind.CMDLET, cmdlet="Set-OabVirtualDirectory", parameters=text[:8_000])))
    assert process_time() - start < 20


VALUES = st.dictionaries(
    st.sampled_from(
        [f"data.{n}" for n in range(22)] + ["data.message", "data.image", "data.imagepath", "data.targetfilename"]
    ),
    st.text(max_size=40) | st.sampled_from(["https://m/owa/auth/x.aspx", "/owa/auth/x.aspx", "w3wp.exe", TAG, "4009"]),
    max_size=8,
)
PROVIDERS = [SYSMON, CMDLETS, "ASP.NET 4", "Service Control Manager", "MSExchange Unified Messaging"]


@given(st.sampled_from(sorted(EVENT_IDS)), st.sampled_from(PROVIDERS), VALUES)
def test_any_event_has_acts_or_none(number: int, provider: str, values: dict[str, str]) -> None:
    for act in iter_acts(Record("x", 1, LogKind.EVENTS, {"event_id": str(number), "provider": provider, **values})):
        assert act.reason
