#!/usr/bin/env python3
"""Posts each line of neurond's file of alerts to a URL, in order, until the other side has taken it.

    webhook.py FILE URL [--state STATE] [--once]

How far it has come stands in STATE (FILE.webhook): after a crash or a restart the line that was being posted may come twice, with
the same id, and none is left out. Files that neurond has set aside (FILE.1, FILE.2 ...) are read to their end first.
"""

import argparse
import glob
import json
import os
import sys
import time
import urllib.error
import urllib.request

LONGEST_PAUSE = 60.0


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """urllib would go on with a GET without the event, and take its 200 for the answer."""

    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(NoRedirects)


def post(url, line):
    """Posts one event until it is taken; an event that the other side calls wrong is said and left out."""
    headers = {"Content-Type": "application/cloudevents+json", "Idempotency-Key": json.loads(line)["id"]}
    pause = 1.0
    while True:
        try:
            OPENER.open(urllib.request.Request(url, line, headers), timeout=10).close()
            return
        except urllib.error.HTTPError as error:
            if error.code in (400, 404, 413, 415, 422):
                print(f"webhook: {url} refused {headers['Idempotency-Key']}: {error.code}", file=sys.stderr)
                return
            reason = error.code
        except (OSError, urllib.error.URLError) as error:
            reason = error
        print(f"webhook: {reason}; again in {pause:.0f} s", file=sys.stderr, flush=True)
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def remember(path, inode, offset):
    """Writes the place down so that a crash leaves the old one or the new one."""
    with open(path + ".new", "w") as file:
        json.dump({"inode": inode, "offset": offset}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def files(path):
    """The file and those set aside, the oldest first."""
    aside = [name for name in glob.glob(glob.escape(path) + ".*") if name[len(path) + 1 :].isdigit()]
    return sorted(aside, key=lambda name: -int(name[len(path) + 1 :])) + ([path] if os.path.exists(path) else [])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("url")
    parser.add_argument("--state")
    parser.add_argument("--once", action="store_true", help="end at the end of the file")
    options = parser.parse_args()
    state = options.state or options.file + ".webhook"
    place = {"inode": None, "offset": 0}
    if os.path.exists(state):
        with open(state) as file:
            place = json.load(file)
    while True:
        names = files(options.file)
        inodes = [os.stat(name).st_ino for name in names]
        if place["inode"] in inodes:
            names = names[inodes.index(place["inode"]) :]
        else:
            place = {"inode": None, "offset": 0}
        for name in names:
            with open(name, "rb") as file:
                inode = os.fstat(file.fileno()).st_ino
                offset = place["offset"] if inode == place["inode"] else 0
                file.seek(offset)
                # A line without its end is still being written.
                while (line := file.readline()).endswith(b"\n"):
                    post(options.url, line.rstrip(b"\n"))
                    offset += len(line)
                    place = {"inode": inode, "offset": offset}
                    remember(state, inode, offset)
        if options.once:
            return
        time.sleep(0.5)


main()
