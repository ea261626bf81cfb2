"""Two network namespaces joined by a wire that can be made bad, packet by packet, both ways, while it is in use.

Many kernels come without sch_netem, so the wire is a thread here: each end is a TAP device whose descriptor this process holds and
whose interface it has moved into a namespace. Nothing else can be reached from there.
"""
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections import Counter

SET_INTERFACE = 0x400454CA
TAP_WITHOUT_HEADER = 0x1002
# A queue in front of a slow wire: what would wait longer is thrown away.
LONGEST_QUEUE = 0.4


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Wire:
    """`near` and `far` are the namespaces' names, `addresses` theirs."""

    def __init__(self):
        self.near, self.far = (f"neurond-{os.getpid()}-{end}" for end in ("near", "far"))
        self.addresses = {self.near: "10.211.7.1", self.far: "10.211.7.2"}
        self.delay = self.jitter = self.loss = self.rate = 0.0
        self.counts = Counter()
        self.is_over = False
        self.ends = []
        try:
            for name, address in self.addresses.items():
                ip("netns", "add", name)
                self.ends.append(self._end(name, address))
        except BaseException:
            self.close()
            raise
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @staticmethod
    def _end(name, address):
        end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        # The kernel chooses the number.
        answer = fcntl.ioctl(end, SET_INTERFACE, struct.pack("16sH22x", b"neurond%d", TAP_WITHOUT_HEADER))
        interface = answer[:16].rstrip(b"\0").decode()
        ip("link", "set", interface, "netns", name)
        ip("-n", name, "link", "set", interface, "name", "wire")
        ip("-n", name, "address", "add", f"{address}/24", "dev", "wire")
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "link", "set", "wire", "up")
        return end

    def inside(self, name):
        """What a command begins with to run in a namespace."""
        return ["ip", "netns", "exec", name]

    def be(self, delay=0.0, jitter=0.0, loss=0.0, rate=0.0):
        """Seconds of delay and of its spread, part of the packets that are lost, bits a second (0: no limit)."""
        self.delay, self.jitter, self.loss, self.rate = delay, jitter, loss, rate

    def plug(self, is_in):
        """The near end's carrier."""
        ip("-n", self.near, "link", "set", "wire", "up" if is_in else "down")

    def _run(self):
        waiting, number, free, last = [], 0, [0.0, 0.0], [0.0, 0.0]
        while not self.is_over:
            now = time.monotonic()
            wait = min(0.1, max(0, waiting[0][0] - now)) if waiting else 0.1
            for end in select.select(self.ends, [], [], wait)[0]:
                side = self.ends.index(end)
                for packet in self._read(end):
                    due = self._due(packet, side, free)
                    if due is not None:
                        number += 1
                        # Delay varies in queues, and a queue keeps the order.
                        last[side] = due = max(last[side], due)
                        heapq.heappush(waiting, (due, number, self.ends[1 - side], packet))
            now = time.monotonic()
            while waiting and waiting[0][0] <= now:
                _, _, end, packet = heapq.heappop(waiting)
                self._write(end, packet)

    def _read(self, end):
        while True:
            try:
                yield os.read(end, 65536)
            except OSError:
                # Nothing more, or the interface is down.
                return

    def _write(self, end, packet):
        try:
            os.write(end, packet)
            self.counts["passed"] += 1
        except OSError:
            self.counts["refused"] += 1

    def _due(self, packet, side, free):
        """When a packet leaves the wire; nothing where it is lost."""
        if random.random() < self.loss:
            self.counts["lost"] += 1
            return None
        due = now = time.monotonic()
        if self.rate:
            if free[side] - now > LONGEST_QUEUE:
                self.counts["queue full"] += 1
                return None
            free[side] = due = max(free[side], now) + len(packet) * 8 / self.rate
        return due + self.delay + random.uniform(-1, 1) * self.jitter

    def close(self):
        self.is_over = True
        if hasattr(self, "thread"):
            self.thread.join(2)
        for end in self.ends:
            os.close(end)
        for name in self.addresses:
            subprocess.run(["ip", "netns", "delete", name], check=False, stderr=subprocess.DEVNULL)
