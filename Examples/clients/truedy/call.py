#!/usr/bin/env python3
"""Places one call through the Truedy door and waits for its result. Needs nothing but Python.

TRUEDY_BASE_URL=http://127.0.0.1:8080/truedy/api/public/v1 TRUEDY_API_KEY=sk_test_… \\
    Examples/clients/truedy/call.py AGENT_ID +15550100001 name=Ana day=Thursday
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

FINAL = {"ended", "failed", "cancelled"}


class Truedy:
    """The part of the vendor's API that places calls and reads their results."""

    def __init__(self, url, key):
        self.url = url.rstrip("/")
        self.key = key

    def place(self, agent, number, **more):
        # Sent again with the same key, for instance after a broken connection, the request places no second call.
        headers = {"X-Idempotency-Key": str(uuid.uuid4())}
        return self.request("POST", "/calls", {"agent_id": agent, "phone_number": number, **more}, headers)

    def result(self, call):
        """The record of the call when it is over."""
        while True:
            record = self.request("GET", f"/calls/{call}")
            if record["status"] in FINAL:
                return record
            # The vendor asks for no less.
            time.sleep(5)

    def request(self, method, path, body=None, headers=None):
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **(headers or {})}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    agent, number, *variables = sys.argv[1:]
    truedy = Truedy(
        os.environ.get("TRUEDY_BASE_URL", "http://127.0.0.1:8080/truedy/api/public/v1"),
        os.environ["TRUEDY_API_KEY"],
    )
    call = truedy.place(
        agent,
        number,
        variables=dict(variable.split("=", 1) for variable in variables),
        call_settings={"max_duration": "300s", "join_timeout": "30s"},
    )
    record = truedy.result(call["id"])
    if record["status"] != "ended":
        sys.exit(f"{record['status']}: {record['failure_reason'] or record['outcome']}")
    print(f"ended after {record['duration_seconds']} s, outcome: {record['outcome']}")
    print(f"recording: {record['recording_url']}\n")
    for entry in record["transcript"] or []:
        print(f"{entry['timestamp']:7.2f}  {entry['speaker']}: {entry['text']}")


if __name__ == "__main__":
    main()
