"""A WMI consumer: its weight, its words and its facts."""

from __future__ import annotations

import pytest

from webshellhunt.detectors.configuration.wmi_consumer_runs_program import find
from webshellhunt.host.machine.wmi_repository import WmiConsumer
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity

CONSUMER = WmiConsumer("CommandLineEventConsumer", "Updater", ("C:\\a.exe",), 16, True, "F", "SELECT * FROM X")


def found(consumer: WmiConsumer) -> list[Finding]:
    return list(find(consumer, "OBJECTS.DATA"))


def test_the_message_has_the_command_and_the_event() -> None:
    (finding,) = found(CONSUMER)
    assert finding.message == ("the WMI consumer Updater runs a command (C:\\a.exe) at each event of SELECT * FROM X")
    assert (finding.facts["filter"], finding.facts["query"]) == ("F", "SELECT * FROM X")


@pytest.mark.parametrize(
    ("consumer", "severity"),
    [
        (CONSUMER._replace(texts=("C:\\PerfLogs\\a.exe",)), Severity.HIGH),
        (CONSUMER._replace(is_bound=False), Severity.LOW),
        (CONSUMER._replace(kind="LogFileEventConsumer", texts=("C:\\inetpub\\wwwroot\\a.aspx",)), Severity.HIGH),
        (CONSUMER._replace(texts=()), Severity.MEDIUM),
    ],
)
def test_the_weight(consumer: WmiConsumer, severity: Severity) -> None:
    assert [each.severity for each in found(consumer)] == [severity]


def test_what_is_left_in_peace() -> None:
    assert found(CONSUMER._replace(name="BVTConsumer", texts=("cscript KernCap.vbs",))) == []
    assert found(CONSUMER._replace(kind="LogFileEventConsumer", texts=("C:\\Logs\\a.log",))) == []
