"""Real event logs and rows about cmdlets, kept outside the repository: a whole exploitation, and collections."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders.specimens import code_blocks, specimen
from webshellhunt.correlation.server_acts.questions import ActTally, EventQuestion
from webshellhunt.correlation.server_acts.stories import examinations
from webshellhunt.logs.event_search import EventsRead, search_events
from webshellhunt.model.traffic import LogFile, LogKind, Record
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.verdict.judge import judge
from webshellhunt.views.logged_acts import Gravity

MITRE = "mdecrevoisier+EVTX-to-MITRE-Attack"
ATTACKS = "sbousseaden+EVTX-ATTACK-SAMPLES"
HAYABUSA = "Yamato-Security+hayabusa-sample-evtx"


def read(content: Callable[[int, int], bytes], name: str) -> EventsRead:
    return search_events(content, LogFile(name, LogKind.EVENTS), [EventQuestion()])


def of_file(path: Path) -> EventsRead:
    data = path.read_bytes()
    return read(lambda offset, size: data[offset : offset + size], path.name)


def judged(done: EventsRead) -> list[Verdict]:
    return [judge(each) for each in examinations([tally for _, tally in done.answers])]


def collected(folder: Path) -> tuple[Counter[str], dict[tuple[str, str], int]]:
    """Return how often logs were cleared by name, and the number of verdicts by rule and disposition."""
    acts: Counter[str] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    for path in sorted(folder.rglob("*.evtx")):
        done = of_file(path)
        assert (done.log.broken, done.gaps) == (0, []), path.name
        for verdict in judged(done):
            for found in verdict.findings:
                count = found.facts["count"]
                assert isinstance(count, int)
                acts[found.rule.id] += count
                counts[found.rule.id, verdict.disposition.label] += 1
    return acts, counts


def test_a_real_exploitation_is_told_as_one_story() -> None:
    place = "datasets/atomic/windows/persistence/host/proxylogon_ssrf_rce_poc.zip"
    with zipfile.ZipFile(specimen(f"OTRF+Security-Datasets/{place}")) as packed:
        data = packed.read(packed.namelist()[0])
    done = read(lambda offset, size: data[offset : offset + size], "events.json")
    assert (done.log.rows, done.log.broken) == (10_487, 0)
    assert [gap.code for gap in done.gaps] == ["local-times"]
    (verdict,) = judged(done)
    assert (verdict.disposition, verdict.subject.path.rpartition("\\")[2]) == (Disposition.MALICIOUS, "ohyeah.aspx")
    assert {found.rule.id for found in verdict.findings} == {"WSH7201", "WSH7214", "WSH7215", "WSH7217"}
    facts = verdict.findings[0].facts
    assert (facts["planted_at"], facts["first_ran"]) == ("2021-03-14T06:40:13Z", "2021-03-14T06:40:15Z")
    story = facts["story"]
    assert isinstance(story, tuple)
    words = [
        "about.aspx?a=]:444",
        "Set-Oab",
        "wrote",
        "Remove-Oab",
        "compiled",
        "whoami",
        "whoami",
        "whoami",
        "whoami",
        "New-Oab",
    ]
    assert all(word in told for word, told in zip(words, story, strict=True))


def test_the_rows_of_a_real_day_of_proxylogon() -> None:
    rows = [
        line
        for block in code_blocks(specimen("helsecert+2021-march-exchange/README.md"))
        for line in block.splitlines()
    ]
    tally, lines = ActTally(), [row for row in rows if "S:CMD=" in row]
    for number, row in enumerate(lines, 1):
        when, _, data = row.partition(",")
        data = data.replace('""', '"').replace("''", "'")
        tally.take(Record("ECPServer.log", number, LogKind.ECP_SERVER, {"timestamp": when, "eventdata": data}))
    (verdict,) = [judge(each) for each in examinations([tally])]
    (found,) = verdict.findings
    assert (found.rule.id, verdict.disposition) == ("WSH7201", Disposition.MALICIOUS)
    plants = [row for row in lines if "CMD=Set-" in row and "script" in row]
    assert found.facts["count"] == len(plants) > 1


def test_a_real_row_of_monitoring_is_nothing() -> None:
    blocks = code_blocks(specimen("Qazeer+artefacts.help/microsoft_exchange.md"))
    (block,) = [each for each in blocks if "Rps Cmdlet Logs" in each]
    names = block.split("#Fields: ")[1].splitlines()[0].lower().split(",")
    values = block.strip().splitlines()[-1].split(",")
    tally = ActTally()
    tally.take(Record("Rps_Cmdlet.log", 1, LogKind.CMDLET, dict(zip(names, values, strict=False))))
    assert not tally.counts


def test_a_collection_for_techniques() -> None:
    acts, counts = collected(specimen(MITRE))
    assert acts["WSH7211"] == 31 + 92
    assert {rule for rule, label in counts if label == "suspicious"} == {"WSH7211", "WSH7212", "WSH7213"}
    assert not any(label == "malicious" for _, label in counts)


def test_a_collection_of_attacks_has_two_shells() -> None:
    _, counts = collected(specimen(ATTACKS))
    assert {rule: n for (rule, label), n in counts.items() if label == "malicious"} == {"WSH7215": 1}
    assert {rule for rule, label in counts if label == "suspicious"} == {"WSH7211", "WSH7212", "WSH7213", "WSH7215"}


def test_a_collection_for_rules() -> None:
    _, counts = collected(specimen(HAYABUSA))
    assert {rule: n for (rule, label), n in counts.items() if label == "malicious"} == {"WSH7215": 1}
    assert not any(rule in {"WSH7201", "WSH7208", "WSH7209", "WSH7214", "WSH7216"} for rule, _ in counts)


@pytest.mark.parametrize(
    ("name", "gravity"),
    [
        ("Lateral Movement/LM_typical_IIS_webshell_sysmon_1_10_traces.evtx", Gravity.GRAVE),
        ("Credential Access/discovery_sysmon_1_iis_pwd_and_config_discovery_appcmd.evtx", Gravity.PROOF),
    ],
)
def test_commands_below_a_real_worker_process(name: str, gravity: Gravity) -> None:
    ((_, tally),) = of_file(specimen(f"{ATTACKS}/{name}")).answers
    assert isinstance(tally, ActTally)
    assert max(act.gravity for act in tally.iter_acts()) is gravity


def test_a_real_log_of_cmdlets() -> None:
    place = "TA0003-Persistence/T1505-Server Software Component"
    path = specimen(f"{MITRE}/{place}/ID6-Failed to install an Exchange transport agent.evtx")
    (verdict,) = judged(of_file(path))
    (found,) = verdict.findings
    assert (found.rule.id, verdict.disposition) == ("WSH7206", Disposition.UNEXPLAINED)
    assert (found.facts["count"], found.facts["refused"]) == (4, True)
