"""What the baselines say of a file: the shipped one for real, small ones for each case."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.baselines import lay_baseline, sha256
from tests.builders.steps import at_most
from tools.exchange_baseline import spellings
from webshellhunt.baselines.known_contents import SHIPPED, Baselines, load_baselines
from webshellhunt.baselines.store import read_baseline
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.model.standing import Standing, StandingKind

V15 = r"C:\Program Files\Microsoft\Exchange Server\V15"
LOGON = rf"{V15}\FrontEnd\HttpProxy\owa\auth\logon.aspx"
# The content of every build from 15.1.225.42 to 15.2.858.5.
LOGON_SHA256 = "49194ca2dc5ff65a4e4438b3b68d11d63ed72e12cf72b76949733f4b5196a9b2"
COVERED = ("15.2.792.3",)
OTHER = sha256(b"another content")


def artifact(path: str, source_path: str | None = None) -> Artifact:
    return Artifact(path.replace("\\", "/"), path, Role.GIVEN, 0, source_path=source_path)


def standing(path: str, digest: str = OTHER, builds: tuple[str, ...] = COVERED, *paths: str) -> Standing:
    return load_baselines(paths).standing(artifact(path), digest, builds)


def test_the_shipped_baseline_holds_what_its_notice_says() -> None:
    shipped = load_baselines().members[-1]
    assert (len(shipped), shipped.path_count, len(shipped.head.builds)) == (171_939, 59_683, 131)
    assert (shipped.head.builds[0], shipped.head.builds[-1]) == ("15.0.516.32", "15.2.858.5")
    assert shipped.head.licence == "MIT"
    assert SHIPPED.stat().st_size <= 6_000_000


def test_every_spelling_of_a_sample_of_paths_has_all_of_its_contents() -> None:
    baselines = load_baselines()
    shipped = baselines.members[-1]
    for key in list(shipped.iter_keys())[::101]:
        for content in shipped.contents(key):
            for path in spellings("\\" + key.replace("/", "\\")):
                found = baselines.standing(artifact(path), content.digest + "0" * 32)
                assert found.kind is StandingKind.KNOWN, path


def test_loading_unpacks_no_entry() -> None:
    load_baselines()
    with at_most(2_500):
        load_baselines.__wrapped__()


def test_a_look_up_costs_little() -> None:
    baselines = load_baselines()
    with at_most(500_000):
        for _ in range(1000):
            baselines.standing(artifact(LOGON), LOGON_SHA256, COVERED)


def test_a_stock_page_is_known_at_its_place_only() -> None:
    assert standing(LOGON, LOGON_SHA256).kind is StandingKind.KNOWN
    assert standing(LOGON, LOGON_SHA256, ()).kind is StandingKind.KNOWN
    assert standing(r"C:\inetpub\wwwroot\owa\auth\logon.aspx", LOGON_SHA256).kind is StandingKind.APART
    assert standing(rf"{V15}\ClientAccess\owa\auth\x.aspx", LOGON_SHA256).kind is not StandingKind.KNOWN


def test_a_copied_folder_tells_by_where_it_lies() -> None:
    alone = artifact("logon.aspx", "/cases/7/owa/auth/logon.aspx")
    assert load_baselines().standing(alone, LOGON_SHA256).kind is StandingKind.KNOWN
    assert load_baselines().standing(artifact("logon.aspx"), LOGON_SHA256).kind is StandingKind.APART


def test_another_content_says_something_on_a_covered_build_alone() -> None:
    found = standing(LOGON)
    assert (found.kind, found.key) == (StandingKind.CHANGED, "owa/auth/logon.aspx")
    assert found.expected == (LOGON_SHA256[:32],)
    for build in ((), ("15.2.1544.4",), ("15.2.2562.43",), ("15.2.792.3", "15.2.1544.4")):
        assert standing(LOGON, OTHER, build).kind is StandingKind.APART, build


@pytest.mark.parametrize("place", [r"FrontEnd\HttpProxy\owa", r"ClientAccess\Owa", r"ClientAccess\ecp"])
def test_a_customised_configuration_is_no_evidence(place: str) -> None:
    assert standing(rf"{V15}\{place}\web.config").kind is StandingKind.APART


def test_an_unlisted_name_in_a_listed_directory() -> None:
    found = standing(rf"{V15}\ClientAccess\ecp\auth\status.aspx")
    assert (found.kind, found.elsewhere) == (StandingKind.UNLISTED, ())
    moved = standing(rf"{V15}\FrontEnd\HttpProxy\owa\auth\TimeoutLogout.aspx")
    assert (moved.kind, moved.elsewhere) == (StandingKind.UNLISTED, ("ecp/auth",))
    assert standing(rf"{V15}\ClientAccess\unheard\x.aspx").kind is StandingKind.APART
    assert standing(r"C:\inetpub\wwwroot\x.aspx").kind is StandingKind.APART


def test_a_list_of_the_user_covers_what_it_says(tmp_path: Path) -> None:
    mine = lay_baseline(tmp_path / "mine", {LOGON: b"clean", r"C:\apps\shop\a.aspx": b"a"}, builds=("15.2.1544.4",))
    new = ("15.2.1544.4",)
    assert standing(LOGON, sha256(b"clean"), new, mine).kind is StandingKind.KNOWN
    assert standing(LOGON, LOGON_SHA256, new, mine).kind is StandingKind.KNOWN
    assert standing(LOGON, OTHER, new, mine).baseline == "a small list"
    assert standing(r"C:\apps\shop\b.aspx", OTHER, new, mine).kind is StandingKind.UNLISTED
    assert standing(r"C:\apps\shop\a.aspx", OTHER, COVERED, mine).kind is StandingKind.APART


def test_several_lists_complete_each_other(tmp_path: Path) -> None:
    front, back = (
        read_baseline(lay_baseline(tmp_path / name, {rf"{V15}\ClientAccess\owa\{name}.aspx": name.encode()}))
        for name in ("front", "back")
    )
    both = Baselines((front, back))
    path = rf"{V15}\ClientAccess\owa\back.aspx"
    assert Baselines((front,)).standing(artifact(path), OTHER).kind is StandingKind.UNLISTED
    assert both.standing(artifact(path), OTHER).kind is StandingKind.CHANGED
    assert both.standing(artifact(path), sha256(b"back")).kind is StandingKind.KNOWN


def test_baselines_are_loaded_once() -> None:
    assert load_baselines(()) is load_baselines(())
