#!/bin/sh
# What scripts/try-v4l2 does inside the machine, with busybox. Prints a line for each check; what was said goes to /out.
# shellcheck disable=SC2016  # backticks are what the messages have
set -eu

failures=0
count=0
# check NAME CONDITION...: runs the condition and says whether it held.
check() {
    name=$1
    shift
    count=$((count + 1))
    if "$@"; then held=ok; else held=FAILED failures=$((failures + 1)); fi
    printf "%-8s%-80s%4.0f s\n" $held "$name" "$(cut -d" " -f1 /proc/uptime)"
}
# within SECONDS CONDITION...: asks until it holds.
within() {
    left=$(($1 * 5))
    shift
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.2
    done
}
has() { grep -qF -- "$2" "$1"; }
hasnt() { ! has "$1" "$2"; }
# counts FILE TEXT NUMBER: whether the text stands in so many lines, or more.
counts() { [ "$(grep -cF -- "$2" "$1")" -ge "$3" ]; }
# probe NAME LINES: looks at /dev/video0 with the lines under `v4l2`; the result is in /out/probe-NAME and $code.
probe() {
    printf 'cameras:\n  - id: a\n    source: %s\n    v4l2: {%s}\n' "${source:-$node}" "$2" >"/out/probe-$1.yaml"
    code=0
    neurond probe --config "/out/probe-$1.yaml" --seconds 1 >"/out/probe-$1" 2>&1 || code=$?
}
shows() { [ "$code" -eq 0 ] && has "/out/probe-$1" "$2" && hasnt "/out/probe-$1" faults && hasnt "/out/probe-$1" problem; }
# says NAME TEXT: it failed, with these words.
says() { [ "$code" -ne 0 ] && has "/out/probe-$1" "$2"; }

# All instances of vivid are one device of the platform, so they are plugged in and out together.
# node_of NAME: the number of a node may change, its name does not.
node_of() {
    for entry in /sys/class/video4linux/video*; do
        if [ "$(cat "$entry/name")" = "$1" ]; then basename "$entry"; fi
    done
}
# udev is not here: its name is made by hand, and moved by hand.
first=/dev/v4l/by-id/usb-first-video-index0
link() { ln -sf "../../$(node_of vivid-000-vid-cap)" $first; }
link
node=/dev/$(node_of vivid-000-vid-cap)
meta=/dev/$(node_of vivid-000-meta-cap)
multi=/dev/$(node_of vivid-002-vid-cap)

echo "--- devices"
neurond devices >/out/devices 2>/out/devices.err || true
neurond devices --json >/out/devices.json || true
check "devices names driver, bus and the name that stays" has /out/devices "source    $first"
check "devices tells formats, sizes and rates" has /out/devices '`nv12`: 320x180 at 60'
check "devices tells controls with their values" has /out/devices "brightness (0 to 255), is 128"
check "devices tells the metadata node from the camera" has /out/devices "metadata: no pictures"
check "devices --json has a line for each node" counts /out/devices.json '"path":"/dev/video' 4
check "a multi-planar device is a camera like others" has /out/devices.json "\"bus\":\"platform:vivid-002\""

echo "--- formats"
for format in nv12 yu12 yuyv uyvy grey; do
    case $format in
    nv12) pixels=nv12 ;; yu12) pixels=yuv420p ;; yuyv) pixels=yuyv422 ;; uyvy) pixels=uyvy422 ;; grey) pixels=gray ;;
    esac
    probe $format "format: $format, size: 640x360, framesPerSecond: 15"
    check "$format comes as $pixels at 640x360" shows $format "rawvideo, $pixels"
    echo "        $(grep 'frame rate' /out/probe-$format || true) | $(grep decoded /out/probe-$format || true)"
done
probe auto ""
check "auto takes nv12 near 1280x720" shows auto "1280x720"
probe odd "format: yuyv, size: 700x400, framesPerSecond: 200"
check "what is not offered is replaced by what is nearest, and said" shows odd "700x400 is not offered; 640x360 is nearest."
probe mjpeg "format: mjpeg"
check "a format that it does not have is refused with those it has" says mjpeg "it does not send mjpeg (MJPG or JPEG): it offers YUYV"
source=$multi probe multi "format: nv12, size: 640x360, framesPerSecond: 15"
check "the multi-planar device streams through libv4l2's plugin" shows multi "rawvideo"

echo "--- controls"
probe controls "size: 320x180, controls: {brightness: 200, test_pattern: 21, horizontal_flip: true}"
check "controls are set by name" shows controls rawvideo
v4l2-ctl -d "$node" -C brightness,test_pattern,horizontal_flip >/out/controls
check "the driver has them" sh -c "grep -q 'brightness: 200' /out/controls && grep -q 'horizontal_flip: 1' /out/controls && grep -q 'test_pattern: 21' /out/controls"
probe unknown "controls: {exposure_auto: 1}"
check "a control that is not there is refused with those that are" says unknown 'there is no control `exposure_auto`: it has brightness (0 to 255)'
probe range "controls: {brightness: 256}"
check "a value out of range is refused" says range '`256` is no value of the control brightness (0 to 255)'
probe menu "controls: {test_pattern: 75% Colorbar}"
check "a menu takes an item's name" shows menu rawvideo
v4l2-ctl -d "$node" -c brightness=128,horizontal_flip=0 >/dev/null

