#!/usr/bin/env python3
"""Places one call through the Telzino door and waits for its result. Needs nothing but Python.

TELZINO_URL=http://127.0.0.1:8080/telzino TELZINO_CLIENT_ID=key_… TELZINO_CLIENT_SECRET=sk_test_… \\
    Examples/clients/telzino/call.py AGENT_ID +15550100001 "You are calling John to confirm his appointment tomorrow at 2 pm."
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

FINAL = {"completed", "no_answer", "busy", "failed"}


class Telzino:
    """The part of the vendor's API that places calls and reads their results."""

    def __init__(self, url, client_id, client_secret):
        self.url = url.rstrip("/")
        self.token = None
        reply = self.request(
            "POST",
            "/oauth/token",
            {
                "client_id": client_id,
                "client_secret": client_secret,
                "audience": "https://api.telzino.com/",
                "grant_type": "client_credentials",
            },
        )
        self.token = reply["access_token"]

    def place(self, agent, number, context=None, metadata=None, callback_url=None):
        body = {"to_number": number, "call_context": context, "metadata": metadata, "callback_url": callback_url}
        body = {name: value for name, value in body.items() if value is not None}
        return self.request("POST", f"/v1/agents/{agent}/outbound-calls", body)["id"]

    def call(self, agent, call):
        return self.request("GET", f"/v1/agents/{agent}/outbound-calls/{call}")

    def result(self, agent, call):
        """The record of the call when it is over."""
        while True:
            record = self.call(agent, call)
            if record["status"] in FINAL:
                return record
            time.sleep(1)

    def transcript(self, agent, transcript_id):
        return self.request("GET", f"/v1/agents/{agent}/call-logs/{transcript_id}")["data"]["transcript_json"]

    def request(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, method=method)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    agent, number, *context = sys.argv[1:]
    telzino = Telzino(
        os.environ.get("TELZINO_URL", "http://127.0.0.1:8080/telzino"),
        os.environ["TELZINO_CLIENT_ID"],
        os.environ["TELZINO_CLIENT_SECRET"],
    )
    call = telzino.place(agent, number, *context, metadata={"source": "example"})
    record = telzino.result(agent, call)
    print(f"{record['status']} after {record['duration']} s" if record["duration"] is not None else record["status"])
    if record["error"]:
        print(record["error"])
    if record["transcript_id"]:
        print(f"\n{record['summary_text']}\n")
        for entry in telzino.transcript(agent, record["transcript_id"]):
            print(f"{entry['timestamp']:7.2f}  {entry['speaker']}: {entry['text']}")


if __name__ == "__main__":
    main()
