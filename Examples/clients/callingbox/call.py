#!/usr/bin/env python3
"""Makes an agent through the CallingBox door, has it call, and waits for the result. Needs nothing but Python.

CALLINGBOX_BASE_URL=http://127.0.0.1:8080/callingbox CALLINGBOX_API_KEY=sk_test_… \\
    Examples/clients/callingbox/call.py +15550100001 "Ask if Tuesday still suits."
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

FINAL = {"completed", "no_answer", "busy", "canceled", "failed"}


class CallingBox:
    """The part of the vendor's API that makes agents, places calls and reads their results."""

    def __init__(self, url, key):
        self.url = url.rstrip("/")
        self.key = key

    def number(self):
        """A number to call from: one of the project's, or a new one."""
        owned = self.request("GET", "/v1/numbers")
        if owned:
            return owned[0]
        offered = self.request("GET", "/v1/numbers/available?limit=1")
        if not offered:
            sys.exit("the operator offers no number to call from")
        return self.request("POST", "/v1/numbers/purchase", {"phone_number": offered[0]["phone_number"]})

    def agent(self, name, instructions, returns):
        """The agent of that name, made if there is none."""
        for agent in self.request("GET", "/v1/agents")["data"]:
            if agent["name"] == name:
                return agent
        return self.request(
            "POST",
            "/v1/agents",
            {
                "name": name,
                "type": "outbound",
                "instructions": instructions,
                "returns": returns,
                "number_ids": [self.number()["id"]],
            },
        )

    def place(self, agent, number, **more):
        return self.request("POST", "/v1/calls", {"agent_id": agent, "to": number, **more})

    def result(self, call):
        """The record of the call when it is over."""
        while True:
            record = self.request("GET", f"/v1/calls/{call}")
            if record["status"] in FINAL:
                return record
            time.sleep(1)

    def transcript(self, call):
        return self.request("GET", f"/v1/calls/{call}/transcript")["segments"]

    def request(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
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
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    number, *instructions = sys.argv[1:]
    callingbox = CallingBox(
        os.environ.get("CALLINGBOX_BASE_URL", "http://127.0.0.1:8080/callingbox"),
        os.environ["CALLINGBOX_API_KEY"],
    )
    agent = callingbox.agent("Example", "Ask if Monday still suits.", {"suits": "boolean"})
    more = {"instructions": instructions[0]} if instructions else {}
    call = callingbox.place(agent["id"], number, context={"guest": "Ana"}, metadata={"source": "example"}, **more)
    record = callingbox.result(call["id"])
    print(f"{record['status']} after {record['duration_seconds']} s, result: {record['result']}")
    if record["error_message"]:
        print(record["error_message"])
    for segment in callingbox.transcript(call["id"]):
        print(f"{segment['started_at']}  {segment['role']}: {segment['text']}")


if __name__ == "__main__":
    main()
