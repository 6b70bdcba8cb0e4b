"""The doors under atheris, the coverage-guided fuzzer of Python; it is no dependency, and imported here alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from tests.fuzz.door import Door, check

_PACKAGE = "webshellhunt"


def fuzz(door: Door, options: Sequence[str]) -> None:
    """Let atheris choose inputs for a door, with its own options such as ``-max_total_time=600``; it does not return.

    Raises:
        ImportError: atheris is not installed.
    """
    atheris = import_module("atheris")
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == _PACKAGE:
            for each in vars(module).values():
                if callable(each) and getattr(each, "__module__", None) == name and hasattr(each, "__code__"):
                    atheris.instrument_func(each)
    atheris.Setup([sys.argv[0], f"-max_len={door.most_bytes}", *options], lambda data: check(door, bytes(data)))
    atheris.Fuzz()
