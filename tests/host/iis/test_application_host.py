from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import ConfigError
from webshellhunt.host.iis.application_host import (
    DEFAULT_LOG_DIRECTORY,
    Binding,
    ServerConfig,
    parse_application_host,
)

HANDLERS = "system.webserver/handlers"
ASP = "system.webserver/asp"
COMPILATION = "system.web/compilation"

SITES = """
<system.applicationHost><log/><sites>
  <site name="Default Web Site" id="1" serverAutoStart="true">
    <application path="/">
      <virtualDirectory path="/" physicalPath="%SystemDrive%\\inetpub\\wwwroot" />
      <virtualDirectory path="/files" physicalPath="D:\\files" allowSubDirConfig="false" />
    </application>
    <application path="/owa" applicationPool="MSExchangeOWAAppPool">
      <virtualDirectory path="/" physicalPath="C:\\Exchange\\owa" />
      <virtualDirectory path="/calendar" physicalPath="C:\\Exchange\\owa" />
    </application>
    <bindings>
      <binding protocol="http" bindingInformation="*:80:" />
      <binding protocol="https" bindingInformation="*:443:" sslFlags="0" />
    </bindings>
  </site>
  <site name="Exchange Back End" id="2" serverAutoStart="false">
    <application path="/"><virtualDirectory path="/" physicalPath="C:\\be" /></application>
    <logFile directory="E:\\logs" />
  </site>
  <siteDefaults><logFile logFormat="W3C" directory="D:\\weblogs" /></siteDefaults>
  <applicationDefaults applicationPool="DefaultAppPool" />
  <virtualDirectoryDefaults allowSubDirConfig="true" />
</sites></system.applicationHost>
"""
RULES = """
<configSections><sectionGroup name="system.applicationHost">
<section name="sites" allowDefinition="AppHostOnly" /></sectionGroup>
<sectionGroup name="system.webServer"><section name="asp" overrideModeDefault="Deny" />
<section name="handlers" overrideModeDefault="Deny" /><section name="httpErrors" overrideModeDefault="Allow" />
<section name="fastCgi" allowDefinition="AppHostOnly" overrideModeDefault="Allow" />
<section name="modules" allowDefinition="MachineToApplication" />
<sectionGroup name="security"><section name="access" overrideModeDefault="Deny" /></sectionGroup>
</sectionGroup></configSections>
"""


def parse(*parts: str) -> ServerConfig:
    return parse_application_host(f"<configuration>{''.join(parts)}</configuration>".encode(), "applicationHost.config")


def locked(server: ServerConfig, section: str, *location: str) -> bool:
    return server.locks(section, location)


def test_sites_with_their_applications_and_bindings() -> None:
    front, back = parse(SITES).sites
    assert (front.name, front.id, front.auto_start) == ("Default Web Site", 1, True)
    assert (back.name, back.id, back.auto_start) == ("Exchange Back End", 2, False)
    assert front.bindings == (Binding("http", "*:80:"), Binding("https", "*:443:"))
    assert [(each.path, each.pool) for each in front.applications] == [
        ("/", "DefaultAppPool"),
        ("/owa", "MSExchangeOWAAppPool"),
    ]


def test_every_virtual_directory_has_its_location_line_and_unexpanded_folder() -> None:
    found = [(each.location, each.physical_path) for each in parse(SITES).mapped_directories()]
    assert found == [
        ("Default Web Site", "%SystemDrive%\\inetpub\\wwwroot"),
        ("Default Web Site/files", "D:\\files"),
        ("Default Web Site/owa", "C:\\Exchange\\owa"),
        ("Default Web Site/owa/calendar", "C:\\Exchange\\owa"),
        ("Exchange Back End", "C:\\be"),
    ]
    assert [each.line for each in parse(SITES).mapped_directories()] == [5, 6, 9, 10, 18]


def test_logs_are_the_sites_own_or_the_default_ones() -> None:
    server = parse(SITES)
    assert [site.log_directory for site in server.sites] == ["D:\\weblogs", "E:\\logs"]
    assert server.log_directory == "D:\\weblogs"
    assert parse().log_directory == DEFAULT_LOG_DIRECTORY


def test_the_application_of_a_location() -> None:
    server = parse(SITES)
    assert server.application_depth(("default web site", "owa", "auth")) == 2
    assert server.application_depth(("default web site", "files", "x")) == 1
    assert server.application_depth(("other", "owa")) is None
    assert server.application_depth(()) is None


def test_a_section_is_locked_by_default_unless_a_location_says_otherwise() -> None:
    server = parse(RULES, SITES)
    assert locked(server, HANDLERS, "default web site")
    assert locked(server, ASP, "default web site")
    assert not locked(server, "system.webserver/httperrors", "default web site")
    assert locked(server, "system.webserver/security/access", "default web site")


def test_the_stock_location_block_opens_handlers_everywhere() -> None:
    server = parse(
        RULES,
        SITES,
        '<location path="" overrideMode="Allow"><system.webServer><handlers/></system.webServer></location>',
    )
    assert not locked(server, HANDLERS, "default web site", "owa")
    assert locked(server, ASP, "default web site", "owa")


