"""The command line: one module for each command, which parses its arguments and calls the library."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn, cast

from webshellhunt.cli.signals import SIGNALS

__all__ = ["main", "run"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; wrong use raises ``SystemExit(2)``, as in argparse."""
    try:
        status = _run(argv)
    except KeyboardInterrupt:
        SIGNALS.close()
        _say_interrupted()
        status = SIGNALS.status or 130
    return status


def run() -> NoReturn:
    """Run the command and end the process with its exit status.

    The operating system frees the remaining objects faster than a last garbage collection.
    """
    SIGNALS.catch()
    os.environ.setdefault("PYTHONSAFEPATH", "1")  # a worker that is no fork imports nothing from the current folder
    try:
        status = main()
    except KeyboardInterrupt:  # a further signal while the process ends
        status = SIGNALS.status or 130
    SIGNALS.close()
    import gc

    from webshellhunt.cli.signals import end_workers

    end_workers()  # Python would wait for remaining workers

    gc.freeze()
    sys.exit(status)


def _run(argv: Sequence[str] | None) -> int:
    """Parse the arguments and run the command. Imports are here, so that a signal causes no traceback."""
    import gc
    import importlib

    from webshellhunt.cli.output import complain, complain_of_bug, prepare_streams
    from webshellhunt.cli.parsing.parser import build_parser
    from webshellhunt.cli.status import Status
    from webshellhunt.errors import UnexpectedError, WebShellHuntError

    prepare_streams()
    arguments = build_parser().parse_args(argv)
    try:
        # Imported only now, so that --version and --help don't load the modules of a hunt.
        gc.disable()  # Loading creates thousands of objects and no garbage.
        command = importlib.import_module(f"webshellhunt.cli.{arguments.module}")
        gc.enable()
        status = cast(Callable[..., int], command.run)(arguments)
    except UnexpectedError as error:
        complain_of_bug(error)
        status = Status.UNEXPECTED
    except WebShellHuntError as error:
        complain(str(error))
        status = Status.WRONG_USE
    except Exception as error:  # noqa: BLE001 - the outermost fence: a bug is a sentence and a status of its own
        complain_of_bug(error)
        status = Status.UNEXPECTED
    return status if SIGNALS.status is None else SIGNALS.status


def _say_interrupted() -> None:
    from webshellhunt.cli.output import complain
    from webshellhunt.cli.signals import end_workers

    end_workers()
    complain("interrupted")
