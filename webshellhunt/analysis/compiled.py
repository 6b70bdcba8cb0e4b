"""Compiled code: the acts of the methods of a .NET assembly that a server calls, and whose values they have.

The entry points are rows of ``entry_points.toml``. They run on the core one after the other, on one heap: what one
leaves in a field or a static field is there for the next. A method whose code is in another file is known by its row
in the library, or by its name alone: the patterns here say which of them are acts, and the origin of their results.
"""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from webshellhunt.analysis.dotnet import NetLife
from webshellhunt.analysis.life import Life
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.binaries.dotnet import Assembly, Member, Method
from webshellhunt.core import ir
from webshellhunt.core.arrivals import Arrivals
from webshellhunt.core.ending import ExhaustedError, PageEnd, Thrown
from webshellhunt.core.heap import CODE, KIND, PAGE, SIZE
from webshellhunt.core.members import static_of
from webshellhunt.core.procedure import Frame
from webshellhunt.core.run import World
from webshellhunt.core.values import EMPTY, NONE, TRUTH, UNKNOWN, Label, OneOf, Parts, Ref, Some, Value, options
from webshellhunt.core.values import labels_of as labels_in
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.library.il_primitives import STATIC as STATIC_LABEL
from webshellhunt.library.il_primitives import whole
from webshellhunt.library.rows import library
from webshellhunt.lower.assemblies import ON, Marks, short
from webshellhunt.lower.il import code_of
from webshellhunt.model.findings import Span