def test_the_nearest_location_decides() -> None:
    def block(path: str, mode: str) -> str:
        return f'<location path="{path}" {mode}><system.webServer><handlers/></system.webServer></location>'

    server = parse(
        RULES, SITES,
        block("Default Web Site/OWA", 'overrideMode="Deny"'),
        block(".", 'overrideMode="Allow"'),
        block("Default Web Site/owa/auth", 'allowOverride="true"'),
        block("Exchange Back End", 'allowOverride="false"'),
        block("Default Web Site/files", 'overrideMode="Inherit"'),
    )  # fmt: skip
    assert not locked(server, HANDLERS, "default web site")
    assert locked(server, HANDLERS, "default web site", "owa")
    assert locked(server, HANDLERS, "default web site", "owa", "other")
    assert not locked(server, HANDLERS, "default web site", "owa", "auth", "deep")
    assert locked(server, HANDLERS, "exchange back end")
    assert not locked(server, HANDLERS, "default web site", "files")


def test_allow_definition_keeps_a_section_at_its_level() -> None:
    server = parse(RULES, SITES)
    modules = "system.webserver/modules"
    assert locked(server, "system.webserver/fastcgi", "default web site")
    assert not locked(server, modules, "default web site")
    assert not locked(server, modules, "default web site", "owa")
    assert locked(server, modules, "default web site", "owa", "auth")
    assert locked(server, modules, "default web site", "x")
    assert not locked(server, modules, "unknown site", "x")


def test_a_virtual_directory_may_ignore_configuration_in_its_folders() -> None:
    server = parse(SITES)
    assert not locked(server, HANDLERS, "default web site", "files")
    assert locked(server, HANDLERS, "default web site", "files", "x")
    assert not locked(server, HANDLERS, "default web site", "x")


def test_defaults_of_virtual_directories_come_from_the_nearest_level() -> None:
    site = (
        "<site name='s'><application><virtualDirectory physicalPath='a'/>{0}</application>{1}</site>"
        "<virtualDirectoryDefaults allowSubDirConfig='false'/>"
    )
    yes = "<virtualDirectoryDefaults allowSubDirConfig='true'/>"
    for inner, outer, expected in (("", "", False), (yes, "", True), ("", yes, True)):
        server = parse(f"<system.applicationHost><sites>{site.format(inner, outer)}</sites></system.applicationHost>")
        assert server.sites[0].applications[0].virtual_directories[0].allow_sub_dir_config is expected


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("", None), ("x", None), ("-1", None), ("9" * 40, None)])
def test_a_site_id_that_is_no_number_is_unknown(text: str, number: int | None) -> None:
    server = parse(f"<system.applicationHost><sites><site name='s' id='{text}'/></sites></system.applicationHost>")
    assert server.sites[0].id == number


def test_names_are_bounded_so_that_nothing_multiplies() -> None:
    directories = "<virtualDirectory path='/x' physicalPath='y'/>" * 50
    body = f"<site name='{'n' * 100_000}'><application path='/{'a' * 100_000}'>{directories}</application></site>"
    server = parse(f"<system.applicationHost><sites>{body}</sites></system.applicationHost>")
    assert all(len(each.location) <= 1024 for each in server.mapped_directories())


def test_something_else_is_no_server_configuration() -> None:
    with pytest.raises(ConfigError, match="not <configuration>"):
        parse_application_host(b"<sites/>", "applicationHost.config")
    with pytest.raises(ConfigError):
        parse_application_host(b"<configuration>", "applicationHost.config")


@given(st.binary(max_size=300))
def test_any_bytes_give_a_configuration_or_a_config_error(data: bytes) -> None:
    for body in (data, b"<configuration>" + data + b"</configuration>"):
        try:
            parse_application_host(body, "applicationHost.config")
        except ConfigError:
            continue


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "s", "S/a", "s/a/b", "t"]),
            st.sampled_from(["overrideMode='Deny'", "overrideMode='Allow'", "allowOverride='false'", ""]),
        ),
        max_size=6,
    ),
    st.sampled_from(["Allow", "Deny"]),
)
def test_a_lock_is_what_the_deepest_last_statement_says(blocks: list[tuple[str, str]], default: str) -> None:
    section = f"<section name='asp' overrideModeDefault='{default}'/>"
    rules = f"<configSections><sectionGroup name='system.webServer'>{section}</sectionGroup></configSections>"
    body = "".join(
        f"<location path='{path}' {mode}><system.webServer><asp/></system.webServer></location>"
        for path, mode in blocks
    )
    server = parse(rules, body)
    reaching = [(path.lower(), mode) for path, mode in blocks if mode and path.lower() in ("", "s", "s/a")]
    reaching.sort(key=lambda each: len(each[0]))
    denied = ("Deny" in reaching[-1][1] or "false" in reaching[-1][1]) if reaching else default == "Deny"
    assert server.locks(ASP, ("s", "a")) is denied
