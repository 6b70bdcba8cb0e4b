r"""A variable of the environment loads code into each program of .NET.

What it finds:
    In the environment of a service (W3SVC and WAS hand it to each worker process), of the machine or of an account: a
    profiler (``COR_PROFILER``, ``CORECLR_PROFILER`` and their paths) of no known product, start-up hooks, an
    application domain manager, or a variable that leads Windows to another command interpreter or folder.

Why it matters:
    The code runs in each worker process before the first request, with no trace in the folders of IIS. Blue Mockingbird
    stayed by ``COR_PROFILER``.

Looks like:
    ``Services\W3SVC``, ``Environment`` = ``COR_ENABLE_PROFILING=1``, ``COR_PROFILER={…}``,
    ``COR_PROFILER_PATH=C:\Windows\x.dll``.

Benign look-alikes:
    Agents that monitor applications (New Relic, Datadog, AppDynamics, Dynatrace …) do the same: a table has their
    classes and folders.

Blind spots:
    A replaced library of a known product in its own folder; variables of application pools, which the configuration
    has.

References:
    https://redcanary.com/blog/threat-intelligence/blue-mockingbird-cryptominer/
"""

from webshellhunt.detectors.contract import Findings, claim_autostart, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.knowledge.registry_claims import judge_environment
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4053", "medium", "high", "T1574.012", remedy=Remedy.REGISTRY)


@detector(RULE, on=Autostart)
def find(environment: Autostart) -> Findings:
    """Report each variable that loads code."""
    if environment.kind is AutostartKind.ENVIRONMENT:
        for claim in judge_environment(environment):
            yield claim_autostart(RULE, claim.words, environment, program=claim.program)
