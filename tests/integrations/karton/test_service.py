"""The Karton service under the harness of Karton itself: tasks in, replies out, no network."""

from __future__ import annotations

import tomllib
from configparser import ConfigParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from webshellhunt import __version__
from webshellhunt.defang import load_fixture

pytest.importorskip("karton.core", reason="needs the extra test-karton")

from karton.core import Resource, Task
from karton.core.query import convert
from karton.core.task import TaskState
from karton.core.test import BackendMock, ConfigMock, KartonTestCase

from integrations.karton.karton_webshellhunt.service import Hunt

TOP = Path(__file__).parents[3]
HOME = TOP / "integrations" / "karton"
SHELL = load_fixture(TOP / "fixtures/request_reaches_eval/jscript-net-function.defanged")
TWIN = load_fixture(TOP / "fixtures/request_reaches_eval/jscript-net-function-twin.defanged")


def task(content: bytes, name: str = "shell.aspx", **payload: object) -> Task:
    headers = {"type": "sample", "stage": "recognized", "kind": "html"}
    return Task(headers, payload={"sample": Resource(name, content), **payload})


class TestHunt(KartonTestCase):
    karton_class = Hunt

    def the_reply(self, sent: Task) -> dict[str, Any]:
        (answer,) = self.run_task(sent)
        assert answer.headers == {"type": "sample", "stage": "analyzed", "origin": "karton.webshellhunt"}
        self.assertResourceEqual(answer.get_resource("sample"), sent.get_resource("sample"), "sample")
        payload: dict[str, Any] = answer.payload
        return payload

    def test_a_shell_is_tagged_with_its_reasons(self) -> None:
        payload = self.the_reply(task(SHELL.data))
        assert payload["tags"] == ["webshellhunt:malicious"]
        assert payload["attributes"]["webshellhunt"] == ["malicious"]
        assert "WSH1001 request-reaches-eval" in payload["attributes"]["webshellhunt-rule"]
        assert "T1505.003" in payload["attributes"]["webshellhunt-technique"]
        assert payload["attributes"]["webshellhunt-version"] == [__version__]
        assert payload["comments"]

    def test_the_assumed_context_is_shown(self) -> None:
        path = r"C:\inetpub\wwwroot\aspnet_client\shell.aspx"
        lost = self.the_reply(task(SHELL.data, "0" * 64))
        assert any("its name is unknown" in each for each in lost["attributes"]["webshellhunt-assumed"])
        known = self.the_reply(task(SHELL.data, "0" * 64, attributes={"server-path": [path]}))
        assert "webshellhunt-assumed" not in known["attributes"]
        assert {"WSH6001 code-out-of-place"} <= set(known["attributes"]["webshellhunt-rule"])

    def test_a_mapping_is_a_hint(self) -> None:
        image = {"server-path": ["C:\\inetpub\\wwwroot\\banner.png"]}
        as_image = self.the_reply(task(SHELL.data, "0" * 64, attributes=image))
        assert as_image["tags"] != ["webshellhunt:malicious"]
        payload = self.the_reply(task(SHELL.data, "0" * 64, attributes=image | {"server-mapping": [".aspx"]}))
        assert payload["tags"] == ["webshellhunt:malicious"]
        assert payload["attributes"]["webshellhunt-assumed"] == ["read as aspx (mapping .aspx, as the caller says)"]

    def test_a_wrong_hint_is_one_sentence(self) -> None:
        payload = self.the_reply(task(SHELL.data, attributes={"server-mapping": ["a b"]}))
        assert payload["tags"] == ["webshellhunt:not-examined"]
        assert payload["comments"][0].startswith("not examined: Hints: mapping is 'a b'")

    def test_a_content_whose_name_is_lost_is_examined(self) -> None:
        for name in ("0" * 64, "sample", "d41d8cd98f00b204e9800998ecf8427e.bin"):
            payload = self.the_reply(task(SHELL.data, name))
            assert payload["tags"] == ["webshellhunt:malicious"], name
            assert payload["attributes"]["webshellhunt-assumed"], name

    def test_a_harmless_page_has_no_reply(self) -> None:
        assert self.run_task(task(TWIN.data)) == []

    def test_an_empty_sample_has_no_reply(self) -> None:
        sent = task(b"x")
        sent.payload["sample"] = Resource("empty.aspx", fd=BytesIO(b""))
        assert self.run_task(sent) == []

    def test_secrets_of_the_victim_are_not_sent(self) -> None:
        secret = "Sommer2021Abcdefgh"
        page = SHELL.data + f'\n<!-- connectionString="Server=db;User Id=sa;Password={secret}" -->'.encode()
        (answer,) = self.run_task(task(page))
        answer.payload.pop("sample")
        assert secret not in answer.serialize()

    def test_hostile_names_do_no_harm(self) -> None:
        for name in (
            "\u202e<b>\x1b[31m.aspx",
            "..\\..\\x.aspx",
            "\udc80.aspx",
            "a:b:c.aspx",
            "C:\\.aspx",
            "con.asp",
            "x\0.aspx",
            "a" * 3000 + ".aspx",
        ):
            (answer,) = self.run_task(task(SHELL.data, name))
            answer.payload.pop("sample")
            texts = [text for name in ("tags", "comments") for text in answer.payload[name]]
            texts += [text for values in answer.payload["attributes"].values() for text in values]
            assert all(text.isprintable() for text in texts), name

    def test_a_sample_above_the_limit_is_said_to_be_not_examined(self) -> None:
        sent = task(b"x")
        sent.payload["sample"] = Resource("big.aspx", b"x")
        sent.payload["sample"]._size = 1 << 40
        payload = self.the_reply(sent)
        assert payload["tags"] == ["webshellhunt:not-examined"]
        assert "limit" in payload["comments"][0]

    def test_a_task_without_sample_is_refused_in_one_sentence(self) -> None:
        with self.assertLogs("karton.webshellhunt", "ERROR") as logged:
            assert self.run_task(Task({"type": "sample"}, payload={"sample": "text"})) == []
        assert "no resource named 'sample'" in logged.output[0]

    def test_no_task_crashes(self) -> None:
        for content in (SHELL.data, b"MZ" + bytes(200), bytes(range(256)), b"<%@ Page Language='X' %>" * 50):
            sent = self._process_task(task(content))
            self.karton.internal_process(sent)
            assert sent.error is None
            assert sent.status is not TaskState.CRASHED


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"type": "sample", "stage": "recognized", "kind": "script", "platform": "win32", "extension": "vbs"}, True),
        ({"type": "sample", "stage": "recognized", "kind": "html", "mime": "text/html"}, True),
        ({"type": "sample", "stage": "recognized", "kind": "runnable", "platform": "win32", "extension": "dll"}, True),
        ({"type": "sample", "stage": "unrecognized", "kind": "unknown"}, True),
        ({"type": "sample", "stage": "recognized", "kind": "runnable", "platform": "win32", "extension": "exe"}, False),
        ({"type": "sample", "stage": "recognized", "kind": "archive", "extension": "zip"}, False),
        ({"type": "sample", "stage": "analyzed"}, False),
        ({"type": "sample", "kind": "raw"}, False),
    ],
)
def test_the_service_takes_what_may_be_code_of_a_web_server(headers: dict[str, str], taken: bool) -> None:
    assert convert(Hunt.filters).match(headers) is taken


