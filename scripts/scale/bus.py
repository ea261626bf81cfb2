"""A broker that is away for minutes: does the box keep all, at what memory, and how fast is it through afterwards (F5 of docs/bus-faults.md)?"""
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from .brokers import BROKERS, build
from .judge import Verdicts
from .rig import say

# Events a second, seconds before the outage, and what may pass after it: both links try again after 30 s at most.
RATE = 50
CALM = 20
AFTER = 240
# The next broker's box starts so much later, so that only one at a time drains.
STAGGER = 45


def resident_kib(process):
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def watch(process, seconds):
    """VmRSS in KiB, once a second."""
    until, values = time.monotonic() + seconds, []
    while time.monotonic() < until and process.poll() is None:
        values.append(resident_kib(process))
        time.sleep(1)
    return values


def endure(kind, program, minutes, folder):
    """One broker's outage: what the box said of it, and what the witness has."""
    folder.mkdir()
    limit = int(CALM + minutes * 60 + AFTER)
    broker, box = kind(folder), None
    try:
        broker.listen()
        box = subprocess.Popen([program, "outage", broker.address, str(folder), str(RATE), str(limit)],
                               stdout=subprocess.PIPE, text=True)
        before = watch(box, CALM)
        say(f"{kind.name}: the broker is stopped for {minutes:g} minutes")
        broker.stop()
        during = watch(box, minutes * 60)
        started = time.time()
        broker.start()
        say(f"{kind.name}: the broker is back")
        text = box.communicate(timeout=AFTER + 90)[0]
        if box.returncode:
            raise RuntimeError(f"the box ended with {box.returncode}")
        figures = json.loads(text)
        # A start's leavings are no growth of the outage's: what counts is the time just before it.
        figures["rss_before"], figures["rss_most"] = max(before[-5:]) / 1024, max(during) / 1024
        figures["connected_after"] = figures["connected_at"] - started
        committed = set((folder / "committed").read_text().split())
        received = Counter(broker.received())
        figures["lost"] = len(committed - set(received))
        figures["twice"] = sum(count - 1 for count in received.values())
        figures["received"] = len(received)
        return figures
    finally:
        if box and box.poll() is None:
            box.kill()
            box.wait()
        broker.close()


def judge(name, figures):
    verdicts = Verdicts()
    growth = figures["rss_most"] - figures["rss_before"]
    during, calm = figures["during_drain_ms"], figures["calm_ms"]
    verdicts.add("committed, received", f"{figures['committed']}, {figures['received']}", "the same",
                 figures["committed"] == figures["received"])
    verdicts.add("lost", figures["lost"], "0", figures["lost"] == 0)
    # A window whose confirmation was lost is sent again; JetStream stores it once.
    most = 0 if name == "nats" else 20
    verdicts.add("received twice", figures["twice"], f"<= {most}", figures["twice"] <= most)
    verdicts.add("outage, as the box saw it", f"{figures['outage_seconds']:.0f} s", "", True)
    verdicts.add("growth of VmRSS in it", f"{growth:.1f} MiB ({figures['rss_before']:.1f} before)", "< 20 MiB", growth < 20)
    verdicts.add("connected after", f"{figures['connected_after']:.1f} s", "<= 35 s", figures["connected_after"] <= 35)
    verdicts.add("backlog", f"{figures['backlog']} events in {figures['drain_seconds']:.1f} s", "", figures["backlog"] > 0)
    verdicts.add("drain", f"{figures['drain_per_second']} events/s", ">= 2000 events/s", figures["drain_per_second"] >= 2000)
    verdicts.add("commit to ack before it, p50, p99", f"{calm['p50']} ms, {calm['p99']} ms", "", True)
    verdicts.add(f"the same of {figures['alerts_during_drain']} that began in the drain",
                 f"{during['p50']} ms, {during['p99']} ms, at most {during['max']} ms", "p99 < 2000 ms",
                 figures["alerts_during_drain"] > 0 and during["p99"] < 2000)
    return verdicts


def main(options, folder):
    """Each broker's outage, the second's a little after the first's; whether every requirement was met."""
    program = options.probe or build()
    found, failures = {}, {}

    def run(name, delay):
        time.sleep(delay)
        try:
            found[name] = endure(BROKERS[name], program, options.minutes, folder / name)
        except (RuntimeError, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            failures[name] = error

    say(f"{RATE} events/s from one box for each of {', '.join(options.brokers)}, "
        f"bounded by {(CALM + options.minutes * 60 + AFTER) / 60 + 4:.0f} minutes")
    threads = [threading.Thread(target=run, args=(name, number * STAGGER), daemon=True)
               for number, name in enumerate(options.brokers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    is_fine = not failures
    for name in options.brokers:
        if name in failures:
            print(f"\nsoak: {name}: {failures[name]}", file=sys.stderr)
            continue
        verdicts = judge(name, found[name])
        print(f"\n{name}\n{verdicts.table()}\n{json.dumps(found[name])}", flush=True)
        is_fine = is_fine and verdicts.all_met
    return is_fine
