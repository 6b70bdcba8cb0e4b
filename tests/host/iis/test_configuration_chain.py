from __future__ import annotations

import pytest

from tests.builders.servers import FRAMEWORK, HOST_CONFIG, application_host
from webshellhunt.host.iis.configuration_chain import Chain, HostConfiguration
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.settings import PageSettings
from webshellhunt.sources import MemorySource


def encoding(name: str) -> bytes:
    return f'<configuration><system.web><globalization fileEncoding="{name}" /></system.web></configuration>'.encode()


def configuration(files: dict[str, bytes], limits: Limits | None = None, **options: object) -> HostConfiguration:
    return survey(MemorySource(files, **options), limits or Limits()).configuration  # type: ignore[arg-type]


def settings_at(configured: HostConfiguration, path: str) -> tuple[PageSettings, list[Gap]]:
    source = configured.paths.lookup.source
    chain, gaps = configured.extend(configured.chain_above(path), path, source.list(path))
    return configured.settings(chain), gaps


def test_without_configuration_the_defaults_hold() -> None:
    settings, gaps = settings_at(configuration({"a/x.aspx": b""}), "a")
    assert settings == PageSettings()
    assert gaps == []


def test_folders_inherit_from_those_above_and_the_nearest_wins() -> None:
    configured = configuration({"a/web.config": encoding("utf-16"), "a/b/x": b"", "a/c/Web.Config": encoding("utf-32")})
    assert settings_at(configured, "a")[0].file_encoding == "utf-16"
    assert settings_at(configured, "a/b")[0].file_encoding == "utf-16"
    assert settings_at(configured, "a/c")[0].file_encoding == "utf-32"
    assert settings_at(configured, "")[0].file_encoding is None


def test_an_application_inherits_along_its_virtual_path_not_its_folders() -> None:
    files = {
        HOST_CONFIG: application_host(("/", "C:\\inetpub\\wwwroot"), ("/owa", "C:\\Ex\\owa")),
        "inetpub/wwwroot/web.config": encoding("utf-7"),
        "Ex/web.config": encoding("utf-32"),
        "Ex/owa/auth/x.aspx": b"",
        "Ex/elsewhere/x.aspx": b"",
    }
    configured = configuration(files)
    assert settings_at(configured, "Ex/owa/auth")[0].file_encoding == "utf-7"
    assert settings_at(configured, "Ex/elsewhere")[0].file_encoding == "utf-32"


def test_a_virtual_path_goes_through_plain_folders() -> None:
    files = {
        HOST_CONFIG: application_host(("/", "C:\\inetpub\\wwwroot"), ("/apps/shop", "C:\\shop")),
        "inetpub/wwwroot/Apps/web.config": encoding("utf-7"),
        "shop/x.aspx": b"",
    }
    assert settings_at(configuration(files), "shop")[0].file_encoding == "utf-7"


def test_location_blocks_reach_the_directory_they_name() -> None:
    block = encoding("utf-7").replace(b"<system.web>", b'<location path="auth"><system.web>')
    block = block.replace(b"</system.web>", b"</system.web></location>")
    files = {
        HOST_CONFIG: application_host(
            ("/owa", "C:\\owa"),
            extra='<location path="Default Web Site/owa/calendar"><system.webServer><handlers>'
            f'<add name="p" path="*.{"p"}ng" verb="*" type="System.Web.UI.PageHandlerFactory" /></handlers>'
            "</system.webServer></location>",
        ),
        "owa/web.config": block,
        "owa/auth/x": b"",
        "owa/calendar/x": b"",
    }
    configured = configuration(files)
    assert settings_at(configured, "owa/auth")[0].file_encoding == "utf-7"
    assert settings_at(configured, "owa")[0].file_encoding is None
    assert settings_at(configured, "owa/calendar")[0].mapping_for("logo.png") is not None
    assert settings_at(configured, "owa/auth")[0].mapping_for("logo.png") is None


