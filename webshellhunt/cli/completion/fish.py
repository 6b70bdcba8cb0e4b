"""The completion for fish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.cli.completion.command_tree import Argument, Command


def lines(commands: Sequence[Command]) -> Iterator[str]:
    """Yield the lines of a script that fish sources."""
    yield "# Completion of webshellhunt for fish. To use it: webshellhunt completion fish | source"
    yield "complete -c webshellhunt -f"
    for command in commands:
        condition = _condition(command)
        for word, about in command.actions:
            yield f"complete -c webshellhunt -n {condition} -a {word} -d {_quoted(about)}"
        for option in command.options:
            yield f"complete -c webshellhunt -n {condition} {_option(option)} -d {_quoted(option.about)}"
        for argument in command.arguments:
            if argument.values:
                yield f"complete -c webshellhunt -n {condition} -a {_quoted(' '.join(argument.values))}"
            elif argument.is_path:
                yield f"complete -c webshellhunt -n {condition} -F"


def _condition(command: Command) -> str:
    if not command.words:
        return "__fish_use_subcommand"
    seen = [f"__fish_seen_subcommand_from {word}" for word in command.words]
    if command.actions:
        seen.append(f"not __fish_seen_subcommand_from {' '.join(word for word, _ in command.actions)}")
    return _quoted("; and ".join(seen))


def _option(option: Argument) -> str:
    names = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
    if option.takes_value:
        names.append("-r")
        names.append(f"-f -a {_quoted(' '.join(option.values))}" if option.values else "-F" * option.is_path)
    return " ".join(filter(None, names))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
