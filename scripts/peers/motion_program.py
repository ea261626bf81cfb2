"""Debian's `motion` over recorded clips.

It plays a file in real time and says nothing of the file's own time, so its wall clock is mapped: from the moment at which it
has opened the file to the moment at which it has come to the end, in a straight line over the clip's length. Its own delay
(it looks at what its reader has buffered) stays in; half a second of play is what the mapping is good for.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from . import rule

# What the guide of the program recommends for noisy outdoor scenes, with the threshold lowered for small people.
TUNED = """threshold 300
noise_tune on
despeckle_filter EedDl
lightswitch_percent 25
minimum_motion_frames 3
"""

COMMON = """daemon off
setup_mode off
log_level 6
event_gap 2
movie_output off
picture_output off
webcontrol_port 0
stream_port 0
"""


def run(name, clips, settings, parallel):
    """The row of the program with its defaults (`motion`) or tuned."""
    if not shutil.which("motion"):
        sys.exit("compare-peers: the program `motion` is missing: apt-get install motion")
    with ThreadPoolExecutor(max(1, parallel)) as pool:
        results = list(pool.map(lambda clip: play(clip, TUNED if name == "motion-tuned" else ""), clips))
    row = rule.Row(name, settings)
    for clip, (alerts, cpu) in zip(clips, results):
        row.add(clip, alerts, cpu)
    return row


def facts(path):
    """Width, height and whole pictures per second of a clip."""
    answer = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height,avg_frame_rate",
         "-of", "csv=p=0", path], check=True, text=True, stdout=subprocess.PIPE, timeout=60,
    ).stdout.strip().split(",")
    parts = [float(part) for part in answer[2].split("/")]
    rate = parts[0] / parts[1] if len(parts) == 2 and parts[1] else 25
    return int(answer[0]), int(answer[1]), max(2, min(100, round(rate)))


def mask(folder, roi, width, height):
    """A picture that is white where the program is to look."""
    left, top, right, bottom = roi[0], roi[1], roi[0] + roi[2], roi[1] + roi[3]
    rows = b"".join(
        bytes(255 if top <= y < bottom and left <= x < right else 0 for x in range(width)) for y in range(height)
    )
    path = os.path.join(folder, "mask.pgm")
    with open(path, "wb") as file:
        file.write(b"P5\n%d %d\n255\n" % (width, height) + rows)
    return path


def play(clip, tuning):
    """The alerts of one clip, and the CPU seconds of the whole program."""
    with tempfile.TemporaryDirectory() as folder:
        width, height, rate = facts(clip.path)
        events = os.path.join(folder, "events")
        text = COMMON + tuning
        text += f"width {width}\nheight {height}\nframerate {rate}\nnetcam_url file://{os.path.abspath(clip.path)}\n"
        for word in ("start", "end"):
            text += f"on_event_{word} date +'{word} %%s.%%N' >> {events}\n"
        roi = clip.labels.get("roi")
        if roi:
            text += f"mask_file {mask(folder, roi, width, height)}\n"
        path = os.path.join(folder, "motion.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        begin, end, usage = watch(["motion", "-n", "-c", path], clip.seconds * 1.5 + 30, folder)
        # The commands of the last event may still be under way.
        time.sleep(0.5)
        lines = open(events, encoding="ascii").read().splitlines() if os.path.exists(events) else []
    scale = clip.seconds / (end - begin)
    return paired(lines, begin, end, scale, clip.seconds), usage.ru_utime + usage.ru_stime


def paired(lines, begin, end, scale, length):
    """Starts and ends as they were written, in the clip's time; what comes behind the clip's end is its second play."""
    alerts = []
    for line in sorted(lines, key=lambda line: float(line.split()[1])):
        word, stamp = line.split()[0], float(line.split()[1])
        if word == "start" and stamp <= end:
            moment = (stamp - begin) * scale
            alerts.append(rule.Alert(moment, moment, length))
        elif word == "end" and alerts:
            alerts[-1].over = min(alerts[-1].over, (stamp - begin) * scale)
    return alerts


def watch(command, limit, folder):
    """Runs the program until it has come to the clip's end; the wall times of both, and what it used."""
    before = time.time()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder)
    timer = threading.Timer(limit, process.kill)
    timer.start()
    begin = end = None
    for line in process.stderr:
        now = time.time()
        if begin is None and "netcam_rtsp_connect" in line and "connected" in line:
            begin = now
        elif begin is not None and end is None and "netcam_rtsp_handler_reconnect" in line:
            end = now
            process.terminate()
    timer.cancel()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    if begin is None or end is None:
        sys.exit(f"compare-peers: motion did not play the clip to its end within {time.time() - before:.0f} s")
    return begin, end, usage
