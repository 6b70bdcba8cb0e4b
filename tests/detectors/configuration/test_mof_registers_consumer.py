"""MOF files: instances of consumers, and the definitions of their classes."""

from __future__ import annotations

from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine

PATH = r"C:\Windows\System32\wbem\AutoRecover\4A1F.mof"


def found(text: str, path: str = PATH) -> list[Finding]:
    return [each for each in examine(text.encode(), path=path).findings if each.rule.id == "WSH4084"]


def instance(value: str) -> str:
    return f'instance of CommandLineEventConsumer as $C\n{{\n  Name = "Updater";\n  {value};\n}};'


def test_an_instance() -> None:
    (finding,) = found(instance(r'CommandLineTemplate = "C:\\Tools\\a.exe \"x y\""'))
    assert finding.severity is Severity.MEDIUM
    assert finding.message == (
        "it registers the WMI consumer Updater, which runs a command at each event of its filter"
    )


def test_an_odd_program_is_grave() -> None:
    (finding,) = found(instance(r'CommandLineTemplate = "C:\\PerfLogs\\a.exe"'))
    assert (finding.severity, finding.message.endswith("PerfLogs, where no program belongs")) == (Severity.HIGH, True)


def test_a_definition_and_another_file_are_none() -> None:
    assert found("class CommandLineEventConsumer : __EventConsumer\n{\n  [key] string Name;\n};") == []
    assert found(instance('CommandLineTemplate = "a.exe"'), path=r"C:\Tools\notes.txt") == []
