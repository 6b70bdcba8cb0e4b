from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.errors import ConfigError
from webshellhunt.host.iis.application_host import ServerConfig, parse_application_host
from webshellhunt.host.iis.web_config import ChainLink, DirectoryConfig, effective_settings, parse_web_config
from webshellhunt.model.settings import PageKind, PageSettings

# In pieces, so that no file of the repository holds a mapping that a server would take.
ASP = "<add name='x' path='{}' modules='Isapi" + "Module' scriptProcessor='%windir%\\system32\\inetsrv\\a" + "sp.dll'/>"
PROVIDER = "<add extension='{}' type='System.Web.Compilation." + "PageBuildProvider'/>"

SITES = (
    "<system.applicationHost><sites><site name='Default Web Site' id='1'>"
    "<application path='/'><virtualDirectory path='/' physicalPath='w'/></application>"
    "<application path='/owa'><virtualDirectory path='/' physicalPath='o'/></application></site></sites>"
    "</system.applicationHost>"
)
RULES = (
    "<configSections><sectionGroup name='system.webServer'><section name='asp' overrideModeDefault='Deny'/>"
    "<section name='handlers' overrideModeDefault='{}'/></sectionGroup></configSections>"
)


def handlers(pattern: str = "*.png") -> str:
    return f"<system.webServer><handlers>{ASP.format(pattern)}</handlers></system.webServer>"


def providers(extension: str = ".png") -> str:
    provider = PROVIDER.format(extension)
    return f"<system.web><compilation><buildProviders>{provider}</buildProviders></compilation></system.web>"


def encoding(name: str) -> str:
    return f"<system.web><globalization fileEncoding='{name}'/></system.web>"


def location(path: str, body: str, attributes: str = "") -> str:
    return f"<location path='{path}' {attributes}>{body}</location>"


def link(body: str, below: str = "", path: str = "web.config") -> ChainLink:
    return ChainLink(parse_web_config(f"<configuration>{body}</configuration>".encode(), path), below)


def server(*parts: str, mode: str = "Allow") -> ServerConfig:
    body = RULES.format(mode) + SITES + "".join(parts)
    return parse_application_host(f"<configuration>{body}</configuration>".encode(), "applicationHost.config")


def patterns(settings: PageSettings) -> dict[str, bool]:
    return {mapping.pattern: mapping.locked for mapping in settings.mappings}


def test_no_configuration_at_all_is_the_default() -> None:
    assert effective_settings(None, None, ()) == PageSettings()
    assert effective_settings(server(), "Default Web Site/owa", ()) == PageSettings(is_of_server=True)


def test_values_of_the_innermost_configuration_win() -> None:
    chain = [
        link(encoding("utf-8"), "a/b"),
        link(encoding("UTF-7"), "b"),
        link("<system.web><compilation/></system.web>"),
    ]
    assert effective_settings(None, None, chain).file_encoding == "UTF-7"


@pytest.mark.parametrize(
    ("below", "expected"), [("", "gb2312"), ("sub", "utf-7"), ("SUB/deep", "utf-7"), ("subx", "gb2312")]
)
def test_a_location_block_reaches_its_directory_and_below(below: str, expected: str) -> None:
    body = location("Sub", encoding("utf-7")) + encoding("gb2312")
    assert effective_settings(None, None, [link(body, below)]).file_encoding == expected


def test_a_nearer_file_beats_a_location_block_for_a_place_further_out_and_not_one_further_in() -> None:
    outer = link(location("a", encoding("utf-7")) + location("a/b", encoding("utf-32")), "a/b")
    assert effective_settings(None, None, [outer, link(encoding("big5"), "b")]).file_encoding == "utf-32"
    assert effective_settings(None, None, [outer, link(encoding("big5"))]).file_encoding == "big5"


