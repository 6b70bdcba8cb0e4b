"""Calls of cmdlets: a value is that of its parameter, whatever stands elsewhere in the record."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.logs.cmdlet_calls import find_call, read_call, read_server_command, with_call
from webshellhunt.model.traffic import LogKind, Record


def record(kind: LogKind = LogKind.ECP_SERVER, **fields: str) -> Record:
    return Record("x.log", 1, kind, {name.replace("__", "."): value for name, value in fields.items()})


def test_a_value_keeps_its_quotes() -> None:
    call = read_call("Set-X", '-Url "http://f/#<a b="c" d="e">" -Force:$true -Identity "x (y)".')
    assert call.parameters == {"url": 'http://f/#<a b="c" d="e">', "force": "$true", "identity": "x (y)"}


@pytest.mark.parametrize(
    ("row", "name", "error"),
    [
        ("S:CMD=Pipeline.1|Get-InboxRule;;S:EX=", "Get-InboxRule", ""),
        ("S:CMD=Set-Xy.Url=$null.Identity='a';;'S:EX=System.Exception:no'", "Set-Xy", "System.Exception:no"),
        ("S:CMD=;S:REQID=", None, ""),
        ("S:TIME=1", None, ""),
    ],
)
def test_other_rows_of_the_control_panel(row: str, name: str | None, error: str) -> None:
    call = read_server_command(row)
    assert (call.name, call.error) == (name, error) if call is not None else name is None


@pytest.mark.parametrize("url", ["https://mail.example.com/OAB", "", "<null>", "http://f/<b>x</b>"])
def test_the_value_of_a_parameter_ends_where_it_ends(url: str) -> None:
    command = f"Set-OabVirtualDirectory.ExternalUrl='{url}'.Identity='<i>'"
    row = record(eventdata=f"S:TIME=4;S:CMD={command};S:REQID=;S:URL=/ecp?<u>;S:EX=;S:RS=0;S:TNAME=<null>")
    known = with_call(row)
    assert known.text("cmdlet") == "Set-OabVirtualDirectory"
    assert known.text("parameter.externalurl") == url
    assert known.text("parameter.identity") == "<i>"
    assert known.text("error") is None
    assert known.text("eventdata") == row.text("eventdata")


def test_each_value_of_a_repeated_parameter_is_kept() -> None:
    call = read_call("New-X", '-Path "a" -Path "b"')
    assert call.values("path") == ["a", "b"]


def test_an_error_of_the_control_panel_ends_at_its_field() -> None:
    call = read_server_command("S:CMD=Set-Xy.A='1';S:EX=System.Denied;S:RS=0")
    assert call is not None
    assert (call.error, call.failed) == ("System.Denied", True)
    fine = read_server_command("S:CMD=Set-Xy.A='S:EX=no';S:EX=;S:ACTID=7;S:RS=0")
    assert fine is not None
    assert (fine.error, fine.failed) == ("", False)


def test_an_event_of_a_cmdlet_that_failed_is_a_call_that_failed() -> None:
    fields = {
        "event_id": "6",
        "provider": "MSExchange CmdletLogs",
        "data__0": "New-X",
        "data__1": '-A "1"',
        "data__11": "",
    }
    call = find_call(record(LogKind.EVENTS, **fields))
    assert call is not None
    assert (call.name, call.failed, dict(call.parameters)) == ("New-X", True, {"a": "1"})
    assert with_call(record(LogKind.EVENTS, **fields)).text("error") == "failed"
    assert find_call(record(LogKind.EVENTS, event_id="6", provider="Other")) is None


def test_a_row_without_a_call_stays_as_it_is() -> None:
    row = record(eventdata="S:TIME=1;S:RS=0")
    assert with_call(row) is row


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_row_is_read(data: str, error: str) -> None:
    for kind in LogKind:
        with_call(record(kind, eventdata=f"S:CMD={data};S:EX={error}", cmdlet=data, parameters=error))


def test_a_row_of_thousands_of_parameters_or_commands_costs_little_time() -> None:
    parameters = " ".join(f"-p{number} {number}" for number in range(2_000)) + " -p7 again"
    start = process_time()
    for _ in range(20):
        known = with_call(record(LogKind.CMDLET, cmdlet="Set-Xy", parameters=parameters))
        assert find_call(record(eventdata="S:CMD=" * 20_000)) is None
    assert known.text("parameter.p7") == "7\nagain"
    assert process_time() - start < 10
