"""Headless Chromium over its pipe: opens a page, and takes pictures of it, without any package or network.

The DevTools protocol runs over two file descriptors, so that no port is opened. Messages are JSON, ended by NUL.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OPTIONS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)
# The protocol is at descriptors 3 and 4; ours are copied to high numbers first, since they may be these two.
_LAUNCHER: Final = """
import fcntl, os, sys
high = [fcntl.fcntl(int(each), fcntl.F_DUPFD, 100) for each in sys.argv[1:3]]
for at, each in enumerate(high, 3):
    os.dup2(each, at)
    os.close(each)
os.execv(sys.argv[3], sys.argv[3:])
"""
_KEYS: Final = {"Tab": 9, "Enter": 13, "Escape": 27}
_TIMEOUT_S: Final = 60.0
_CHUNK: Final = 1 << 20


class ChromiumError(Exception):
    """The browser refused a command, ended, or did not answer in time."""


def find_chromium() -> str | None:
    """Return the path of the browser, ``None`` if there is none or it can't be driven on this system."""
    if sys.platform == "win32":
        return None
    return next((found for name in NAMES if (found := shutil.which(name)) is not None), None)


class Page:
    """One page of the browser, and the events that it sent: errors, messages of the console, requests."""

    def __init__(self, browser: Browser, session: str) -> None:
        self.events: list[dict[str, Any]] = []
        self._browser = browser
        self._session = session
        for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - values of a protocol in JSON
        """Return the result of a command of the protocol."""
        return self._browser.call(method, values, self._session)

    def open(self, path: Path) -> float:
        """Open a file, and return the seconds until it was loaded and painted."""
        self.events.clear()
        start = time.monotonic()
        self.call("Page.navigate", url=path.resolve().as_uri())
        self._browser.wait_for("Page.loadEventFired", self)
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return time.monotonic() - start

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - a value of JSON
        """Return the value of an expression in the page."""
        made = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in made:
            raise ChromiumError(json.dumps(made["exceptionDetails"])[:2000])
        return made["result"].get("value")

    def look(
        self, *, dark: bool = False, width: int = 1200, height: int = 900, scale: float = 1, print_: bool = False
    ) -> None:
        """Set the colours and the size of the window."""
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media="print" if print_ else "", features=features)
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    def press(self, key: str) -> None:
        """Press a key, such as ``Tab``."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=_KEYS[key])

    def picture(self, *, whole: bool = False) -> bytes:
        """Return the window, or the whole page, as PNG."""
        made = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(made["data"])

    def pdf(self) -> bytes:
        """Return the printed page."""
        made = self.call(
            "Page.printToPDF", printBackground=True, preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69
        )
        return base64.b64decode(made["data"])

    def complaints(self) -> list[str]:
        """Return errors and warnings of the page: scripts, policy, console, and issues that the browser found."""
        found = []
        for event in self.events:
            method, values = event["method"], event["params"]
            is_log = method == "Log.entryAdded" and values["entry"]["level"] in ("error", "warning")
            is_console = method == "Runtime.consoleAPICalled" and values["type"] in ("error", "warning", "assert")
            if is_log or is_console or method in ("Runtime.exceptionThrown", "Audits.issueAdded"):
                found.append(json.dumps(event)[:600])
        return found

    def requests(self) -> list[str]:
        """Return the addresses that the page requested, without that of itself and without data in the page."""
        sent = [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return [url for url in sent[1:] if not url.startswith("data:")]


class Browser:
    """A running browser, as the peer of a pipe."""

    def __init__(self, to: int, out: int) -> None:
        self._to, self._out = to, out
        self._buffer = b""
        self._number = 0
        self._pages: dict[str, Page] = {}

    def page(self) -> Page:
        """Return a new empty page."""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        made = Page(self, session)
        self._pages[session] = made
        return made

    def call(self, method: str, values: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        """Send a command, and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": values}
        if session is not None:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        wanted = self._number
        while True:
            answer = self._next()
            if answer.get("id") == wanted:
                if "error" in answer:
                    raise ChromiumError(f"{method}: {answer['error'].get('message')}")
                result: dict[str, Any] = answer["result"]
                return result

    def wait_for(self, method: str, page: Page) -> None:
        """Wait for an event of a page."""
        while not any(event["method"] == method for event in page.events):
            self._next()

    def _next(self) -> dict[str, Any]:
        """Return the next message; an event is added to those of its page."""
        while b"\0" not in self._buffer:
            if not select.select([self._out], [], [], _TIMEOUT_S)[0]:
                raise ChromiumError("no answer in time")
            read = os.read(self._out, _CHUNK)
            if not read:
                raise ChromiumError("the browser ended")
            self._buffer += read
        raw, self._buffer = self._buffer.split(b"\0", 1)
        message: dict[str, Any] = json.loads(raw)
        page = self._pages.get(message.get("sessionId", ""))
        if page is not None and "method" in message:
            page.events.append(message)
        return message


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Start a browser with a profile of its own, and end it with its children."""
    to_child, to = os.pipe()
    out, from_child = os.pipe()
    with tempfile.TemporaryDirectory(prefix="webshellhunt-chromium-", ignore_cleanup_errors=True) as profile:
        command = [path, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        child = subprocess.Popen(  # noqa: S603 - the browser of this machine
            [sys.executable, "-c", _LAUNCHER, str(to_child), str(from_child), *command],
            pass_fds=(to_child, from_child),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_child)
        os.close(from_child)
        try:
            yield Browser(to, out)
        finally:
            os.close(to)
            os.close(out)
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
