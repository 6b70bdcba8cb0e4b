"""The command tree has each command and option of the parser."""

from __future__ import annotations

import pytest

from tests.cli.completion.cases import tree
from webshellhunt.cli import main
from webshellhunt.reports import formats


def test_each_command_is_there() -> None:
    keys = [command.key for command in tree()]
    assert keys[0] == ""
    assert {"hunt", "baseline", "baseline_make", "render", "compare", "completion", "schema"} <= set(keys)
    assert len(keys) == len(set(keys))


def test_values_and_paths() -> None:
    hunt = next(each for each in tree() if each.key == "hunt")
    options = {name: option for option in hunt.options for name in option.names}
    assert options["--format"].values == formats()
    assert options["--output"].is_path
    assert not options["--all"].takes_value
    assert hunt.arguments[0].is_path
    [rule] = next(each for each in tree() if each.key == "explain").arguments
    assert "WSH1001" in rule.values
    [shell] = next(each for each in tree() if each.key == "completion").arguments
    assert shell.values == ("bash", "zsh", "fish", "powershell")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_has_each_option_of_each_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert script.endswith("\n")
    for command in tree():
        for option in command.options:
            for name in option.names:
                assert name.lstrip("-") in script


def test_another_shell_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["completion", "csh"])
    assert raised.value.code == 2
    assert "bash" in capsys.readouterr().err
