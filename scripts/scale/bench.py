"""CPU of whole programs over the same clips, and the memory of the daemon."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from peers import motion_program

from . import clips
from .judge import Verdicts, table
from .rig import Cameras, Neurond

# Programs whose rounds alternate. Debian's motion plays in real time and is run once for each clip.
DECODE, KEYFRAMES, ALWAYS, AUTO = "decode", "keyframes", "always", "auto"
MOTION_CLIPS = ["calm-cbr", "busy"]
FURTHER = 8


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


@dataclass
class Measured:
    """One clip: CPU seconds of each program's rounds, and what neurond counted."""

    name: str
    seconds: dict = field(default_factory=dict)
    counts: dict = field(default_factory=dict)
    motion: float = None
    motion_kib: int = 0

    def cpu(self, program):
        return median(self.seconds[program])

    def ratio(self, program):
        return self.cpu(program) / self.cpu(DECODE)


def command(program, neurond, clip):
    if program == DECODE:
        return ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-i", clip, "-f", "null", "-"]
    if program == KEYFRAMES:
        return ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-skip_frame", "nokey", "-i", clip, "-f", "null", "-"]
    return [neurond, "replay", clip, "--sampling", program, "--stats"]


def run(words):
    """CPU seconds of a program, user and system, and the numbers that it printed on stderr."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        text = errors.read()
    if process.returncode:
        sys.exit(f"bench: {words[0]} failed on {words}: {text[-2000:]}")
    numbers = {name: float(value) for name, value in re.findall(r"^(\w+)\s+([0-9.]+)$", text, re.MULTILINE)}
    return usage.ru_utime + usage.ru_stime, numbers


def measure(name, clip, options):
    """All programs over one clip."""
    programs = [DECODE, KEYFRAMES, ALWAYS, AUTO]
    found = Measured(name, {program: [] for program in programs})
    for number in range(options.rounds):
        say(f"{name}, round {number + 1} of {options.rounds}")
        # Each round begins with another one, so that none is always first after a pause.
        for program in programs[number % 4:] + programs[:number % 4]:
            seconds, numbers = run(command(program, options.neurond, clip))
            found.seconds[program].append(seconds)
            found.counts[program] = numbers
    return found


def play_with_motion(found, clip):
    """Debian's motion plays the clip once, in real time, and does nothing but look."""
    say(f"{found.name}, motion in real time")
    width, height, rate = motion_program.facts(clip)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "motion.conf"
        path.write_text(f"{motion_program.COMMON}width {width}\nheight {height}\nframerate {rate}\n"
                        f"netcam_url file://{Path(clip).resolve()}\n", encoding="ascii")
        begin, end, usage = motion_program.watch(["motion", "-n", "-c", str(path)], 300, folder)
    say(f"{found.name}, motion took {end - begin:.0f} s")
    found.motion, found.motion_kib = usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def resident(options, clip, count, seconds=40):
    """RssAnon and VmRSS in kibibytes of a daemon that has watched so many cameras for a while."""
    with tempfile.TemporaryDirectory() as folder:
        cameras, daemon = Cameras(clip, count, seconds + 60), None
        try:
            daemon = Neurond(options.neurond, Path(folder) / "run", cameras.urls)
            time.sleep(seconds)
            status = daemon.status()
            return status["RssAnon"], status["VmRSS"]
        finally:
            if daemon:
                daemon.stop()
            cameras.stop()


HEADER = ("clip", "frames", "decode s", "keyframes", "always", "auto", "decoded", "wakes", "blind s", "motion s",
          "auto / motion")


def row(found):
    auto = found.counts[AUTO]
    return (found.name, f"{auto['frames']:.0f}", f"{found.cpu(DECODE):.2f}", f"{found.ratio(KEYFRAMES):.3f}",
            f"{found.ratio(ALWAYS):.3f}", f"{found.ratio(AUTO):.3f}", f"{auto['decoded']:.0f}",
            f"{auto['wakes']:.0f}", f"{auto['blind_seconds']:.1f}",
            "" if found.motion is None else f"{found.motion:.2f}",
            "" if found.motion is None else f"{found.cpu(AUTO) / found.motion:.3f}")


