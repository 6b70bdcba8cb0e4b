"""Stories: what belongs to a planted page, and what does not."""

from __future__ import annotations

from tests.builders.event_logs import Event, cmdlet_event, event_record, sysmon, verdicts
from webshellhunt.correlation.joined_traces import join_traces
from webshellhunt.correlation.planting_time import date_planting
from webshellhunt.correlation.server_acts.questions import ActTally
from webshellhunt.correlation.server_acts.stories import examinations
from webshellhunt.model.traffic import LogKind, Record
from webshellhunt.model.verdict import Disposition, Examination, Presence, Subject, SubjectKind
from webshellhunt.verdict.judge import judge
from webshellhunt.views.file_times import CommonHours

TAG = "<" + 'script runat="server">'
PATH = r"C:\Exchange\FrontEnd\HttpProxy\owa\auth\x.aspx"
TEMPORARY = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\owa\8e05b027\e164d61b"
W3WP = r"C:\Windows\System32\inetsrv\w3wp.exe"


def at(minute: int) -> str:
    return f"2021-03-03T04:{minute:02}:00Z"


def script(minute: int) -> Event:
    return cmdlet_event("Set-OabVirtualDirectory", f'-ExternalUrl "http://f/{TAG}"', time=at(minute))


def written(minute: int, path: str = PATH) -> Event:
    return sysmon(11, at(minute), Image="System", TargetFilename=path)


def compiled(minute: int, name: str = "x.aspx") -> Event:
    return sysmon(11, at(minute), Image=W3WP, TargetFilename=rf"{TEMPORARY}\{name}.f5dba9b9.compiled")


def command(minute: int) -> Event:
    parent = 'w3wp.exe -ap "MSExchangeOWAAppPool" -v x'
    image = r"C:\Windows\System32\cmd.exe"
    return sysmon(1, at(minute), Image=image, CommandLine="cmd /c whoami", ParentImage=W3WP, ParentCommandLine=parent)


def test_a_whole_exploitation_is_one_verdict_with_its_story_in_order() -> None:
    removed = cmdlet_event("Remove-OabVirtualDirectory", '-Force "True"', time=at(4))
    (verdict,) = verdicts(command(9), compiled(6), written(3), removed, script(2))
    assert (verdict.disposition, verdict.subject.kind, verdict.subject.path) == (
        Disposition.MALICIOUS,
        SubjectKind.TRACE,
        PATH,
    )
    assert {found.rule.id for found in verdict.findings} == {"WSH7201", "WSH7214", "WSH7215"}
    for found in verdict.findings:
        assert (found.facts["planted_path"], found.facts["planted_at"], found.facts["first_ran"]) == (
            PATH,
            at(3),
            at(6),
        )
        story = found.facts["story"]
        assert isinstance(story, tuple)
        assert [each[:20] for each in story] == [at(2), at(3), at(4), at(6), at(9)]


def test_the_same_path_over_a_share_and_as_written_is_one_plant() -> None:
    share = PATH.replace("C:", r"\\127.0.0.1\c$")
    export = cmdlet_event("New-MailboxExportRequest", f'-Mailbox "a" -FilePath "{share}"', time=at(1))
    (verdict,) = verdicts(export, written(2))
    assert [found.facts["planted_at"] for found in verdict.findings] == [at(1), at(1)]


def test_the_export_of_a_mailbox_has_its_rights_and_its_removal() -> None:
    role = cmdlet_event("New-ManagementRoleAssignment", '-Role "Mailbox Import Export"', time=at(0))
    export = cmdlet_event("New-MailboxExportRequest", f'-FilePath "{PATH}"', time=at(2))
    removed = cmdlet_event("Remove-MailboxExportRequest", '-Confirm "False"', time=at(40))
    (verdict,) = verdicts(removed, export, role)
    assert {found.rule.id for found in verdict.findings} == {"WSH7201", "WSH7202"}
    story = verdict.findings[0].facts["story"]
    assert isinstance(story, tuple)
    assert [each[:20] for each in story] == [at(0), at(2), at(40)]


def test_the_compiled_page_of_another_name_is_not_its_first_request() -> None:
    (verdict,) = verdicts(written(3), compiled(6, "y.aspx"))
    assert "first_ran" not in verdict.findings[0].facts


