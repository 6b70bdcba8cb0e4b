"""Readings: what decides how a content is read, and what is said to be assumed."""

from __future__ import annotations

import pytest

from tests.reports.cases import EVAL, PUBLIC, finding, verdict
from webshellhunt.errors import UsageError
from webshellhunt.model.hints import Hints
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Rule
from webshellhunt.model.settings import PageSettings
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.scan.readings import Reading, is_lost, readings_of, worst_reading

DIGEST = "9f" * 32
PLAIN = PageSettings()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("x.aspx", False),
        ("logo.png", False),
        ("notes.txt", False),
        (DIGEST, True),
        (f"{DIGEST}.aspx", False),
        (f"{DIGEST}.bin", True),
        (f"{DIGEST}_1", True),
        ("D41D8CD98F00B204E9800998ECF8427E", True),
        ("01234567-89ab-cdef-0123-456789abcdef", True),
        ("upload", True),
        ("sample.dat", True),
        ("", True),
        (r"C:\inetpub\wwwroot\readme", False),
        (r"C:\inetpub\wwwroot\old.tmp", False),
        (rf"C:\inetpub\wwwroot\{DIGEST}", True),
        ("owa/auth/logout", False),
        (f"owa/auth/{DIGEST}", True),
        (rf"quarantine\{DIGEST}.vir", True),
    ],
)
def test_a_name_of_a_platform_is_lost(path: str, expected: bool) -> None:
    assert is_lost(path) is expected


def test_a_usable_path_decides_and_nothing_is_assumed() -> None:
    path = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
    assert readings_of(b"<\x25 Dim x \x25>", path) == (Reading(path, Role.ASPNET_CLIENT, PLAIN),)
    assert readings_of(b"", path, Hints()) == (Reading(path, Role.ASPNET_CLIENT, PLAIN),)


def test_a_role_of_the_caller_has_priority() -> None:
    (reading,) = readings_of(b"", r"C:\inetpub\wwwroot\x.aspx", Hints(role=Role.OAB))
    assert (reading.role, reading.assumed) == (Role.OAB, ("role oab, as the caller says",))


@pytest.mark.parametrize(
    ("mapping", "path", "read", "role"),
    [
        (".aspx", None, "page.aspx", Role.GIVEN),
        (".aspx", "logo.png", "logo.aspx", Role.GIVEN),
        (".aspx", f"a/{DIGEST}", "a/page.aspx", Role.GIVEN),
        (".config", "x.bin", "web.config", Role.GIVEN),
        (".cs", None, "App_Code.0.cs", Role.TEMP_ASPNET),
        (".dll", None, "library.dll", Role.BIN),
        (".dll", "owa/x.bin", "owa/library.dll", Role.OWA),
        ("System.Web.UI.SimpleHandlerFactory", None, "page.ashx", Role.GIVEN),
        ("asp.dll", "aspnet_client/a.jpg", "aspnet_client/page.asp", Role.ASPNET_CLIENT),
        ("System.Web.WebPages.Razor.RazorBuildProvider", None, "page.cshtml", Role.GIVEN),
    ],
)
def test_a_mapping_of_the_caller_decides_alone(mapping: str, path: str | None, read: str, role: Role) -> None:
    (reading,) = readings_of(b"<\x25@ Master \x25>", path, Hints(mapping=mapping))
    assert (reading.path, reading.role) == (read, role)
    assert reading.assumed[0].endswith(f"(mapping {mapping.lower()}, as the caller says)")


def test_an_unknown_handler_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^examine: the handler 'my\.handler' is unknown; pass the ext.*\.aspx"):
        readings_of(b"", None, Hints(mapping="My.Handler"))


@pytest.mark.parametrize(
    ("language", "settings"),
    [
        ("c#", PageSettings(default_language="c#")),
        ("vb", PLAIN),
        ("jscript", PageSettings(default_language="jscript", asp_language="jscript")),
        ("vbscript", PLAIN),
    ],
)
def test_a_language_of_the_caller_is_the_default_one(language: str, settings: PageSettings) -> None:
    (reading,) = readings_of(b"", "x.aspx", Hints(language=language))
    assert reading.settings == settings
    assert reading.assumed == (f"code that names no language is {language}, as the caller says",)


def test_without_a_name_each_possible_reading_says_why() -> None:
    first, second = readings_of(b"<\x25 Dim x \x25>", None)
    assert (first.path, second.path) == ("page.asp", "page.aspx")
    assert first.assumed == (
        "its name is unknown: read as page.asp, because it has blocks of code and no directive of ASP.NET",
        "also read as page.aspx (it has blocks of code and no directive of a kind of page); the worst result counts",
        "its folder is unknown, so that no rule about places applies",
    )
    assert second.assumed[0].startswith("its name is unknown: read as page.aspx")


def _result(name: str, disposition: Disposition, *rules: Rule, doubtful: bool = False) -> tuple[Reading, list[Verdict]]:
    found = [finding(rule) for rule in rules]
    return Reading(name, Role.GIVEN, PLAIN, doubtful=doubtful), [verdict(name, disposition, *found)]


def test_the_worst_reading_counts_and_a_doubtful_one_only_for_its_own_rules() -> None:
    benign = _result("a", Disposition.BENIGN)
    mild, bad = _result("b", Disposition.UNEXPLAINED, EVAL), _result("c", Disposition.MALICIOUS, EVAL)
    doubtful = _result("d", Disposition.MALICIOUS, EVAL, doubtful=True)
    other = _result("e", Disposition.MALICIOUS, PUBLIC, doubtful=True)
    assert worst_reading([benign, mild, bad]) == 2
    assert worst_reading([bad, bad]) == 0
    assert worst_reading([mild, doubtful]) == 0
    assert worst_reading([mild, doubtful, other]) == 2
    assert worst_reading([benign, doubtful]) == 1
    assert worst_reading([(benign[0], [])]) == 0


def test_the_folders_of_a_lost_name_are_its_role() -> None:
    (reading,) = readings_of(b"<\x25@ Page \x25>", rf"C:\inetpub\wwwroot\aspnet_client\{DIGEST}")
    assert (reading.path, reading.role) == (r"C:\inetpub\wwwroot\aspnet_client\page.aspx", Role.ASPNET_CLIENT)
    assert reading.assumed[1:] == ("its role is aspnet_client",)


def test_a_content_without_code_is_read_as_the_worst_that_it_can_be() -> None:
    (text,) = readings_of(b"plain", None)
    (binary,) = readings_of(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "upload")
    assert (text.path, binary.path) == ("page.aspx", "file.bin")


def test_a_task_is_read_in_its_folder_under_its_own_name() -> None:
    data = b'<Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task" />'
    assert [each.path for each in readings_of(data, "Winnet")] == ["C:/Windows/System32/Tasks/Winnet"]
    assert [each.path for each in readings_of(data, None)] == ["C:/Windows/System32/Tasks/task"]
