from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.cli import main
from webshellhunt.errors import UsageError
from webshellhunt.model.times import TimeBasis, TimesChoice
from webshellhunt.sources import DirectorySource, MemorySource, open_source, time_basis
from webshellhunt.sources.filesystem import created_ns
from webshellhunt.sources.mounts import Mount
from webshellhunt.sources.time_basis import (
    PAUSE_NS,
    Sampled,
    find_time_basis,
    is_created_by_copy,
    is_from_copy,
    sample_times,
)

Decide = Callable[..., TimeBasis]
DAY = 86_400 * 10**9
NOW = 1_700_000_000 * 10**9
OVER_YEARS = tuple(NOW - day * DAY for day in range(60))
AT_ONCE = tuple(NOW + number for number in range(60))
LIVED = Sampled(OVER_YEARS, OVER_YEARS, OVER_YEARS)
COPIED = Sampled(AT_ONCE, AT_ONCE, OVER_YEARS)

HOUR = 3600 * 10**9
MANY = tuple(NOW - day * DAY for day in range(100))
COPYING = tuple(NOW + number * HOUR // 2 for number in range(100))  # two days long, without a pause


@pytest.fixture
def decide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Decide:
    def decided(mount: Mount | None, sampled: Sampled, choice: str = "auto", **more: bool) -> TimeBasis:
        monkeypatch.setattr(time_basis, "mount_of", lambda folder: mount)
        monkeypatch.setattr(time_basis, "sample_times", lambda folder: sampled)
        return find_time_basis("E:", str(tmp_path), TimesChoice(choice), live=more.pop("live", False), **more)

    return decided


@pytest.mark.parametrize(
    ("kind", "read_only", "sampled", "original"),
    [
        ("ntfs3", True, LIVED, True),
        ("ntfs", True, Sampled((), (), ()), True),
        ("refs", True, LIVED, True),
        ("ntfs3", True, COPIED, False),  # nothing of a server's drive at its top
        ("ntfs3", False, LIVED, True),
        ("ntfs3", False, COPIED, False),
        ("ntfs3", False, Sampled(OVER_YEARS, AT_ONCE, OVER_YEARS), False),
        ("ntfs3", False, Sampled(OVER_YEARS[:19], (), ()), False),
        ("cifs", False, LIVED, True),
        ("cifs", False, COPIED, False),
        ("ext4", True, LIVED, False),
        ("vfat", True, LIVED, False),
        (None, False, LIVED, True),
        (None, False, COPIED, False),
    ],
)
def test_auto(
    decide: Decide, tmp_path: Path, kind: str | None, read_only: bool, sampled: Sampled, original: bool
) -> None:
    mount = None if kind is None else Mount(str(tmp_path), kind, read_only, kind in ("ntfs", "ntfs3", "refs"))
    basis = decide(mount, sampled)
    assert (basis.place, basis.original) == ("E:", original)
    assert basis.reason


def test_a_drive_of_a_server_keeps_its_other_times(decide: Decide, tmp_path: Path) -> None:
    (tmp_path / "Windows").mkdir()
    basis = decide(Mount(str(tmp_path), "ntfs3", True, True), COPIED)
    assert (basis.original, basis.created) == (True, False)


def test_what_the_user_says_holds(decide: Decide, tmp_path: Path) -> None:
    image = Mount(str(tmp_path), "ntfs3", True, True)
    assert decide(image, LIVED, "copy") == TimeBasis("E:", False, "set by --times copy")
    assert decide(None, LIVED, "original") == TimeBasis("E:", True, "set by --times original")
    assert not decide(None, COPIED, "original").created
    assert not decide(Mount("/", "ext4", False, False), LIVED, "original").created


def test_the_running_system_and_one_file(decide: Decide) -> None:
    assert decide(None, COPIED, live=True).original
    assert not decide(None, LIVED, is_file=True).original


def test_each_drive_has_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("c", "d"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_bytes(b"x")
    kinds = {str(tmp_path / "c"): "ntfs3", str(tmp_path / "d"): "ext4"}
    monkeypatch.setattr(
        time_basis, "mount_of", lambda folder: Mount(folder, kinds[folder], True, kinds[folder] == "ntfs3")
    )
    source = DirectorySource(tmp_path / "c", drives={"d:": str(tmp_path / "d")})
    for each in (source, pickle.loads(pickle.dumps(source))):
        assert [(basis.place, basis.original) for basis in each.time_bases] == [
            (str(tmp_path / "c"), True),
            (str(tmp_path / "d"), False),
        ]
        assert each.list("")[0].times.original
        assert not each.list("D:")[0].times.original
        entry = each.stat("D:/a.txt")
        assert entry is not None
        assert not entry.times.original


def test_a_wrong_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="times must be one of auto, original, copy, not 'mine'"):
        open_source(tmp_path, times="mine")
    with pytest.raises(SystemExit):
        main(["hunt", "--times", "mine", str(tmp_path)])


def test_the_report_says_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    main(["hunt", "--quiet", "--jobs", "1", "--times", "original", str(tmp_path)])
    assert "File times: those of the server (set by --times original" in capsys.readouterr().out
    main(["hunt", "--quiet", "--jobs", "1", "--format", "jsonl", "--times", "copy", str(tmp_path)])
    assert '"times": [{"place": ' in capsys.readouterr().out


def test_memory_decides_nothing() -> None:
    assert MemorySource({}).time_bases == ()


@pytest.mark.parametrize(
    ("times", "copied"),
    [
        (COPYING, True),
        (tuple(time % (10 * HOUR) for time in COPYING), True),
        (MANY, False),
        (COPYING[:19], False),
        (COPYING + MANY[:10], True),
        (COPYING + MANY[:20], False),
        (COPYING[:40] + tuple(time + 9 * DAY for time in COPYING[:40]), True),
        (tuple(NOW + run * DAY + number for run in range(6) for number in range(20)), False),
        ((), False),
    ],
)
def test_times_of_a_copying(times: tuple[int, ...], copied: bool) -> None:
    assert is_from_copy(times) is copied


@given(st.lists(st.integers(0, 2**63), max_size=200), st.integers(1, PAUSE_NS))
def test_what_follows_within_an_hour_is_one_copying(times: list[int], pause: int) -> None:
    is_from_copy(times)
    assert is_from_copy([number * pause for number in range(30)])


def test_created_by_a_copying() -> None:
    assert is_created_by_copy(Sampled(COPYING, (), MANY))
    # A server goes on writing after its installation.
    assert not is_created_by_copy(Sampled(COPYING, (), (*MANY, NOW + 30 * DAY)))
    assert not is_created_by_copy(Sampled(MANY, COPYING, MANY))
    assert not is_created_by_copy(Sampled((), COPYING, MANY))


def test_a_sample_is_bounded_and_follows_no_link(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"d{number}").mkdir()
        for name in range(20):
            (tmp_path / f"d{number}" / f"{name}.txt").write_bytes(b"")
    if os.name != "nt":
        (tmp_path / "loop").symlink_to(tmp_path)
    sampled = sample_times(str(tmp_path))
    assert len(sampled.modified) == 30 * 12
    assert is_from_copy(sampled.changed or sampled.created)
    assert sample_times(str(tmp_path / "nothing")) == Sampled((), (), ())


def test_creation_is_told_or_none(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"")
    created = created_ns(str(file))
    assert created is None or abs(created - file.stat().st_mtime_ns) < HOUR
    assert created_ns(str(tmp_path / "nothing")) is None
    assert created_ns("a\0b") is None
