"""What a soak runs and looks at: the RTSP cameras of Tests/Rigs, a neurond with a configuration of its own, and /proc."""
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TICK = os.sysconf("SC_CLK_TCK")


def say(text):
    print(f"soak: {text}", file=sys.stderr, flush=True)


class Process:
    """A process that was started here, its figures from /proc, and its end."""

    def __init__(self, command, **more):
        self.process = subprocess.Popen([str(word) for word in command], **more)
        self.pid = self.process.pid

    @property
    def is_running(self):
        return self.process.poll() is None

    def cpu(self):
        """CPU seconds so far, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def status(self):
        """Kibibytes and counts by name: RssAnon, VmRSS, Threads and so on."""
        found = {}
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if value.split() and value.split()[0].isdigit():
                found[name] = int(value.split()[0])
        return found

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def stop(self, patience=15):
        """SIGTERM, and SIGKILL where that does not help; the seconds it took, None where it had to be killed."""
        start = time.monotonic()
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(patience)
            return time.monotonic() - start
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None


class Cameras:
    """So many RTSP cameras on one clip, several servers where they are many: one has a thread's worth of Python."""

    PER_SERVER = 64

    def __init__(self, clip, count, seconds, prefix=(), bind="127.0.0.1"):
        self.servers, self.urls, self.names = [], [], []
        rig = ROOT / "Tests" / "Rigs" / "rtsp_camera.py"
        for first in range(0, count, self.PER_SERVER):
            mounts = min(self.PER_SERVER, count - first)
            server = Process(
                [*prefix, "/usr/bin/python3", rig, "--run-for", seconds, "--mounts", mounts, "--bind", bind, clip],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, start_new_session=True)
            self.servers.append(server)
            words = server.process.stdout.readline().split()
            if words[:1] != ["ready"]:
                self.stop()
                sys.exit("soak: the RTSP cameras did not start; scripts/setup test installs what they need")
            self.urls += [f"rtsp://{bind}:{words[1]}/cam{n}" for n in range(mounts)]
            self.names += [(server, f"cam{n}") for n in range(mounts)]

    @staticmethod
    def ask(server, line):
        server.process.stdin.write(line + "\n")
        return server.process.stdout.readline().strip()

    def sent(self):
        """Pictures that each camera has handed over since it plays."""
        return [int(self.ask(server, f"sent {name}")) for server, name in self.names]

    def behind(self):
        """By how many seconds a picture was late at most, since it was asked last."""
        return max(float(self.ask(server, "behind all")) for server in self.servers)

    def cpu(self):
        return sum(server.cpu() for server in self.servers)

    def stop(self):
        for server in self.servers:
            server.stop(5)


class Neurond(Process):
    """The daemon on some cameras; its alerts and its log lie in `folder`."""

    def __init__(self, program, folder, urls, camera="", prefix=(), coverage="60s"):
        self.folder, self.alerts, self.log = folder, folder / "state" / "alerts.jsonl", folder / "log"
        folder.mkdir(parents=True)
        lines = ["box: soak", "state: state", "log: {level: debug}", f"health: {{coverageEvery: {coverage}}}",
                 "sinks: [{type: jsonl}]", "cameras:"]
        for number, url in enumerate(urls):
            lines.append(f"  - {{id: cam{number}, source: '{url}', sampling: auto{camera_of(camera, number)}}}")
        path = folder / "neurond.yaml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with open(self.log, "wb") as log:
            super().__init__([*prefix, program, "run", "--config", path], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=log, start_new_session=True)

    def events(self):
        """The alerts so far, as dictionaries, in their order; a line that is being written is left out."""
        if not self.alerts.exists():
            return []
        lines = self.alerts.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def kinds(self):
        """How many events of each type, without the common prefix."""
        return Counter(re.sub(r"^org\.neurond\.|\.v1$", "", event["type"]) for event in self.events())

    def lines(self, message):
        """The fields of each log line with a message, and when it was written, in seconds since the epoch."""
        found = []
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            head = re.match(r"(\S+) (\w+) (.*)", line)
            if head and head.group(3).startswith(message):
                found.append(dict(re.findall(r'(\w+)=("[^"]*"|\S+)', line), at=head.group(1)))
        return found


def camera_of(more, number):
    """Further keys of a camera: the same for all, or given by a function of its number."""
    text = more(number) if callable(more) else more
    return f", {text}" if text else ""


class Machine:
    """What all processors together do, between two looks."""

    def __init__(self):
        self.last = self._read()

    @staticmethod
    def _read():
        fields = [int(word) for word in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]]
        return sum(fields[:8]) / TICK, (fields[1] + fields[3] + fields[4]) / TICK

    def used(self):
        """Processors' seconds since the last look: all of them, and those to be had, idle or at work for who is nice."""
        now = self._read()
        spent = tuple(a - b for a, b in zip(now, self.last))
        self.last = now
        return spent
