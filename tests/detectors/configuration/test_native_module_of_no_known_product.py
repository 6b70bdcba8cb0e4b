"""Which native modules are told as those of no product, and which of them are suspicious."""

from __future__ import annotations

import pytest

from tests.builders.images import image
from tests.builders.libraries import library
from tests.builders.servers import HOST_CONFIG
from tests.builders.signed import TIME_STAMPING, identity, pin, signed_image
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

RULE = "WSH4020"
EXCHANGE = r"C:\Program Files\Microsoft\Exchange Server\V15"
TEST_MODULES = [("Test-Unsigned", r"C:\Temp\Test-Unsigned.dll"), ("Test-Invalid", r"C:\Temp\Test-Invalid.dll")]


def told(*modules: tuple[str, str], files: dict[str, bytes] | None = None, filters: bool = False) -> dict[str, Verdict]:
    """Hunt on a server with these modules; return what is said of each by its name."""
    tag = '<filter name="{}" path="{}" />' if filters else '<add name="{}" image="{}" />'
    section = "isapiFilters" if filters else "globalModules"
    added = "\n".join(tag.format(*each) for each in modules)
    text = f"<configuration><system.webServer><{section}>\n{added}\n</{section}></system.webServer></configuration>"
    report = hunt(MemorySource({f"C/{HOST_CONFIG}": text.encode(), **(files or {})}))
    found = [v for v in report.verdicts if v.subject.kind is SubjectKind.REGISTRATION]
    return {v.subject.path.rpartition(" (")[2].partition("module ")[2].rstrip(")"): v for v in found if of_rule(v)}


def of_rule(verdict: Verdict) -> list[str]:
    return [finding.message for finding in verdict.findings if finding.rule.id == RULE]


def only(name: str, image: str, files: dict[str, bytes] | None = None) -> tuple[Disposition, str]:
    verdict = told((name, image), files=files)[name]
    (message,) = of_rule(verdict)
    return verdict.disposition, message


@pytest.mark.parametrize(
    ("name", "image", "words"),
    [
        # A victim's server of 2021, in public.
        ("UpData", r"C:\Windows\System32\system.dll", "in a folder of Windows"),
        (
            "SessionManagerModule",
            rf"{EXCHANGE}\ClientAccess\OWA\Auth\SessionManagerModule.dll",
            "in a folder of Exchange",
        ),
        ("SessionManager", rf"{EXCHANGE}\FrontEnd\HttpProxy\bin\SessionManager.dll", "in a folder of Exchange"),
        ("IIS-Backdoor", r"%windir%\System32\inetsrv\IIS-Backdoor.dll", "in a folder of Windows"),
        ("IsapiDotNet", r"C:\Windows\SysWOW64\inetsrv\IsapiDotNet.dll", "in a folder of Windows"),
        ("MemCache", r"C:\Users\me\Downloads\x.dll", "in a user's folder"),
        ("HttpCacheModule", r"D:\tools\x.dll", "its name resembles HttpCacheModule of IIS"),
        ("HttpCachModule", r"D:\tools\x.dll", "its name resembles HttpCacheModule of IIS"),
        ("HttpC\u0430cheModule", r"D:\tools\x.dll", "its name resembles HttpCacheModule of IIS"),
        ("Cache", r"D:\tools\cachehttp.dll", "its file name resembles %windir%"),
        ("Loghttp", r"E:\Windows\System32\inetsrv\loghttp.dll", "in a folder named Windows on a drive"),
        ("Defdoc", r"C:\Windows\Sysnative\inetsrv\defdoc.dll", "in a folder of Windows"),
        ("Mods", r"C:\Windows \System32\inetsrv\mods.dll", "ends with a space"),
        (
            "RequestFilteringModule",
            r"%windir%\System32\inetsrv\static.dll",
            "the stock module of that name has",
        ),
    ],
)
def test_a_second_reason_makes_it_suspicious(name: str, image: str, words: str) -> None:
    disposition, message = only(name, image)
    assert disposition is Disposition.SUSPICIOUS
    assert words in message


@pytest.mark.parametrize(
    ("name", "image"),
    [*TEST_MODULES, ("Vendor", r"C:\Program Files\Vendor\agent.dll"), ("Filter", r"D:\Vendor\filter.dll")],
)
def test_alone_it_is_unexplained(name: str, image: str) -> None:
    disposition, message = only(name, image)
    assert disposition is Disposition.UNEXPLAINED
    assert message == f"no known product installs the native module {name} as {image}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (library(company="Vendor"), "its file has no signature"),
        (library("Baiduspider", "360spider", "Googlebot", "bingbot", signed=True), "crawlers of search engines"),
        (library("CLRCreateInstance", signed=True), "loads .NET code"),
    ],
)
def test_the_file_at_hand_speaks(data: bytes, words: str) -> None:
    disposition, message = only("Vendor", r"C:\Program Files\Vendor\m.dll", {"C/Program Files/Vendor/m.dll": data})
    assert disposition is Disposition.SUSPICIOUS
    assert words in message