def test_languages_are_canonical_and_only_changed_aliases_are_told() -> None:
    compilers = (
        "<system.codedom><compilers>"
        "<compiler language='c#;cs;csharp' "
        "type='Microsoft.CodeDom.Providers.DotNetCompilerPlatform.CSharpCodeProvider, Microsoft.CodeDom'/>"
        "<compiler language='vb;plain' type='Microsoft.CSharp.CSharpCodeProvider, System'/>"
        "<compiler language='zz' type='Contoso.Other'/></compilers></system.codedom>"
        "<system.web><compilation defaultLanguage='{}'/></system.web>"
    )
    settings = effective_settings(None, None, [link(compilers.format("VB"))])
    assert settings.language_aliases == (("vb", "c#"), ("plain", "c#"))
    assert settings.default_language == "c#"
    for given_language, canonical in (("CSharp", "c#"), ("JS", "jscript"), ("zz", "zz")):
        assert effective_settings(None, None, [link(compilers.format(given_language))]).default_language == canonical


def test_classic_asp_settings() -> None:
    asp = link("<system.webServer><asp scriptLanguage='JScript' codePage='936'/></system.webServer>")
    settings = effective_settings(None, None, [asp])
    assert (settings.asp_language, settings.asp_code_page) == ("jscript", 936)
    zero = link("<system.webServer><asp codePage='0'/></system.webServer>")
    assert effective_settings(None, None, [asp, zero]).asp_code_page is None
    # stock servers lock the section, and then nothing of it is in force
    assert effective_settings(server(), "Default Web Site", [asp]).asp_language == "vbscript"
    own = server(
        location("Default Web Site/owa", "<system.webServer><asp scriptLanguage='JScript'/></system.webServer>")
    )
    assert effective_settings(own, "default web site/OWA/auth", []).asp_language == "jscript"
    assert effective_settings(own, "Default Web Site", []).asp_language == "vbscript"


def test_a_mapping_names_the_file_and_line_that_made_it() -> None:
    (mapping,) = effective_settings(None, None, [link("\n" + handlers(), path="C:\\w\\web.config")]).mappings
    assert (mapping.pattern, mapping.kind, mapping.declared_in, mapping.line) == (
        "*.png", PageKind.CLASSIC_ASP, "C:\\w\\web.config", 2,
    )  # fmt: skip


@pytest.mark.parametrize(("mode", "locked"), [("Deny", True), ("Allow", False)])
def test_a_section_that_the_server_locks_makes_an_attempt(mode: str, locked: bool) -> None:
    settings = effective_settings(server(mode=mode), "Default Web Site/owa/auth", [link(handlers(), "auth")])
    assert patterns(settings) == {"*.png": locked}


def test_a_lock_is_looked_up_where_the_configuration_stands() -> None:
    lock = location(
        "Default Web Site/owa/auth", "<system.webServer><handlers/></system.webServer>", "overrideMode='Deny'"
    )
    host = server(lock)
    where = "Default Web Site/owa/auth/x"
    assert patterns(effective_settings(host, where, [link(handlers(), "auth/x")])) == {"*.png": False}
    assert patterns(effective_settings(host, where, [link(handlers(), "x")])) == {"*.png": True}
    assert patterns(effective_settings(host, where, [link(location("auth", handlers()), "auth/x")])) == {"*.png": True}


def test_the_servers_own_mappings_are_never_locked() -> None:
    host = server(handlers("*.gif"), location("Default Web Site/owa", handlers("*.png")), mode="Deny")
    assert patterns(effective_settings(host, "Default Web Site/owa/auth", [])) == {"*.png": False, "*.gif": False}
    assert patterns(effective_settings(host, "Default Web Site", [])) == {"*.gif": False}
    assert patterns(effective_settings(host, None, [])) == {"*.gif": False}
    one_file = server(location("Default Web Site/logo.png", handlers("*")))
    assert patterns(effective_settings(one_file, "Default Web Site", [])) == {"logo.png": False}