def test_acts_far_away_in_time_are_verdicts_of_their_own() -> None:
    late = command(9)._replace(time="2021-03-09T04:00:00Z")
    early = script(2)._replace(time="2021-02-03T04:00:00Z")
    found = verdicts(early, written(3), late)
    assert [(each.subject.path == PATH, len(each.findings)) for each in found] == [(True, 1), (False, 1), (False, 1)]


def test_commands_belong_to_the_nearest_plant() -> None:
    other = PATH.replace("x.aspx", "y.aspx")
    found = {each.subject.path: each for each in verdicts(written(3), written(30, other), command(31))}
    assert [len(found[path].findings) for path in (PATH, other)] == [1, 2]


def test_an_act_without_a_time_has_its_own_verdict() -> None:
    event = event_record(script(2))
    timeless = event._replace(fields={name: value for name, value in event.fields.items() if name != "time"})
    assert len(verdicts(timeless, written(3))) == 2


def test_the_same_record_from_two_tallies_counts_once() -> None:
    tallies = [ActTally(), ActTally()]
    for tally in tallies:
        tally.take(event_record(script(2)))
    ((found,),) = (examination.findings for examination in examinations(tallies))
    assert found.facts["count"] == 1


def test_an_application_that_writes_many_pages_is_one_lead() -> None:
    pages = [sysmon(11, at(n), Image=W3WP, TargetFilename=rf"C:\inetpub\shop\{n}.aspx") for n in range(20)]
    (verdict,) = verdicts(*pages)
    (found,) = verdict.findings
    assert (verdict.disposition, found.facts["count"]) == (Disposition.UNEXPLAINED, 20)
    assert "planted_path" not in found.facts
    few = verdicts(*pages[:3])
    assert [each.disposition for each in few] == [Disposition.SUSPICIOUS] * 3


def test_a_plant_among_many_pages_is_still_one() -> None:
    pages = [sysmon(11, at(n), Image=W3WP, TargetFilename=rf"C:\inetpub\shop\{n}.aspx") for n in range(20)]
    found = {each.subject.path: each.disposition for each in verdicts(*pages, written(40), command(41))}
    assert found[PATH] is Disposition.MALICIOUS
    assert len(found) == 2


def test_context_alone_is_nothing() -> None:
    assert verdicts(compiled(1), cmdlet_event("Remove-OabVirtualDirectory", '-Force "True"')) == []


def test_a_plant_is_joined_with_its_file_its_remnant_or_its_requests() -> None:
    (plant,) = examinations([_tally(written(3))])
    for kind, executable in ((SubjectKind.FILE, True), (SubjectKind.TRACE, False)):
        presence = Presence.DELETED if kind is SubjectKind.TRACE else Presence.PRESENT
        file = Examination(Subject(kind, PATH.upper(), presence=presence, executable=executable))
        other = Examination(Subject(SubjectKind.FILE, PATH + "x", executable=True))
        joined, left = join_traces([file, other, plant])
        assert (joined.subject.kind, joined.subject.executable, joined.findings) == (kind, True, plant.findings)
        assert left is other
    assert join_traces([plant]) == [plant]


def test_a_plant_in_a_file_that_is_not_executed_convicts_nobody() -> None:
    (plant,) = examinations([_tally(written(3))])
    (joined,) = join_traces([Examination(Subject(SubjectKind.FILE, PATH)), plant])
    assert judge(joined).disposition is Disposition.SUSPICIOUS


def test_a_plant_is_dated_by_the_log() -> None:
    (plant,) = examinations([_tally(written(3))])
    planting = date_planting(judge(plant), CommonHours(), None).planting
    assert planting is not None
    assert planting.sentence.startswith("planted 2021-03-03 (the logs of the server have the act)")


def test_acts_of_text_logs_and_event_logs_are_one_story() -> None:
    rows, events = ActTally(), _tally(written(3))
    command = f"S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/{TAG}';S:EX="
    rows.take(Record("x.log", 2, LogKind.ECP_SERVER, {"timestamp": at(2), "eventdata": command}))
    (found,) = examinations([rows, events])
    assert {finding.rule.id for finding in found.findings} == {"WSH7201", "WSH7214"}


def _tally(*events: Event) -> ActTally:
    tally = ActTally()
    for line, event in enumerate(events, 1):
        tally.take(event_record(event, line))
    return tally
