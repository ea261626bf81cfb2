#!/usr/bin/env python3
"""Speaks NATS over a socket without any library of NATS's: the tests' independent witness of what a server holds.

    nats_reader.py [OPTIONS] request SUBJECT [JSON]   asks and prints the answer: $JS.API.STREAM.INFO.ND_EVT, for example
    nats_reader.py [OPTIONS] read STREAM              prints all that a stream holds, a JSON line each:
                                                      {"sequence", "subject", "headers", "data"}
    nats_reader.py [OPTIONS] follow STREAM            the same, and goes on until it is ended
    nats_reader.py [OPTIONS] listen SUBJECT           prints "listening", then what is said there from now on
    nats_reader.py [OPTIONS] publish SUBJECT          says standard input there, byte for byte, as one message
    nats_reader.py [OPTIONS] store SUBJECT            the same, and prints what JetStream answers
    nats_reader.py [OPTIONS] raw -                    sends standard input as it is: lines of the protocol

Options: --server HOST:PORT, --ca FILE, --cert FILE, --key FILE (any of them means TLS), --user, --password,
--domain NAME (of JetStream), --header NAME=VALUE (publish, store; several), --timeout SECONDS (10; follow and listen: none).
"""
import argparse
import json
import os
import socket
import ssl
import sys


class Failure(Exception):
    """What went wrong, as a sentence."""


