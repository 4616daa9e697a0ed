"""A headless Chromium for the tests: it is spoken to through a pipe, in its DevTools protocol, so that no driver is needed."""

from __future__ import annotations

import base64
import io
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Any

from PIL import Image

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE = 60  # seconds until a browser that does not answer counts as broken
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27}


def program() -> str | None:
    """Return the path of an installed Chromium. Windows has no pipes of the kind that it needs."""
    found = map(shutil.which, PROGRAMS)
    return next(filter(None, found), None) if sys.platform != "win32" else None


class Chromium:
    """A browser with a profile of its own, which is forgotten when it closes."""

    def __init__(self) -> None:
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        commands, self._commands = map(_above_ten, os.pipe())
        self._answers, answers = map(_above_ten, os.pipe())
        # Chromium reads commands from descriptor 3 and writes answers to descriptor 4.
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{commands} 4>&{answers}', "bash", str(program()), *FLAGS, f"--user-data-dir={self._profile}"],
            pass_fds=(commands, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        self._unread = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def close(self) -> None:
        os.close(self._commands)  # the end of its commands is the end of Chromium
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._answers)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Give a command and return its result; what happens meanwhile is kept among the events."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while (message := self._receive()).get("id") != self._number:
            self.events.append(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        result: dict[str, Any] = message["result"]
        return result

    def wait_for(self, event: str) -> None:
        """Wait until an event has come; it and those before it stay among the events."""
        while not any(message.get("method") == event for message in self.events):
            self.events.append(self._receive())

    def _receive(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self._unread:
            if not select.select([self._answers], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError(f"Chromium has not answered for {PATIENCE} seconds")
            received = os.read(self._answers, 1 << 20)
            if not received:
                raise ConnectionError(f"Chromium ended with exit code {self._process.wait()}")
            self._unread += received
        message, _, self._unread = self._unread.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


def _above_ten(descriptor: int) -> int:
    """Move a descriptor out of the way of those that Chromium uses."""
    import fcntl  # Windows has none, and no test there comes this far

    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


class Tab:
    """A tab that shows one page after the other, and remembers what the page that it shows has asked for and complained about."""

    def __init__(self, browser: Chromium) -> None:
        self._browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **parameters)

    def open(self, address: str, width: int, height: int, dark: bool = False) -> None:
        """Show a page in a window of this size and wait until it is drawn."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme, {"name": "prefers-reduced-motion", "value": "reduce"}])
        self._browser.events.clear()
        answer = self._call("Page.navigate", url=address)
        if "errorText" in answer:
            raise RuntimeError(f"{address}: {answer['errorText']}")
        self._browser.wait_for("Page.loadEventFired")
        self.run("document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))")

    def run(self, script: str) -> Any:
        """Run a script in the page and return its value, which may be a promise."""
        answer = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", script))
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        code = KEYS[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def screenshot(self) -> Image.Image:
        data = self._call("Page.captureScreenshot", format="png")["data"]
        return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")

    @property
    def requests(self) -> list[str]:
        """The addresses that the page has asked for."""
        return [event["params"]["request"]["url"] for event in self._of("Network.requestWillBeSent")]

    @property
    def complaints(self) -> list[str]:
        """What the browser and the page's scripts have complained about, and what could not be loaded."""
        thrown = [event["params"]["exceptionDetails"]["text"] for event in self._of("Runtime.exceptionThrown")]
        calls = [event["params"] for event in self._of("Runtime.consoleAPICalled")]
        said = [
            str([argument.get("value") for argument in call["args"]]) for call in calls if call["type"] in ("error", "warning", "assert")
        ]
        entries = [event["params"]["entry"] for event in self._of("Log.entryAdded")]
        logged = [f"{entry['text']} {entry.get('url', '')}" for entry in entries if entry["level"] in ("error", "warning")]
        failed = [event["params"]["errorText"] for event in self._of("Network.loadingFailed")]
        return thrown + said + logged + failed

    def _of(self, method: str) -> list[dict[str, Any]]:
        return [event for event in self._browser.events if event.get("method") == method and event.get("sessionId") == self._session]
