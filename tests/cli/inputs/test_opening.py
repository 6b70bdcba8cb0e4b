"""The options for opening a location."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.cli.inputs.opening import source_options
from webshellhunt.model.source_options import SourceOptions


def test_a_command_without_options_has_the_defaults() -> None:
    assert source_options(Namespace()) == SourceOptions()


def test_each_option_is_passed_on_and_no_password_is_shown() -> None:
    arguments = Namespace(drives=[("D", "d")], times="copy", password="infected", snapshots=True)
    options = source_options(arguments, logs=True)
    assert options == SourceOptions({"D": "d"}, "copy", True, "infected", True)
    assert "infected" not in repr(options)
