"""Deserialization that a setting opens."""

from __future__ import annotations

from tests.detectors.setting_cases import told

PATH = ("system.runtime.remoting", "application", "channels", "channel", "serverProviders")
OPENED, CLOSED = "".join(f"<{name}>" for name in PATH), "".join(f"</{name}>" for name in reversed(PATH))


def test_it_is_told_what_the_setting_does() -> None:
    (found,) = told(f'{OPENED}<formatter ref="binary" typeFilterLevel="Full" />{CLOSED}', "WSH4029")
    assert "deserializes any type" in found.message


def test_an_ordinary_value_is_left_alone() -> None:
    assert told(f'{OPENED}<formatter ref="binary" typeFilterLevel="Low" />{CLOSED}', "WSH4029") == []
