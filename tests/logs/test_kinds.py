from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.logs import CMDLET_FIELDS, gzipped, row, text_log
from tests.builders.mutants import mutants
from webshellhunt.logs.kinds import HEAD_BYTES, kind_by_content, kind_by_path, unread_format
from webshellhunt.model.traffic import LogKind

TEXT = [kind for kind in LogKind if kind is not LogKind.EVENTS]
_LOGS = "C:\\inetpub\\logs\\LogFiles"
_EXCHANGE = "C:\\Program Files\\Microsoft\\Exchange Server\\V15"
NATIVE = b"192.0.2.1, -, 10/1/2021, 7:19:08, W3SVC1, WEB01, 192.0.2.2, 613, 747, 143, 304, 0, GET, /, -,\r\n"
NCSA = b'192.0.2.1 - user [01/Oct/2021:17:20:55 -0700] "GET / HTTP/1.0" 200 3401\r\n'


@pytest.mark.parametrize(
    ("path", "kind", "site"),
    [
        (f"{_LOGS}\\W3SVC1\\u_ex210303.log", LogKind.IIS, 1),
        (f"{_LOGS}\\W3SVC12\\u_ex210303_x.log", LogKind.IIS, 12),
        (f"{_LOGS}\\W3SVC2\\u_extend1.log", LogKind.IIS, 2),
        (f"{_LOGS}\\W3SVC\\u_ex210303.log", LogKind.IIS, None),
        ("logs/W3SVC1/u_ex21030314.log.gz", LogKind.IIS, 1),
        ("u_ex210303.log", LogKind.IIS, None),
        ("copied/ex130730.log", LogKind.IIS, None),
        (f"{_LOGS}\\FTPSVC3\\u_ex210303.log", LogKind.FTP, 3),
        ("C:\\Windows\\System32\\LogFiles\\HTTPERR\\httperr1.log", LogKind.HTTP_ERR, None),
        ("httperr12.log.gz", LogKind.HTTP_ERR, None),
        (f"{_EXCHANGE}\\Logging\\HttpProxy\\Owa\\HttpProxy_2021030304-1.LOG", LogKind.HTTP_PROXY, None),
        ("HttpProxy_2021030304-1.LOG", LogKind.HTTP_PROXY, None),
        (f"{_EXCHANGE}\\Logging\\ECP\\Activity\\ECPActivity_11500_20210303-1.LOG", LogKind.ECP_ACTIVITY, None),
        (f"{_EXCHANGE}\\Logging\\ECP\\Server\\ECPServer20210303-1.LOG", LogKind.ECP_SERVER, None),
        (f"{_EXCHANGE}\\Logging\\OABGeneratorLog\\oabgen20210303-1.log", LogKind.OAB_GENERATOR, None),
        (f"{_EXCHANGE}\\Logging\\CmdletInfra\\Powershell-Proxy\\Http\\Rps_Http_2021030304-1.LOG", LogKind.CMDLET, None),
        (f"{_EXCHANGE}\\Logging\\CmdletInfra\\Powershell-Proxy\\Cmdlet\\Rps_Cmdlet_2021030304-1.LOG",
         LogKind.CMDLET, None),
        (f"{_EXCHANGE}\\Logging\\CmdletInfra\\LocalPowerShell\\Cmdlet\\powershell.exe_1.LOG", LogKind.CMDLET, None),
        (f"{_EXCHANGE}\\Logging\\Ews\\Ews_2021030304-1.LOG", LogKind.EWS, None),
        (f"{_EXCHANGE}\\TransportRoles\\Logs\\MessageTracking\\MSGTRK2021030304-1.LOG", LogKind.MESSAGE_TRACKING, None),
        ("MSGTRKMS2021030304-1.LOG", LogKind.MESSAGE_TRACKING, None),
        ("C:\\Windows\\System32\\winevt\\Logs\\MSExchange Management.evtx", LogKind.EVENTS, None),
        (f"{_LOGS}\\SMTPSVC1\\ex210303.log", None, None),
        (f"{_EXCHANGE}\\FrontEnd\\HttpProxy\\owa\\setup.log", None, None),
        (f"{_EXCHANGE}\\Logging\\CmdletInfra\\Powershell-Proxy\\AuthZ\\Rps_AuthZ_2021030304-1.LOG", None, None),
        (f"{_EXCHANGE}\\Logging\\CmdletInfra\\Powershell-Proxy\\Http\\RequestMonitor\\a.log", None, None),
        ("C:\\inetpub\\wwwroot\\app.log", None, None),
    ],
)  # fmt: skip
def test_a_path_names_the_kind_and_the_site(path: str, kind: LogKind | None, site: int | None) -> None:
    assert kind_by_path(path) == (kind, site)


@pytest.mark.parametrize("kind", TEXT)
def test_the_content_names_the_kind(kind: LogKind) -> None:
    log = text_log(kind, row(path="/a"))
    assert kind_by_content(log) is kind
    assert kind_by_content(gzipped(log * 2000)[:HEAD_BYTES]) is kind
    assert kind_by_content(b"\xef\xbb\xbf" + log) is kind
    assert kind_by_content(b"\xff\xfe" + log.decode().encode("utf-16-le")) is kind
    assert kind_by_content(b"\0" * 100 + b"\n" + log) is kind


def test_names_of_columns_in_the_first_row_are_enough() -> None:
    log = text_log(LogKind.HTTP_PROXY, row(path="/a"))
    assert kind_by_content(b"\r\n".join(line for line in log.split(b"\r\n") if line[:1] != b"#")) is LogKind.HTTP_PROXY
    exported = b'#TYPE Selected\n"DateTime","RequestId","UrlStem","AnchorMailbox"\n"2021","","",""\n'
    assert kind_by_content(exported) is LogKind.HTTP_PROXY
    assert kind_by_content(text_log(LogKind.CMDLET, row(), fields=CMDLET_FIELDS)) is LogKind.CMDLET


def test_event_logs_are_recognised() -> None:
    assert kind_by_content(b"ElfFile\0" + b"\0" * 100) is LogKind.EVENTS


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (NATIVE, "the format of IIS itself, with local times"),
        (gzipped(NATIVE), "the format of IIS itself, with local times"),
        (NCSA, "the format of NCSA"),
        (b"#Software: Microsoft Exchange Server\n#Log-type: Agent Log\n#Fields: Timestamp,SessionId\n",
         "a log of Exchange of another type: Agent Log"),
        (b"#Software: Microsoft Internet Information Services 10.0\n",
         "a log of Microsoft Internet Information Services 10.0 without columns that are read"),
        (b"hello\nworld\n", None),
        (b"", None),
    ],
)  # fmt: skip
def test_formats_that_are_not_read_are_named(head: bytes, name: str | None) -> None:
    assert kind_by_content(head) is None
    found = unread_format(head)
    assert (None if found is None else str(found)) == name
    assert found is None or found.is_needed is (name is not None and name.startswith("the format"))


def test_a_compressed_event_log_is_named() -> None:
    found = unread_format(gzipped(b"ElfFile\0" + bytes(100)))
    assert found is not None
    assert found.is_needed
    assert "unpack it first" in found.name


@given(st.binary(max_size=400))
def test_any_bytes_are_recognised_or_not(head: bytes) -> None:
    kind_by_content(head)
    unread_format(head)
    kind_by_path(head.decode("latin-1"))


@pytest.mark.parametrize("kind", TEXT)
def test_mutants_are_recognised_or_not(kind: LogKind) -> None:
    for mutant in mutants(text_log(kind, row(path="/a")), 200):
        kind_by_content(mutant)
        unread_format(mutant)
