"""The table of settings, and the walk that finds them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.detectors import iter_rules
from webshellhunt.host.iis.xml_tree import parse_xml
from webshellhunt.knowledge.code_by_configuration import iter_settings, load_settings
from webshellhunt.knowledge.tables import data_file, read_head

TAGS = sorted({name for setting in load_settings() for name in setting.path if name != "*"})


def paths(text: str) -> list[str]:
    return [
        f"{found.section}@{found.attribute}={found.value}" for found in iter_settings(parse_xml(text.encode(), "x"))
    ]


def test_each_row_has_a_source_and_a_rule() -> None:
    sources = read_head(data_file("code_by_configuration.toml")).sources
    rules = {rule.id for rule in iter_rules()}
    assert {setting.source for setting in load_settings()} <= sources.keys()
    assert {setting.rule for setting in load_settings()} <= rules


def test_each_row_says_what_the_setting_does() -> None:
    assert [s.says for s in load_settings() if not s.says or s.says.endswith(".") or s.says[0].isupper()] == []


def test_a_section_of_a_file_of_its_own_is_found() -> None:
    modules = '<modules><add name="x" type="A.B, C" /></modules>'
    whole = f"<configuration><system.webServer>{modules}</system.webServer></configuration>"
    assert paths(whole) == ["system.webserver/modules/add@type=A.B, C"]
    assert paths(modules) == ["modules/add@type=A.B, C"]


def test_locations_are_transparent_to_a_depth() -> None:
    inner = '<system.web><compilation assemblyPostProcessorType="A, B" /></system.web>'
    for depth, count in ((1, 1), (4, 1), (5, 0)):
        text = '<location path="a">' * depth + inner + "</location>" * depth
        assert len(paths(f"<configuration>{text}</configuration>")) == count


def test_the_code_bases_of_exchange_hide_none_that_follows() -> None:
    """Setup writes 5,059 of them into one file."""
    folder = r"file:///C:\Program Files\Microsoft\Exchange Server\V15"
    places = [*(rf"{folder}\bin\en\{number}.dll" for number in range(5_059)), rf"{folder}\bin\aspnet_client\x.dll"]
    bases = "".join(f'<dependentAssembly><codeBase href="{each}" /></dependentAssembly>' for each in places)
    found = paths(f"<configuration><runtime><assemblyBinding>{bases}</assemblyBinding></runtime></configuration>")
    assert found == [f"runtime/assemblybinding/dependentassembly/codebase@href={places[-1]}"]


@given(st.lists(st.sampled_from([*TAGS, "location", "x"]), max_size=12), st.text("abc\\:;{}|", max_size=8))
def test_any_nesting_is_read(tags: list[str], value: str) -> None:
    opened = "".join(f'<{tag} type="{value}" path="{value}" value="{value}" name="cor_profiler">' for tag in tags)
    closed = "".join(f"</{tag}>" for tag in reversed(tags))
    found = list(iter_settings(parse_xml(f"<configuration>{opened}{closed}</configuration>".encode(), "x")))
    assert all(each.value for each in found)
