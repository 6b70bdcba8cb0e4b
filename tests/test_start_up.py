"""The rooms that a quick command does not load: the number of modules is most of its time."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOMS_OF_FINDINGS = (
    *(
        "analysis.engine",
        "core",
        "lower",
        "library",
        "analysis.flow",
        "analysis.prefilter",
        "client_scripts.exfiltration",
    ),
    *("correlation.same_content", "lang", "analysis.php", "detectors.data_flow.request_reaches_eval"),
)
ROOMS_OF_HOSTS = (
    *("antivirus", "correlation.host_traffic", "fleets", "keeping.bag", "model.fleet", "ntfs", "saved_reports"),
    *("binaries.signed_data", "host.machine.autostarts", "host.machine.catalogues", "host.machine.registry_log"),
    *("knowledge.registry_claims", "knowledge.stock_services", "scan.autostart_scan", "verdict.registry_steps"),
    *("sources.archive", "sources.collection", "sources.image", "traffic", "witnesses.file_records"),
    *(
        "witnesses.antivirus.examinations",
        "detectors.access_log.shell_was_used",
        "detectors.configuration.published_machine_key",
    ),
)
WRITERS = tuple(f"reports.writers.{each}" for each in ("csv", "html", "json", "markdown", "misp", "sarif", "stix"))


def loaded_by(code: str) -> set[str]:
    """Return the modules that a new process has after some code, ours without the name of the package."""
    code = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {each.removeprefix("webshellhunt.") for each in done.stderr.split("\n")}


def run(*words: str) -> str:
    """Return the code of a command that ends."""
    return f"from webshellhunt.cli import main\ntry: main({[*words]!r})\nexcept SystemExit: pass"


def are_absent(rooms: tuple[str, ...], loaded: set[str]) -> bool:
    """Return True if no module of some rooms is loaded."""
    return not [each for each in loaded if any(f"{each}.".startswith(f"{room}.") for room in rooms)]


@pytest.mark.parametrize("name", [*ROOMS_OF_FINDINGS, *ROOMS_OF_HOSTS, *WRITERS])
def test_the_rooms_exist(name: str) -> None:
    assert find_spec(f"webshellhunt.{name}") is not None


@pytest.fixture(scope="module")
def of_a_benign_page(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    page = tmp_path_factory.mktemp("page") / "page.aspx"
    page.write_bytes(b"<html><p>hello</p></html>")
    return loaded_by(run("examine", str(page)))


def test_the_import_of_the_package_loads_nothing_else() -> None:
    ours = {each for each in loaded_by("import webshellhunt") if "webshellhunt" in each}
    assert ours == {"webshellhunt"}


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("hunt", "--help")])
def test_help_and_version_load_no_model(words: tuple[str, ...]) -> None:
    loaded = loaded_by(run(*words))
    assert "cli.parsing.parser" in loaded
    assert are_absent(("model.report", "pipeline", "reports.writers", "sources", "dataclasses", "datetime"), loaded)


def test_a_page_without_code_loads_no_analysis(of_a_benign_page: set[str]) -> None:
    assert {"pipeline", "views.sample", "reports.writers.text"} <= of_a_benign_page
    assert are_absent(ROOMS_OF_FINDINGS, of_a_benign_page)


def test_a_single_file_loads_nothing_of_hosts(of_a_benign_page: set[str]) -> None:
    assert are_absent(ROOMS_OF_HOSTS, of_a_benign_page)


def test_a_report_loads_the_writer_of_its_format_alone(of_a_benign_page: set[str]) -> None:
    assert are_absent(WRITERS, of_a_benign_page)


def test_a_page_with_a_word_of_power_loads_the_analysis(tmp_path: Path) -> None:
    """Otherwise the names above would prove nothing."""
    page = tmp_path / "page.asp"
    page.write_bytes(b'<\x25 Execute(Req\x75est("a")) \x25>')
    loaded = loaded_by(run("examine", str(page)))
    assert {"analysis.engine", "analysis.flow.page_analysis", "lang.unit", "correlation.same_content"} <= loaded
    assert "detectors.data_flow.request_reaches_eval" in loaded
