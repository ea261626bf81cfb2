#!/usr/bin/env python3
"""Prints each event of a JetStream stream, one a line, and confirms it: a durable consumer in the protocol itself.

    nats-consumer.py NAME [--server HOST:PORT] [--stream ND_EVT] [--filter SUBJECT] [--user USER] [--count N]

The server remembers under NAME what was confirmed, so that the next start goes on there. Anything that speaks NATS does the same:
`nats consumer next ND_EVT NAME --count 100`. The password of --user is taken from $NATS_PASSWORD.
"""

import argparse
import json
import os
import socket
import sys


class Connection:
    """As much of the NATS protocol as a consumer needs."""

    def __init__(self, address, user):
        host, port = address.rsplit(":", 1)
        self.inbox = f"_INBOX.{user or 'consumer'}.{os.getpid()}"
        self.stream = socket.create_connection((host, int(port)), timeout=60).makefile("rwb")
        self.stream.readline()
        hello = {"verbose": False, "headers": True, "no_responders": True, "name": "nats-consumer.py"}
        if user:
            hello |= {"user": user, "pass": os.environ.get("NATS_PASSWORD", "")}
        self.send(f"CONNECT {json.dumps(hello)}\r\nSUB {self.inbox}.> 1\r\n".encode())

    def send(self, data):
        self.stream.write(data)
        self.stream.flush()

    def publish(self, subject, body=b"", reply=""):
        self.send(f"PUB {subject} {reply} {len(body)}\r\n".encode() + body + b"\r\n")

    def receive(self):
        """The next message: where its answer goes, its headers and its body."""
        while True:
            line = self.stream.readline()
            words = line.decode().split()
            if not words:
                sys.exit("nats-consumer: the server closed the connection")
            if words[0] == "PING":
                self.send(b"PONG\r\n")
            elif words[0] == "-ERR":
                sys.exit(f"nats-consumer: {line.decode().strip()}")
            elif words[0] in ("MSG", "HMSG"):
                total = int(words[-1])
                head = int(words[-2]) if words[0] == "HMSG" else 0
                reply = words[3] if len(words) - (words[0] == "HMSG") == 5 else ""
                data = self.stream.read(total + 2)[:-2]
                return reply, data[:head], data[head:]

    def request(self, subject, body):
        self.publish(subject, json.dumps(body).encode(), f"{self.inbox}.answer")
        _, headers, answer = self.receive()
        if b" 503" in headers.split(b"\r\n")[0]:
            sys.exit("nats-consumer: there is no JetStream here")
        result = json.loads(answer)
        if "error" in result:
            sys.exit(f"nats-consumer: {result['error']['description']}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--server", default="127.0.0.1:4222")
    parser.add_argument("--stream", default="ND_EVT")
    parser.add_argument("--filter", default="nd.v1.>")
    parser.add_argument("--user")
    parser.add_argument("--existing", action="store_true", help="NAME was made by an administrator")
    parser.add_argument("--count", type=int, help="end after so many events")
    options = parser.parse_args()
    connection = Connection(options.server, options.user)
    if not options.existing:
        connection.request(
            f"$JS.API.CONSUMER.DURABLE.CREATE.{options.stream}.{options.name}",
            {
                "stream_name": options.stream,
                "config": {
                    "durable_name": options.name,
                    "ack_policy": "explicit",
                    "deliver_policy": "all",
                    "filter_subject": options.filter,
                },
            },
        )
    printed = 0
    while options.count is None or printed < options.count:
        batch = min(64, options.count - printed) if options.count else 64
        ask = json.dumps({"batch": batch, "expires": 30_000_000_000}).encode()
        connection.publish(f"$JS.API.CONSUMER.MSG.NEXT.{options.stream}.{options.name}", ask, f"{connection.inbox}.next")
        taken = 0
        while taken < batch:
            reply, headers, body = connection.receive()
            if not reply:
                # A word of the server's: nothing more for now.
                break
            print(body.decode(), flush=True)
            # Confirmed once it is printed: what was not, comes again.
            connection.publish(reply, b"+ACK")
            taken += 1
        printed += taken


main()
