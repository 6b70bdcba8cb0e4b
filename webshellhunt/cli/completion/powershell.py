"""The completion for PowerShell, from version 5 on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.cli.completion.command_tree import Command


def lines(commands: Sequence[Command]) -> Iterator[str]:
    """Yield the lines of a script for ``Invoke-Expression`` or the profile."""
    yield "# Completion of webshellhunt for PowerShell."
    yield "# To use it: webshellhunt completion powershell | Out-String | Invoke-Expression"
    yield "Register-ArgumentCompleter -Native -CommandName webshellhunt -ScriptBlock {"
    yield "    param($word, $ast, $position)"
    yield "    $before = @($ast.CommandElements | Select-Object -Skip 1 |"
    yield "        Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object { $_.ToString() })"
    yield "    $words = @{"
    for command in commands:
        yield f"        '{command.key}' = @({_list(_words(command))})"
    yield "    }"
    yield "    $values = @{"
    for command in commands:
        for option in command.options:
            for name in option.names:
                if option.values:
                    yield f"        '{command.key} {name}' = @({_list(option.values)})"
    yield "    }"
    yield "    $command = ''"
    yield "    foreach ($each in $before) {"
    yield "        $longer = @($command, $each).Where({ $_ }) -join '_'"
    yield "        if ($words.ContainsKey($longer)) { $command = $longer }"
    yield "    }"
    yield "    $last = if ($before.Count) { $before[-1] } else { '' }"
    yield '    $found = $values["$command $last"]'
    yield "    if (-not $found) { $found = $words[$command] }"
    yield '    $found | Where-Object { $_ -like "$word*" } | ForEach-Object {'
    yield "        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)"
    yield "    }"
    yield "}"


def _words(command: Command) -> list[str]:
    options = [name for option in command.options for name in option.names]
    values = [value for each in command.arguments for value in each.values]
    return [*(word for word, _ in command.actions), *values, *options]


def _list(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
