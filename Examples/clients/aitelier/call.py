#!/usr/bin/env python3
"""Triggers one call through the Aitelier door and waits for its session. Needs nothing but Python.

AITELIER_URL=http://127.0.0.1:8080/aitelier AITELIER_API_KEY=avp_test_… \\
    Examples/clients/aitelier/call.py appointment-reminder +15550100001 name=Maria day=Friday
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid


class Aitelier:
    """The part of the vendor's API that triggers calls and reads their sessions."""

    def __init__(self):
        self.url = os.environ.get("AITELIER_URL", "http://127.0.0.1:8080/aitelier").rstrip("/")
        self.key = os.environ["AITELIER_API_KEY"]

    def trigger(self, scenario, phone, metadata, key=None):
        """One call, and one only however often this is done with the same `key`."""
        body = {"scenario": scenario, "phone": phone, "metadata": metadata}
        return self.request("POST", "/v1/calls", body, key or str(uuid.uuid4()))["session_id"]

    def session(self, session):
        """The session when it is over."""
        while True:
            record = self.request("GET", f"/v1/sessions/{session}")
            if record["status"] in ("completed", "failed"):
                return record
            time.sleep(1)

    def request(self, method, path, body=None, idempotency_key=None):
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        if idempotency_key:
            request.add_header("Idempotency-Key", idempotency_key)
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        while True:
            try:
                with urllib.request.urlopen(request, data, timeout=30) as reply:
                    return json.load(reply)
            except urllib.error.HTTPError as error:
                if error.code != 429:
                    sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")
                time.sleep(int(error.headers["Retry-After"]))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    scenario, phone, *metadata = sys.argv[1:]
    aitelier = Aitelier()
    session = aitelier.trigger(scenario, phone, dict(pair.split("=", 1) for pair in metadata))
    record = aitelier.session(session)
    print(f"{record['end_state']} after {record['duration_seconds']} s, outcome: {record['outcome']}")
    # Left out for keys without the scope sessions:read:transcript.
    for turn in record.get("transcript", []):
        print(f"{turn['at']}  {turn['speaker']}: {turn['text']}")


if __name__ == "__main__":
    main()
