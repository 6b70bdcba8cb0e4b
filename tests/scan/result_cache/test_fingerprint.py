"""The fingerprint: another state of the rules, limits or code is another fingerprint."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from webshellhunt.model.limits import Job, Limits
from webshellhunt.plug_ins import PlugIn
from webshellhunt.scan.result_cache import fingerprint as module
from webshellhunt.scan.result_cache.fingerprint import EXAMINING, Unsettled, fingerprint
from webshellhunt.scan.tools import tools_for

TOP = Path(__file__).parents[3]
PACKAGE = TOP / "webshellhunt"
OF_PACKAGES = {"yara": "yara_python", "Cryptodome": "pycryptodomex"}
ELSEWHERE = {"cli", "fleets", "integrations", "keeping", "pivot", "reports", "saved_reports", "selftest", "sources"}
ELSEWHERE |= {"logs", "host", "knowledge"}
"""Rooms that an examination of a file doesn't use, or whose packages read other inputs (registry, event logs)."""


_IMPORT = re.compile(rb"^[ \t]*(?:from|import) ([A-Za-z_]\w*)(?=[\w.]* import|[\w.]*$)", re.MULTILINE)


def of_job(job: Job) -> bytes:
    return fingerprint(job, tools_for(job).catalog)


def test_each_setting_of_an_examination_counts(tmp_path: Path) -> None:
    rule = tmp_path / "a.yar"
    rule.write_text("rule a { condition: false }")
    jobs = [
        Job(),
        Job(machine_keys=frozenset({"ab"})),
        Job(machine_keys=frozenset({"ab", "cd"})),
        Job(own_signatures=False, signature_paths=(str(rule),)),
        Job(signature_paths=(str(rule),)),
        Job(detectors=False),
        Job(limits=Limits(text_bytes=1000)),
        Job(limits=Limits(excerpt_chars=10)),
    ]
    assert len({of_job(job) for job in jobs}) == len(jobs)
    assert of_job(Job(machine_keys=frozenset({"cd", "ab"}))) == of_job(jobs[2])
    assert of_job(Job(accepted_paths=("x",), baseline_paths=("y",))) == of_job(Job())


def test_the_content_of_a_rule_file_counts(tmp_path: Path) -> None:
    rule = tmp_path / "a.yar"
    seen = set()
    for condition in ("false", "true"):
        rule.write_text(f"rule a {{ condition: {condition} }}")
        job = Job(signature_paths=(str(rule),))
        from webshellhunt.signatures.catalog import load_catalog

        seen.add(fingerprint(job, load_catalog(job.signature_paths)))
    assert len(seen) == 2


def test_the_code_of_the_package_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "a.py").write_text("A = 1")
    monkeypatch.setattr(module, "_PACKAGE", tmp_path)
    first = of_job(Job())
    (tmp_path / "__pycache__" / "a.pyc").write_text("compiled")
    assert of_job(Job()) == first
    (tmp_path / "a.py").write_text("A = 2")
    second = of_job(Job())
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({first, second, of_job(Job())}) == 3


def test_a_package_without_files_has_no_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACKAGE", tmp_path)
    with pytest.raises(Unsettled, match="can't be read"):
        of_job(Job())


def test_a_detector_of_another_package_counts_with_its_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "theirs_for_a_test.py").write_text("A = 1")
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint("theirs", "theirs_for_a_test", module.OF_PLUG_INS)
    without = of_job(Job())
    monkeypatch.setattr(module, "plug_ins", lambda _: (PlugIn(point),))
    first = of_job(Job())
    (tmp_path / "theirs_for_a_test.py").write_text("A = 2")
    assert len({without, first, of_job(Job())}) == 3
    assert of_job(Job(detectors=False)) not in {without, first}
    gone = PlugIn(EntryPoint("gone", "gone_for_a_test", module.OF_PLUG_INS))
    monkeypatch.setattr(module, "plug_ins", lambda _: (gone,))
    with pytest.raises(Unsettled, match="gone_for_a_test"):
        of_job(Job())


def test_another_process_has_the_same() -> None:
    job = "Job(machine_keys=frozenset({'ab', 'cd', 'ef'}))"
    code = (
        "from tests.scan.result_cache.test_fingerprint import of_job; from webshellhunt.model.limits import Job;"
        f"print(of_job({job}).hex())"
    )
    ran = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(TOP)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert ran[0] == ran[1] == f"{of_job(Job(machine_keys=frozenset({'ab', 'cd', 'ef'}))).hex()}\n"


def test_each_package_that_an_examination_imports_counts() -> None:
    imported = set[str]()
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] in ELSEWHERE or path.name in ("aes_zip_writer.py", "dask_executor.py"):
            continue
        imported |= {found.decode() for found in _IMPORT.findall(path.read_bytes())}
    assert {"yara", "yara_x", "pefile", "dnfile"} <= imported
    others = imported - sys.stdlib_module_names - {"webshellhunt", "__future__"}
    assert {OF_PACKAGES.get(each, each) for each in others} <= set(EXAMINING)
