from __future__ import annotations

import pytest

from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role, Volume, WebPlaces
from webshellhunt.pages.includes.resolver import (
    MAX_BYTES,
    MAX_FILES,
    MAX_LOOKUPS,
    DependencyResolver,
    Resolution,
    ResolutionCode,
)
from webshellhunt.pages.page import Dependency, DependencyKind
from webshellhunt.sources import MemorySource

PAGE = "site/page.aspx"


def pulling(
    files: dict[str, bytes], *, places: WebPlaces | None = None, unreadable: list[str] | None = None
) -> DependencyResolver:
    artifact = Artifact(PAGE, PAGE, Role.SITE, 0, places=places or WebPlaces(tops=("site",)))
    return DependencyResolver(MemorySource({PAGE: b"", **files}, unreadable=unreadable or []), artifact)


def resolve(
    resolver: DependencyResolver, target: str, kind: DependencyKind = DependencyKind.INCLUDE_FILE
) -> Resolution:
    return resolver(Dependency(kind, target, 0, 0), PAGE)


@pytest.mark.parametrize(
    "kind",
    [
        DependencyKind.INCLUDE_FILE,
        DependencyKind.INCLUDE_VIRTUAL,
        DependencyKind.SCRIPT_SRC,
        DependencyKind.SRC,
        DependencyKind.CODE_FILE,
        DependencyKind.ASSEMBLY_SRC,
    ],
)
def test_what_the_server_takes_in_is_read(kind: DependencyKind) -> None:
    found = resolve(pulling({"site/x.inc": b"text"}), "x.inc", kind)
    assert (found.path, found.data, found.reason, found.code) == ("site/x.inc", b"text", "", ResolutionCode.TAKEN)


@pytest.mark.parametrize(
    "kind", [DependencyKind.MASTER, DependencyKind.REGISTER_SRC, DependencyKind.REFERENCE, DependencyKind.CODE_BEHIND]
)
def test_what_is_built_by_itself_is_found_and_not_read(kind: DependencyKind) -> None:
    found = resolve(pulling({"site/x.master": b"text"}), "~/x.master", kind)
    assert (found.path, found.data, found.code) == ("site/x.master", None, ResolutionCode.APART)
    assert found.reason


def test_a_target_that_is_missing_is_told() -> None:
    found = resolve(pulling({}), "x.inc")
    assert (found.path, found.data, found.code) == (None, None, ResolutionCode.MISSING)
    assert "no such file" in found.reason


def test_a_target_that_cannot_be_read_is_told() -> None:
    found = resolve(pulling({"site/x.inc": b"text"}, unreadable=["site/x.inc"]), "x.inc")
    assert (found.path, found.data, found.code) == ("site/x.inc", None, ResolutionCode.UNREADABLE)
    assert "permission" in found.reason


def test_a_name_is_shown_as_the_server_has_it() -> None:
    places = WebPlaces((Volume("C", ""),), tops=("site",))
    assert resolve(pulling({"site/x.inc": b""}, places=places), "x.inc").shown == r"C:\site\x.inc"


def test_a_file_counts_each_time_that_it_is_taken_in() -> None:
    found = pulling({"site/x.inc": b"text"})
    codes = [resolve(found, "x.inc").code for _ in range(MAX_FILES + 1)]
    assert codes == [ResolutionCode.TAKEN] * MAX_FILES + [ResolutionCode.LIMIT]


def test_no_more_than_four_mebibytes_are_taken_in() -> None:
    found = pulling({"site/a.inc": b"a" * (MAX_BYTES // 2 + 1), "site/b.inc": b"b" * (MAX_BYTES // 2)})
    assert [resolve(found, name).code for name in ("a.inc", "b.inc", "a.inc")] == [
        ResolutionCode.TAKEN,
        ResolutionCode.LIMIT,
        ResolutionCode.LIMIT,
    ]


def test_names_are_looked_for_a_bounded_number_of_times() -> None:
    found = pulling({"site/x.inc": b"text"})
    assert {resolve(found, f"{number}.inc").code for number in range(MAX_LOOKUPS)} == {ResolutionCode.MISSING}
    assert resolve(found, "x.inc").code is ResolutionCode.LIMIT


def test_the_source_of_a_type_is_found_in_app_code() -> None:
    files = {
        "site/App_Code/Other.cs": b"class Other { }",
        "site/App_Code/deep/Some.cs": "namespace A { public class  Wanted { } }".encode("utf-16"),
        "site/App_Code/Wanted.txt": b"class Wanted",
    }
    found = resolve(pulling(files), "A.Wanted", DependencyKind.CLASS)
    assert (found.path, found.code) == ("site/App_Code/deep/Some.cs", ResolutionCode.TAKEN)
    assert resolve(pulling(files), "A.Want", DependencyKind.CLASS).code is ResolutionCode.APART
    assert resolve(pulling({}), "A.Wanted", DependencyKind.INHERITS).code is ResolutionCode.APART


def test_an_assembly_is_found_in_bin() -> None:
    files = {"site/bin/Tools.dll": b"MZ"}
    for target, kind in [("A.B, Tools", DependencyKind.INHERITS), ("tools", DependencyKind.ASSEMBLY_NAME)]:
        found = resolve(pulling(files), target, kind)
        assert (found.path, found.data, found.code) == ("site/bin/Tools.dll", None, ResolutionCode.APART)
    assert resolve(pulling({}), "A.B, Tools", DependencyKind.INHERITS).path is None