_REQUESTS = frozenset({"httprequest", "httprequestbase", "httprequestwrapper", "unvalidatedrequestvalues"})
_CONTROLS = frozenset({"textbox", "hiddenfield", "fileupload", "htmlinputtext", "htmlinputhidden", "htmltextarea"})
_LABELS: Final = {
    "request": lazy_pattern(
        r"Microsoft\.(?:Owin|AspNetCore\.Http)\.I?(?:Owin|Http)Request\.(?:get_(?:Query|Headers|Body|Path|Cookies|Form|Uri"
        r"|QueryString)|ReadFormAsync)|System\.Net\.HttpListenerRequest\.get_\w+|System\.ServiceModel\.Channels\.Message"
        r"(?:s?\.(?:GetBody\w*|GetReader\w+|get_Headers|get_Properties|ToString)|Headers\.GetHeader)"
        r"|System\.ServiceModel\.Web\.IncomingWebRequestContext\.get_\w+"
        r"|System\.Net\.Http\.HttpRequestMessage\.get_(?:Content|Headers|RequestUri)"
    ),
    "mail": lazy_pattern(
        r"Microsoft\.Exchange\.Data\.Transport\.(?:\w+\.)?\w*(?:MailItem|EventArgs|EmailMessage|Body|Attachment)"
        r"\.(?:get_|Get)\w+"
    ),
    "network": lazy_pattern(
        r"System\.Net\.(?:WebClient\.(?:Download(?:Data|String)|Upload|OpenRead)\w*|(?:Http|Ftp)?WebResponse\."
        r"GetResponseStream|Http\.(?:HttpClient\.(?:Get|Post|Send)|HttpContent\.Read)\w+|Sockets\.(?:TcpClient\.GetStream"
        r"|(?:Socket|UdpClient)\.(?:Begin)?Receive\w*)|Dns\.\w+)"
    ),
    "file": lazy_pattern(r"System\.IO\.(?:File\.(?:Read|Open)\w+|(?:FileStream|StreamReader|BinaryReader)\.\.ctor)"),
    "writer": lazy_pattern(
        r"System\.IO\.(?:(?:StreamWriter|FileStream)\.\.ctor|File(?:Info)?\.(?:Create|Append|OpenWrite)\w*)"
    ),
    "registry": lazy_pattern(r"Microsoft\.Win32\.Registry(?:Key)?\.GetValue"),
    "resource": lazy_pattern(
        r"System\.(?:Reflection\.Assembly\.GetManifestResourceStream|Resources\.\w+\.Get(?:Object|Stream|String)\w*)"
    ),
    "decoded": lazy_pattern(r"System\.(?:Convert\.FromBase64\w+|Web\.HttpServerUtility\.UrlTokenDecode)"),
    "unpacked": lazy_pattern(r"System\.IO\.Compression\.(?:GZip|Deflate)Stream\.\.ctor"),
    "decrypted": lazy_pattern(
        r"System\.Security\.Cryptography\.(?:\w+\.(?:Decrypt\w*|CreateDecryptor|TransformFinalBlock)|CryptoStream\.\.ctor"
        r"|ProtectedData\.Unprotect)|System\.Web\.Security\.MachineKey\.(?:Decode|Unprotect)"
    ),
    "named": lazy_pattern(r"System\.IO\.Path\.GetFileName\w*"),
    "memory": lazy_pattern(r"System\.IO\.MemoryStream\.\.ctor"),
    "database": lazy_pattern(r"System\.Data\.\w+(?:\.\w+)?\.(?:Execute\w+|Fill|Get\w+|get_Item)"),
    "keys": lazy_pattern(r"System\.Web\.Configuration\.MachineKeySection\.get_(?:Validation|Decryption)Key"),
}
"""Labels of the results of members."""
_ACTS: Final = {
    "process": lazy_pattern(
        r"System\.Diagnostics\.Process\.Start|Microsoft\.VisualBasic\.Interaction\.Shell"
        r"|System\.Management\.Management(?:Class|Object)\.InvokeMethod"
        r"|System\.Management\.Automation\.(?:PowerShell\.AddScript|CommandInvocationIntrinsics\.InvokeScript"
        r"|Runspaces\.(?:Runspace\.CreatePipeline|CommandCollection\.AddScript))"
        r"|native:(?:CreateProcess\w*|WinExec|ShellExecute\w*|system|_wsystem)"
    ),
    "load": lazy_pattern(
        r"System\.Reflection\.Assembly\.(?:Load(?:From|File)?|UnsafeLoadFrom)|System\.AppDomain\.(?:Load|ExecuteAssembly"
        r"\w*|CreateInstanceFrom\w*)|native:(?:(?:Nt)?Create(?:Remote)?Thread\w*|RtlCreateUserThread|QueueUserAPC)|System\.Activator\.CreateInstanceFrom|System\.CodeDom\.Compiler\.\w+\."
        r"CompileAssemblyFrom\w+|System\.Runtime\.InteropServices\.Marshal\.GetDelegateForFunctionPointer"
        r"|System\.(?:Xaml\.XamlServices\.(?:Load|Parse)|Windows\.Markup\.XamlReader\.(?:Load|Parse))"
        r"|System\.Runtime\.Loader\.AssemblyLoadContext\.LoadFrom\w+"
    ),
    "deserialise": lazy_pattern(
        r"System\.(?:Runtime\.Serialization(?:\.\w+)+|Web\.UI\.(?:Los|ObjectState)Formatter)\.(?:Unsafe)?Deserialize"
    ),
    "evaluate": lazy_pattern(
        r"Microsoft\.JScript\.(?:Eval\.\w+|GlobalObject\.eval)|Microsoft\.CodeAnalysis\.\w+\.Scripting\.\w+\.(?:EvaluateAsync"
        r"|RunAsync|Create)|MSScriptControl\.\w+\.(?:Eval|ExecuteStatement|AddCode)|Microsoft\.Vsa\.\w+\.\w+"
    ),
    "write": lazy_pattern(
        r"System\.IO\.(?:File\.(?:Write|Append)All\w+|(?:Stream|Text|Binary)Writer\.Write\w*|(?:File)?Stream\.Write\w*"
        r"|File\.AppendText)|System\.Web\.HttpPostedFile(?:Base)?\.SaveAs"
    ),
    "keep": lazy_pattern(
        r"System\.Collections\.(?:Generic|Concurrent)\.(?:HashSet|List|Dictionary|Queue|Stack|Concurrent\w+)`\d\."
        r"(?:Add|TryAdd|Enqueue|Push|set_Item)|System\.Collections\.(?:ArrayList|Hashtable|Queue)\.(?:Add|Enqueue|set_Item)"
        r"|System\.Web\.HttpApplicationState(?:Base)?\.(?:Add|Set|set_Item)"
    ),
    "send": lazy_pattern(
        r"System\.Net\.(?:WebClient\.Upload\w+|Http\.HttpClient\.(?:Post|Put|Send)\w*|Mail\.SmtpClient\.Send\w*|Dns\.\w+"
        r"|Sockets\.(?:Socket|UdpClient|NetworkStream)\.(?:Send|Write)\w*)|System\.Net\.WebRequest\.Create"
    ),
    "answer": lazy_pattern(
        r"System\.Web\.HttpResponse(?:Base)?\.(?:Write|BinaryWrite|AddHeader|AppendHeader)|Microsoft\.Owin\."
        r"IOwinResponse\.Write\w*"
    ),
    "listen": lazy_pattern(
        r"System\.Net\.(?:HttpListenerPrefixCollection\.Add|HttpListener\.Start|Sockets\.TcpListener\.Start)"
        r"|native:Http(?:AddUrl\w*|ReceiveHttpRequest)"
    ),
    "reflect": lazy_pattern(
        r"System\.(?:Type\.(?:GetType|InvokeMember|GetMethod)|Reflection\.Assembly\.(?:GetType|CreateInstance)"
        r"|Activator\.CreateInstance)"
    ),
    "connect": lazy_pattern(
        r"System\.Net\.Sockets\.(?:TcpClient\.(?:\.ctor|(?:Begin)?Connect(?:Async)?)|Socket\.(?:Begin)?Connect(?:Async)?)"
    ),
    "database": lazy_pattern(r"System\.Data\.\w+\.\w+Connection\.(?:\.ctor|set_ConnectionString)"),
    "provide": lazy_pattern(r"System\.Web\.Hosting\.HostingEnvironment\.RegisterVirtualPathProvider"),
}
"""Kinds of acts by member."""
_PASSWORD = lazy_pattern(r"(?i)passw|^pwd$|^psw|credential|authorization")
_ANY_WRITER = lazy_pattern(r"System\.IO\.(?:TextWriter|Stream|BinaryWriter)\.")
_ONLY_TOGETHER = frozenset({"", "keep", "answer", "database", "provide"})
"""Kinds of acts that count for nothing without a value of the request or a key."""
_MACHINE = lazy_pattern(r"<([\w.]+)>")
"""The start of the name of the type that a compiler makes for an asynchronous method or an iterator."""
_SUBSCRIBES = lazy_pattern(r"\.add_\w+$|Owin\.\w+\.(?:Use|Map|Run)\w*$")
_OF_REQUESTS = lazy_pattern(r"^System\.Web\.HttpApplication\.add_|Owin\.\w+\.(?:Use|Map|Run)")
_OF_MAIL = "Microsoft.Exchange.Data.Transport."
_METHOD_TOKEN = 0x06000001
_MOST_ENTRIES, _MOST_ACTS = 2_000, 5_000
STEPS: Final = 60_000
"""Steps of all entry points of an assembly; each may take a part of the rest."""
_SHARE, _LEAST = 8, 4_000
_SIZE = 1 << 16
"""Characters that the code of an assembly counts as."""
_ORIGIN, _ACT = ("origin",), ("act",)
_HELPERS = 3
"""Calls inside each other, below a method that leads to an act, whose results are followed."""
_KINDS: Mapping[str, str] = {"visitor": "request", "upload": "request", "remote": "network"}
"""Words of labels here, by their kinds in the core."""
_OF_CORE: Mapping[str, str] = {"request": "visitor", "network": "remote"}
_TYPES: Mapping[str, Value] = {
    "string": Some("text"),
    "boolean": TRUTH,
    "int32": Some("number"),
    "int64": Some("number"),
}
START, REQUEST, MAIL, PAGE_OF, SIGN_IN, EVENT, READER = "start", "request", "mail", "page", "sign-in", "event", "read"
"""When a server calls an entry point; ``EVENT``: at another event that the code subscribes to; ``READER``: by
code that is not followed, for a method that reads the request."""
_LIBRARY_START = "<Module>"
STATIC: Final = STATIC_LABEL.kind
"""The word for an object that a static field keeps from one request to the next."""


