"""Chromium without a screen, and a dashboard for it to look at: what scripts/screenshots, scripts/accessibility and scripts/dashboard-hour share."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct horse"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    """Chromium without a screen (W3C WebDriver, and the DevTools protocol for what that has no words for)."""

    def __init__(self):
        port = free_port()
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL)
        self.base = f"http://127.0.0.1:{port}/session"
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"]
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        for _ in range(100):
            try:
                session = self.ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        self.base += "/" + session["sessionId"]

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from error

    def tell(self, command, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def run(self, script):
        return self.ask("POST", "/execute/sync", {"script": script, "args": []})

    def fill(self, selector, text, over=False):
        """Types into a field; with `over`, in place of what stands in it."""
        found = next(iter(self.ask("POST", "/element", {"using": "css selector", "value": selector}).values()))
        if over:
            self.ask("POST", f"/element/{found}/clear", {})
        self.ask("POST", f"/element/{found}/value", {"text": text})

    def click(self, selector):
        found = next(iter(self.ask("POST", "/element", {"using": "css selector", "value": selector}).values()))
        self.ask("POST", f"/element/{found}/click", {})

    def wait(self, condition):
        """Until the page says so, in JavaScript."""
        for _ in range(200):
            if self.run(f"return !!({condition})"):
                return
            time.sleep(0.05)
        raise RuntimeError(f"waited 10 s in vain for {condition} on {self.run('return location.href')}")

    def follow(self, selector):
        """Clicks what leads to another page, and waits for that."""
        self.run("document.body.dataset.left = 1")
        self.click(selector)
        self.wait("document.body && !document.body.dataset.left && document.readyState === 'complete'")

    def complaints(self):
        """What the browser logged as wrong, but for pages that say themselves that something is not there (404) or not accepted (422)."""
        found = self.ask("POST", "/se/log", {"type": "browser"})
        severe = [entry["message"] for entry in found if entry["level"] == "SEVERE"]
        return [message for message in severe if "status of 404" not in message and "status of 422" not in message]

    def quit(self):
        self.ask("DELETE", "")
        self.driver.terminate()
        self.driver.wait()


class Dashboard:
    """The built server with a directory of its own, and nobody who has signed in yet."""

    def __enter__(self):
        self.program = os.environ.get("TRUNKLINE", str(ROOT / ".build" / "debug" / "trunkline"))
        self.directory = tempfile.mkdtemp()
        ports = {name: str(free_port()) for name in ["TRUNKLINE_HTTP_PORT", "TRUNKLINE_SIP_PORT", "TRUNKLINE_LAB_PORT"]}
        # Nothing that is looked at here leaves this machine, webhooks included.
        local = {"TRUNKLINE_DATA_DIR": self.directory, "TRUNKLINE_WEBHOOKS_ALLOW_PRIVATE": "true"}
        self.environment = {**os.environ, **ports, **local}
        self.base = f"http://127.0.0.1:{ports['TRUNKLINE_HTTP_PORT']}"
        self.server = subprocess.Popen([self.program, "serve"], env=self.environment, stderr=subprocess.PIPE, text=True)
        self.invitation = None
        for line in self.server.stderr:
            if found := re.search(r"/invitation\?code=\S+", line):
                self.invitation = found[0]
                break
        return self

    def sign_in(self, browser):
        """As the owner, who chooses a password."""
        browser.open(self.base + self.invitation)
        browser.fill("[name=password]", PASSWORD)
        browser.fill("[name=again]", PASSWORD)
        browser.follow("form button")

    def file(self, name, text):
        """The path of a file with `text` in it."""
        path = Path(self.directory) / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def key(self):
        """The secret of a new API key for calls to the phone lab."""
        made = subprocess.run(
            [self.program, "keys", "create", "--mode", "test"], env=self.environment, capture_output=True, text=True, check=True
        )
        return re.search(r"sk_test_\w+", made.stdout + made.stderr)[0]

    def call_at_any_hour(self):
        """Has batches not wait for the hours in which people may be called: the lab's numbers could be anywhere in North America."""
        request = urllib.request.Request(self.base + "/v1/policy", b'{"calling_hours": {"applies_to": "none"}}', method="PATCH")
        request.add_header("Authorization", f"Bearer {self.key()}")
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request, timeout=60).close()

    def __exit__(self, *_):
        self.server.send_signal(signal.SIGTERM)
        self.server.stderr.close()
        self.server.wait()
        shutil.rmtree(self.directory, ignore_errors=True)