def at_most(verdicts, name, figure, bound, unit=""):
    verdicts.add(name, f"{figure:.3f}{unit}" if not unit else f"{figure:.1f}{unit}", f"<= {bound}{unit}", figure <= bound)


def judge_cpu(by_name, verdicts):
    """What docs/scale.md requires of the built-in clips."""
    at_most(verdicts, "auto / decode, calm, constant rate", by_name["calm-cbr"].ratio(AUTO), 0.15)
    at_most(verdicts, "auto / decode, calm, constant quality", by_name["calm-crf"].ratio(AUTO), 0.45)
    nuisances = [by_name[name] for name in clips.NUISANCES]
    mix = sum(found.cpu(AUTO) for found in nuisances) / sum(found.cpu(DECODE) for found in nuisances)
    at_most(verdicts, f"auto / decode, {', '.join(clips.NUISANCES)}", mix, 0.30)
    for name, found in by_name.items():
        at_most(verdicts, f"always / decode, {name}", found.ratio(ALWAYS), 1.05)
    for name, bound in (("calm-cbr", 0.1), ("busy", 0.25)):
        if by_name[name].motion is not None:
            at_most(verdicts, f"auto / motion, {name}", by_name[name].cpu(AUTO) / by_name[name].motion, bound)


def judge_memory(options, by_name, verdicts):
    say("memory of the daemon, one camera of 1080p, one and nine of 720p")
    anonymous, whole = resident(options, clips.clip("calm-cbr"), 1)
    at_most(verdicts, "RssAnon, one camera of 1080p", anonymous / 1024, 40, " MB")
    theirs = max((found.motion_kib for found in by_name.values()), default=0)
    beside = f"; motion {theirs / 1024:.0f} MB" if theirs else ""
    verdicts.add("RSS, one camera of 1080p", f"{whole / 1024:.1f} MB{beside}", "< 103 MB", whole / 1024 < 103)
    one, _ = resident(options, clips.clip("idle-720p"), 1)
    many, _ = resident(options, clips.clip("idle-720p"), 1 + FURTHER)
    at_most(verdicts, f"RssAnon, each further camera of 720p ({FURTHER})", (many - one) / 1024 / FURTHER, 12, " MB")


def own_clips(folder):
    found = sorted(path for path in Path(folder).rglob("*") if path.suffix in (".mp4", ".mkv", ".ts", ".avi", ".mov"))
    if not found:
        sys.exit(f"bench: no clip in {folder}: .mp4, .mkv, .ts, .avi or .mov")
    return [(path.stem, str(path)) for path in found]


def main(options):
    """Prints the figures; whether every requirement was met."""
    work = own_clips(options.clips) if options.clips else [(name, str(clips.clip(name))) for name in clips.RECIPES
                                                            if name != "idle-720p"]
    has_motion = shutil.which("motion") is not None and not options.no_motion
    if not has_motion:
        say("without Debian's motion (apt-get install motion)")
    results = []
    for name, path in work:
        found = measure(name, path, options)
        if has_motion and (options.clips or name in MOTION_CLIPS):
            play_with_motion(found, path)
        results.append(found)
    verdicts = Verdicts()
    by_name = {found.name: found for found in results}
    print(f"CPU, user + system, of whole programs, medians of {options.rounds} rounds; ratios to the decode of all pictures\n")
    print(table([HEADER, *[row(found) for found in results]]) + "\n", flush=True)
    if not options.clips:
        judge_cpu(by_name, verdicts)
    if not options.no_memory:
        judge_memory(options, by_name, verdicts)
    if verdicts.rows:
        print(verdicts.table())
    return verdicts.all_met
