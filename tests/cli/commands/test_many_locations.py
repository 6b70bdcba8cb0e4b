"""``hunt`` through a list at once: the same documents as one after another, whatever ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.builders.containers import zipped
from tests.builders.many_servers import make_servers
from webshellhunt.cli import main
from webshellhunt.errors import SourceError
from webshellhunt.keeping.verification import verify

COUNT = 6
_TIMES = frozenset({"started_utc", "generated_at"})


def timeless(value: Any) -> Any:
    """Return a value of JSON without the times of the hunts."""
    if isinstance(value, dict):
        return {name: timeless(each) for name, each in value.items() if name not in _TIMES}
    return [timeless(each) for each in value] if isinstance(value, list) else value


def records(path: Path) -> list[Any]:
    return [timeless(json.loads(line)) for line in path.read_text().splitlines()]


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    servers = make_servers(tmp_path / "servers", COUNT)
    for name in ("A", "B"):
        (tmp_path / "servers" / f"both{name}.zip").write_bytes(
            zipped({f"C/Windows/{name}.txt": b"x", "C/inetpub/wwwroot/a.aspx": b"<p>"})
        )
    (tmp_path / "servers" / "both").mkdir()
    for name in ("A", "B"):
        (tmp_path / "servers" / f"both{name}.zip").rename(tmp_path / "servers" / "both" / f"{name}.zip")
    lines = [f"{name}={location}" for name, location in servers]
    lines.insert(2, str(tmp_path / "servers" / "both"))
    lines += ["/dev/zero", "../../absent", servers[0][1], "x\0y", "--jobs", "\x1b[2J"]
    file = tmp_path / "hosts.txt"
    file.write_text("\n".join(lines))
    return file


def test_a_list_at_once_is_a_list_one_after_another(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for jobs in ("1", "2"):
        output = listed.parent / f"{jobs}.jsonl"
        words = ["--jobs", jobs, "--output", str(output), "--output", str(output.with_suffix(".html"))]
        assert main(["hunt", "--from-list", str(listed), *words]) == 2
        said.append(capsys.readouterr().err.replace(f"{jobs}.jsonl", "").replace(f"{jobs}.html", ""))
    first, second = (records(listed.parent / f"{jobs}.jsonl") for jobs in ("1", "2"))
    assert first == second
    assert [each["kind"] for each in first].count("summary") == COUNT + 2
    assert len(first[-1]["unopened"]) == 5
    # The hunts and the comparison say the same; only the moment of a location that can't be opened differs.
    assert sorted(said[0].splitlines()) == sorted(said[1].splitlines())
    assert "both: 2 servers are in it; each has a report of its own" in said[1]


def test_parts_of_a_list_are_the_list(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = listed.parent / "whole.json"
    main(["hunt", "--from-list", str(listed), "--jobs", "2", "--output", str(whole)])
    found, lost = [], []
    for number in (1, 2, 3):
        part = listed.parent / f"{number}.json"
        main(["hunt", "--from-list", str(listed), "--part", f"{number}/3", "--jobs", "2", "--output", str(part)])
        made = json.loads(part.read_text())
        found += made["reports"]
        lost += [each["location"] for each in made.get("fleet", {}).get("unopened", ())]
    wanted = json.loads(whole.read_text())
    assert sorted(map(str, timeless(found))) == sorted(map(str, timeless(wanted["reports"])))
    assert len(found) == COUNT + 2


@pytest.mark.parametrize("part", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", "1/3/3", "1/100000"])
def test_a_wrong_part_is_wrong_use(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["hunt", "x", "--part", part])
    assert caught.value.code == 2


def test_a_part_without_a_location_is_an_empty_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ((_, location),) = make_servers(tmp_path, 1)
    sizes = []
    for number in range(1, 5):
        output = tmp_path / f"{number}.json"
        assert main(["hunt", location, "--part", f"{number}/4", "--output", str(output), "--quiet"]) in (0, 1)
        sizes.append(len(json.loads(output.read_text())["reports"]))
    assert sorted(sizes) == [0, 0, 0, 1]


def test_join_reads_the_lines_of_an_empty_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ((_, location),) = make_servers(tmp_path, 1)
    parts = [str(tmp_path / f"{number}.jsonl") for number in range(1, 5)]
    for number, part in enumerate(parts, 1):
        main(["hunt", location, "--part", f"{number}/4", "--output", part, "--quiet"])
    joined = tmp_path / "all.json"
    assert main(["join", *parts, "--output", str(joined)]) == 0
    assert len(json.loads(joined.read_text())["reports"]) == 1


def test_accused_files_of_a_list_are_kept(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = []
    for jobs in ("1", "2"):
        bag = listed.parent / f"bag{jobs}"
        words = ["--jobs", jobs, "--collect-plain", str(bag), "--verbose", "--output", str(listed.parent / "r.json")]
        main(["hunt", "--from-list", str(listed), *words])
        assert not verify(bag).differences
        kept.append(sorted(each.relative_to(bag) for each in bag.rglob("*") if each.is_file()))
    assert kept[0] == kept[1]
    assert len(kept[0]) > 2


def test_evidence_that_only_the_workers_reach_is_said_not_to_be_kept(
    listed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(location: str, _: object) -> None:
        raise SourceError("not mounted here", path=location)

    monkeypatch.setattr("webshellhunt.cli.hunt.open_with", refuse)
    listed.write_text("\n".join(listed.read_text().splitlines()[:2] + listed.read_text().splitlines()[3:5]))
    bag, output = listed.parent / "bag", listed.parent / "r.json"
    words = ["--jobs", "2", "--collect-plain", str(bag), "--output", str(output)]
    assert main(["hunt", "--from-list", str(listed), *words]) == 2
    assert capsys.readouterr().err.count("its accused files are not kept, because it can't be opened here") == 2
    assert len(json.loads(output.read_text())["reports"]) == 4


def test_wrong_rules_are_said_once(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (listed.parent / "wrong.yar").write_text("rule {")
    words = ["--jobs", "2", "--signatures", str(listed.parent / "wrong.yar")]
    assert main(["hunt", "--from-list", str(listed), *words]) == 2
    assert capsys.readouterr().err.count("wrong.yar") == 1


@pytest.mark.skipif(os.name == "nt", reason="signals are others there")
def test_a_signal_keeps_the_finished_servers(tmp_path: Path) -> None:
    servers = make_servers(tmp_path / "servers", 60)
    file, output, folder = tmp_path / "hosts.txt", tmp_path / "all.json", tmp_path / "reports"
    file.write_text("".join(f"{name}={location}\n" for name, location in servers))
    words = ["--jobs", "2", "--output", str(output), "--reports", str(folder)]
    line = [sys.executable, "-m", "webshellhunt", "hunt", "--from-list", str(file), *words]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(line, stderr=subprocess.PIPE, env=environment, start_new_session=True) as process:
        while process.poll() is None and (not folder.is_dir() or len(list(folder.glob("*.json"))) < 3):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=900)
    if process.returncode in (0, 1):
        pytest.skip("all hunts ended before the signal came")
    assert process.returncode == 130, said
    made = json.loads(output.read_text())
    assert 3 <= len(made["reports"]) < 60
    assert [each["location"] for each in made["reports"]] == sorted(each["location"] for each in made["reports"])
    assert len(list(folder.glob("*.json"))) == len(made["reports"])
    unopened = made["fleet"]["unopened"]
    assert len(unopened) + len(made["reports"]) == 60
    assert {each["sentence"] for each in unopened} == {"the run was interrupted before it was hunted"}


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_hunts_with_absolute_paths(
    listed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    here, there = listed.parent / "here.jsonl", listed.parent / "there.jsonl"
    main(["hunt", "--from-list", str(listed), "--jobs", "1", "--output", str(here)])
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        monkeypatch.chdir(listed.parent)
        listed.write_text(listed.read_text().replace(f"{listed.parent}/", ""))
        words = ["--dask", cluster.scheduler_address, "--output", str(there)]
        assert main(["hunt", "--from-list", listed.name, *words]) == 2
    assert records(here)[:-1] == records(there)[:-1]


def test_a_cluster_and_processes_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["hunt", "x", "--dask", "tcp://x", "--jobs", "2"])
    assert "not allowed with argument" in capsys.readouterr().err
    assert main(["hunt", "x", "--dask", "tcp://x", "--cache", "results"]) == 2
    assert "--cache is a file of this machine" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="a process can't limit its files there")
def test_a_full_disk_keeps_the_reports_until_then(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, output = listed.parent / "whole.jsonl", listed.parent / "all.jsonl"
    main(["hunt", "--from-list", str(listed), "--jobs", "1", "--output", str(whole)])
    limit = whole.stat().st_size // 2
    line = [sys.executable, "-c", _LIMITED.format(limit=limit), "hunt", "--from-list", str(listed), "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    ended = subprocess.run([*line, "--output", str(output)], capture_output=True, text=True, env=environment)
    kept = output.with_name("all.jsonl.incomplete")
    assert ended.returncode == 2
    assert f"what was written until then is in {kept}, which 'webshellhunt join' reads" in ended.stderr
    assert not output.exists()
    joined = listed.parent / "joined.jsonl"
    assert main(["join", str(kept), "--from-list", str(listed), "--output", str(joined)]) == 2
    found, wanted = (
        [each["location"] for each in records(path) if each["kind"] == "summary"] for path in (joined, whole)
    )
    assert found == wanted[: len(found)] != []
    lost = [each["location"] for each in records(joined)[-1]["unopened"]]
    assert set(wanted[len(found) :]) - set(lost) <= {each for each in wanted if "both" in each}


_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
from webshellhunt.cli import main
sys.exit(main(sys.argv[1:]))
"""
