"""A key that reaches the response is a finding; a section that is only read is none."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt import Disposition, examine

SECTION = "machine_keys_handed_out/csharp-section"


def test_the_evidence_is_the_write_of_the_key() -> None:
    (evidence,) = finding(SECTION, "WSH1017").evidence
    assert evidence.excerpt.strip().startswith("Response.Write(")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Response.Write("key: " + key)', "log.Write(key)"),
        ("section.ValidationKey", "section.Validation"),
        ('Response.Write("key: " + key)', 'Response.Write("read")'),
    ],
)
def test_without_a_key_in_the_response_there_is_no_finding(old: str, new: str) -> None:
    assert findings(changed(SECTION, (old, new)), "WSH1017") == []


def test_a_key_of_another_section_is_no_machine_key() -> None:
    other = changed(SECTION, ("MachineKeySection", "AppSection"), ("system.web/machineKey", "app"))
    assert findings(other, "WSH1017") == []


@pytest.mark.parametrize(
    "call", ["File.WriteAllText(path, key)", "file.WriteLine(key)", "File.AppendAllText(path, key)"]
)
def test_a_key_in_a_file_counts_too(call: str) -> None:
    assert "to a file" in finding(changed(SECTION, ('Response.Write("key: " + key)', call)), "WSH1017").message


@pytest.mark.parametrize(
    ("harmful", "harmless"),
    [
        (
            'File.Copy(Server.MapPath("~/web.config"), Server.MapPath("~/a.txt"));',
            'File.Copy(Server.MapPath("~/web.config"), Server.MapPath("~/App_Data/a.txt"));',
        ),
        (
            'Response.Write(File.ReadAllText(Server.MapPath("~/web.config")));',
            'Response.Write(File.ReadAllText(Server.MapPath("~/readme.txt")));',
        ),
        (
            'var x = new XmlDocument(); x.Load(Server.MapPath("~/web.config")); Response.Write(x.OuterXml);',
            'var x = new XmlDocument(); x.Load(Server.MapPath("~/web.config"));'
            ' Response.Write(x.SelectSingleNode("//globalization").OuterXml);',
        ),
        (
            'var x = new XmlDocument(); x.Load(new StreamReader(Server.MapPath("~/web.config")));'
            ' Response.Write(x.SelectSingleNode("//connectionStrings").OuterXml);',
            'var x = new XmlDocument(); x.Load(new StreamReader(Server.MapPath("~/web.config")));'
            ' Response.Write(x.SelectSingleNode("//pages").OuterXml);',
        ),
        (
            'Response.TransmitFile(Server.MapPath("~/web.config"));',
            'Response.TransmitFile(Server.MapPath("~/web.css")); // not web.config',
        ),
        (
            'Response.Write(ConfigurationManager.ConnectionStrings["a"].ConnectionString);',
            'Response.Write(ConfigurationManager.ConnectionStrings["a"].Name);',
        ),
        (
            "foreach (MembershipUser u in Membership.GetAllUsers()) Response.Write(u.GetPassword());",
            "foreach (MembershipUser u in Membership.GetAllUsers()) Response.Write(u.UserName);",
        ),
    ],
)
def test_passwords_and_settings_are_suspicious(harmful: str, harmless: str) -> None:
    head = '<%@ Page Language="C#" %><%@ Import Namespace="System.IO" %><% '
    verdicts = [examine(f"{head}{code} %>".encode(), path="x.aspx") for code in (harmful, harmless)]
    assert [each.disposition for each in verdicts] == [Disposition.SUSPICIOUS, Disposition.BENIGN]
    assert [found.rule.id for found in verdicts[0].findings] == ["WSH1017"]
