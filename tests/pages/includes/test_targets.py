from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webshellhunt.host.machine.paths import Lookup
from webshellhunt.model.artifact import Entry
from webshellhunt.model.places import Volume, WebPlaces
from webshellhunt.pages.includes.targets import Targets
from webshellhunt.sources import MemorySource

FILES = {
    "C/inetpub/wwwroot/app/page.asp": b"",
    "C/inetpub/wwwroot/app/Inc/Code.TXT": b"",
    "C/inetpub/wwwroot/app/logo.png": b"",
    "C/inetpub/wwwroot/app/logo.png:code.inc": b"",
    "C/inetpub/wwwroot/top.inc": b"",
    "C/shared/elsewhere.inc": b"",
    "C/Program Files/Vendor Tools/long name.inc": b"",
    "D/x.inc": b"",
}
VOLUMES = (Volume("C", "C"), Volume("D", "D"))
VIRTUAL = (("", "C/inetpub/wwwroot"), ("shared", "C/shared"))
HOLDER = "C/inetpub/wwwroot/app/page.asp"


class Watched(MemorySource):
    """A source that notes every path it is asked for."""

    def __init__(self, *arguments: dict[str, bytes]) -> None:
        super().__init__(*arguments)
        self.asked: list[str] = []

    def list(self, path: str) -> list[Entry]:
        self.asked.append(path)
        return super().list(path)

    def stat(self, path: str) -> Entry | None:
        self.asked.append(path)
        return super().stat(path)


def targets(places: WebPlaces | None = None, **more: object) -> Targets:
    source = MemorySource(FILES, **more)  # type: ignore[arg-type]
    return Targets(Lookup(source), places or WebPlaces(VOLUMES, VIRTUAL))


def path_of(target: str, *, virtual: bool = False, holder: str = HOLDER, places: WebPlaces | None = None) -> str | None:
    entry = targets(places).find(target, holder, virtual_first=virtual).entry
    return None if entry is None else entry.path


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("Inc/Code.TXT", "C/inetpub/wwwroot/app/Inc/Code.TXT"),
        (r".\inc\CODE.txt", "C/inetpub/wwwroot/app/Inc/Code.TXT"),
        ("'inc/code.txt. '", "C/inetpub/wwwroot/app/Inc/Code.TXT"),
        (r"..\top.inc", "C/inetpub/wwwroot/top.inc"),
        ("../../../../../../shared/elsewhere.inc", "C/shared/elsewhere.inc"),
        ("~/top.inc", "C/inetpub/wwwroot/top.inc"),
        ("/top.inc", "C/inetpub/wwwroot/top.inc"),
        ("/SHARED/elsewhere.inc", "C/shared/elsewhere.inc"),
        ("/inetpub/wwwroot/top.inc", "C/inetpub/wwwroot/top.inc"),
        (r"c:\shared\elsewhere.inc", "C/shared/elsewhere.inc"),
        (r"\\?\C:\shared\elsewhere.inc", "C/shared/elsewhere.inc"),
        (r"\\127.0.0.1\c$\shared\elsewhere.inc", "C/shared/elsewhere.inc"),
        ("file:///C:/shared/elsewhere.inc", "C/shared/elsewhere.inc"),
        (r"D:\a\..\x.inc", "D/x.inc"),
        (r"C:\PROGRA~1\VENDOR~1\LONGNA~1.INC", "C/Program Files/Vendor Tools/long name.inc"),
        ("logo.png:code.inc", "C/inetpub/wwwroot/app/logo.png:code.inc"),
        ("LOGO.PNG:Code.inc:$DATA", "C/inetpub/wwwroot/app/logo.png:code.inc"),
        ("logo.png::$DATA", "C/inetpub/wwwroot/app/logo.png"),
    ],
)
def test_a_target_is_found_as_windows_and_the_server_would(target: str, path: str) -> None:
    assert path_of(target) == path


