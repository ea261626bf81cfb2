"""Brokers on the loopback for a trial, each with a witness of what it was given, and the program that plays the boxes."""
import json
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
READER = ROOT / "Tests" / "Rigs" / "nats_reader.py"


def build():
    command = ["swift", "build", "-c", "release", "--product", "fleet-probe"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
    where = subprocess.run(command + ["--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    return Path(where.stdout.strip(), "fleet-probe")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """A broker on the loopback with a folder of its own, and a witness of what it was given."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        self.log = open(folder / "broker.log", "a")
        self.configuration = folder / "broker.conf"
        self.configuration.write_text(self.settings())
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.command()[0]} did not start")

    def stop(self):
        """As an operator stops it, and with -9 where it does not end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def kill(self):
        """As a power cut ends it."""
        self.process.kill()
        self.process.wait()

    def close(self):
        self.stop()
        self.log.close()


class NATS(Broker):
    """JetStream on disk; afterwards all of its stream is read."""
    name = "nats"

    def settings(self):
        return f'listen: "127.0.0.1:{self.port}"\njetstream {{ store_dir: "{self.folder}/jetstream" }}\n'

    def command(self):
        return ["nats-server", "-c", str(self.configuration)]

    @property
    def address(self):
        return f"nats://127.0.0.1:{self.port}"

    def listen(self):
        """The stream remembers."""

    def received(self):
        """The ids in the stream of events, in its order, by a reader that shares nothing with the boxes."""
        command = [str(READER), "--server", f"127.0.0.1:{self.port}", "--timeout", "60", "read", "ND_EVT"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
            ids = [json.loads(json.loads(line)["data"])["id"] for line in reader.stdout]
        if reader.returncode:
            raise RuntimeError("what was stored could not be read to its end")
        return ids


class Mosquitto(Broker):
    """With its default of persistence; a mosquitto_sub with a durable session is there all the time, also for the drain."""
    name = "mqtt"

    def settings(self):
        return (f"listener {self.port} 127.0.0.1\nuser root\nallow_anonymous true\npersistence true\n"
                f"persistence_location {self.folder}/\nmax_queued_messages 1000000\n")

    def command(self):
        return ["mosquitto", "-c", str(self.configuration)]

    @property
    def address(self):
        return f"mqtt://127.0.0.1:{self.port}"

    def subscriber(self, *more):
        return ["mosquitto_sub", "-V", "mqttv5", "-p", str(self.port), "-i", "desk", "-c", "-x", "86400", "-q", "1",
                "-t", "nd/#", "-F", "%p", *more]

    def listen(self):
        subprocess.run(self.subscriber("-E"), check=True, timeout=30)
        self.output = open(self.folder / "received", "ab")
        self.witness = subprocess.Popen(self.subscriber(), stdout=self.output, stderr=self.log)

    def received(self):
        # What it still has to take; then what the broker still has for it.
        time.sleep(5)
        self.end_witness()
        subprocess.run(self.subscriber("-W", "5"), stdout=self.output, stderr=self.log, timeout=60)
        text = (self.folder / "received").read_text()
        return re.findall(r'"specversion":"1.0","id":"([^"]+)"', text)

    def end_witness(self):
        self.witness.terminate()
        try:
            self.witness.wait(10)
        except subprocess.TimeoutExpired:
            self.witness.kill()

    def close(self):
        if getattr(self, "witness", None):
            self.end_witness()
            self.output.close()
        super().close()


BROKERS = {broker.name: broker for broker in (NATS, Mosquitto)}