class EntryPoint(NamedTuple):
    """A method that the server calls: its type and name, the index of its code, when it is called, and the words."""

    owner: str
    name: str
    body: int
    when: str
    words: str
    labels: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """The name of the type and the method."""
        return f"{self.owner}.{self.name.lstrip('.')}"


def labels_of(*values: Value) -> frozenset[str]:
    """Return the words for the origins of values: ``request``, ``file``, ``decrypted``; ``password`` by its key.

    Who selects a text does not write it.
    """
    found = frozenset[str]()
    for part in (part for value in values for option in options(value) for part in _parts(option)):
        is_selected = part.__class__ is Some and part.form == "found"
        for label in labels_in(part):
            if not (is_selected and label.kind in _KINDS):
                is_password = label.key is not None and label.kind in _KINDS and _PASSWORD.search(label.key) is not None
                found |= {_KINDS.get(label.kind, label.kind), *(["password"] if is_password else ())}
    return found


def _parts(value: Value) -> tuple[Value, ...]:
    return value.parts if value.__class__ is Parts else (value,)


def texts_of(*values: Value) -> list[str]:
    """Return the texts that values are, or are made from: also the names of files and the like that they come from."""
    found: dict[str, None] = {}
    for value in values:
        for option in options(value):
            found.update(dict.fromkeys(str(each) for each in _parts(option) if isinstance(each, str) and each))
        named = sorted(each.key for each in labels_in(value) if each.key and each.kind not in ("visitor", "upload"))
        found.update(dict.fromkeys(named))
    return [*found]