def test_a_bare_virtual_name_counts_from_the_site_first() -> None:
    assert path_of("top.inc", virtual=True) == "C/inetpub/wwwroot/top.inc"
    assert path_of("top.inc") is None
    assert path_of("inc/code.txt", virtual=True) == "C/inetpub/wwwroot/app/Inc/Code.TXT"


def test_where_no_site_is_known_the_root_and_the_folders_above_are_tried() -> None:
    unknown = WebPlaces(tops=("C/shared",))
    assert path_of("/elsewhere.inc", places=unknown) == "C/shared/elsewhere.inc"
    assert path_of("~/top.inc", places=unknown) == "C/inetpub/wwwroot/top.inc"
    assert path_of("/D/x.inc", places=unknown) == "D/x.inc"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("none.inc", "no such file"),
        ("logo.png:none", "no such file"),
        ("Inc", "not a file"),
        (r"E:\x.inc", "does not contain drive E:"),
        (r"\\server\share\x.inc", "another machine"),
        ("//server/share/x.inc", "another machine"),
        ("http://example.com/x.inc", "a network"),
        ("", "empty"),
        ("x" * 2000, "longer"),
    ],
)
def test_what_is_not_found_has_a_reason_in_words(target: str, words: str) -> None:
    found = targets().find(target, HOLDER)
    assert found.entry is None
    assert words in found.reason


def test_without_a_drive_nothing_above_the_source_is_meant() -> None:
    found = targets(WebPlaces()).find("../../../../../etc/passwd", HOLDER)
    assert "above" in found.reason


def test_a_link_that_leads_out_and_a_folder_that_is_shut_are_told() -> None:
    linked = targets(links={"C/inetpub/wwwroot/app/out.inc": None}).find("out.inc", HOLDER)
    assert (linked.entry, linked.unreadable) == (None, False)
    assert "leads out" in linked.reason
    shut = targets(unreadable=["C/inetpub/wwwroot/app/Inc"])
    for _ in range(2):
        found = shut.find("inc/code.txt", HOLDER)
        assert found.unreadable
        assert "wwwroot\\app\\Inc" in found.reason


def test_a_name_is_shown_as_the_server_has_it() -> None:
    assert targets().shown("C/shared/elsewhere.inc") == r"C:\shared\elsewhere.inc"
    assert targets(WebPlaces()).shown("C/shared/elsewhere.inc") == "C/shared/elsewhere.inc"


WORDS = st.sampled_from(
    [
        *("..", ".", "~", "C:", "c:", "D:", "inetpub", "wwwroot", "app", "INC", "code.txt", "top.inc", "PROGRA~1"),
        *(
            "x~1.inc",
            "\\\\?\\",
            "\\\\",
            "//",
            "$DATA",
            ":",
            "etc",
            "passwd",
            "\0",
            "%2e%2e",
            "file:",
            "http:",
            "..%2f",
            "\u202e",
        ),
    ]
)
PATHS = st.lists(WORDS, max_size=9).flatmap(
    lambda words: st.lists(st.sampled_from(["/", "\\", ""]), min_size=len(words), max_size=len(words)).map(
        lambda slashes: "".join(a + b for a, b in zip(words, slashes, strict=True))
    )
)


@given(PATHS | st.text(max_size=40), st.booleans(), st.booleans())
@example("../" * 50 + "etc/passwd", False, False)
def test_nothing_outside_of_the_source_is_found_or_asked_for(target: str, virtual: bool, known: bool) -> None:
    source = Watched(FILES)
    places = WebPlaces(VOLUMES, VIRTUAL) if known else WebPlaces()
    found = Targets(Lookup(source), places).find(target, HOLDER, virtual_first=virtual)
    assert (found.entry is None) == bool(found.reason)
    assert found.entry is None or found.entry.path in FILES
    inside = {"/".join(path.split("/")[:depth]) for path in FILES for depth in range(len(path.split("/")) + 1)}
    assert set(source.asked) <= inside | {""}
