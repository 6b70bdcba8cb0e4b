"""A page starts a program of the server.

What it finds:
    A page that starts a program, where no data flow from the request to it is known (that is WSH1002). The finding is
    critical if a command adds an account, downloads something or runs hidden text (in classic ASP: high). It is high if
    the program lies in a folder where everybody may write, and where the page reads the output of a program whose name
    or command may be of an earlier request, or that no constant names although the page reads the request. Any other
    program, an interpreter of commands (``cmd``, ``powershell``) or not, by a constant name or by one that the
    configuration or the database has, may be a tool of the site: that is below suspicion.

Why it matters:
    A web application does its work in its libraries. Shells start programs, by names that they compute or receive in a
    way that the analysis does not follow; intruders leave pages that run one fixed command; droppers start what they
    wrote.

Looks like:
    ``p.StartInfo.FileName = name; p.Start(); p.StandardOutput.ReadToEnd()``, ``shell.Run(path)``,
    ``Process.Start("powershell", "-w hidden -enc …")``, ``Process.Start("cmd", "/c net user …")``.

Benign look-alikes:
    Converters of documents, pictures or videos, ``ping``, version control. Of 11,200 harmless files with code of
    ASP.NET in a page, 1 starts a program; of 21,651 of classic ASP, 11 start one, and 6 an interpreter, to transfer or
    list files. Pages of administrators ask the server by a fixed ``ipconfig`` or ``cmd /c``.

Blind spots:
    A program that another program of the server starts for the page: a scheduled task, a service, a database. A name
    that another request left in a file or in a table: the start alone is below suspicion.
"""

from collections.abc import Iterator, Sequence

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.analysis.structure.object_names import identity
from webshellhunt.analysis.structure.programs import (
    is_grave_command,
    is_in_odd_place,
    is_interpreter,
    is_plain_name,
    is_program,
    reads_output,
)
from webshellhunt.analysis.structure.uses import Use
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector, weight_in
from webshellhunt.model.settings import PageKind
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    __name__, "WSH1030", "critical", "high", "T1505.003", "T1059", merged=("WSH1024", "interpreter-started-by-page")
)
_NEVER = ("standardinput.", "stdin.")
_OF_ENGINE = frozenset({"addscript", "createpipeline", "invokescript", "addcommand", "invokemethod"})
_ENGINES = frozenset({"powershell", "runspacefactory", "runspaceinvoke", "managementclass"})
_MADE = ("unknown.", "activexobject.", "createobject.")
_STARTING = frozenset({"wscript.shell", "shell.application"})
_UNSURE_NAMES = frozenset({"runcmd", "shell", "processstartinfo"})


@detector(RULE, on=Code, needs=[uses_of("starts-program")])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first start of a program."""
    analysis = code.analysis
    uses = [use for use in analysis.uses.get("starts-program", ()) if _is_sure(use, code)]
    if not uses or any(flow.kind == "process" and flow.from_visitor for flow in analysis.all_flows()):
        return
    is_classic = layer.page.kind is PageKind.CLASSIC_ASP
    started = sorted(analysis.programs or ())
    is_shell = any(map(is_interpreter, started))
    texts = started
    if is_classic or is_shell or not started:  # else constants are other programs, or say nothing to this one
        texts = [*started, *(each.value for use in uses for each in analysis.given_texts.of_call(use.place))]
        is_shell = is_shell or any(map(is_interpreter, texts))
    # ``Start("powershell", text)``: whether the text is grave depends on the interpreter that it is given to.
    texts = [*texts, *(f"{shell} {each}" for shell in filter(is_interpreter, started) for each in texts)]
    named = _named(uses, code, texts) or next(iter(started), None)
    if is_shell and not is_classic:
        named = next((each.value for each in analysis.constants.values() if is_grave_command(each.value)), named)
    reads = " and reads its output" if reads_output(code.unit) else ""
    message = f"the page starts a program{reads}" + (f": {named.strip()[:60]}" if named else "")
    weight = _weight(named, weight_in("starts-program", layer), is_classic=is_classic)
    stored = any(use.place in (analysis.doubtful or ()) for use in uses)
    if reads and weight is Weight.SECOND and (stored or (named is None and "request" in analysis.words())):
        weight = Weight.SUSPECTS
    capability = "starts-interpreter" if is_shell or weight is Weight.CONVICTS else "starts-program"
    yield from claim_use(RULE, capability, message, layer, code, *(use.place for use in uses[:3]), weight=weight)


def _named(uses: Sequence[Use], code: Code, texts: Sequence[str]) -> str | None:
    """Return the constant that names the program, a grave command first."""
    for accepts in (is_grave_command, is_program, is_interpreter):
        if (named := next(filter(accepts, texts), None)) is not None:
            return named
    scripts = (use for use in uses if use.name.rpartition(".")[2] in _OF_ENGINE)
    given = next((each.value for use in scripts for each in code.analysis.given_texts.of_call(use.place)), None)
    return given or next((name for use in uses for name in _iter_plain(use, code)), None)


def _iter_plain(use: Use, code: Code) -> Iterator[str]:
    """Yield the one-word constants that are the first argument of a start, or all that something is assigned."""
    given = code.analysis.given_texts
    yield from filter(is_plain_name, (each.value for each in given.wholes_of_call(use.place)))


def _weight(named: str | None, weight: Weight, *, is_classic: bool) -> Weight:
    """Return the weight of a start: a program of its own name may be one of the site's tools."""
    if named is not None and is_grave_command(named):
        return Weight.SUSPECTS if is_classic else Weight.CONVICTS
    if named is not None and is_in_odd_place(named):
        return Weight.SUSPECTS
    return Weight.NOTHING if weight is Weight.NOTHING else Weight.SECOND


def _is_sure(use: Use, code: Code) -> bool:
    """True unless the name may be that of something else than a program, or of an object that starts none."""
    if use.name.startswith(_MADE):
        kinds = (vocabulary().types.get(identity(c.value)) for c in code.analysis.given_texts.of_call(use.place))
        return not _STARTING.isdisjoint(kinds)
    if use.name.rpartition(".")[2] in _OF_ENGINE:
        return not _ENGINES.isdisjoint(code.analysis.words())
    return not use.name.startswith(_NEVER) and (use.name not in _UNSURE_NAMES or code.unit.language == "vb")