@dataclass(frozen=True, eq=False)
class CompiledAct:
    """A call with an effect that an entry point reaches.

    ``values`` start with the object of an instance method, ``takes`` is the type of the first parameter, and ``depth``
    the number of calls from the entry point to it.
    """

    entry: EntryPoint
    kind: str
    member: str
    values: tuple[Value, ...]
    method: Method
    takes: str = ""
    depth: int = 0

    @cached_property
    def labels(self) -> frozenset[str]:
        """The origins of all values."""
        return labels_of(*self.values)

    @cached_property
    def request_key(self) -> str | None:
        """The name of a field or header of the request that the values are made from."""
        labels = NONE.union(*map(labels_in, self.values))
        return min((each.key for each in labels if each.key and each.kind in ("visitor", "upload")), default=None)

    @cached_property
    def texts(self) -> list[str]:
        """The constant texts that the values are made from."""
        return texts_of(*self.values)

    @property
    def span(self) -> Span:
        """The place of the method's first text, since code has no readable place."""
        literals = self.method.body.literals
        return literals[0][0].span if literals else Span(0, 0)


class CompiledCode(NamedTuple):
    """The entry points of an assembly, their acts, and the streams that its virtual files return.

    ``is_cut`` is true if the entry points had more steps than they may take.
    """

    entries: tuple[EntryPoint, ...]
    acts: tuple[CompiledAct, ...]
    pages: tuple[tuple[EntryPoint, Value], ...] = ()
    is_cut: bool = False


@lru_cache(maxsize=1)
def compiled_code(assembly: Assembly) -> CompiledCode:
    """Return the acts of an assembly from its entry points."""
    called = list(iter_entry_points(assembly))[:_MOST_ENTRIES]
    if not any(each.when == PAGE_OF for each in called) and not _may_act(assembly):
        return CompiledCode(tuple(called), ())
    entries = [*called, *_readers(assembly)][:_MOST_ENTRIES]
    if not entries:
        return CompiledCode((), ())
    calls = _Calls(assembly, {each.body for each in entries})
    relevant = calls.leading_to(_matters)
    owners = {each.owner for each in entries if each.body in relevant}
    served = [each for each in entries if each.body in relevant or each.when == PAGE_OF or _prepares(each, owners)]
    run = _Requests(assembly, calls, calls.near(relevant | {each.body for each in served}))
    run.serve_all(sorted(served, key=_order))
    found = CompiledCode(tuple(entries), tuple(run.acts[:_MOST_ACTS]), tuple(run.pages), run.is_cut)
    run.close()
    return found


