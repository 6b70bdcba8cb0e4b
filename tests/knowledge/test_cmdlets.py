"""The table of cmdlets, and the judgement of a call, as event logs and text logs have it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.knowledge.sources import is_source
from webshellhunt.knowledge.cmdlets import cmdlet_words, judge_call, load_cmdlets
from webshellhunt.knowledge.tables import data_file, read_head
from webshellhunt.logs.cmdlet_calls import read_call, read_server_command
from webshellhunt.views.logged_acts import Gravity, Idea

TAG = "<" + 'script runat="server">'
LOOKS = {"", "page", "web_folder", "share", "tag", "odd_place", "relative", "set", "is", "has"}


def judged(name: str, parameters: str = "", error: str = "") -> tuple[Idea, Gravity] | None:
    found = judge_call(read_call(name, parameters, error))
    return None if found is None else (found.idea, found.gravity)


def test_each_entry_is_complete() -> None:
    head = read_head(data_file("cmdlets.toml"))
    assert head.as_of is not None
    assert all(is_source(address) for address in head.sources.values())
    for entry in load_cmdlets():
        assert entry.reason
        assert entry.source in head.sources
        assert entry.looks.partition(" ")[0] in LOOKS
        assert bool(entry.looks) == bool(entry.parameters)


def test_each_source_is_used() -> None:
    assert set(read_head(data_file("cmdlets.toml")).sources) == {entry.source for entry in load_cmdlets()}


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        (
            "Set-OabVirtualDirectory",
            f'-ExternalUrl "http://f/{TAG}x" -Identity "OAB"',
            (Idea.PAGE_PLANTED, Gravity.PROOF),
        ),
        ("Set-OabVirtualDirectory", '-ExternalUrl "https://mail.contoso.com/OAB" -Identity "OAB"', None),
        (
            "Set-OwaVirtualDirectory",
            '-Identity "owa" -InternalUrl "http://x/%3Cscript"',
            (Idea.PAGE_PLANTED, Gravity.PROOF),
        ),
        ("Get-OabVirtualDirectory", '-Identity "OAB"', None),
        ("New-OabVirtualDirectory", '-WebSiteName "Default Web Site"', (Idea.CONTEXT, Gravity.NOTE)),
        (
            "New-MailboxExportRequest",
            r'-Mailbox "a" -FilePath "\\127.0.0.1\c$\inetpub\wwwroot\x.aspx"',
            (Idea.PAGE_PLANTED, Gravity.PROOF),
        ),
        (
            "New-MailboxExportRequest",
            r'-FilePath "\\localhost\c$\inetpub\wwwroot\aspnet_client\x.pst"',
            (Idea.MAIL_EXPORTED, Gravity.GRAVE),
        ),
        ("New-MailboxExportRequest", r'-FilePath "\\backup\pst\x.pst"', (Idea.MAIL_EXPORTED, Gravity.LEAD)),
        ("New-ExchangeCertificate", r'-GenerateRequest -RequestFile "C:\x.aspx"', (Idea.PAGE_PLANTED, Gravity.PROOF)),
        ("New-ExchangeCertificate", f'-SubjectName "CN={TAG}"', (Idea.PAGE_PLANTED, Gravity.PROOF)),
        ("New-ExchangeCertificate", r'-RequestFile "C:\x.req" -SubjectName "CN=mail.contoso.com"', None),
        ("Set-Mailbox", '-ForwardingSmtpAddress "smtp:a@example.org"', (Idea.MAIL_LED_ELSEWHERE, Gravity.LEAD)),
        ("Set-Mailbox", "-ForwardingSmtpAddress $null", None),
        ("Set-Mailbox", '-AuditEnabled "False"', (Idea.AUDITING_OFF, Gravity.LEAD)),
        ("Set-AdminAuditLogConfig", '-AdminAuditLogEnabled "False"', (Idea.AUDITING_OFF, Gravity.ODD)),
        ("Set-AdminAuditLogConfig", '-AdminAuditLogEnabled "True"', None),
        ("Add-MailboxPermission", '-AccessRights "FullAccess"', (Idea.RIGHTS_GRANTED, Gravity.LEAD)),
        ("Add-MailboxPermission", '-AccessRights "ReadPermission"', None),
        ("New-ManagementRoleAssignment", '-Role "Mailbox Import Export"', (Idea.RIGHTS_GRANTED, Gravity.LEAD)),
        ("New-ManagementRoleAssignment", '-Role "Mail Recipients"', (Idea.RIGHTS_GRANTED, Gravity.NOTE)),
        ("Install-TransportAgent", r'-AssemblyPath "C:\Windows\Temp\a.dll"', (Idea.TRANSPORT_AGENT, Gravity.GRAVE)),
        ("Install-TransportAgent", r'-AssemblyPath ".\a.dll"', (Idea.TRANSPORT_AGENT, Gravity.ODD)),
        ("Install-TransportAgent", r'-AssemblyPath "C:\Program Files\a.dll"', (Idea.TRANSPORT_AGENT, Gravity.LEAD)),
        ("Get-Mailbox", '-ResultSize "1"', None),
        ("Enable-CmdletExtensionAgent", '-Identity "Scripting Agent"', (Idea.CODE_AT_CMDLETS, Gravity.ODD)),
        ("Enable-CmdletExtensionAgent", '-Identity "OAB Resources Agent"', (Idea.CODE_AT_CMDLETS, Gravity.NOTE)),
        ("Set-OrganizationConfig", '-MitigationsEnabled "False"', (Idea.EXCHANGE_WEAKENED, Gravity.ODD)),
        ("Set-OrganizationConfig", '-MitigationsEnabled "True"', None),
        ("Set-ExchangeServer", '-MitigationsBlocked "M1"', (Idea.EXCHANGE_WEAKENED, Gravity.LEAD)),
        ("New-SettingOverride", '-Section "HttpRequestFiltering"', (Idea.EXCHANGE_WEAKENED, Gravity.LEAD)),
        ("New-SettingOverride", '-Section "Other"', None),
        ("Set-PowerShellVirtualDirectory", '-RequireSSL "False"', (Idea.EXCHANGE_WEAKENED, Gravity.LEAD)),
        ("Disable-TransportAgent", '-Identity "Malware Agent"', (Idea.EXCHANGE_WEAKENED, Gravity.LEAD)),
        ("New-ManagementRole", '-Parent "ApplicationImpersonation" -Name x', (Idea.RIGHTS_GRANTED, Gravity.LEAD)),
        ("New-RoleGroup", '-Name "x" -Roles "Mail Recipients"', (Idea.RIGHTS_GRANTED, Gravity.LEAD)),
        ("New-PartnerApplication", '-Name "x"', (Idea.RIGHTS_GRANTED, Gravity.LEAD)),
        ("New-AuthServer", '-AuthMetadataUrl "https://x.example/m"', (Idea.RIGHTS_GRANTED, Gravity.LEAD)),
        (
            "New-AuthServer",
            '-AuthMetadataUrl "https://accounts.accesscontrol.windows.net/c/metadata/json/1"',
            (Idea.RIGHTS_GRANTED, Gravity.NOTE),
        ),
        ("Set-AuthConfig", '-NewCertificateThumbprint "A"', (Idea.KEYS_HANDLED, Gravity.LEAD)),
    ],
)
def test_the_act_decides(name: str, parameters: str, expected: tuple[Idea, Gravity] | None) -> None:
    assert judged(name, parameters) == expected


def test_an_error_may_decide() -> None:
    assert judged("Get-App", "", "System.InvalidCastException: x") == (Idea.OBJECT_REFUSED, Gravity.GRAVE)
    assert judged("Get-App", "", "The operation couldn't be performed") is None
    assert judged("Get-App") is None


def test_the_file_of_a_call_is_a_path_of_this_machine() -> None:
    found = judge_call(read_call("New-MailboxExportRequest", r'-FilePath "\\127.0.0.1\c$\inetpub\wwwroot\x.aspx"'))
    assert found is not None
    assert found.path == r"C:\inetpub\wwwroot\x.aspx"


@pytest.mark.parametrize("name", ["a -FilePath x -Name b", "-a " * 70, "-FilePath " * 70])
def test_a_value_that_looks_like_parameters_hides_none(name: str) -> None:
    call = read_call("New-MailboxExportRequest", rf'-Name "{name}" -FilePath "\\127.0.0.1\c$\inetpub\wwwroot\x.aspx"')
    found = judge_call(call)
    assert found is not None
    assert found.path == r"C:\inetpub\wwwroot\x.aspx"


def test_a_row_of_the_control_panel() -> None:
    row = f"S:TIME=13;S:SID=1;S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/{TAG}'.Identity='9a';S:REQID=;S:URL=/ecp"
    call = read_server_command(row)
    assert call is not None
    assert call.parameters == {"externalurl": f"http://f/{TAG}", "identity": "9a"}
    found = judge_call(call)
    assert found is not None
    assert found.gravity is Gravity.PROOF


def test_each_cmdlet_of_the_table_has_a_word() -> None:
    words = cmdlet_words()
    assert all(word == word.lower() and len(word) > 5 for word in words)
    for entry in load_cmdlets():
        for name in entry.names:
            example = name.replace("*-*", "Set-Oab").replace("*", "Oab").lower().encode()
            assert any(word in example for word in words), name


def test_an_entry_that_can_never_be_reached_is_an_error() -> None:
    """An entry after one for the same cmdlet without a condition would never decide."""
    open_names: set[str] = set()
    for entry in load_cmdlets():
        assert not open_names & set(entry.names), entry.names
        if not entry.parameters and not entry.error:
            open_names |= set(entry.names)


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_call_is_judged(name: str, parameters: str) -> None:
    judge_call(read_call(name, parameters))
    call = read_server_command(f"S:CMD={parameters}")
    assert call is None or re.fullmatch(r"\w+-\w+", call.name)
