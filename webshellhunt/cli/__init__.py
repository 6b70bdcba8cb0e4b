"""The command line: words become calls. What is decided, is decided elsewhere; each command is one file."""

from __future__ import annotations

import gc
import importlib
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import NoReturn, cast

from webshellhunt.cli.output import complain, prepare_streams
from webshellhunt.cli.parser import build_parser
from webshellhunt.cli.status import Status
from webshellhunt.errors import WebShellHuntError

__all__ = ["main", "run"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; a wrong use ends in ``SystemExit(2)``, as argparse has it."""
    prepare_streams()
    arguments = build_parser().parse_args(argv)
    try:
        # Imported only now: --version and --help don't wait for what a hunt needs.
        gc.disable()  # Loading makes thousands of objects, and no garbage.
        command = importlib.import_module(f"webshellhunt.cli.{arguments.module}")
        gc.enable()
        return cast(Callable[..., int], command.run)(arguments)
    except WebShellHuntError as error:
        complain(str(error))
        return Status.WRONG_USE
    except KeyboardInterrupt:
        _let_go()
        complain("interrupted")
        return Status.INTERRUPTED


def run() -> NoReturn:
    """Be the command: run it, and end the process with its exit status.

    What is still there then is left to the system, which has it faster than a last search for garbage.
    """
    status = main()
    gc.freeze()
    sys.exit(status)


def _let_go() -> None:
    """End the workers, whatever they are at; Ctrl-C once more would only disturb that."""
    from multiprocessing import active_children

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.excepthook = lambda _: None  # the pool's own thread may complain that its workers are gone
    for worker in active_children():
        worker.terminate()
