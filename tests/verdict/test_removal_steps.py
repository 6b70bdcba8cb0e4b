"""Each accused setting is taken back by its exact place; a hostile name is in no command; stock is not named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verdict.test_judge import C, S, finding
from webshellhunt.host.iis.native_modules import load_known_modules
from webshellhunt.model.acceptance import Acceptance
from webshellhunt.model.findings import Evidence, FactValue, Finding, Secret, Span
from webshellhunt.model.places import Role
from webshellhunt.model.report import Step
from webshellhunt.model.rules import Remedy, RuleOrigin, Severity
from webshellhunt.model.verdict import Disposition, Subject, SubjectKind, Verdict
from webshellhunt.verdict.removal_steps import MOST_STEPS, has_removal_step, iter_removal_steps
from webshellhunt.verdict.step_items import MOST_ITEMS

HOST = r"C:\Windows\System32\inetsrv\config\applicationHost.config"
WEB = r"C:\inetpub\wwwroot\web.config"
DOUBT = ", unless your administrators confirm it"


def accused(
    excerpt: str,
    remedy: Remedy = Remedy.ELEMENT,
    path: str = HOST,
    line: int = 12,
    facts: dict[str, FactValue] | None = None,
    disposition: Disposition = Disposition.SUSPICIOUS,
    severity: Severity = S.HIGH,
) -> Verdict:
    evidence = Evidence(path, "raw", Span(0, len(excerpt)), line, 1, excerpt)
    made = replace(finding(severity, C.HIGH, remedy=remedy), evidence=(evidence,), facts=facts or {})
    return Verdict(Subject(SubjectKind.FILE, path), disposition, (made.message,), (made,))


def steps(*verdicts: Verdict) -> list[Step]:
    return list(iter_removal_steps((), verdicts))


MODULE = r'<add name="HttpHealth" image="C:\ProgramData\h.dll" />'


def test_a_native_module_is_removed_by_name() -> None:
    assert steps(accused(MODULE)) == [
        Step(
            f"Remove the native module HttpHealth from globalModules{DOUBT}: the server loads it into each request.",
            (
                f'{HOST}, line 12: <add name="HttpHealth" …>',
                r'%windir%\System32\inetsrv\appcmd.exe uninstall module "HttpHealth"',
            ),
        )
    ]


def test_a_registration_is_undone_as_the_element_that_it_is() -> None:
    verdict = accused(MODULE)
    subject = Subject(SubjectKind.REGISTRATION, f"{HOST} (native module HttpHealth)", role=Role.IIS_CONFIG)
    assert steps(replace(verdict, subject=subject)) == steps(verdict)


def test_a_registration_whose_excerpt_is_too_short_is_known_by_its_subject() -> None:
    verdict = accused('<add preCondition="' + "x" * 150)
    subject = Subject(SubjectKind.REGISTRATION, f"{HOST} (native module HttpHealth)", role=Role.IIS_CONFIG)
    (step,) = steps(replace(verdict, subject=subject))
    assert step.text.startswith("Remove the native module HttpHealth from globalModules")
    assert step.items[1].endswith('uninstall module "HttpHealth"')


@pytest.mark.parametrize("kind", ["module", "filter"])
def test_a_stock_module_is_restored_and_never_removed(kind: str) -> None:
    for known in load_known_modules():
        if known.kind != kind or not known.is_microsoft:
            continue
        name, attribute = known.name, "image" if kind == "module" else "path"
        tag = "add" if kind == "module" else "filter"
        (step,) = steps(accused(rf'<{tag} name="{name.upper()}" {attribute}="C:\Windows\System32\x.dll" />'))
        assert step.text.startswith("Set the file of the ")
        assert "back to %" in step.text
        assert r"the server loads C:\Windows\System32\x.dll instead. Do not remove the entry" in step.text
        assert len(step.items) == 1


def test_a_stock_file_with_other_content_is_replaced() -> None:
    excerpt = r'<add name="StaticFileModule" image="%windir%\System32\inetsrv\static.dll" />'
    (step,) = steps(accused(excerpt, facts={"product": "IIS"}))
    assert step.text.startswith(r"Replace %windir%\System32\inetsrv\static.dll with the file of IIS")
    assert len(step.items) == 1


def test_each_element_of_one_line_is_a_step() -> None:
    modules = [MODULE, MODULE.replace("HttpHealth", "HttpWealth"), '<filter name="F" path="C:\\Users\\x.dll" />']
    assert len(steps(*map(accused, modules))) == 3


def test_a_module_without_a_name_has_no_command() -> None:
    (step,) = steps(accused(r'<add image="C:\Users\Public\h.dll" />'))
    assert len(step.items) == 1


def test_a_fastcgi_program_is_named() -> None:
    (step,) = steps(accused(r'<application fullPath="C:\Users\Public\p.exe" />'))
    assert step.text.startswith(rf"Undo the FastCGI program C:\Users\Public\p.exe{DOUBT}: ")


def test_an_isapi_filter_is_removed_by_name() -> None:
    (step,) = steps(accused(r'<filter name="F" path="C:\Users\Public\f.dll" />'))
    assert step.text.startswith(f"Remove the ISAPI filter F{DOUBT}:")
    assert step.items[1].endswith("set config /section:isapiFilters \"/-[name='F']\" /commit:apphost")


@pytest.mark.parametrize(
    ("excerpt", "words", "shown"),
    [
        ('<add name="p" path="*.png" verb="*" type="T" />', "the mapping of *.png", '<add name="p" …>'),
        ('<add path="*.png" verb="*" type="T" />', "the mapping of *.png", '<add path="*.png" …>'),
        ('<add extension=".x" type="T" />', "the mapping of .x", '<add extension=".x" …>'),
        ('<add name="m" type="T, A" />', "the module m", '<add name="m" …>'),
        ('<remove name="RequestFilteringModule" />', "the removal of RequestFilteringModule", '<remove name="Req'),
        ('<clear />', "the removal of entries", "<clear …>"),
        ('<action type="Rewrite" url="/aspnet_client/x.aspx" />', "the rewrite rule", '<action url="/aspnet_client/x'),
        ('<httpLogging dontLog="true" />', "the setting <httplogging>", "<httpLogging …>"),
    ],
)  # fmt: skip
def test_any_other_element_is_undone_alone(excerpt: str, words: str, shown: str) -> None:
    (step,) = steps(accused(excerpt, path=WEB))
    assert step.text.startswith(f"Undo {words}{DOUBT}: ")
    assert "Leave the elements that no step names" in step.text
    (item,) = step.items
    assert item.startswith(f"{WEB}, line 12: {shown}")


def test_what_makes_a_back_door_run_leaves_no_doubt() -> None:
    mapping = accused('<add name="p" path="*.png" type="T" />', path=WEB)
    door = accused("", path=r"C:\x.png", facts={"declared_in": f"{WEB}, line 12"}, disposition=Disposition.MALICIOUS)
    (step,) = iter_removal_steps([door], [mapping])
    assert DOUBT not in step.text


DIRECTORY = r'<virtualDirectory path="/support" physicalPath="C:\ProgramData\s" />'
OUTSIDE = Remedy.VIRTUAL_DIRECTORY


def test_a_virtual_directory_is_deleted_by_its_name() -> None:
    facts: dict[str, FactValue] = {"site": "Web", "address": "/support", "leads_to": r"C:\ProgramData\s"}
    (step,) = steps(accused(DIRECTORY, OUTSIDE, facts=facts))
    assert step.text == rf"Remove the virtual directory /support of Web{DOUBT}: it serves C:\ProgramData\s."
    assert step.items[1].endswith('delete vdir "Web/support"')
    whole = accused(DIRECTORY.replace("/support", "/"), OUTSIDE, facts=facts)
    assert steps(whole)[0].items[1].endswith('delete app "Web/support"')
    door = accused("", path=r"C:\ProgramData\s\x.aspx", disposition=Disposition.MALICIOUS)
    (sure,) = iter_removal_steps([door], [accused(DIRECTORY, OUTSIDE, facts=facts)])
    assert DOUBT not in sure.text


@pytest.mark.parametrize("address", ["/owa", "/OWA/Calendar", "/", "/EWS"])
def test_an_address_that_the_mail_server_needs_is_restored_and_never_deleted(address: str) -> None:
    facts: dict[str, FactValue] = {"site": "Web", "address": address, "leads_to": r"C:\ProgramData\s"}
    (step,) = steps(accused(DIRECTORY, OUTSIDE, facts=facts))
    assert step.text.startswith(f"Set the folder of the address {address} of Web back to the original")
    assert not any("delete" in item for item in step.items)


TASK = r"C:\Windows\System32\Tasks\Microsoft\Updater"


def test_a_task_is_disabled_by_its_name() -> None:
    (step,) = steps(accused("x", Remedy.SCHEDULED_TASK, TASK))
    assert step.text.startswith(rf"Disable the scheduled task \Microsoft\Updater{DOUBT}: ")
    assert step.items == (TASK, r'schtasks /Change /TN "\Microsoft\Updater" /Disable')


def test_a_transport_agent_is_disabled_in_its_service() -> None:
    folder = r"C:\Exchange\TransportRoles\Agents"
    facts: dict[str, FactValue] = {"agent": "Security Agent"}
    excerpt = '<agent name="Security Agent" baseType="x" />'
    remedy = Remedy.TRANSPORT_AGENT
    (step,) = steps(accused(excerpt, remedy, rf"{folder}\agents.config", 9, facts))
    assert step.items[1] == 'Disable-TransportAgent -Identity "Security Agent"'
    (front,) = steps(accused(excerpt, remedy, rf"{folder}\FetAgents.config", 9, facts))
    assert front.items[1].endswith(" -TransportService FrontEnd")


def test_a_profile_is_named_by_its_line() -> None:
    path = r"C:\Windows\System32\WindowsPowerShell\v1.0\profile.ps1"
    (step,) = steps(accused("iex x", Remedy.POWERSHELL_PROFILE, path, 2))
    assert "-NoProfile" in step.text
    assert step.items == (f"{path}, line 2",)


@pytest.mark.parametrize("name", ['a" & del C:\\ & "', "$(calc)", "a`b", "a';b", "%COMSPEC%", "a|b", "a\nb", "“x”"])
def test_a_hostile_name_is_in_no_command(name: str) -> None:
    task = accused("x", Remedy.SCHEDULED_TASK, rf"C:\Windows\System32\Tasks\{name}")
    agent = accused("<agent />", Remedy.TRANSPORT_AGENT, facts={"agent": name})
    for verdict in (task, agent):
        (step,) = steps(verdict)
        assert not any("schtasks" in item or "Disable-" in item for item in step.items)


@pytest.mark.parametrize(
    "quiet",
    [
        accused(MODULE, severity=S.LOW),
        accused(MODULE, disposition=Disposition.UNEXPLAINED),
        accused(MODULE, disposition=Disposition.KNOWN_GOOD),
        accused("no element"),
        accused('<add name="p" path="*.png" />', path=r"C:\page.aspx"),
        accused('<machineKey validationKey="x" />', path=WEB, facts={"published_key": ("validationKey",)}),
    ],
)
def test_what_is_below_suspicion_or_no_element_has_no_step(quiet: Verdict) -> None:
    assert steps(quiet) == []
    assert not has_removal_step(quiet)


def test_a_match_of_a_signature_is_no_element() -> None:
    verdict = accused("<handlers>", path=WEB)
    rule = replace(verdict.findings[0].rule, origin=RuleOrigin.SIGNATURE)
    assert steps(replace(verdict, findings=(replace(verdict.findings[0], rule=rule),))) == []


def test_one_element_is_one_step_whoever_accuses_it() -> None:
    verdict = accused(MODULE)
    (first,) = verdict.findings
    assert len(steps(replace(verdict, findings=(first, replace(first, message="another rule"))))) == 1


def test_the_same_in_many_places_is_one_step() -> None:
    many = [accused('<remove name="M" />', path=rf"C:\{n}\web.config") for n in range(MOST_ITEMS + 5)]
    (step,) = steps(*many)
    assert len(step.items) == MOST_ITEMS + 1
    assert step.items[-1] == "and 5 more, listed above"


def test_so_many_steps_are_named() -> None:
    many = [accused("x", Remedy.SCHEDULED_TASK, rf"{TASK}{n}") for n in range(MOST_STEPS + 4)]
    named = steps(*many)
    assert len(named) == MOST_STEPS + 1
    assert "(4)" in named[-1].text


def test_no_secret_of_the_victim_is_in_a_step() -> None:
    excerpt = '<add users="hunter2secret" name="n" path="*.x" />'
    verdict = accused(excerpt, path=WEB)
    (made,) = verdict.findings
    start = excerpt.index("hunter2secret")
    secret = Secret(start, start + 13, "hunter2secret")
    marked = replace(made, evidence=(replace(made.evidence[0], secrets=(secret,)),))
    (step,) = steps(replace(verdict, findings=(marked,)))
    assert "hunter2" not in str(step)


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_excerpt_is_read(excerpt: str, name: str) -> None:
    for text in (excerpt, f"<add {excerpt}", f'<add name="{name}" image="{excerpt}"'):
        made: Finding = accused(text).findings[0]
        for step in steps(accused(text)):
            assert len(str(step)) < 2_000
        assert made.evidence


def test_what_the_user_accepts_has_no_step() -> None:
    verdict = accused(MODULE)
    entry = Acceptance("ours", "J. Doe", date(2031, 1, 1), rule="wsh1999")
    (made,) = verdict.findings
    assert steps(replace(verdict, findings=(replace(made, acceptance=entry),))) == []


def test_all_elements_of_a_mapping_are_undone_in_one_step() -> None:
    verdict = accused('<add name="p" path="*.png" type="T" />', path=WEB, line=13, facts={"mapping": "*.png"})
    (made,) = verdict.findings
    second = replace(made.evidence[0], line=6, excerpt='<add extension=".png" type="T" />')
    both = replace(made, evidence=(*made.evidence, second))
    (step,) = steps(replace(verdict, findings=(both,)))
    assert step.items == (f'{WEB}, line 13: <add name="p" …>', f'{WEB}, line 6: <add extension=".png" …>')
    (step,) = steps(replace(verdict, findings=(replace(both, facts={}),)))
    assert step.items == (f'{WEB}, line 13: <add name="p" …>',)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("system.webserver/modules/add/@type", "Remove this entry from system.webserver/modules, unless"),
        ("runtime/appdomainmanagerassembly/@value", "Remove the element <appdomainmanagerassembly> from runtime"),
        (
            "system.web/httpruntime/@requestvalidationtype",
            "Set requestvalidationtype of <httpruntime> back",
        ),
        ("system.applicationhost/applicationpools/add/environmentvariables/add/@value", "recycle the pool afterwards"),
        ("system.webserver/rewrite/rules/rule/action/@url", "remove the whole rule"),
        ("system.webserver/aspnetcore/@processPath", "Remove the element <aspnetcore> from system.webserver"),
    ],
)
def test_a_setting_is_taken_back_by_its_section(setting: str, words: str) -> None:
    made = accused('<x value="a" />', facts={"setting": setting})
    (step,) = iter_removal_steps([], [made])
    assert words in step.text
    assert step.items == (f"{HOST}, line 12: <x …>",)
