"""A few cameras behind a wire that fails in one way after the other: does each come back, is it told in pairs, does nothing grow?"""
import os
import shutil
import sys
import time
from collections import defaultdict

from . import clips
from .judge import Verdicts, table
from .rig import Cameras, Neurond, say
from .wire import Wire

# How long a healthy stretch before and after lasts, and how long cameras may take to come back: the longest wait between two
# attempts is 60 s, and an attempt takes 10 s where nothing answers.
CALM = 25
RECOVERY = 75


class Fault:
    """Something that is wrong with the wire for a while, and whether cameras over TCP must or must not be told as lost in it.

    Over UDP a lost packet is a damaged picture, and what refers to it is dropped up to the next whole keyframe: that may leave
    nothing to look at for 10 s, which is told.
    """

    def __init__(self, name, seconds, must_lose, unplugged=False, **wire):
        self.name, self.seconds, self.must_lose, self.unplugged, self.wire = name, seconds, must_lose, unplugged, wire


FAULTS = [
    Fault("2 % of the packets lost", 30, False, loss=0.02),
    Fault("300 +- 100 ms of delay", 30, False, delay=0.3, jitter=0.1),
    Fault("1 Mbit/s for all", 40, None, rate=1e6),
    Fault("nothing comes through", 30, True, loss=1.0),
    Fault("cable unplugged", 30, True, unplugged=True),
]


def check():
    """Ends with 69 where the rig cannot run."""
    if os.geteuid():
        print("soak: --network makes network namespaces, which needs root", file=sys.stderr)
        sys.exit(69)
    if not shutil.which("ip") or not os.path.exists("/dev/net/tun"):
        print("soak: --network needs ip (apt-get install iproute2) and /dev/net/tun", file=sys.stderr)
        sys.exit(69)


def pairs(events):
    """camera.lost and camera.recovered of each camera in their order, as a text of l and r."""
    found = defaultdict(str)
    for event in events:
        for kind in ("lost", "recovered"):
            if event["type"] == f"org.neurond.camera.{kind}.v1":
                found[event["partitionkey"]] += kind[0]
    return found


def told_lost(daemon, digits):
    """Losses told of cameras whose number ends so: even ones are over TCP."""
    return sum(text.count("l") for name, text in pairs(daemon.events()).items() if name[-1] in digits)


def away(daemon, cameras):
    """Cameras that were not connected for the whole of their latest coverage record, or are told to be lost."""
    events = daemon.events()
    latest = {}
    for event in events:
        if event["type"] == "org.neurond.health.coverage.v1":
            latest[event["partitionkey"]] = event["data"]["health"]["coverage"]
    told = {name for name, text in pairs(events).items() if text.endswith("l")}
    whole = {name for name, record in latest.items() if record["connectedMs"] > 0.85 * record["durationMs"]}
    return sorted({f"cam{n}" for n in range(cameras)} - whole | told)


def wait_for_all(daemon, cameras, limit):
    """Seconds until every camera is there; None where one is not in time."""
    start = time.monotonic()
    while time.monotonic() - start < limit:
        if not daemon.is_running:
            return None
        if not away(daemon, cameras):
            return time.monotonic() - start
        time.sleep(1)
    return None


