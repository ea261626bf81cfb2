"""The real daemon on fixture clips that loop, with a console on loopback."""
import json
import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

# A name that breaks out of anything that takes it for markup, a script, a style or a format.
HOSTILE = """Yard <img src=x onerror=alert(1)> "q" 'a' </script><script>alert(2)</script> ${alert(3)} %s"""

CONFIGURATION = """\
# The configuration of scripts/test-console; the editor must keep this comment.
box: console-box
site: {{district: example, street: s001, community: c001, grid: g001}}
state: {state}
motion:
  eventGap: 1s
evidence: {{preRoll: 1s, postRoll: 1s}}
escalation: {{enabled: true, community: 40s, street: 7m, district: 22m}}
console: {{listen: "127.0.0.1:{port}"{token}}}
sinks:
  - {{type: jsonl, path: alerts.jsonl}}
cameras:
  - id: gate
    name: Gate
    source: {clips}/vehicle-plate.mp4
    loop: true
    sampling: always
    zones:
      - name: drive
        polygon: [[0.0, 0.13], [1.0, 0.13], [1.0, 1.0], [0.0, 1.0]]
        sensitivity: high     # found at dusk
  - id: yard
    name: {name}
    source: {clips}/two-walkers.mp4
    loop: true
    sampling: always
  - id: gone
    source: rtsp://127.0.0.1:9/nobody
    lostAfter: 1s
    zones:
      - name: lane
        polygon: [[0.1, 0.5], [0.6, 0.5], [0.6, 0.9], [0.1, 0.9]]
    masks:
      - name: neighbour
        polygon: [[0.7, 0.1], [0.9, 0.1], [0.9, 0.4]]
        privacy: true
"""


def free_port():
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Daemon:
    """One neurond with a state folder of its own."""

    def __init__(self, program, folder, clips, token=None):
        self.program, self.folder, self.clips = program, pathlib.Path(folder), clips
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.state = self.folder / "state"
        self.file = self.folder / "neurond.yaml"
        secret = ""
        if token:
            path = self.folder / "token"
            path.write_text(token + "\n")
            path.chmod(0o600)
            secret = f", token: {path}"
        self.file.write_text(
            CONFIGURATION.format(state=self.state, port=self.port, clips=clips, name=json.dumps(HOSTILE), token=secret)
        )
        self.process = None

    def start(self):
        """Starts it and waits until the console answers."""
        log = open(self.folder / "neurond.log", "ab")
        out = open(self.folder / "neurond.out", "ab")
        self.process = subprocess.Popen(
            [self.program, "run", "--config", str(self.file)], stdout=out, stderr=log, stdin=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(self.url + "healthz", timeout=5):
                    return
            except (urllib.error.URLError, OSError) as error:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"test-console: the daemon has no console: {error}; {self.last_words()}")
                time.sleep(0.1)

    def last_words(self):
        """The end of its log."""
        return "\n".join((self.folder / "neurond.log").read_text(errors="replace").splitlines()[-5:])

    def stop(self):
        """Ends it as systemd does."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)

    def get(self, path):
        """JSON of the interface."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def metric(self, name):
        """One figure of /metrics without labels."""
        with urllib.request.urlopen(self.url + "metrics", timeout=10) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(f"{name} "):
                    return float(line.split()[1])
        raise AssertionError(f"there is no {name} in /metrics")

    def alert(self, alert):
        """What the outbox says of an alert: its document, by `neurond alerts show`."""
        shown = subprocess.run(
            [self.program, "alerts", "show", alert, "--json", "--state", str(self.state)],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        return json.loads(shown.stdout.splitlines()[0])

    def check(self, text):
        """What `neurond check` says of a configuration: exit code and words."""
        path = self.folder / "checked.yaml"
        path.write_text(text)
        done = subprocess.run(
            [self.program, "check", "--config", str(path)], capture_output=True, text=True, timeout=20
        )
        return done.returncode, done.stdout + done.stderr