def test_a_lock_in_a_web_config_binds_those_further_in_only() -> None:
    outer = link(location("", handlers("*.gif"), "allowOverride='false'"), "sub")
    settings = effective_settings(None, None, [outer, link(handlers("*.png"))])
    assert patterns(settings) == {"*.gif": False, "*.png": True}
    elsewhere = link(location("other", handlers(), "allowOverride='false'"), "sub")
    assert patterns(effective_settings(None, None, [elsewhere, link(handlers())])) == {"*.png": False}
    further_in = link(location("sub", "<system.web><globalization/></system.web>", "overrideMode='Deny'"), "sub")
    assert effective_settings(None, None, [further_in, link(encoding("utf-7"))]).file_encoding is None


@pytest.mark.parametrize(
    ("below", "location_path", "locked"),
    [("", "", True), ("auth", "", False), ("auth", "auth", True), ("owa/auth", "", False)],
)
def test_build_providers_below_an_application_do_nothing(below: str, location_path: str, locked: bool) -> None:
    # CompilationSection.PostDeserialize: only the application's own configuration may name them
    body = location(location_path, providers())
    settings = effective_settings(server(), "Default Web Site/owa/auth", [link(body, below)])
    assert patterns(settings) == {"*.png": locked}
    assert patterns(effective_settings(None, None, [link(body, below)])) == {"*.png": False}


def test_settings_kept_from_child_applications() -> None:
    body = location(".", handlers(), "inheritInChildApplications='false'")
    assert patterns(effective_settings(server(), "Default Web Site/x", [link(body, "x")])) == {"*.png": False}
    assert patterns(effective_settings(server(), "Default Web Site/owa/x", [link(body, "owa/x")])) == {}
    assert patterns(effective_settings(server(), "Default Web Site/owa/x", [link(body, "x")])) == {"*.png": False}
    assert patterns(effective_settings(None, None, [link(body, "owa/x")])) == {"*.png": False}


def test_machine_wide_configuration_has_locations_by_site() -> None:
    machine = link(location("Default Web Site/owa", encoding("utf-7")) + encoding("big5"), "Default Web Site/owa/auth")
    assert effective_settings(server(), "Default Web Site/owa/auth", [machine]).file_encoding == "utf-7"
    other = machine._replace(below="Default Web Site")
    assert effective_settings(server(), "Default Web Site", [other]).file_encoding == "big5"


def test_one_file_by_location() -> None:
    body = location("img/logo.png", handlers("*"))
    settings = effective_settings(None, None, [link(body, "img")])
    mapping = settings.mapping_for("LOGO.png")
    assert mapping is not None
    assert settings.mapping_for("other.png") is None
    assert effective_settings(None, None, [link(body)]).mappings == ()


def test_a_refused_file_is_an_error_or_an_attempt() -> None:
    data = f"<configuration>{handlers()}{encoding('utf-7')}</configuration>\n<% trailing %>".encode()
    with pytest.raises(ConfigError) as caught:
        parse_web_config(data, "web.config")
    assert caught.value.line == 2
    config = parse_web_config(data, "web.config", salvage=True)
    assert config.broken
    settings = effective_settings(None, None, [ChainLink(config)])
    assert patterns(settings) == {"*.png": True}
    assert settings.file_encoding is None


def test_salvage_leaves_sound_files_alone_and_refuses_what_says_nothing() -> None:
    assert not parse_web_config(b"<configuration/>", "x", salvage=True).broken
    for data in (b"", b"plain", b"<html/>", b"<!DOCTYPE html><html/>"):
        for salvage in (False, True):
            with pytest.raises(ConfigError):
                parse_web_config(data, "x", salvage=salvage)


def test_behind_a_document_type_nothing_is_in_force() -> None:
    data = f"<!DOCTYPE x [<!ENTITY e 'utf-7'>]><configuration>{handlers()}{encoding('&e;')}</configuration>".encode()
    with pytest.raises(ConfigError, match="document type"):
        parse_web_config(data, "web.config")
    config = parse_web_config(data, "web.config", salvage=True)
    assert config.broken
    assert patterns(effective_settings(None, None, [ChainLink(config)])) == {"*.png": True}
    assert all(block.file_encoding is None for block in config.settings.blocks)


