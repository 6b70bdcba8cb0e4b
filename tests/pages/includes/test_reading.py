from __future__ import annotations

import pytest

from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role, Volume, WebPlaces
from webshellhunt.pages.includes.reading import MAX_ASKED, MAX_BYTES, MAX_FILES, Pulled, PulledCode, Pulling
from webshellhunt.pages.page import Pull, PullKind
from webshellhunt.sources import MemorySource

PAGE = "site/page.aspx"


def pulling(
    files: dict[str, bytes], *, places: WebPlaces | None = None, unreadable: list[str] | None = None
) -> Pulling:
    artifact = Artifact(PAGE, PAGE, Role.SITE, 0, places=places or WebPlaces(tops=("site",)))
    return Pulling(MemorySource({PAGE: b"", **files}, unreadable=unreadable or []), artifact)


def pull(pulls: Pulling, target: str, kind: PullKind = PullKind.INCLUDE_FILE) -> Pulled:
    return pulls(Pull(kind, target, 0, 0), PAGE)


@pytest.mark.parametrize(
    "kind",
    [
        PullKind.INCLUDE_FILE,
        PullKind.INCLUDE_VIRTUAL,
        PullKind.SCRIPT_SRC,
        PullKind.SRC,
        PullKind.CODE_FILE,
        PullKind.ASSEMBLY_SRC,
    ],
)
def test_what_the_server_takes_in_is_read(kind: PullKind) -> None:
    found = pull(pulling({"site/x.inc": b"text"}), "x.inc", kind)
    assert (found.path, found.data, found.reason, found.code) == ("site/x.inc", b"text", "", PulledCode.TAKEN)


@pytest.mark.parametrize("kind", [PullKind.MASTER, PullKind.REGISTER_SRC, PullKind.REFERENCE, PullKind.CODE_BEHIND])
def test_what_is_built_by_itself_is_found_and_not_read(kind: PullKind) -> None:
    found = pull(pulling({"site/x.master": b"text"}), "~/x.master", kind)
    assert (found.path, found.data, found.code) == ("site/x.master", None, PulledCode.APART)
    assert found.reason


def test_a_target_that_is_missing_is_told() -> None:
    found = pull(pulling({}), "x.inc")
    assert (found.path, found.data, found.code) == (None, None, PulledCode.MISSING)
    assert "no such file" in found.reason


def test_a_target_that_cannot_be_read_is_told() -> None:
    found = pull(pulling({"site/x.inc": b"text"}, unreadable=["site/x.inc"]), "x.inc")
    assert (found.path, found.data, found.code) == ("site/x.inc", None, PulledCode.UNREADABLE)
    assert "permission" in found.reason


def test_a_name_is_shown_as_the_server_has_it() -> None:
    places = WebPlaces((Volume("C", ""),), tops=("site",))
    assert pull(pulling({"site/x.inc": b""}, places=places), "x.inc").shown == r"C:\site\x.inc"


def test_a_file_counts_each_time_that_it_is_taken_in() -> None:
    pulls = pulling({"site/x.inc": b"text"})
    codes = [pull(pulls, "x.inc").code for _ in range(MAX_FILES + 1)]
    assert codes == [PulledCode.TAKEN] * MAX_FILES + [PulledCode.LIMIT]


def test_no_more_than_four_mebibytes_are_taken_in() -> None:
    pulls = pulling({"site/a.inc": b"a" * (MAX_BYTES // 2 + 1), "site/b.inc": b"b" * (MAX_BYTES // 2)})
    assert [pull(pulls, name).code for name in ("a.inc", "b.inc", "a.inc")] == [
        PulledCode.TAKEN,
        PulledCode.LIMIT,
        PulledCode.LIMIT,
    ]


def test_names_are_looked_for_a_bounded_number_of_times() -> None:
    pulls = pulling({"site/x.inc": b"text"})
    assert {pull(pulls, f"{number}.inc").code for number in range(MAX_ASKED)} == {PulledCode.MISSING}
    assert pull(pulls, "x.inc").code is PulledCode.LIMIT


def test_the_source_of_a_type_is_found_in_app_code() -> None:
    files = {
        "site/App_Code/Other.cs": b"class Other { }",
        "site/App_Code/deep/Some.cs": "namespace A { public class  Wanted { } }".encode("utf-16"),
        "site/App_Code/Wanted.txt": b"class Wanted",
    }
    found = pull(pulling(files), "A.Wanted", PullKind.CLASS)
    assert (found.path, found.code) == ("site/App_Code/deep/Some.cs", PulledCode.TAKEN)
    assert pull(pulling(files), "A.Want", PullKind.CLASS).code is PulledCode.APART
    assert pull(pulling({}), "A.Wanted", PullKind.INHERITS).code is PulledCode.APART


def test_an_assembly_is_found_in_bin() -> None:
    files = {"site/bin/Tools.dll": b"MZ"}
    for target, kind in [("A.B, Tools", PullKind.INHERITS), ("tools", PullKind.ASSEMBLY_NAME)]:
        found = pull(pulling(files), target, kind)
        assert (found.path, found.data, found.code) == ("site/bin/Tools.dll", None, PulledCode.APART)
    assert pull(pulling({}), "A.B, Tools", PullKind.INHERITS).path is None