class Watcher:
    """The daemon's memory and threads at each stage."""

    def __init__(self, daemon):
        self.daemon, self.most_kib = daemon, 0

    def sleep(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.daemon.is_running:
            self.look()
            time.sleep(1)

    def look(self):
        status = self.daemon.status()
        self.most_kib = max(self.most_kib, status["RssAnon"])
        return status["RssAnon"] / 1024, status["Threads"], self.daemon.descriptors()


def endure(fault, daemon, wire, watcher, cameras):
    """One fault, and the time after it: a row of the table, and whether cameras were lost and all came back."""
    say(f"{fault.name}, {fault.seconds} s")
    before, opened, lost_before = daemon.kinds(), len(daemon.lines("camera open")), told_lost(daemon, "02468")
    wire.be(**fault.wire)
    if fault.unplugged:
        wire.plug(False)
    watcher.sleep(fault.seconds)
    if fault.unplugged:
        wire.plug(True)
    wire.be()
    # The records that cover the fault itself say nothing of what comes after it.
    watcher.sleep(6)
    back = wait_for_all(daemon, cameras, RECOVERY)
    back = None if back is None else back + 6
    watcher.sleep(CALM)
    added = daemon.kinds() - before
    over_tcp = told_lost(daemon, "02468") - lost_before
    memory, threads, descriptors = watcher.look()
    lost, recovered = added["camera.lost"], added["camera.recovered"]
    is_fine = back is not None and lost == recovered
    if fault.must_lose is not None:
        is_fine = is_fine and over_tcp == ((cameras + 1) // 2 if fault.must_lose else 0)
    return (fault.name, over_tcp, lost - over_tcp, recovered, "not all" if back is None else f"{back:.0f} s",
            len(daemon.lines("camera open")) - opened, added["motion.started"], f"{memory:.0f}", threads, descriptors,
            "ok" if is_fine else "MISSED")


def judge(daemon, watcher, baseline, rows, cameras, stop_seconds):
    verdicts = Verdicts()
    memory, threads, descriptors = baseline
    # As much as is required of idle cameras, and the packets that may wait for a worker when a wire comes back: half of
    # `packetMemoryPerCamera`.
    bound = 40 + 12 * (cameras - 1) + 8 * cameras
    end = rows[-1]
    texts = pairs(daemon.events()).values()
    verdicts.add("faults that ended as they should", sum(row[-1] == "ok" for row in rows), len(rows),
                 all(row[-1] == "ok" for row in rows))
    verdicts.add("lost and recovered in turn", sum(text == "lr" * (len(text) // 2) for text in texts), len(texts),
                 all(text == "lr" * (len(text) // 2) for text in texts))
    verdicts.add("most RssAnon", f"{watcher.most_kib / 1024:.0f} MB ({memory:.0f} before)", f"<= {bound} MB",
                 watcher.most_kib / 1024 <= bound)
    verdicts.add("threads", f"{end[8]} ({threads} before)", "no more than before", end[8] <= threads)
    verdicts.add("descriptors", f"{end[9]} ({descriptors} before)", "no more than before", end[9] <= descriptors)
    stuck = daemon.lines("readers that the system holds")
    verdicts.add("threads left behind at the stop", stuck[0]["count"] if stuck else 0, "0", not stuck)
    verdicts.add("stop", "had to be killed" if stop_seconds is None else f"{stop_seconds:.1f} s", "<= 10 s",
                 stop_seconds is not None and stop_seconds <= 10)
    return verdicts


HEADER = ("fault", "lost, TCP", "lost, UDP", "recovered", "all back after", "opened", "motion", "RssAnon MB", "threads", "fds", "")


def main(options, folder):
    """All faults, one after the other; whether every requirement was met."""
    clip = clips.clip("idle-720p")
    wire, cameras, daemon, rows = Wire(), None, None, []
    try:
        seconds = sum(fault.seconds + CALM + RECOVERY for fault in FAULTS) + 300
        address = wire.addresses[wire.far]
        cameras = Cameras(clip, options.cameras, seconds, wire.inside(wire.far), address)
        daemon = Neurond(options.neurond, folder / "network", cameras.urls,
                         lambda number: "transport: udp" if number % 2 else options.camera, wire.inside(wire.near), "5s")
        watcher = Watcher(daemon)
        say(f"{options.cameras} cameras, every second one over UDP")
        watcher.sleep(CALM)
        if wait_for_all(daemon, options.cameras, RECOVERY) is None:
            print(f"soak: not all cameras came up: {away(daemon, options.cameras)}", file=sys.stderr)
            return False
        baseline = watcher.look()
        for fault in FAULTS:
            if daemon.is_running:
                rows.append(endure(fault, daemon, wire, watcher, options.cameras))
        stop_seconds = daemon.stop()
        verdicts = judge(daemon, watcher, baseline, rows, options.cameras, stop_seconds)
        is_whole = len(rows) == len(FAULTS)
        print(f"\n{table([HEADER, *rows])}\n\n{verdicts.table()}\n\nthe wire: {dict(wire.counts)}")
        return verdicts.all_met and is_whole
    finally:
        if daemon:
            daemon.stop(5)
        if cameras:
            cameras.stop()
        wire.close()