def test_a_broken_external_file_breaks_the_whole() -> None:
    data = b"<configuration><system.webServer><handlers configSource='h.config'/></system.webServer></configuration>"
    with pytest.raises(ConfigError):
        parse_web_config(data, "web.config", read_external=lambda _: b"<handlers")
    assert parse_web_config(data, "web.config", read_external=lambda _: b"<handlers", salvage=True).broken
    external = ASP.format("*.png").join(("<handlers>", "</handlers>")).encode()
    config = parse_web_config(data, "web.config", read_external=lambda _: external)
    (mapping,) = effective_settings(None, None, [ChainLink(config)]).mappings
    assert mapping.declared_in == "h.config"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_configuration_in_any_unicode_form(codec: str) -> None:
    config = parse_web_config(f"<configuration>{handlers()}</configuration>".encode(codec), "web.config")
    assert patterns(effective_settings(None, None, [ChainLink(config)])) == {"*.png": False}


def test_locks_without_number_do_not_multiply() -> None:
    web = "<system.web><compilation/><globalization/></system.web>"
    many = "".join(location(".", web, "overrideMode='Deny'") for _ in range(900))
    with at_most(2_500_000):
        effective_settings(server(), "Default Web Site/owa", [link(many, "owa"), link(many)])


segments = st.lists(st.sampled_from(["a", "B", "owa", "x.y"]), max_size=4).map("/".join)
bodies = st.lists(
    st.one_of(
        st.builds(location, segments, st.sampled_from([handlers(), handlers("*"), encoding("utf-7"), providers()]),
                  st.sampled_from(["", "overrideMode='Deny'", "allowOverride='true'",
                                   "inheritInChildApplications='false'"])),
        st.sampled_from([handlers(), encoding("big5"),
                         "<system.webServer><handlers><clear/></handlers></system.webServer>"]),
    ),
    max_size=5,
).map("".join)  # fmt: skip


@given(st.one_of(st.none(), bodies), st.one_of(st.none(), segments), st.lists(st.tuples(bodies, segments), max_size=3))
def test_any_chain_gives_settings(host: str | None, place: str | None, chain: list[tuple[str, str]]) -> None:
    configured = None if host is None else server(host)
    links = [link(body, below) for body, below in chain]
    settings = effective_settings(configured, place, links)
    assert settings == effective_settings(configured, place, links)
    assert hash(settings) is not None
    broken = [each._replace(config=each.config._replace(broken=True)) for each in links]
    without = effective_settings(configured, place, [])
    attempts = effective_settings(configured, place, broken)
    assert attempts.file_encoding == without.file_encoding
    assert [m for m in attempts.mappings if not m.locked] == list(without.mappings)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_configuration_or_a_config_error(data: bytes) -> None:
    for body in (data, b"<configuration><system.webServer>" + data + b"</system.webServer></configuration>"):
        for salvage in (False, True):
            result: DirectoryConfig | ConfigError
            try:
                result = parse_web_config(body, "web.config", salvage=salvage)
            except ConfigError as error:
                result = error
            assert result.path == "web.config"


@pytest.mark.parametrize(("mode", "locked"), [("Deny", True), ("Allow", False)])
def test_what_the_server_locks_below_it_is_told(mode: str, locked: bool) -> None:
    text = (
        '<configuration><configSections><sectionGroup name="system.webServer">'
        f'<section name="httpLogging" overrideModeDefault="{mode}" /></sectionGroup></configSections>'
        "<system.applicationHost><sites><site name='S' id='1'><application path='/'>"
        "<virtualDirectory path='/' physicalPath='C:\\x' /></application></site></sites></system.applicationHost>"
        "</configuration>"
    )
    server = parse_application_host(text.encode(), "applicationHost.config")
    assert (effective_settings(server, "S/a", ()).locked_sections == {"system.webserver/httplogging"}) is locked
    assert effective_settings(server, None, ()).locked_sections == frozenset()
