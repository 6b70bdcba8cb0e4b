"""``webshellhunt demo``: the report of a described, compromised Exchange server."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.cli.output import format_for, options_for, standard_output
from webshellhunt.pipeline import hunt
from webshellhunt.reports import require_format, write
from webshellhunt.selftest.demo import demo_source


def run(arguments: Namespace) -> int:
    """Hunt through a server that exists in memory only, and print the report."""
    wanted = require_format(format_for(arguments))
    with demo_source() as source:
        report = hunt(source)
    with standard_output() as stream:
        write([report], wanted, stream, options_for(arguments, stream))
    return 0