class _Calls:
    """The methods that entry points reach, each with those that it calls, or that may stand for it."""

    def __init__(self, assembly: Assembly, entries: set[int]) -> None:
        self._assembly = assembly
        self._below: dict[int, tuple[int, ...]] = {}
        bodies: dict[str, list[int]] = {}
        machines: dict[str, list[int]] = {}
        starts: dict[str, tuple[int]] = {}
        for index, method in enumerate(assembly.methods):
            bodies.setdefault(_last(method.name), []).append(index)
            if method.name == ".cctor":
                starts[method.owner] = (index,)
            machine = _MACHINE.search(method.owner) if method.name == "MoveNext" else None
            if machine is not None:
                machines.setdefault(machine[1], []).append(index)
        waiting = list(entries)
        while waiting:
            index = waiting.pop()
            if index in self._below:
                continue
            method = assembly.methods[index]
            is_certain = not method.is_virtual and (method.code or method.native)
            standing = () if is_certain else bodies[_last(method.name)]
            inner = (each for each, _ in method.body.inner)
            found = (*inner, *machines.get(method.name, ()), *standing, *starts.get(method.owner, ()))
            self._below[index] = tuple(each for each in found if 0 <= each < len(assembly.methods))
            waiting += self._below[index]

    def leading_to(self, matters: Callable[[str], bool]) -> set[int]:
        """Return the methods that call a member that matters, or a function of Windows, and their callers."""
        callers: dict[int, set[int]] = {each: set() for each in self._below}
        for index, below in self._below.items():
            for each in below:
                callers[each].add(index)
        members = set(filter(matters, self._assembly.members))
        methods = ((index, self._assembly.methods[index]) for index in self._below)
        waiting = [i for i, method in methods if method.native or not members.isdisjoint(method.body.steps)]
        found = set(waiting)
        while waiting:
            above = callers[waiting.pop()] - found
            found |= above
            waiting += above
        return found

    def near(self, relevant: set[int]) -> set[int]:
        """Return methods, and those that they call, a few calls deep: the results of these may be used."""
        found = last = set(relevant)
        for _ in range(_HELPERS):
            last = {each for index in last for each in self._below.get(index, ()) if each not in found}
            found |= last
        return found

    def depths(self, entry: int) -> Mapping[int, int]:
        """Return the number of calls from a method to each that it reaches."""
        found, waiting = {entry: 0}, deque([entry])
        while waiting:
            index = waiting.popleft()
            for each in self._below.get(index, ()):
                if each not in found:
                    found[each] = found[index] + 1
                    waiting.append(each)
        return found


def _last(name: str) -> str:
    """Return the name of a method without the interface that it is a method of."""
    return name.rpartition(".")[2] if name[:1] != "." else name


def _matters(member: str) -> bool:
    return _acts_alone(member) or reads_request(member) or _SUBSCRIBES.search(member) is not None


def _acts_alone(member: str) -> bool:
    return act_of(member) not in _ONLY_TOGETHER or _LABELS["keys"].fullmatch(member) is not None


def _may_act(assembly: Assembly) -> bool:
    """Return True if an assembly calls a member that acts, or may keep passwords."""
    called = [*_called(assembly)]
    if any(map(_acts_alone, called)):
        return True
    return any(act_of(each) == "keep" for each in called) and any(_PASSWORD.search(t.text) for t in assembly.literals)


def _called(assembly: Assembly) -> Iterator[str]:
    yield from assembly.members
    yield from (f"native:{method.native}" for method in assembly.methods if method.native)


def _order(entry: EntryPoint) -> tuple[bool, bool, bool, int]:
    """Sort constructors first, so that fields are known, and last the methods that only read the request."""
    step = next((at for at, word in enumerate(_LIFE) if entry.name.endswith(word)), len(_LIFE))
    return entry.when == READER, entry.name != ".cctor", entry.name != ".ctor", step


def _prepares(entry: EntryPoint, owners: Container[str]) -> bool:
    """True for a method of a page that the server calls by its name before or after one that acts."""
    return entry.owner in owners and entry.when == REQUEST and entry.name.endswith(_LIFE)


_LIFE = ("_PreInit", "_Init", "OnInit", "_Load", "OnLoad", "_PreRender", "OnPreRender", "Render")
"""Ends of the names of the methods of a page, in the order in which the server calls them."""


