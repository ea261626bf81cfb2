#!/usr/bin/python3
"""An RTSP camera for tests, on gst-rtsp-server, bound to the loopback, on a port that the system chooses.

    rtsp_camera.py [--user U --password P --auth basic|digest] [--run-for SECONDS] [--mounts N] [--bind ADDRESS] CLIP...

Each clip (H.264 or H.265 in MP4 or MKV) is played for ever at /cam0, /cam1, ... at its own rate without being encoded
again; time stamps go on over the end of the clip. With --mounts there are so many cameras, which take the clips in turn. The first line on standard output is `ready PORT`. Then each line on
standard input is a command, answered by one line, `ok` or what is wrong; the end of standard input ends the camera.

    stall MOUNT         send nothing, keep the connection       resume MOUNT       go on
    close MOUNT         cut every client's connection           drop MOUNT PART    lose this part (0 to 1) of the pictures
    lose MOUNT PART     lose this part of the RTP packets       clients MOUNT      how many play now
    gone MOUNT          cut, and answer 404 from now on         back MOUNT         be there again
    ts MOUNT SECONDS    let the time stamps jump                res MOUNT CLIP     go on with another clip, same session
    sent MOUNT          pictures handed over since it plays     behind all         seconds by which the latest one was late

Debian: python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad.
"""
import argparse
import random
import sys
import threading
import time

import gi

for name in ("Gst", "GstApp", "GstRtsp", "GstRtspServer"):
    gi.require_version(name, "1.0")
from gi.repository import GLib, Gst, GstApp, GstRtsp, GstRtspServer  # noqa: E402,F401


class Clip:
    """The access units of a clip, in decoding order, with times from zero."""

    def __init__(self, path):
        for codec in ("h264", "h265"):
            for demuxer in ("qtdemux", "matroskademux"):
                buffers = self._read(path, codec, demuxer)
                if buffers:
                    self.codec = codec
                    self._index(buffers)
                    return
        sys.exit(f"rtsp_camera: {path}: no H.264 or H.265 in MP4 or MKV")

    @staticmethod
    def _read(path, codec, demuxer):
        pipeline = Gst.parse_launch(
            f'filesrc location="{path}" ! {demuxer} ! {codec}parse config-interval=-1 ! '
            f"video/x-{codec},stream-format=byte-stream,alignment=au ! appsink name=out sync=false max-buffers=0")
        out, bus, buffers = pipeline.get_by_name("out"), pipeline.get_bus(), []
        pipeline.set_state(Gst.State.PLAYING)
        while not bus.pop_filtered(Gst.MessageType.ERROR):
            sample = out.try_pull_sample(50 * Gst.MSECOND)
            if sample:
                buffers.append(sample.get_buffer())
            elif out.is_eos():
                break
        pipeline.set_state(Gst.State.NULL)
        return buffers

    def _index(self, buffers):
        none = Gst.CLOCK_TIME_NONE
        start = min(b.pts if b.dts == none else b.dts for b in buffers)
        self.units = [(b, b.pts - start, (b.pts if b.dts == none else b.dts) - start) for b in buffers]
        self.duration = self.units[-1][2] * len(buffers) // max(1, len(buffers) - 1)


class Mount:
    """One camera's stream: where it is in its clip, and what is wrong with it."""

    def __init__(self, name, clip):
        self.name, self.clip = name, clip
        self.source = self.media = None
        self.clients = set()
        self.is_stalled, self.offset, self.loss, self.rtp_loss = False, 0, 0.0, 0.0
        self.sent, self.probe = 0, None

    def start(self, source, media):
        self.index, self.base, self.began = 0, 0, time.monotonic()
        self.sent, self.probe = 0, None
        # Last, because from here on the pacing thread pushes.
        self.media, self.source = media, source
        self.lose(self.rtp_loss)

    def due(self):
        return self.began + (self.base + self.clip.units[self.index][2]) / 1e9

    def push(self):
        unit, pts, dts = self.clip.units[self.index]
        if not self.is_stalled and random.random() >= self.loss:
            copy = unit.copy()
            copy.pts, copy.dts = self.base + pts + self.offset, self.base + dts + self.offset
            if self.source.emit("push-buffer", copy) != Gst.FlowReturn.OK:
                self.source = None
                return
            self.sent += 1
        self.index += 1
        if self.index == len(self.clip.units):
            self.index, self.base = 0, self.base + self.clip.duration

    def lose(self, part):
        """Each packet is looked at only while some are to be lost: it costs more than to send it."""
        self.rtp_loss = part
        if self.source is None or (self.probe is not None) == (part > 0):
            return
        pad = self.media.get_element().get_by_name("pay0").get_static_pad("src")
        if part > 0:
            self.probe = pad.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, self.pass_or_lose)
        else:
            pad.remove_probe(self.probe)
            self.probe = None

    def pass_or_lose(self, pad, info):
        packets = info.get_buffer_list()
        if packets:  # one picture's packets: each comes here again by itself
            for index in range(packets.length()):
                pad.push(packets.get(index))
            return Gst.PadProbeReturn.DROP
        is_lost = random.random() < self.rtp_loss
        return Gst.PadProbeReturn.DROP if is_lost else Gst.PadProbeReturn.OK

    def switch(self, clip):
        self.base += self.clip.units[self.index][2]
        self.clip, self.index = clip, 0

    def jump(self, seconds):
        # The pacing is done here: no sink may wait for the new time.
        elements = self.media.get_element().get_parent().iterate_recurse()
        while True:
            result, element = elements.next()
            if result != Gst.IteratorResult.OK:
                break
            if element.find_property("sync"):
                element.set_property("sync", False)
        self.offset += int(seconds * 1e9)


