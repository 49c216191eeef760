"""Runs `trunkline serve` for the scripts that measure it: on free ports, with a directory of its own, in the test mode of the phone lab."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = str(ROOT / ".build" / "release" / "trunkline")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()


def wait_for(log, word, process, what):
    for _ in range(600):
        if word in log.read_text():
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"{what} did not start:\n{log.read_text()}")


def percentile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


class Server:
    """The server for as long as the block lasts. With `separate_lab`, the phone lab is a process of its own that writes `ledger`."""

    def __init__(self, binary, directory, separate_lab=False, **settings):
        self.binary, self.lab, self.ledger = binary, None, Path(directory) / "lab.jsonl"
        self.log = Path(directory) / "log"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            **os.environ,
            "TRUNKLINE_DATA_DIR": str(directory),
            "TRUNKLINE_HTTP_PORT": str(port),
            "TRUNKLINE_SIP_PORT": str(free_port()),
            "TRUNKLINE_LAB_PORT": str(free_port()),
            "TRUNKLINE_CALLS_DRAIN": "0",
            **{f"TRUNKLINE_{name.upper()}": str(value) for name, value in settings.items()},
        }
        if separate_lab:
            log = Path(directory) / "lab.log"
            with open(log, "w") as output:
                self.lab = subprocess.Popen(
                    [binary, "lab", "--ledger", str(self.ledger)], env=self.environment, stdout=output, stderr=output
                )
            wait_for(log, "Listening", self.lab, "the phone lab")
            self.environment["TRUNKLINE_LAB_ENABLED"] = "false"

    def __enter__(self):
        made = subprocess.run(
            [self.binary, "keys", "create", "--mode", "test"],
            env=self.environment, capture_output=True, text=True, check=True,
        )
        self.key = re.search(r"sk_test_\w+", made.stdout + made.stderr)[0]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([self.binary, "serve"], env=self.environment, stdout=log, stderr=log)
        wait_for(self.log, "Listening", self.process, "the server")
        return self

    def __exit__(self, *_):
        stop(self.process)
        if self.lab:
            stop(self.lab)

    def ask(self, method, path, body=None, kind="application/json"):
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, body, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        if body is not None:
            request.add_header("Content-Type", kind)
        try:
            with urllib.request.urlopen(request, timeout=600) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")

    def upload(self, path, settings, table):
        part = 'Content-Disposition: form-data; name="{}"\r\n\r\n'
        body = b"".join(
            [
                b"--b\r\n", part.format("settings").encode(), json.dumps(settings).encode(),
                b"\r\n--b\r\n", part.format("file").encode(), table, b"\r\n--b--\r\n",
            ]
        )
        return self.ask("POST", path, body, "multipart/form-data; boundary=b")

    def peak(self):
        """The most memory the process ever had, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1000

    def dials(self):
        """What reached the lab so far: the number and the time, in seconds, of each INVITE."""
        found = []
        for line in self.ledger.read_bytes().split(b"\n"):
            if line.startswith(b'{"invite"') or b'"invite":{' in line:
                try:
                    invite = json.loads(line)["invite"]
                except (ValueError, KeyError):
                    continue
                found.append((invite["dialed"], invite["at"] / 1e6))
        return found
