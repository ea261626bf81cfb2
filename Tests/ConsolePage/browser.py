"""Drives headless Chromium over its debugging pipe, with the standard library alone.

Messages are JSON, each ended by a zero byte.
"""
import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time


class BrowserError(Exception):
    """The browser refused, ended or did not answer in time."""


class Browser:
    """One Chromium with a profile of its own, which goes with it."""

    def __init__(self):
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if not program:
            raise BrowserError("there is no chromium; `scripts/setup test` installs it")
        self.profile = tempfile.mkdtemp(prefix="neurond-chromium-")
        to_browser, self.to = os.pipe()
        self.back, from_browser = os.pipe()
        command = [
            program,
            "--headless=new",
            "--remote-debugging-pipe",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-extensions",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            "--autoplay-policy=no-user-gesture-required",
            f"--user-data-dir={self.profile}",
            "about:blank",
        ]
        self.log = open(os.path.join(self.profile, "chromium.log"), "wb")
        # Chromium reads commands at 3 and writes answers at 4. Copies far above keep the pipes' own numbers out of
        # the way.
        high_in, high_out = os.dup2(to_browser, 100), os.dup2(from_browser, 101)

        def at_three_and_four():
            os.dup2(high_in, 3)
            os.dup2(high_out, 4)

        self.process = subprocess.Popen(
            command,
            preexec_fn=at_three_and_four,
            pass_fds=(3, 4),
            stdout=self.log,
            stderr=self.log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "HOME": self.profile, "TZ": "Asia/Shanghai", "LANG": "C.UTF-8"},
        )
        for fd in (to_browser, from_browser, high_in, high_out):
            os.close(fd)
        self.pending = b""
        self.number = 0
        self.pages = {}

    def send(self, method, params=None, session=None):
        """Sends a command; gives its number."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        return self.number

    def receive(self, until):
        """The next message, or None at `until` (monotonic)."""
        while b"\0" not in self.pending:
            ready, _, _ = select.select([self.back], [], [], max(0, until - time.monotonic()))
            if not ready:
                return None
            chunk = os.read(self.back, 1 << 20)
            if not chunk:
                raise BrowserError("the browser ended")
            self.pending += chunk
        raw, self.pending = self.pending.split(b"\0", 1)
        return json.loads(raw)

    def dispatch(self, message):
        """Hands an event to its page."""
        page = self.pages.get(message.get("sessionId"))
        if page and "method" in message:
            page.take(message["method"], message["params"])

    def call(self, method, params=None, session=None, within=30):
        """Sends a command and waits for its answer."""
        number, until = self.send(method, params, session), time.monotonic() + within
        while True:
            message = self.receive(until)
            if message is None:
                raise BrowserError(f"{method} was not answered within {within} s")
            if message.get("id") != number:
                self.dispatch(message)
            elif "error" in message:
                raise BrowserError(f"{method}: {message['error']['message']}")
            else:
                return message["result"]

    def page(self, **options):
        """Opens an empty page."""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self.pages[session] = Page(self, session, target, **options)
        self.pages[session].prepare()
        return self.pages[session]

    def close(self):
        """Ends the browser and takes its profile away."""
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(5)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)


class Page:
    """One page: what it did wrong is kept in `faults`."""

    def __init__(self, browser, session, target, width=1280, height=800, dark=False, touch=False):
        self.browser, self.session, self.target = browser, session, target
        self.width, self.height, self.dark, self.touch = width, height, dark, touch
        self.faults = []
        self.dialogs = []

    def call(self, method, params=None, within=30):
        """A command for this page."""
        return self.browser.call(method, params, self.session, within)

    def prepare(self):
        """Size, colours, and ears for everything that may go wrong."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": self.width,
                "height": self.height,
                "deviceScaleFactor": 2 if self.touch else 1,
                "mobile": self.touch,
            },
        )
        if self.touch:
            self.call("Emulation.setTouchEmulationEnabled", {"enabled": True})
        self.call(
            "Emulation.setEmulatedMedia",
            {
                "features": [
                    {"name": "prefers-color-scheme", "value": "dark" if self.dark else "light"},
                    {"name": "prefers-reduced-motion", "value": "reduce"},
                ]
            },
        )
        self.call(
            "Page.addScriptToEvaluateOnNewDocument",
            {
                "source": """
            addEventListener("securitypolicyviolation", (event) => {
                console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
            });"""
            },
        )

    def take(self, method, params):
        """Keeps what must not happen: errors, refused resources, alert boxes."""
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.faults.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.faults.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            text, url = params["entry"]["text"], params["entry"].get("url", "")
            # A camera that has no picture at the moment is no mistake of the page, but the browser calls it one.
            if not ("503" in text and "/picture.jpg" in url):
                self.faults.append(f"{text} {url}")
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(params["message"])
            self.browser.send("Page.handleJavaScriptDialog", {"accept": True}, self.session)

    def evaluate(self, expression, within=30):
        """The value of an expression, awaited."""
        answer = self.call(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": True},
            within,
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def go(self, url):
        """Loads an address and waits for the page's own scripts."""
        self.call("Page.navigate", {"url": url})
        self.until("document.readyState === 'complete'", "the page loads")

    def reload(self):
        """Loads the page again and waits for the new one's own scripts."""
        self.evaluate("window.isOld = true")
        self.call("Page.reload")
        self.until("!window.isOld && document.readyState === 'complete'", "the page loads again")

    def until(self, condition, what, within=20):
        """Waits until an expression is true, looking ten times a second, and takes events meanwhile."""
        deadline = time.monotonic() + within
        while True:
            try:
                value = self.evaluate(f"(() => {{ const it = ({condition}); return it instanceof Node ? true : it; }})()")
            except BrowserError as error:
                # The page that was asked has gone: the one that comes is asked next.
                if "target navigated" not in str(error):
                    raise
                value = None
            if value:
                return value
            if time.monotonic() > deadline:
                raise BrowserError(f"within {within} s it was not so that {what}: {condition}")
            self.pause(0.1)

    def pause(self, seconds):
        """Takes events for a while."""
        deadline = time.monotonic() + seconds
        while (message := self.receive_one(deadline)) is not None:
            self.browser.dispatch(message)

    def receive_one(self, deadline):
        """A message before the deadline, or None."""
        return self.browser.receive(deadline)

    def place(self, selector):
        """The middle of an element, scrolled into view."""
        found = self.evaluate(
            f"""(() => {{ const node = document.querySelector({json.dumps(selector)}); if (!node) return null;
            node.scrollIntoView({{block: "center"}}); const box = node.getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2, box.width, box.height]; }})()"""
        )
        if not found:
            raise BrowserError(f"there is no {selector}")
        return found

    def click(self, selector):
        """Presses an element as a mouse or a finger does."""
        x, y, *_ = self.place(selector)
        self.press(x, y)

    def press(self, x, y):
        """A click or a tap at a point of the window."""
        if self.touch:
            self.call("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
            self.call("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        else:
            self.drag([(x, y)])

    def drag(self, points):
        """Presses the mouse at the first point, moves it over the others and lets go."""
        for kind, (x, y) in [
            ("mousePressed", points[0]),
            *(("mouseMoved", p) for p in points[1:]),
            ("mouseReleased", points[-1]),
        ]:
            self.call(
                "Input.dispatchMouseEvent",
                {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1},
            )

    def key(self, key, modifiers=0):
        """Presses a key: a letter, or a name such as Enter."""
        codes = {"Enter": 13, "Escape": 27, "Delete": 46, "ArrowRight": 39, "ArrowDown": 40}
        text = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 and not modifiers else {}
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                {
                    "type": kind,
                    "key": key,
                    "modifiers": modifiers,
                    "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper())),
                    **(text if kind == "keyDown" else {}),
                },
            )

    def type(self, text):
        """Types into what has the focus."""
        self.call("Input.insertText", {"text": text})

    def shot(self, path, whole=False):
        """Takes a picture of the window, or of the whole page."""
        data = self.call("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": whole})["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def close(self):
        """Closes the page."""
        self.browser.call("Target.closeTarget", {"targetId": self.target})
        self.browser.pages.pop(self.session, None)