class _Requests:
    """The entry points of an assembly on the core, one after the other."""

    def __init__(self, assembly: Assembly, calls: _Calls, methods: set[int]) -> None:
        self.acts: list[CompiledAct] = []
        self.pages: list[tuple[EntryPoint, Value]] = []
        self.is_cut = False
        self._assembly = assembly
        self._calls = calls
        outside = library("dotnet")
        self._code = code_of(assembly, outside, Marks(_origins, lambda name: bool(act_of(name)), _subscribes), methods)
        program = ir.Program(ir.Proc("main"), {}, self._code.classes)
        world = World(outside, frozenset(vocabulary().sinks), _no_text)
        self._life = Life([program], world, {}, is_whole=True, steps=STEPS, size=_SIZE)
        self._machine = self._life.machine
        self._machine.procs, self._machine.remembers = self._code, False
        self._heap = self._life.opened(None)
        self._made: dict[str, Value] = {}
        self._entered: set[tuple[int, str]] = set()
        self._left = STEPS
        self._known: dict[Value, frozenset[Label]] = {}
        """The origins of known texts."""

    def close(self) -> None:
        """Break the circles of references."""
        self._life.close()

    def serve_all(self, entries: Sequence[EntryPoint]) -> None:
        """Enter entry points in their order; once more those of requests, where one left something of the visitor."""
        for entry in entries:
            self.serve(entry)
        statics = [each for each in self._heap.t if each.__class__ is tuple and each[0] == STATIC]
        kept = [*statics, *(each for each in NetLife.kept if each in self._heap.t)]
        if self._remembers_visitor(kept):
            self._entered.clear()
            self._made.clear()
            for entry in entries:
                if entry.when == REQUEST and entry.name not in (".ctor", ".cctor"):
                    self.serve(entry)

    def _remembers_visitor(self, kept: Iterable[Value]) -> bool:
        self._life.heap = self._heap
        return self._life.remembers_visitor(kept)

    def serve(self, entry: EntryPoint) -> None:
        """Enter an entry point, and the handlers of events that it adds."""
        waiting: list[tuple[EntryPoint, Value]] = [(entry, None)]
        while waiting:
            current, function = waiting.pop()
            key = current.body, current.when
            is_known = current.when == READER and any(each.name == f"#{current.body}" for each in self._machine.reached)
            if key in self._entered or is_known:
                continue
            self._entered.add(key)
            result = self._enter(current, function)
            if current.when == PAGE_OF and current.name == "Open":
                self.pages.append((current, self._with_origin(whole([self._heap, self._machine], result))))
            waiting += self._subscribed(current)

    def _enter(self, entry: EntryPoint, function: Value) -> Value:
        """Call the method of an entry point, or a function value; return its result."""
        machine = self._machine
        steps = max(self._left // _SHARE, min(_LEAST, self._left))
        this: Value = None
        if function is None and entry.name != ".cctor":
            machine.restart(_LEAST)
            this = self._object(entry)
        machine.arrivals = Arrivals()
        machine.restart(steps)
        frame: Frame = [self._heap, machine, None, EMPTY]
        result: Value = UNKNOWN
        try:
            result = self._called(frame, entry, this, function)
        except (PageEnd, Thrown) as error:
            error.__traceback__ = None
        except ExhaustedError:
            self.is_cut = True
        self._heap = frame[0]
        self._left -= steps - max(machine.budget.left, 0)
        self._note(entry)
        return result

    def _called(self, frame: Frame, entry: EntryPoint, this: Value, function: Value) -> Value:
        machine = self._machine
        if function is not None:
            values = self._arguments(entry)
            return machine.call_value(frame, function, values, 0)[0]
        symbol = self._code.classes.get(entry.owner)
        if entry.name == ".cctor":
            return static_of(frame, symbol)[0] if symbol is not None else None
        proc = self._code.get(f"#{entry.body}")
        assert proc is not None
        values = self._arguments(entry)
        has_this = len(proc.params) > len(values)
        return machine.call(frame, proc, [this, *values] if has_this else values, None, 0)[0]

    def _arguments(self, entry: EntryPoint) -> list[Value]:
        """Return unknown values of the types of the parameters, with the labels that the entry point has."""
        member = self._assembly.token(_METHOD_TOKEN + entry.body)
        types = member.types if isinstance(member, Member) else ()
        labels = (*entry.labels, *[""] * len(types))
        return [_argument(name, words) for name, words in zip(types, labels, strict=False)]

    def _object(self, entry: EntryPoint) -> Value:
        """Return the object of an entry point: one for each class, on which its constructor has run."""
        if entry.owner not in self._made:
            symbol = self._code.classes.get(entry.owner)
            if symbol is None:
                return UNKNOWN
            self._life.heap, self._made[entry.owner] = self._heap, UNKNOWN
            try:
                made = self._made[entry.owner] = self._life.made(symbol)
            except ExhaustedError:
                return UNKNOWN
            self._heap = self._life.heap
            constructors = [] if entry.name == ".ctor" else self._constructors(entry.owner)
            for each in constructors[:1]:
                self._enter(EntryPoint(entry.owner, ".ctor", each, START, f"a constructor of {entry.owner}"), None)
            self._open_fields(made)
        return self._made[entry.owner]

    def _constructors(self, owner: str) -> list[int]:
        found = next((each.methods for each in self._assembly.types if each.name == owner), range(0))
        return [each for each in found if self._assembly.methods[each].name == ".ctor"]

    def _open_fields(self, made: Value) -> None:
        """Let fields that the constructor left empty be anything: the server, or other code, may set them."""
        if made.__class__ is Ref:
            table = self._heap.own(made.oid)
            for key, value in table.items():
                if value is None:
                    table[key] = OneOf((None, UNKNOWN))

    def _note(self, entry: EntryPoint) -> None:
        """Keep the acts of an entry point."""
        depths: Mapping[int, int] | None = None
        for each in self._machine.arrivals:
            site = self._code.sites[each.at]
            if each.names == _ORIGIN:
                for text in options(each.arguments[0]):
                    self._known[text] = labels_in(each.arguments[1]) | self._known.get(text, NONE)
                continue
            member = site.member.name if site.member is not None else ""
            kind = act_of(member)
            if each.names != _ACT:
                kind = "" if kind else _kind_of(each.names)
                member = ".".join(each.names)
            if not kind:
                continue
            # A writer or stream of any kind counts if it is that of a file.
            if _ANY_WRITER.match(member) and "writer" not in labels_of(each.arguments[0]):
                continue
            depths = self._calls.depths(entry.body) if depths is None else depths
            self.acts.append(
                CompiledAct(
                    entry, kind, member, tuple(map(self._with_origin, each.arguments)),
                    self._assembly.methods[site.method],
                    (*site.member.types, "")[0] if site.member is not None else "", depths.get(site.method, 0),
                )
            )  # fmt: skip

    def _functions(self, value: Value) -> Iterator[Ref]:
        """Yield the functions that a value is, or has."""
        for each in options(value):
            if each.__class__ is Ref:
                table = self._heap.t[each.oid]
                inner = [table[at] for at in range(table[SIZE])] if table[KIND] == "functions" else [each]
                yield from (one for one in inner if one.__class__ is Ref)

    def _with_origin(self, value: Value) -> Value:
        """Return a value with the origins of its known texts, which a run does not keep."""
        found = frozenset(label for text in texts_of(value) for label in self._known.get(text, ()))
        if not found:
            return value
        return Parts((*(part for option in options(value) for part in _parts(option)), Some("", found)))

    def _subscribed(self, entry: EntryPoint) -> Iterator[tuple[EntryPoint, Value]]:
        """Yield the handlers of events that the code added, each an entry point of its own."""
        table = self._heap.t[PAGE]
        for key in [each for each in table if each.__class__ is str and each.startswith(ON)]:
            name = key.removeprefix(ON)
            when = REQUEST if _OF_REQUESTS.search(name) else MAIL if name.startswith(_OF_MAIL) else EVENT
            words = f"{entry.words}, and the handler that it adds by {name.rpartition('.')[2]}"
            for function in self._functions(table[key]):
                code = self._heap.t[function.oid].get(CODE)
                if code is not None and code.name.rpartition("#")[2].isdigit():
                    body = int(code.name.rpartition("#")[2])
                    method = self._assembly.methods[body]
                    yield EntryPoint(method.owner, method.name, body, when, words), function


def _no_text(*_: object) -> tuple[ir.Proc, list[ir.Proc], dict[str, ir.Class]]:
    """Return an empty program: a text that compiled code evaluates is an act, whatever it says."""
    return ir.Proc("text", blocks=[ir.Block()]), [], {}


def _argument(type_name: str, words: str) -> Value:
    """Return an unknown value of a type, with labels."""
    labels = frozenset(Label(_OF_CORE.get(each, each), "argument") for each in words.split())
    found = _TYPES.get(type_name.rstrip("&"), Some(short(type_name.rstrip("&"))))
    return Some(found.type, labels) if found.__class__ is Some else found


def _kind_of(names: tuple[str, ...]) -> str:
    """Return the kind of act of a member that is called by reflection, or as a function value."""
    found = (sink.kind for sink in vocabulary().sink(names))
    return next((each for each in found if each in _BY_NAME), "")


_BY_NAME = frozenset({"process", "load", "evaluate", "deserialise"})


@lru_cache(maxsize=4096)
def act_of(member: str) -> str:
    """Return the kind of act that a call of a member is, or ``""``."""
    return next((kind for kind, pattern in _ACTS.items() if pattern.fullmatch(member)), "")


@lru_cache(maxsize=4096)
def _origins(member: str) -> tuple[str, ...]:
    """Return the kinds of labels that the result of a member has."""
    found = [_OF_CORE.get(label, label) for label, pattern in _LABELS.items() if pattern.fullmatch(member)]
    return (*found, "visitor") if reads_request(member) else tuple(found)


def _subscribes(member: str) -> bool:
    return _SUBSCRIBES.search(member) is not None


def reads_request(member: str) -> bool:
    """Return True if a member returns a text of a visitor; the controls of desktop programs do not."""
    owner, _, name = member.lower().rpartition(".")
    owner, name, vocab = owner.rpartition(".")[2], name.removeprefix("get_"), vocabulary()
    if owner in _REQUESTS:
        return name in vocab.request_members
    return owner in _CONTROLS and name in vocab.control_members and not member.startswith("System.Windows.")


def iter_entry_points(assembly: Assembly) -> Iterator[EntryPoint]:
    """Yield the entry points of an assembly, with the constructors of their types."""
    rows = _rows()
    by_name = {each.name: each for each in assembly.types}
    for each in assembly.types:
        ancestors = _ancestors(each.name, by_name)
        matching = [row for row in rows["entry"] if not ancestors.isdisjoint(row["types"])]
        for row in matching:
            yield from _methods(assembly, each.name, each.methods, row["methods"], row)
        if matching:
            row = matching[0] | {"when": START, "labels": (), "words": f"a constructor of {each.name}"}
            yield from _methods(assembly, each.name, each.methods, (".cctor", ".ctor"), row)
        named = rows["named"]["types"].get(each.name.rpartition(".")[2])
        if named is not None:
            yield from _methods(assembly, each.name, each.methods, named, rows["named"] | {"when": START})
        if each.name == _LIBRARY_START:
            row = {"when": EVENT, "words": "the initialiser of the library, which runs when it is loaded"}
            yield from _methods(assembly, each.name, each.methods, (".cctor",), row)
    yield from _by_attributes(assembly, rows)


def _readers(assembly: Assembly) -> Iterator[EntryPoint]:
    """Yield the methods that read the request, and those that call one of them."""
    members = set(filter(reads_request, assembly.members))
    reading = {i for i, method in enumerate(assembly.methods) if members and not members.isdisjoint(method.body.steps)}
    for index, method in enumerate(assembly.methods if reading else ()):
        if index in reading or any(inner in reading for inner, _ in method.body.inner):
            yield EntryPoint(method.owner, method.name, index, READER, "a method that reads the request")


def _by_attributes(assembly: Assembly, rows: dict[str, Any]) -> Iterator[EntryPoint]:
    for attribute in assembly.attributes:
        row = next((row for row in rows["start"] if row["attribute"] == attribute.name), None)
        if row is None:
            continue
        texts = [text.partition(",")[0].replace("+", ".").strip() for text in attribute.texts]
        wanted = {*texts, row.get("method", ""), ".cctor"}
        for each in assembly.types:
            if each.name in texts or f".{each.name}" in texts or any(t.endswith(f".{each.name}") for t in texts):
                yield from _methods(assembly, each.name, each.methods, wanted, row | {"when": START})


def _methods(
    assembly: Assembly, owner: str, methods: Iterable[int], wanted: Iterable[str], row: dict[str, Any]
) -> Iterator[EntryPoint]:
    names = set(wanted)
    for index in methods:
        if not 0 <= index < len(assembly.methods):
            continue
        name = assembly.methods[index].name
        if name in names or name.rpartition(".")[2] in names or ("*" in names and not name.startswith(".")):
            labels = row.get("labels", ()) or (row.get("arguments", ()) if _takes_text(assembly, index) else ())
            yield EntryPoint(owner, name, index, row["when"], row["words"], tuple(labels))


def _takes_text(assembly: Assembly, index: int) -> bool:
    """Return True for a public method whose first parameter is a text."""
    member = assembly.token(_METHOD_TOKEN + index)
    return assembly.methods[index].is_public and isinstance(member, Member) and member.types[:1] == ("string",)


def _ancestors(name: str, types: dict[str, Any]) -> set[str]:
    """Return the base types and interfaces of a type, those of its base types in the assembly too."""
    found: set[str] = set()
    waiting = [name]
    while waiting and len(found) < 100:
        each = types.get(waiting.pop())
        for above in () if each is None else (each.base, *each.interfaces):
            if above and above not in found:
                found.add(above)
                waiting.append(above)
    return found


@lru_cache(maxsize=1)
def _rows() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "entry_points.toml").read_text(encoding="utf-8"))