@pytest.mark.parametrize(("least", "replies"), [("benign", 1), ("suspicious", 0)])
def test_the_settings_choose_what_is_reported(least: str, replies: int) -> None:
    config = ConfigMock()
    config.set("webshellhunt", "report", least)

    class Case(KartonTestCase):
        karton_class = Hunt

    case = Case()
    case.config = config
    case.setUp()
    assert len(case.run_task(task(TWIN.data))) == replies


def test_wrong_settings_are_one_sentence() -> None:
    config = ConfigMock()
    config.set("webshellhunt", "report", "bad")
    with pytest.raises(ValueError, match=r"report is 'bad' in karton.ini; it must be one of .*malicious"):
        Hunt(config=config, backend=BackendMock())


def test_the_example_of_settings_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from karton.core import Config

    parser = ConfigParser()
    parser.read(HOME / "karton.ini.example", encoding="utf-8")
    assert {"redis", "s3", "karton", "webshellhunt"} <= set(parser.sections())
    monkeypatch.chdir(tmp_path)
    config = Config(str(HOME / "karton.ini.example"))
    assert Hunt(config=config, backend=BackendMock()).task_timeout == 300


def test_the_manifest_starts_the_service() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"]["karton-webshellhunt"] == "karton_webshellhunt.service:Hunt.main"
    assert 'ENTRYPOINT ["karton-webshellhunt"]' in (HOME / "Dockerfile").read_text("utf-8")