def test_a_signed_file_leaves_it_unexplained() -> None:
    files = {"C/Program Files/Vendor/m.dll": library(company="Vendor", signed=True)}
    verdict = told(("Vendor", r"C:\Program Files\Vendor\m.dll"), files=files)["Vendor"]
    assert verdict.disposition is Disposition.UNEXPLAINED
    assert verdict.findings[0].facts["company"] == "Vendor"


def test_a_valid_signature_takes_the_place_for_the_publishers_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = pin(monkeypatch)
    by, stamp = identity("Vendor", "Vendor Ltd", pinned), identity("Stamp", "Tests", pinned, TIME_STAMPING)
    path, data = "C/Windows/System32/inetsrv/m.dll", signed_image(image("RegisterModule"), by, stamp=stamp)
    verdict = told(("Vendor", r"%windir%\System32\inetsrv\m.dll"), files={path: data})["Vendor"]
    assert verdict.disposition is Disposition.UNEXPLAINED
    assert (verdict.findings[0].facts["signature"], verdict.findings[0].facts["publisher"]) == ("valid", "Vendor Ltd")
    changed = data.replace(b"x.dll", b"y.dll")
    verdict = told(("Vendor", r"%windir%\System32\inetsrv\m.dll"), files={path: changed})["Vendor"]
    assert verdict.disposition is Disposition.SUSPICIOUS
    assert "a signature of Vendor Ltd that was made for other content" in of_rule(verdict)[0]


def test_a_long_name_is_cut_with_a_mark_and_a_path_is_told_once() -> None:
    name = "M" * 100
    assert f"the native module {name} as" in only(name, r"D:\Vendor\m.dll")[1]
    path = r"D:\Vendor\m.dll"
    assert only(path, path)[1] == f"no known product installs this native module as {path}"


EXPPW = ("cafe_exppw", rf"{EXCHANGE}\FrontEnd\HttpProxy\bin\exppw.dll")
EXPPW_FILE = "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/bin/exppw.dll"


def test_a_module_of_exchange_needs_the_signature_of_microsoft() -> None:
    _, message = only(*EXPPW, {EXPPW_FILE: image("RegisterModule", company="Microsoft Corporation")})
    assert "no valid signature of Microsoft" in message


def test_a_module_of_exchange_with_it_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    by = identity("Microsoft Corporation", "Microsoft Corporation", pin(monkeypatch, is_microsoft=True))
    assert told(EXPPW, files={EXPPW_FILE: signed_image(image("RegisterModule"), by)}) == {}


STATIC = ("StaticFileModule", r"%windir%\System32\inetsrv\static.dll")
STATIC_FILE = "C/Windows/System32/inetsrv/static.dll"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (library(company=None), "no version information"),
        (library(company="Vendor"), "names another maker (Vendor)"),
    ],
)
def test_a_stock_module_with_a_foreign_file_is_suspicious(data: bytes, words: str) -> None:
    disposition, message = only(*STATIC, {STATIC_FILE: data})
    assert disposition is Disposition.SUSPICIOUS
    assert words in message


@pytest.mark.parametrize("data", [library(), library(company=""), b"", b"no library"])
def test_a_stock_module_with_its_own_file_or_none_is_silent(data: bytes) -> None:
    assert told(STATIC, files={STATIC_FILE: data}) == {}


def test_a_known_file_under_another_name_is_silent() -> None:
    assert told(("RequestRouter", r"%ProgramFiles%\IIS\Application Request Routing\requestRouter.dll")) == {}


def test_an_odd_place_is_told_by_its_own_rule() -> None:
    assert told(("x", r"C:\ProgramData\x.dll"), ("y", r"C:\Windows\Temp\y.dll")) == {}


def test_filters_are_looked_at_too() -> None:
    stock = r"%windir%\Microsoft.NET\Framework64\v4.0.30319\aspnet_filter.dll"
    found = told(("ASP.Net_4.0_64bit", stock), ("n", r"C:\Windows\System32\x.dll"), filters=True)
    assert len(found) == 1


def test_each_module_is_a_row_of_its_own() -> None:
    found = told(*TEST_MODULES, STATIC)
    assert {name: v.disposition for name, v in found.items()} == {n: Disposition.UNEXPLAINED for n, _ in TEST_MODULES}
