"""Settings that depend on others: rules of URL Rewrite, headers, access."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.host.iis.xml_tree import Element, parse_xml
from webshellhunt.knowledge.code_by_configuration import iter_settings
from webshellhunt.knowledge.setting_relations import RELATION_JUDGES
from webshellhunt.knowledge.setting_values import Level, PlacedSetting, Scope

RULE = (
    "<system.webServer><rewrite><rules><rule><conditions>{}</conditions>"
    '<action type="{}" url="{}" /></rule></rules></rewrite></system.webServer>'
)
AGENT = '<add input="{HTTP_USER_AGENT}" pattern="Googlebot" />'


def level(body: str, scope: Scope) -> Level:
    root: Element = parse_xml(f"<configuration>{body}</configuration>".encode(), "x")
    levels = [RELATION_JUDGES[each.setting.look](PlacedSetting(each, scope)).level for each in iter_settings(root)]
    return max(levels, default=Level.NOTHING)


@pytest.mark.parametrize(
    ("conditions", "kind", "url", "exchange", "elsewhere"),
    [
        ("", "Rewrite", "http://127.0.0.1:81/{R:1}", Level.SUSPICIOUS, Level.NOTHING),
        ("", "Rewrite", "http://[::1]:81/{R:1}", Level.SUSPICIOUS, Level.NOTHING),
        ("", "Rewrite", "http://45.32.1.9/{R:1}", Level.SUSPICIOUS, Level.SUSPICIOUS),
        ("", "Rewrite", "http://10.0.0.9/{R:1}", Level.SUSPICIOUS, Level.NOTHING),
        ("", "Rewrite", "owa/x.aspx", Level.SUSPICIOUS, Level.NOTHING),
        ("", "Rewrite", "index.html", Level.NOTHING, Level.NOTHING),
        ("", "Redirect", "https://{HTTP_HOST}/{R:1}", Level.NOTHING, Level.NOTHING),
        ("", "Redirect", "https://mail.contoso.com/owa", Level.NOTHING, Level.NOTHING),
        ("", "Redirect", "https://mail.example/x", Level.QUESTION, Level.NOTHING),
        ("", "AbortRequest", "", Level.NOTHING, Level.NOTHING),
        (AGENT, "Rewrite", "http://shop.example/{R:1}", Level.SUSPICIOUS, Level.SUSPICIOUS),
        (AGENT, "Rewrite", "http://service.prerender.io/{R:1}", Level.SUSPICIOUS, Level.NOTHING),
        (AGENT.replace("/>", 'negate="true" />'), "Redirect", "https://shop.example/", Level.QUESTION, Level.NOTHING),
    ],
)
def test_a_rule(conditions: str, kind: str, url: str, exchange: Level, elsewhere: Level) -> None:
    body = RULE.format(conditions, kind, url)
    assert level(body, Scope.EXCHANGE) is exchange
    assert level(body, Scope.ELSEWHERE) is elsewhere


@given(st.text(alphabet="htps:/[]{}.%1a\\*<>&;'\"", max_size=60), st.sampled_from(list(Scope)))
def test_any_value_is_judged(value: str, scope: Scope) -> None:
    root = parse_xml(RULE.format(AGENT, "Rewrite", "URL").join(["<configuration>", "</configuration>"]).encode(), "x")
    for found in iter_settings(root):
        for judge in RELATION_JUDGES.values():
            assert judge(PlacedSetting(found._replace(value=value), scope)).level in Level
