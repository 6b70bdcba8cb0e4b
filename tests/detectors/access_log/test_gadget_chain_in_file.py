"""A gadget chain in any file, and its benign twins."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

import pytest

from tests.builders.view_states import PLAIN, forged, object_of, state_of
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

ENCODED = b64encode(forged()).decode()
HONEST = b64encode(state_of(object_of("System.Data.DataSet", {"Tables": bytes(60)}))).decode()


def _findings(data: bytes, path: str) -> list[Finding]:
    return [each for each in examine(data, path=path).findings if each.rule.id == "WSH7304"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (f"POST /ecp/ HTTP/1.1\r\n\r\n__VIEWSTATE={quote(ENCODED, safe='')}", "collected/fr000001.xml"),
        (f"<Data>__VIEWSTATE={ENCODED}&amp;x=y</Data>", "collected/fr000001.xml"),
        (ENCODED, "Windows/Temp/payload.txt"),
        (f'<input name="__VIEWSTATE" value="{ENCODED}">', "collected/page.html"),
    ],
)
def test_a_chain_is_found_in_each_form(text: str, path: str) -> None:
    (found,) = _findings(text.encode(), path)
    assert found.message == "it contains a view state with the gadget chain TextFormattingRunProperties"
    assert found.facts["gadget_chain"] == "TextFormattingRunProperties"
    assert examine(text.encode(), path=path).disposition is Disposition.SUSPICIOUS


def test_a_file_has_five_findings_at_most() -> None:
    lines = [b64encode(forged(f"{number:040x}")).decode() for number in range(9)]
    assert len(_findings("\n".join(lines).encode(), "collected/a.txt")) == 5


@pytest.mark.parametrize(
    "text",
    [HONEST, f"__VIEWSTATE={b64encode(PLAIN * 9).decode()}", ENCODED[:60], "/wEy" + "A" * 500, "wEy", f"A{ENCODED}"],
)
def test_honest_files_have_none(text: str) -> None:
    assert _findings(text.encode(), "collected/a.txt") == []
