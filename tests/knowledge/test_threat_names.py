"""Names of threats: real ones, and their kinds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.knowledge.threat_names import ThreatKind, is_act_on_server, threat_kind


@pytest.mark.parametrize(
    ("threat", "kind"),
    [
        ("Virus:DOS/EICAR_Test_File", ThreatKind.TEST),
        ("PUA:Win32/EICAR_Test_File", ThreatKind.TEST),
        ("PUA:Win32/Presenoker", ThreatKind.UNWANTED),
        ("SettingsModifier:Win32/PossibleHostsFileHijack", ThreatKind.UNWANTED),
        ("HackTool:Win32/Mimikatz", ThreatKind.MALWARE),
        ("Trojan:Win32/ReverseShell!ml", ThreatKind.MALWARE),
        ("Behavior:Win32/AccessibilityEscalation.F", ThreatKind.MALWARE),
        ("Exploit:Script/Exmann.A!dha", ThreatKind.MALWARE),
        ("a name of another form", ThreatKind.MALWARE),
        ("Backdoor:ASP/SecChecker.A", ThreatKind.WEB_SHELL),
        ("Backdoor:JS/Webshell", ThreatKind.WEB_SHELL),
        ("Trojan:JS/Chopper!dha", ThreatKind.WEB_SHELL),
        ("Backdoor:HTML/TwoFaceVar.B", ThreatKind.WEB_SHELL),
        ("Backdoor:PHP/Remoteshell.V", ThreatKind.WEB_SHELL),
        ("HackTool:JS/Jsprat", ThreatKind.WEB_SHELL),
        ("Trojan:ASP/Obfuse!MSR", ThreatKind.WEB_SHELL),
    ],
)
def test_the_kind_of_a_real_name(threat: str, kind: ThreatKind) -> None:
    assert threat_kind(threat) is kind


@given(st.text(max_size=60))
def test_any_name_has_a_kind(threat: str) -> None:
    assert threat_kind(threat) in ThreatKind


def test_a_behaviour_of_the_server() -> None:
    assert is_act_on_server("Trojan:Win32/IISExchgSpawnCMD.A")
    assert is_act_on_server("Behavior:Win32/Exmann.A")
    assert not is_act_on_server("Behavior:Win32/AccessibilityEscalation.F")