class Factory(GstRtspServer.RTSPMediaFactory):
    def __init__(self, mount, user):
        super().__init__()
        self.mount, codec = mount, mount.clip.codec
        self.set_launch(
            f"( appsrc name=source is-live=true format=time block=false max-bytes=8000000 "
            f"caps=video/x-{codec},stream-format=byte-stream,alignment=au ! {codec}parse config-interval=-1 ! "
            f"rtp{codec}pay name=pay0 pt=96 config-interval=-1 )")
        self.set_shared(True)
        self.set_protocols(GstRtsp.RTSPLowerTrans.TCP | GstRtsp.RTSPLowerTrans.UDP)
        self.set_stop_on_disconnect(True)
        if user:
            permissions = GstRtspServer.RTSPPermissions.new()
            for right in ("media.factory.access", "media.factory.construct"):
                permissions.add_permission_for_role("user", right, True)
            self.set_permissions(permissions)
        self.connect("media-configure", self.configure)

    def configure(self, _factory, media):
        media.connect("unprepared", lambda _media: setattr(self.mount, "source", None))
        self.mount.start(media.get_element().get_by_name_recurse_up("source"), media)


class Camera:
    def __init__(self, options):
        self.options, self.clips, self.mounts, self.behind = options, {}, {}, 0.0
        self.server = GstRtspServer.RTSPServer()
        self.server.set_address(options.bind)
        self.server.set_service("0")
        if options.user:
            self.server.set_auth(self.authentication())
        for number in range(options.mounts or len(options.clips)):
            mount = Mount(f"cam{number}", self.clip(options.clips[number % len(options.clips)]))
            self.mounts[mount.name] = mount
            self.add(mount)
        self.server.connect("client-connected", lambda _server, client: client.connect("play-request", self.played))

    def clip(self, path):
        if path not in self.clips:
            self.clips[path] = Clip(path)
        return self.clips[path]

    def authentication(self):
        options, auth, token = self.options, GstRtspServer.RTSPAuth(), GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "user")
        if options.auth == "basic":
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(options.user, options.password), token)
        else:
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
            auth.add_digest(options.user, options.password, token)
        return auth

    def add(self, mount):
        self.server.get_mount_points().add_factory("/" + mount.name, Factory(mount, self.options.user))

    def played(self, client, context):
        mount = self.mounts.get((context.uri.abspath or "").strip("/").split("/")[0])
        if mount:
            mount.clients.add(client)
            client.connect("closed", lambda gone: mount.clients.discard(gone))

    def obey(self, line):
        words = line.split()
        if words[:1] == ["behind"]:
            behind, self.behind = self.behind, 0.0
            return f"{behind:.3f}"
        mount = self.mounts.get(words[1]) if len(words) > 1 else None
        if not mount:
            return "no such mount"
        verb, rest = words[0], words[2:]
        if verb in ("stall", "resume"):
            mount.is_stalled = verb == "stall"
        elif verb == "drop":
            mount.loss = float(rest[0])
        elif verb == "lose":
            mount.lose(float(rest[0]))
        elif verb == "ts":
            mount.jump(float(rest[0]))
        elif verb == "res":
            mount.switch(self.clip(rest[0]))
        elif verb in ("close", "gone"):
            if verb == "gone":
                self.server.get_mount_points().remove_factory("/" + mount.name)
            for client in list(mount.clients):
                client.close()
        elif verb == "back":
            self.add(mount)
        elif verb == "clients":
            return str(len(mount.clients))
        elif verb == "sent":
            return str(mount.sent)
        else:
            return "no such command"
        return "ok"

    def pace(self):
        """Pushes for all mounts from one thread."""
        while True:
            next_due = time.monotonic() + 0.01
            for mount in self.mounts.values():
                while mount.source is not None and mount.due() <= time.monotonic():
                    self.behind = max(self.behind, time.monotonic() - mount.due())
                    mount.push()
                if mount.source is not None:
                    next_due = min(next_due, mount.due())
            time.sleep(max(0.001, next_due - time.monotonic()))


def listen(camera, loop):
    """Hands each command to the main loop, where all of the server's state lives."""
    def answer(line):
        try:
            print(camera.obey(line), flush=True)
        except Exception as error:  # a test must see it, and not wait for an answer
            print(f"failed: {error}", flush=True)
        return False

    for line in sys.stdin:
        GLib.idle_add(answer, line)
    GLib.idle_add(loop.quit)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("clips", nargs="+")
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("--auth", choices=("basic", "digest"), default="digest")
    parser.add_argument("--mounts", type=int, default=0, help="how many cameras; as many as clips unless given")
    parser.add_argument("--bind", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--run-for", type=float, default=120, help="ends by itself after so many seconds")
    options = parser.parse_args()
    Gst.init(None)
    camera, loop = Camera(options), GLib.MainLoop()
    if not camera.server.attach(None):
        sys.exit("rtsp_camera: cannot listen")
    threading.Thread(target=camera.pace, daemon=True).start()
    threading.Thread(target=listen, args=(camera, loop), daemon=True).start()
    GLib.timeout_add(int(options.run_for * 1000), loop.quit)
    print(f"ready {camera.server.get_bound_port()}", flush=True)
    loop.run()


main()