class Connection:
    """A connection to one server: the lines and payloads of its text protocol."""

    def __init__(self, options):
        host, _, port = options.server.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=options.timeout)
        self.buffer = b""
        self.subscriptions = 0
        self.early = []
        self.inbox = "_INBOX." + (options.user + "." if options.user else "") + os.urandom(8).hex()
        greeting = self.line()
        if not greeting.startswith(b"INFO "):
            raise Failure(f"no NATS server: it said {greeting[:60]!r}")
        if options.ca or options.cert:
            context = ssl.create_default_context(cafile=options.ca)
            if options.cert:
                context.load_cert_chain(options.cert, options.key)
            self.socket = context.wrap_socket(self.socket, server_hostname=host)
        about = {"verbose": False, "pedantic": False, "lang": "python", "version": "1", "protocol": 1,
                 "headers": True, "no_responders": True}
        if options.user:
            about.update(user=options.user, **{"pass": options.password or ""})
        self.send(b"CONNECT " + json.dumps(about).encode() + b"\r\nPING\r\n")
        while self.line() != b"PONG":
            pass

    def send(self, data):
        self.socket.sendall(data)

    def fill(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise Failure("the server closed the connection")
        self.buffer += data

    def line(self):
        """The next line of the protocol; an error of the server's is an exception."""
        while b"\r\n" not in self.buffer:
            self.fill()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        if line.startswith(b"-ERR"):
            raise Failure("the server said " + line.decode(errors="replace"))
        return line

    def exactly(self, count):
        while len(self.buffer) < count + 2:
            self.fill()
        data, self.buffer = self.buffer[:count], self.buffer[count + 2:]
        return data

    def subscribe(self, subject):
        self.subscriptions += 1
        self.send(f"SUB {subject} {self.subscriptions}\r\n".encode())

    def flush(self):
        """Waits until the server has read everything that was sent."""
        self.send(b"PING\r\n")
        while self.line() != b"PONG":
            pass

    def message(self):
        """The next message: subject, reply, status, headers, data."""
        return self.early.pop(0) if self.early else self.next_message()

    def next_message(self):
        while True:
            words = self.line().decode().split(" ")
            if words[0] == "PING":
                self.send(b"PONG\r\n")
            elif words[0] == "MSG":
                return words[1], words[3] if len(words) == 5 else "", "", {}, self.exactly(int(words[-1]))
            elif words[0] == "HMSG":
                length = int(words[-2])
                whole = self.exactly(int(words[-1]))
                status, headers = parse_headers(whole[:length])
                return words[1], words[3] if len(words) == 6 else "", status, headers, whole[length:]

    def publish(self, subject, data, reply="", headers=()):
        where = f"{subject} {reply} " if reply else f"{subject} "
        if headers:
            block = b"NATS/1.0\r\n" + b"".join(f"{n}: {v}\r\n".encode() for n, v in headers) + b"\r\n"
            self.send(f"HPUB {where}{len(block)} {len(block) + len(data)}\r\n".encode() + block + data + b"\r\n")
        else:
            self.send(f"PUB {where}{len(data)}\r\n".encode() + data + b"\r\n")

    def request(self, subject, data, headers=()):
        inbox = f"{self.inbox}.{self.subscriptions}"
        self.subscribe(inbox)
        self.publish(subject, data, inbox, headers)
        while True:
            message = self.next_message()
            if message[0] != inbox:
                # A consumer may deliver before the answer says that it was made.
                self.early.append(message)
            elif message[2] == "503":
                raise Failure(f"nobody answers {subject}")
            else:
                return message[4]


def parse_headers(block):
    """`NATS/1.0 503` and lines like those of HTTP; the last of several values is kept."""
    first, *lines = block.decode(errors="replace").split("\r\n")
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return first[len("NATS/1.0"):].strip(), {name: value.strip() for name, value in pairs}


def api(options):
    return f"$JS.{options.domain}.API" if options.domain else "$JS.API"


def ask(connection, subject, body):
    answer = json.loads(connection.request(subject, json.dumps(body).encode()))
    if "error" in answer:
        raise Failure(f"{subject}: {answer['error'].get('description')}")
    return answer


def read(connection, options, forever):
    """Reads a stream from its beginning by a consumer of its own that leaves no trace."""
    held = ask(connection, f"{api(options)}.STREAM.INFO.{options.what}", {})["state"]["messages"]
    if not held and not forever:
        return
    deliver = connection.inbox + ".stream"
    connection.subscribe(deliver)
    consumer = {"deliver_subject": deliver, "deliver_policy": "all", "ack_policy": "none", "replay_policy": "instant",
                "max_deliver": 1, "mem_storage": True, "num_replicas": 1}
    ask(connection, f"{api(options)}.CONSUMER.CREATE.{options.what}", {"stream_name": options.what, "config": consumer})
    while True:
        subject, reply, _, headers, data = connection.message()
        if not reply.startswith("$JS.ACK."):
            continue
        # $JS.ACK.<stream>.<consumer>.<tries>.<stream sequence>.<consumer sequence>.<time>.<left>; newer ones have more.
        words = reply.split(".")
        words = words[2:] if len(words) == 9 else words[4:]
        show(subject, headers, data, int(words[3]))
        if int(words[6]) == 0 and not forever:
            return


def show(subject, headers, data, sequence=0):
    line = {"sequence": sequence, "subject": subject, "headers": headers, "data": data.decode(errors="replace")}
    print(json.dumps(line, ensure_ascii=False), flush=True)


def listen(connection, options):
    connection.subscribe(options.what)
    connection.flush()
    print("listening", flush=True)
    while True:
        subject, _, _, headers, data = connection.message()
        show(subject, headers, data)


def run(options):
    connection = Connection(options)
    headers = [tuple(header.split("=", 1)) for header in options.header]
    if options.action in ("follow", "listen"):
        connection.socket.settimeout(None)
    if options.action == "request":
        print(connection.request(options.what, (options.body or "").encode()).decode())
    elif options.action == "read":
        read(connection, options, forever=False)
    elif options.action == "follow":
        read(connection, options, forever=True)
    elif options.action == "listen":
        listen(connection, options)
    elif options.action == "publish":
        connection.publish(options.what, sys.stdin.buffer.read(), headers=headers)
        connection.flush()
    elif options.action == "raw":
        connection.send(sys.stdin.buffer.read())
        connection.flush()
    elif options.action == "store":
        print(connection.request(options.what, sys.stdin.buffer.read(), headers).decode())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="127.0.0.1:4222")
    parser.add_argument("--timeout", type=float, default=10)
    parser.add_argument("--header", action="append", default=[])
    for name in ("ca", "cert", "key", "user", "password", "domain"):
        parser.add_argument("--" + name)
    parser.add_argument("action", choices=["request", "read", "follow", "listen", "publish", "store", "raw"])
    parser.add_argument("what")
    parser.add_argument("body", nargs="?")
    try:
        run(parser.parse_args())
    except (Failure, OSError, ssl.SSLError) as error:
        sys.exit(f"nats_reader.py: {error}")


if __name__ == "__main__":
    main()
