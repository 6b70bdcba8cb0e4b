"""The table of legacy text, by which a new major version of the decoder of charsets is tried."""

from __future__ import annotations

import chardet
import pytest

from tools.charset_table import main, rows


def test_each_text_has_the_readings_of_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0, capsys.readouterr().out
    assert f"0 differences in {len(rows())} rows" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [None, "SHIFT_JIS", "EUC-KR"])
def test_another_answer_of_the_decoder_is_a_difference(
    answer: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chardet, "detect", lambda data: {"encoding": answer})
    assert main([]) == 1
    assert "zh-Hant in cp950" in capsys.readouterr().out


def test_the_table_has_texts_that_no_further_reading_shows() -> None:
    assert {row.readable for row in rows()} == {True, False}
    assert len({row.language for row in rows()}) == 13
