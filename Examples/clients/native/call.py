#!/usr/bin/env python3
"""Places one call, shows both sides as they speak, and then what came of it. Needs nothing but Python.

TRUNKLINE_URL=http://127.0.0.1:8080 TRUNKLINE_API_KEY=sk_test_… \\
    Examples/clients/native/call.py appointment-reminder +15550100001 [--listen]

With --listen it also takes the call's webhook, on a port of this machine, and checks its signature. The server has to
allow such receivers then (webhooks.allow_private).
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import queue
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid


class Trunkline:
    """The part of the API that places calls, follows them and reads what came of them."""

    def __init__(self, url, key):
        self.url = url.rstrip("/")
        self.key = key

    def place(self, agent, number, **more):
        # Sent again after a lost answer, the request makes no second call: the key says that it is the same one.
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        body = {"agent": agent, "to": number, **more}
        for wait in (1, 2, None):
            try:
                return self.request("POST", "/v1/calls", body, headers)
            except urllib.error.URLError as error:
                if isinstance(error, urllib.error.HTTPError) or wait is None:
                    raise
                time.sleep(wait)

    def events(self, call):
        """What happened to the call and what happens, until it is over. A connection that breaks is taken up where it ended."""
        last = 0
        while True:
            try:
                with self.open("GET", f"/v1/calls/{call}/events", headers={"Last-Event-ID": str(last)}) as stream:
                    for line in stream:
                        if not line.startswith(b"data: "):
                            continue
                        event = json.loads(line[6:])
                        last = event["sequence"]
                        yield event
                        if event["type"] == "call.ended":
                            return
            except (ConnectionError, TimeoutError):
                time.sleep(1)

    def request(self, method, path, body=None, headers=None):
        with self.open(method, path, body, headers) as reply:
            return json.load(reply)

    def open(self, method, path, body=None, headers=None):
        request = urllib.request.Request(self.url + path, method=method, headers=headers or {})
        request.add_header("Authorization", f"Bearer {self.key}")
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        return urllib.request.urlopen(request, data, timeout=60)


def is_genuine(secret, headers, body):
    """Whether a webhook came from the server, as Standard Webhooks has it. `body` is the bytes as received."""
    if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, given) for given in headers["webhook-signature"].split(" "))


class Receiver:
    """Takes webhooks on a port of this machine."""

    def __init__(self):
        messages = self.messages = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                # First the answer, then the work: the server waits ten seconds.
                self.send_response(204)
                self.end_headers()
                messages.put((self.headers, body))

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}/calls"


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--listen"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    trunkline = Trunkline(os.environ.get("TRUNKLINE_URL", "http://127.0.0.1:8080"), os.environ["TRUNKLINE_API_KEY"])
    receiver = Receiver() if "--listen" in sys.argv else None
    more = {"callback_url": receiver.url} if receiver else {}
    try:
        call = trunkline.place(*arguments, metadata={"source": "example"}, **more)
        for event in trunkline.events(call["id"]):
            if event["type"] == "call.said":
                print(f"{event['data']['speaker']}: {event['data']['text']}", flush=True)
        call = trunkline.request("GET", f"/v1/calls/{call['id']}")
        print(f"status: {call['status']}, {call['end_reason']}, after {call['duration']} s")
        print(f"result: {json.dumps(call['result'])}")
        print(f"cost: {call['cost']['total']}")
        if receiver:
            headers, body = receiver.messages.get(timeout=30)
            secret = trunkline.request("GET", "/v1/webhooks/secret")["secret"]
            if not is_genuine(secret, headers, body):
                sys.exit("the webhook is not genuine")
            event = json.loads(body)
            print(f"webhook: {event['type']} of {event['data']['call']['id']}, genuine")
    except urllib.error.HTTPError as error:
        sys.exit(f"{error.code} {error.read().decode()}")


if __name__ == "__main__":
    main()
