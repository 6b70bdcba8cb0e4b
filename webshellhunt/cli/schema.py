"""``webshellhunt schema``: the JSON Schema of all records."""

from __future__ import annotations

import json
from argparse import Namespace

from webshellhunt.cli.output import standard_output
from webshellhunt.reports import schema


def run(arguments: Namespace) -> int:
    """Print the schema; ``$id`` has its version."""
    with standard_output() as stream:
        stream.write(json.dumps(schema(), indent=1) + "\n")
    return 0
