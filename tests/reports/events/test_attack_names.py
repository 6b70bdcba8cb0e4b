"""The techniques of a verdict."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import EVAL, PLACE, finding, verdict
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.events.attack_names import Technique, tactic_page, techniques_of


def test_techniques_have_the_names_of_the_table() -> None:
    rule = replace(EVAL, techniques=("T1505.003", "T1190", "T9999", "T1505.003", "no technique", "T\u0661234"))
    made = verdict("x.aspx", Disposition.MALICIOUS, finding(rule), finding(PLACE))
    web_shell, exploit, unknown = techniques_of(made)
    assert web_shell[:4] == ("T1505", "Server Software Component", "T1505.003", "Web Shell")
    assert [tactic.name for tactic in web_shell.tactics] == ["Persistence"]
    assert tactic_page(web_shell.tactics[0]) == "https://attack.mitre.org/tactics/TA0003/"
    assert web_shell.sub_page == "https://attack.mitre.org/techniques/T1505/003/"
    assert (exploit.name, exploit.sub_page) == ("Exploit Public-Facing Application", "")
    assert unknown == Technique("T9999", "")
