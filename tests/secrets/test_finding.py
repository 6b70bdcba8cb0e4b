"""Secrets by position: wherever a range begins and ends, it is known what in it is secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from tests.secrets.cases import KEY, KEYS, OTHER_KEY, PASSWORD, SETTINGS, STRINGS, leaks, values
from webshellhunt.secrets import find_secrets, find_secrets_in_bytes, is_configuration
from webshellhunt.secrets.surroundings import LOOK

SECRETS = (KEY, OTHER_KEY, PASSWORD)
ONE_LINE = (
    '<configuration><connectionStrings><add name="a" connectionString="Server=db;Uid=sa;Password='
    f'{PASSWORD};Timeout=3" providerName="p"/></connectionStrings><appSettings><add value="{PASSWORD}" '
    'key="SmtpPassword"/></appSettings><system.web>'
    f'<machineKey validation="SHA1" validationKey="{KEY}" decryptionKey=\'{OTHER_KEY}\'/>'
    f'<identity userName="a" password="{PASSWORD}"/></system.web></configuration>'
)


def hidden(text: str, start: int, end: int, *, configuration: bool = True) -> str:
    """Return a range of a text with its secrets starred."""
    shown = list(text[start:end])
    for secret in find_secrets(text, start, end, configuration=configuration):
        shown[secret.start : secret.end] = "*" * (secret.end - secret.start)
    return "".join(shown)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"C:\inetpub\wwwroot\web.config", True),
        ("WEB.CONFIG.BAK", True),
        ("web.config~", True),
        ("web.config_old.txt", True),
        ("x/Copy of web.config (2)", True),
        ("applicationHost.config", True),
        ("w3wp.exe.config", True),
        ("web_config.txt", True),
        ("webconfig.old", True),
        ("appsettings.Production.json", True),
        ("web.config.aspx", False),
        ("config.asp", False),
        ("configuration.xml", False),
        ("web.config/x.aspx", False),
        ("", False),
    ],
)
def test_a_configuration_by_its_name(path: str, expected: bool) -> None:
    assert is_configuration(path) is expected


@given(st.data())
def test_no_cut_shows_a_part_of_a_secret(draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(ONE_LINE)))
    end = draw.draw(st.integers(start, min(len(ONE_LINE), start + 160)))
    for text, first in ((ONE_LINE, 0), (ONE_LINE * 60, 20 * len(ONE_LINE))):
        shown = hidden(text, first + start, first + end)
        assert [leaks(shown, secret, 3) for secret in SECRETS] == [[], [], []]
        assert len(shown) == end - start


def filled(spellings: list[str], between: str) -> str:
    """Return a text of several spellings, filled in."""
    parts = [each.replace("+", OTHER_KEY) if each in KEYS else each for each in spellings]
    return between.join(parts).replace("*", KEY)


@given(st.lists(st.sampled_from(KEYS + SETTINGS + STRINGS), min_size=1, max_size=6), st.sampled_from(["\n", " ", ""]))
def test_no_spelling_hides_another(spellings: list[str], between: str) -> None:
    text = filled(spellings, between)
    shown = hidden(text, 0, len(text))
    assert [leaks(shown, secret) for secret in (KEY, OTHER_KEY)] == [[], []]


@given(st.lists(st.sampled_from(KEYS + STRINGS), min_size=1, max_size=6), st.sampled_from(["\n", " ", ""]))
def test_no_spelling_hides_another_in_a_page(spellings: list[str], between: str) -> None:
    text = filled(spellings, between)
    shown = hidden(text, 0, len(text), configuration=False)
    assert [leaks(shown, secret) for secret in (KEY, OTHER_KEY)] == [[], []]


@given(st.data())
def test_a_cut_changes_nothing_of_what_is_secret(draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(ONE_LINE)))
    end = draw.draw(st.integers(start, len(ONE_LINE)))
    for configuration in (True, False):
        whole = find_secrets(ONE_LINE, 0, len(ONE_LINE), configuration=configuration)
        cut = [(s.start + start, s.end + start, s.value) for s in find_secrets(
            ONE_LINE, start, end, configuration=configuration)]  # fmt: skip
        clipped = [(max(s.start, start), min(s.end, end), s.value) for s in whole]
        assert cut == [each for each in clipped if each[0] < each[1]]


@given(st.integers(0, 300_000), st.integers(0, 200), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]))
def test_a_line_of_any_length_and_encoding(at: int, length: int, encoding: str) -> None:
    text = "<a b='c'/>" * 7_000 + ONE_LINE + "<a b='c'/>" * 23_000
    data = text.encode(encoding)
    start = min(at, len(data)) if at % 3 else 70_000 * len("a".encode(encoding)) + at % (2 * len(ONE_LINE))
    shown = list(data[start : start + length].decode("latin-1"))
    for secret in find_secrets_in_bytes(data, start, start + length, configuration=True):
        shown[secret.start : secret.end] = "*" * (secret.end - secret.start)
        assert any(part in secret.value for part in SECRETS)
    plain = "".join(shown).replace("\0", "")
    assert [leaks(plain, secret, 3) for secret in SECRETS] == [[], [], []]


def test_a_secret_of_bytes_is_spelt_as_in_the_text() -> None:
    data = '<identity password="pässword"/>'.encode()
    (found,) = find_secrets_in_bytes(data, 22, len(data), configuration=True)
    assert (found.start, found.end, found.value) == (0, 7, "pässword")
    (found,) = find_secrets_in_bytes(data.decode().encode("latin-1"), 0, len(data), configuration=True)
    assert found.value == "pässword"


def test_a_value_that_spans_lines_is_one_secret() -> None:
    text = f'<machineKey\n validationKey="{KEY[:16]}\n{KEY[16:]}\n"/>'
    last = text.index(KEY[16:])
    (found,) = find_secrets(text, last, last + 20, configuration=True)
    assert (found.start, found.end) == (0, 20)
    assert found.value.split() == [KEY[:16], KEY[16:]]


def test_how_far_a_name_may_be_from_its_value() -> None:
    text = f'<identity password="{"x" * (LOOK - 1000)}{PASSWORD}"/>'
    assert PASSWORD not in hidden(text, text.index(PASSWORD), len(text))


# fmt: off
pieces = st.sampled_from([
    'validationKey="', "password", "='", '"', "'", ";", "&quot;", "pwd=", "Server=", KEY, "<add key=", " value=",
    "<", ">", "/>", "<%", "%>", "\0", "\n", " + ", '""', "\\", "\\u0022", "%22", "AutoGenerate", "\xe9", "<password>",
])
# fmt: on


@given(st.lists(pieces | st.text(max_size=5), max_size=30).map("".join), st.booleans(), st.data())
def test_any_text_is_told_in_order_and_apart(text: str, configuration: bool, draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(text)))
    end = draw.draw(st.integers(start, len(text)))
    at = 0
    for secret in find_secrets(text, start, end, configuration=configuration):
        assert at <= secret.start < secret.end <= end - start
        assert secret.value
        at = secret.end


@pytest.mark.parametrize(
    "flood",
    ["pwd=", 'password="', "validationKey ab12 ", "<identity ", "password>", 'pwd="a" + ', "\\", "&amp;", "lt;network ",
     'key="password" ', '"Server=";pwd=a ', "0 ", "<%", "pwd='a", "pwd=pwd '"],
)  # fmt: skip
@pytest.mark.parametrize("configuration", [True, False])
def test_hostile_repetition_takes_time_in_proportion(flood: str, configuration: bool) -> None:
    text = flood * (200_000 // len(flood))
    with at_most(4_000_000):
        find_secrets(text, 0, len(text), configuration=configuration)


def test_no_names_no_secrets() -> None:
    assert values(f"{KEY} {PASSWORD}", configuration=True) == []
