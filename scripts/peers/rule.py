"""The rule of `neurond evaluate`, for lists of alerts from anywhere: docs/detection.md says it in words."""
import math
from dataclasses import dataclass, field


@dataclass
class Alert:
    """One alert in seconds of its clip: the start that it states, when it was told, when it was over."""

    start: float
    told: float
    over: float


def merged(intervals, gap=0.0):
    """The same time in intervals further apart than the gap."""
    result = []
    for start, end in sorted(intervals):
        if result and start - result[-1][1] <= gap + 1e-9:
            result[-1][1] = max(result[-1][1], end)
        else:
            result.append([start, end])
    return result


def overlap(first, second):
    """Seconds that two lists of separate intervals share."""
    return sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in first for b in second)


@dataclass
class Clip:
    """A clip, its labels as JSON has them, and how many seconds of it were played."""

    path: str
    labels: dict
    seconds: float

    def events(self, rule):
        """The labelled events of motion, near ones merged."""
        details = [event[2] if len(event) > 2 and isinstance(event[2], dict) else {} for event in self.labels["events"]]
        kinds = [detail.get("type", "motion") for detail in details]
        motion = [event[:2] for event, kind in zip(self.labels["events"], kinds) if kind == "motion"]
        return merged(motion, rule["merge"])

    def quiet(self, rule):
        """The time in which no alert should be open."""
        taken = merged([[start - rule["early"], end + rule["late"] + rule["hold"]] for start, end in self.events(rule)])
        edges = [0.0] + [edge for interval in taken for edge in interval] + [self.seconds]
        return [[a, b] for a, b in zip(edges[::2], edges[1::2]) if min(b, self.seconds) > a]


@dataclass
class Row:
    """One detector's line of the table."""

    name: str
    rule: dict
    found: list = field(default_factory=list)
    true: list = field(default_factory=list)
    false: list = field(default_factory=list)
    quiet: float = 0.0
    alarm: float = 0.0
    cpu: float = 0.0
    clip_cpu: list = field(default_factory=list)
    latencies: list = field(default_factory=list)
    seconds: float = 0.0
    events: int = 0

    def add(self, clip, alerts, cpu):
        """Judges a clip's alerts."""
        events = clip.events(self.rule)
        windows = [(start - self.rule["early"], end + self.rule["late"]) for start, end in events]
        # Times in labels and alerts are milliseconds; half of one is no difference.
        within = lambda alert, window: window[0] - 5e-4 <= alert.start <= window[1] + 5e-4
        true = sum(any(within(alert, window) for window in windows) for alert in alerts)
        found = 0
        for event, window in zip(events, windows):
            telling = [alert.told for alert in alerts if within(alert, window)]
            if telling:
                found += 1
                self.latencies.append(min(telling) - event[0])
        quiet = clip.quiet(self.rule)
        self.events += len(events)
        self.found.append(found)
        self.true.append(true)
        self.false.append(len(alerts) - true)
        self.quiet += sum(end - start for start, end in quiet)
        self.alarm += overlap(merged([[alert.start, max(alert.over, alert.told)] for alert in alerts]), quiet)
        self.seconds += clip.seconds
        self.cpu += cpu
        self.clip_cpu.append(cpu)

    def counts(self):
        """What `neurond evaluate --json` calls the same."""
        alerts = sum(self.true) + sum(self.false)
        return {"events": self.events, "found": sum(self.found), "alerts": alerts, "false": sum(self.false)}

    def cells(self):
        """The columns of the table."""
        counts = self.counts()
        precision = sum(self.true) / counts["alerts"] if counts["alerts"] else None
        recall = counts["found"] / self.events if self.events else None
        f1 = None
        if recall is not None:
            total = (precision or 0) + recall
            f1 = 2 * (precision or 0) * recall / total if total else 0.0
        ordered = sorted(self.latencies)
        latency = "-"
        if ordered:
            middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
            latency = f"{middle:.2f}/{ordered[math.ceil(len(ordered) * 0.95) - 1]:.2f}"
        per_hour = counts["false"] / self.quiet * 3600 if self.quiet else None
        share = 100 * self.alarm / self.quiet if self.quiet else None
        shown = lambda value, places: "-" if value is None else f"{value:.{places}f}"
        return [
            self.name, str(self.events), str(counts["found"]), str(self.events - counts["found"]), str(counts["alerts"]),
            str(counts["false"]), shown(precision, 2), shown(recall, 2), shown(f1, 2), latency, shown(per_hour, 1),
            shown(share, 2), shown(self.cpu / self.seconds * 60 if self.seconds else None, 2),
        ]


def aligned(rows):
    """Columns of text."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def table(rows, clips):
    """All detectors in total, then found and false of each clip."""
    head = ["", "events", "found", "missed", "alerts", "false", "prec", "recall", "F1"]
    head += ["told p50/p95", "false/h", "alarm %", "cpu s/min"]
    text = aligned([head] + [row.cells() for row in rows])
    head = ["found of events, false"] + [row.name for row in rows]
    lines = []
    for index, clip in enumerate(clips):
        name = "/".join(clip.path.split("/")[-2:])
        count = len(clip.events(rows[0].rule))
        lines.append([name] + [f"{row.found[index]} of {count}, {row.false[index]}" for row in rows])
    return text + "\n\n" + aligned([head] + lines)