def test_a_folder_that_two_sites_serve_has_the_mappings_of_both() -> None:
    mapping = (
        '<location path="{}"><system.webServer><handlers><add name="{}" path="*.{}" verb="*" '
        'type="System.Web.UI.PageHandlerFactory" /></handlers></system.webServer></location>'
    )
    extra = mapping.format("Default Web Site/a", "a", "png") + mapping.format("Default Web Site/b", "b", "gif")
    files = {
        HOST_CONFIG: application_host(("/a", "C:\\web"), ("/b", "C:\\web"), extra=extra),
        "web/in/x": b"",
    }
    settings, _ = settings_at(configuration(files), "web/in")
    assert settings.mapping_for("x.png") is not None
    assert settings.mapping_for("x.gif") is not None
    assert settings.mapping_for("x.jpg") is None


def test_a_section_is_locked_only_where_no_address_of_the_folder_may_set_it() -> None:
    deny = (
        '<configSections><sectionGroup name="system.webServer"><section name="modules" overrideModeDefault="Deny" />'
        "</sectionGroup></configSections>"
    )
    opened = (
        '<location path="Default Web Site/{}" overrideMode="Allow"><system.webServer><modules />'
        "</system.webServer></location>"
    )

    def locked(extra: str) -> frozenset[str]:
        files = {HOST_CONFIG: application_host(("/a", "C:\\web"), ("/b", "C:\\web"), extra=extra), "web/x": b""}
        return settings_at(configuration(files), "web")[0].locked_sections

    assert locked(deny) == {"system.webserver/modules"}
    assert locked(deny + opened.format("b")) == frozenset()
    assert locked(deny + opened.format("a")) == frozenset()


def test_the_framework_is_the_outermost_configuration() -> None:
    files = {f"{FRAMEWORK}/Config/web.config": encoding("utf-7"), "inetpub/wwwroot/x.aspx": b""}
    assert settings_at(configuration(files), "inetpub/wwwroot")[0].file_encoding == "utf-7"


def test_a_broken_file_is_one_gap_and_the_defaults_hold() -> None:
    configured = configuration({"a/web.config": encoding("utf-7")[:-5], "a/b/x": b""})
    settings, gaps = settings_at(configured, "a/b")
    assert settings.file_encoding is None
    [gap] = gaps
    assert (gap.code, gap.stage, gap.path, gap.matters) == ("broken-config", "walk", "a/web.config", True)
    assert "line 1" in gap.reason
    assert settings_at(configured, "a")[1] == []


def test_unreadable_and_too_large_files_are_gaps() -> None:
    files = {"a/web.config": encoding("utf-7")}
    [gap] = settings_at(configuration(files, unreadable=["a/web.config"]), "a")[1]
    assert gap.code == "unreadable"
    assert gap.matters
    [gap] = settings_at(configuration(files, Limits(config_bytes=20)), "a")[1]
    assert gap.code in ("broken-config", "too-large")


def test_sections_kept_in_another_file_are_read() -> None:
    files = {
        "a/web.config": encoding("").replace(b'fileEncoding=""', b'configSource="cfg\\g.config"'),
        "a/cfg/g.config": b'<globalization fileEncoding="utf-7" />',
    }
    assert settings_at(configuration(files), "a")[0].file_encoding == "utf-7"


@pytest.mark.parametrize(
    ("source", "words"),
    [("absent.config", "not there"), ("web.config", "this file itself"), (r"..\g.config", "not there")],
)
def test_a_section_that_is_in_no_other_file_is_a_gap(source: str, words: str) -> None:
    files = {"a/web.config": encoding("").replace(b'fileEncoding=""', f'configSource="{source}"'.encode())}
    [gap] = settings_at(configuration(files), "a")[1]
    assert (gap.code, gap.matters) == ("broken-config", True)
    assert f"<globalization> is in {source}, which is {words}" in gap.reason


def test_connection_strings_of_another_file_are_no_gap() -> None:
    files = {"a/web.config": b'<configuration><connectionStrings configSource="secret.config" /></configuration>'}
    assert settings_at(configuration(files), "a")[1] == []


def test_equal_settings_are_one_object() -> None:
    configured = configuration({"web.config": encoding("utf-7"), "a/x": b"", "b/x": b""})
    assert settings_at(configured, "a")[0] is settings_at(configured, "b")[0]


def test_a_chain_counts_from_where_each_file_stands() -> None:
    chain = Chain(("site",), located=True).step("owa").step("auth")
    assert chain.names == ("site", "owa", "auth")
