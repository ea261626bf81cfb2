"""The soak: many idle cameras for some minutes, then more of them until something gives way."""
import time
from dataclasses import dataclass, field

from . import clips
from .judge import Verdicts, growth, slope, table
from .rig import Cameras, Machine, Neurond, say

# Pictures a second of the idle clip.
RATE = 25
INTERVAL = 5
# By when a picture is late is the daemon's own word: OverloadGovernor.Settings.lateAfter.
LATE_MS = 1000
# By when each camera has had its second audit (NeuronSampling/AuditSchedule.swift): the first two leave something on the heap.
SETTLED = 37 * 60
# A slope of less says more of the samples than of the daemon.
SHORTEST_SLOPE = 10 * 60


@dataclass
class Sample:
    """What was seen at one moment; CPU as shares of one core since the sample before."""

    at: float
    daemon: float
    servers: float
    others: float
    idle: float
    anonymous_kib: int
    resident_kib: int
    threads: int
    descriptors: int


@dataclass
class Run:
    """One daemon on so many cameras, from start to stop."""

    cameras: int
    warm_up: float
    seconds: float
    samples: list = field(default_factory=list)
    load: list = field(default_factory=list)
    warm_load: list = field(default_factory=list)
    kinds: dict = field(default_factory=dict)
    stopped: list = field(default_factory=list)
    missing: int = 0
    behind: float = 0.0
    openings: int = 0
    stop_seconds: float = None
    workers: int = 0
    died: bool = False

    def mean(self, name):
        return sum(getattr(sample, name) for sample in self.samples) / max(1, len(self.samples))

    def values(self, name):
        return [getattr(sample, name) for sample in self.samples]

    @property
    def lag(self):
        """The longest that a packet has waited after the warm-up, in milliseconds."""
        return max((int(line["lag_ms"]) for line in self.load), default=-1)

    @property
    def first_lag(self):
        return max((int(line["lag_ms"]) for line in self.warm_load), default=-1)

    @property
    def dropped(self):
        return sum(int(line["dropped"]) for line in self.stopped)

    @property
    def degraded(self):
        return self.kinds.get("camera.degraded", 0)

    @property
    def decoded(self):
        """Pictures that were decoded, of all that came."""
        packets = sum(int(line["packets"]) for line in self.stopped)
        return sum(int(line["decoded"]) for line in self.stopped) / max(1, packets)

    @property
    def work(self):
        """How busy the decode workers were, of all their time after the warm-up."""
        spent = sum(int(line["work_ms"]) for line in self.load) / 1000
        return spent / max(1, len(self.load) * INTERVAL * self.workers)

    def rise(self):
        """By how much the anonymous memory of the last minute exceeds that of the first, in MB a camera."""
        values = self.values("anonymous_kib")
        minute = min(60 // INTERVAL, len(values) // 2)
        if not minute:
            return float("inf")
        first, last = values[:minute], values[-minute:]
        return (sum(last) / len(last) - sum(first) / len(first)) / 1024 / self.cameras

    def slope(self):
        """Growth of the anonymous memory of settled cameras and its standard error, in MB an hour; none of a short run."""
        settled = [(sample.at, sample.anonymous_kib) for sample in self.samples if sample.at >= SETTLED]
        if not settled or settled[-1][0] - settled[0][0] < SHORTEST_SLOPE - 2 * INTERVAL:
            return None
        return tuple(figure * 3600 / 1024 for figure in slope(settled))

    @property
    def keeps_up(self):
        return (not self.died and 0 <= self.lag < LATE_MS and self.dropped == 0 and self.degraded == 0
                and self.missing == 0 and self.behind < LATE_MS / 1000)


def watch(daemon, cameras, machine, run):
    """Samples one daemon until its time is over."""
    start = last = time.monotonic()
    before = daemon.cpu(), cameras.cpu()
    machine.used()
    is_warm = False
    while time.monotonic() - start < run.warm_up + run.seconds:
        time.sleep(max(0, INTERVAL - (time.monotonic() - last)))
        if not daemon.is_running:
            run.died = True
            return
        now, cpu = time.monotonic(), (daemon.cpu(), cameras.cpu())
        _, idle = machine.used()
        ours, theirs = (b - a for a, b in zip(before, cpu))
        status, passed = daemon.status(), now - last
        everything = passed * run.workers
        sample = Sample(now - start, ours / passed, theirs / passed, max(0, everything - idle - ours - theirs) / passed,
                        idle / passed, status["RssAnon"], status["VmRSS"], status["Threads"], daemon.descriptors())
        last, before = now, cpu
        if now - start > run.warm_up:
            if is_warm:
                run.samples.append(sample)
            else:
                cameras.behind()
                run.warm_load = daemon.lines("load")
            is_warm = True
    run.behind = cameras.behind()


def soak(options, count, warm_up, seconds, folder):
    """Runs one daemon on so many cameras."""
    clip = clips.clip("idle-720p")
    say(f"{count} cameras for {warm_up + seconds:.0f} s, of which {warm_up:.0f} s are the start")
    run = Run(count, warm_up, seconds, workers=options.workers)
    cameras = Cameras(clip, count, int(warm_up + seconds + 120))
    daemon = None
    try:
        daemon = Neurond(options.neurond, folder / f"cameras-{count}", cameras.urls, options.camera)
        watch(daemon, cameras, Machine(), run)
        sent = cameras.sent()
        # What is on its way arrives.
        time.sleep(0.5)
        run.stop_seconds = daemon.stop()
        run.stopped = daemon.lines("camera stopped")
        got = {line["camera"]: int(line["packets"]) + int(line["dropped"]) for line in run.stopped}
        # The server counts what it has handed over, some of it before the first PLAY.
        run.missing = sum(max(0, count - 2 - got.get(f"cam{n}", 0)) for n, count in enumerate(sent))
        run.load = daemon.lines("load")[len(run.warm_load):]
        run.openings = len(daemon.lines("camera open"))
        run.kinds = dict(daemon.kinds())
    finally:
        if daemon:
            daemon.stop(5)
        cameras.stop()
    return run


def judge(run, options):
    """The requirements of one soak."""
    verdicts = Verdicts()
    if run.died:
        verdicts.add("daemon", "ended by itself", "runs", False)
        return verdicts
    threads, descriptors = growth(run.values("threads")), growth(run.values("descriptors"))
    alerts = {kind: count for kind, count in run.kinds.items() if not kind.startswith("health.")}
    verdicts.add("longest lag", f"{run.lag} ms (start: {run.first_lag} ms)", f"< {LATE_MS} ms", 0 <= run.lag < LATE_MS)
    verdicts.add("packets dropped by us", run.dropped, "0", run.dropped == 0 and len(run.stopped) == run.cameras)
    verdicts.add("pictures sent and not received", run.missing, "0", run.missing == 0)
    verdicts.add("cameras fallen back", run.degraded, "0", run.degraded == 0)
    verdicts.add("reconnects", run.openings - run.cameras, "0", run.openings == run.cameras)
    verdicts.add("other events", text_of(alerts), "none: nothing happens", not alerts)
    verdicts.add("CPU of the daemon", f"{run.mean('daemon'):.1%} of one core", f"<= {options.cpu:.0%}",
                 run.mean("daemon") <= options.cpu)
    verdicts.add("growth of RssAnon", f"{run.rise():+.2f} MB a camera", f"<= {options.rise:g} MB a camera",
                 run.rise() <= options.rise)
    if settled := run.slope():
        verdicts.add(f"the same from minute {SETTLED // 60} on", f"{settled[0]:+.1f} +- {settled[1]:.1f} MB/h",
                     f"<= {options.slope:g} MB/h", settled[0] - 2 * settled[1] <= options.slope)
    verdicts.add("growth of threads", threads, "0", threads == 0)
    verdicts.add("growth of descriptors", descriptors, "0", descriptors == 0)
    verdicts.add("stop", "had to be killed" if run.stop_seconds is None else f"{run.stop_seconds:.1f} s", "<= 10 s",
                 run.stop_seconds is not None and run.stop_seconds <= 10)
    return verdicts


def text_of(counts):
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "none"


HEADER = ("cameras", "lag ms", "dropped", "missing", "fallen back", "daemon", "servers", "others", "idle", "workers",
          "decoded", "RssAnon MB", "RSS MB", "threads", "fds", "server behind")


def row(run):
    """One run as a row of the table; CPU is of one core."""
    if run.died or not run.samples:
        return (run.cameras, "the daemon ended by itself", *[""] * (len(HEADER) - 2))
    last = run.samples[-1]
    return (run.cameras, run.lag, run.dropped, run.missing, run.degraded, f"{run.mean('daemon'):.1%}",
            f"{run.mean('servers'):.1%}", f"{run.mean('others'):.1%}", f"{run.mean('idle'):.1%}", f"{run.work:.1%}",
            f"{run.decoded:.1%}", f"{last.anonymous_kib / 1024:.0f}", f"{last.resident_kib / 1024:.0f}", last.threads,
            last.descriptors, f"{run.behind * 1000:.0f} ms")


def limit(run):
    """What gave way at a number of cameras."""
    if run.died:
        return "the daemon ended by itself: its log says why"
    if run.behind >= LATE_MS / 1000:
        return f"the servers were {run.behind:.1f} s late themselves ({run.mean('servers'):.0%} of one core): the rig ends here"
    if run.mean("idle") < 0.1 * run.workers:
        return (f"the processor: {run.mean('idle'):.0%} of {run.workers} cores idle; daemon {run.mean('daemon'):.0%}, "
                f"servers {run.mean('servers'):.0%}, other processes {run.mean('others'):.0%} of one core")
    if run.work > 0.9:
        return f"the decode workers: {run.work:.0%} busy, with processors to spare"
    return "neither processor nor workers: see the log for what the cameras waited for"


def start_time(options, count):
    """The daemon starts cameras one after the other, 750 ms of a worker apart, and each learns its scene for some seconds."""
    return 15 + 0.75 * count / options.workers


def main(options, folder):
    """The soak and the steps; whether every requirement was met."""
    seconds = options.minutes * 60
    warm_up = min(max(60, start_time(options, options.cameras)), seconds / 2)
    runs = [soak(options, options.cameras, warm_up, seconds - warm_up, folder)]
    verdicts = judge(runs[0], options)
    print(f"\n{options.cameras} idle 720p25 cameras over TCP, {options.minutes:g} minutes, {options.workers} cores, the servers' "
          f"work included\n\n{table([HEADER, row(runs[0])])}\n\n{verdicts.table()}\n", flush=True)
    for count in options.steps:
        if not runs[-1].keeps_up:
            break
        runs.append(soak(options, count, start_time(options, count), options.step_seconds, folder))
    if len(runs) > 1:
        print(table([HEADER, *[row(run) for run in runs]]) + "\n")
    if runs[-1].keeps_up:
        print(f"It keeps up with {runs[-1].cameras} cameras, the most that was tried.")
    else:
        print(f"It stops scaling at {runs[-1].cameras} cameras: {limit(runs[-1])}.")
    return verdicts.all_met