echo "--- what is no camera"
mkfifo /tmp/pipe
touch /tmp/plain
for case in "/tmp/pipe:it is a pipe" "/tmp/plain:it is a plain file" "/dev/null:it is a device of another kind" \
    "/dev/video77:nothing of that name" "$meta:it is the node of a camera's metadata"; do
    code=0
    neurond probe "v4l2:${case%%:*}" >/out/probe-node 2>&1 || code=$?
    check "${case%%:*}: ${case#*:}" says node "${case#*:}"
done

echo "--- busy, and faults"
v4l2-ctl -d "$node" --stream-mmap --stream-count=100000 >/dev/null 2>&1 &
streamer=$!
sleep 2
probe busy "size: 640x360"
check "a device that streams for another program is busy" says busy "another program is using it"
check "devices asks it all the same" sh -c "neurond devices | grep -q 'vivid-000'"
kill $streamer
wait $streamer 2>/dev/null || true
v4l2-ctl -d "$node" -c percentage_of_dropped_buffers=40 >/dev/null
probe lost "size: 320x180, framesPerSecond: 25"
check "pictures that the driver loses are counted" has /out/probe-lost "pictures on the way"
echo "        $(grep lost /out/probe-lost || true)"
v4l2-ctl -d "$node" -c percentage_of_dropped_buffers=0 >/dev/null
# The last device is an HDMI input, whose signal goes and comes; its scaler takes any size.
hdmi=/dev/$(node_of vivid-003-vid-cap)
sed "s|source: .*|source: $hdmi|; s|v4l2: .*|v4l2: {format: grey, size: 64x64}|" /out/probe-grey.yaml >/out/probe-changed.yaml
neurond probe --config /out/probe-changed.yaml --seconds 20 >/out/probe-changed 2>&1 &
prober=$!
signal=0
while kill -0 $prober 2>/dev/null; do
    sleep 2
    signal=$((1 - signal))
    v4l2-ctl -d "$hdmi" -c dv_timings_signal_mode=$signal >/dev/null
done
wait $prober || true
check "an HDMI input is read" has /out/probe-changed "picture     64x64"
check "a signal that becomes another ends the stream" has /out/probe-changed "changed the size or kind of its pictures"
for fault in reqbufs qbuf streamon; do
    v4l2-ctl -d "$node" -c inject_vidioc_${fault}_error=1 >/dev/null
    probe $fault "size: 320x180"
    check "a fault of $fault ends the attempt with a reason" says $fault "failed: the driver refused"
    probe again "size: 320x180"
    check "and the next attempt works" shows again rawvideo
done

echo "--- the daemon: unplugged and back, under other numbers"
cat >/tmp/neurond.yaml <<YAML
box: box
state: /tmp/state
cameras:
  - id: first
    source: $first
    lostAfter: 6s
    v4l2: {format: yuyv, size: 320x180, framesPerSecond: 5}
  - id: second
    source: /dev/$(node_of vivid-001-vid-cap)
    lostAfter: 6s
    v4l2: {format: grey, size: 320x180, framesPerSecond: 5}
sinks:
  - {type: jsonl, path: /out/alerts.jsonl}
YAML
: >/out/alerts.jsonl
neurond run --config /tmp/neurond.yaml >/out/run.out 2>/out/run.log &
daemon=$!
check "both cameras open" within 60 counts /out/run.log "camera open" 2
sleep 5
platform=/sys/bus/platform/drivers/vivid
# Whoever keeps the old node open keeps its number: what comes back gets another one.
# shellcheck disable=SC2217
sleep 1000 <"$node" &
holder=$!
echo "        $first is $(readlink $first)"
echo vivid.0 >$platform/unbind
check "both unplugged cameras are lost" within 60 counts /out/alerts.jsonl "org.neurond.camera.lost.v1" 2
check "and the log says why" has /out/run.log "the device is gone; it was unplugged"
echo vivid.0 >$platform/bind
link
echo "        $first is now $(readlink $first)"
check "the number is another" [ "/dev/$(node_of vivid-000-vid-cap)" != "$node" ]
check "the camera with a name that stays comes back" within 120 has /out/alerts.jsonl "org.neurond.camera.recovered.v1"
kill $holder
node=$(realpath $first)

echo "--- the daemon: faults of a running stream"
sleep 3
before=$(grep -c "camera open" /out/run.log)
for fault in v4l2_buf_flag vidioc_qbuf; do
    v4l2-ctl -d "$node" -c inject_${fault}_error=1 >/dev/null
    sleep 3
    check "a fault of $fault ends nothing" [ "$(grep -c "camera open" /out/run.log)" -eq "$before" ]
done
v4l2-ctl -d "$node" -c inject_fatal_streaming_error=1 >/dev/null
check "a fatal error of the stream makes it open anew" within 60 counts /out/run.log "camera open" $((before + 1))
kill -TERM $daemon
code=0
wait $daemon || code=$?
check "a stop ends it cleanly" [ $code -eq 0 ]
# started, updated and ended of a loss all have its type in them.
opened=$(grep -c '"type":"org.neurond.camera.lost' /out/alerts.jsonl || true)
closed=$(grep -cE '"type":"org.neurond.camera.(recovered|ended)' /out/alerts.jsonl || true)
check "every loss has its end ($opened of $closed)" [ "$opened" -eq "$closed" ]
check "pictures of both were looked at" [ "$(grep -cE 'camera stopped.* detected=[1-9]' /out/run.log)" -eq 2 ]
dmesg | grep -E 'BUG:|Oops:|WARNING:' >/out/kernel || true
check "the kernel complains of nothing" [ ! -s /out/kernel ]

echo "$((count - failures)) of $count checks held"
[ $failures -eq 0 ]
