#!/bin/sh
# The steps of scripts/try-systemd, in the virtual machine: each `ok` or `FAILED`, and the exit code says whether any failed.
# shellcheck disable=SC2317  # functions are called by `check` and `within`
set -eu

# It sets clocks and freezes disks: never anywhere but in a machine that is thrown away.
if [ ! -e /dev/vport0p1 ] || ! grep -q systemd.mask=getty.target /proc/cmdline; then
    echo "these steps are for the virtual machine of scripts/try-systemd" >&2
    exit 64
fi

failures=0
unit=neurond.service
# check NAME COMMAND...
check() {
    name=$1
    shift
    if "$@" >/tmp/check 2>&1; then echo "ok      $name"; else
        echo "FAILED  $name"
        sed 's/^/        /' /tmp/check | tail -n 5
        failures=$((failures + 1))
    fi
}
show() { systemctl show "$unit" -p "$1" --value; }
# within SECONDS COMMAND...: tries again until it succeeds
within() {
    end=$(($(cut -d. -f1 /proc/uptime) + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(cut -d. -f1 /proc/uptime)" -lt "$end" ] || { echo "not within the time: $*"; show StatusText; return 1; }
        sleep 0.2
    done
}
status_has() { show StatusText | grep -qF "$1"; }
is() { [ "$(show "$1")" = "$2" ] || { echo "$1 is $(show "$1")"; return 1; }; }
logged() { journalctl -b -u "$unit" -o cat --no-pager | grep -F "$@"; }
not() { ! "$@"; }
# journal FIELD=VALUE... WORD: an entry with these fields says this
entry() {
    word=$1
    shift
    journalctl -b "$@" -o json --no-pager | grep -F "$word"
}
configure() {
    cat >/etc/neurond/neurond.yaml <<YAML
box: vm
state: /var/lib/neurond
cameras:
  - {id: yard, source: /rig/walker.mp4, loop: true, sampling: keyframes, lostAfter: 30s}
  - {id: gate, source: "rtsp://127.0.0.1:9/x", credentials: gate, lostAfter: 1s, sampling: ${1:-auto}}
health: {reportEvery: 10s, coverageEvery: 60s}
sinks: [{type: jsonl, path: alerts.jsonl}]
YAML
}
drop_in() {
    mkdir -p "/etc/systemd/system/$unit.d"
    cat >"/etc/systemd/system/$unit.d/$1.conf"
    systemctl daemon-reload
}

systemd-tmpfiles --create neurond.conf
configure
echo 'cam:s3cret' >/etc/neurond/credentials/gate
chmod 600 /etc/neurond/credentials/gate

echo "# start: $(systemctl --version | head -n 1), $(uname -r)"
check "the units are well formed" systemd-analyze verify --man=no neurond.service neurond-replay@x.service
check "it starts, and systemd waits for its word" systemctl start "$unit"
is ActiveState active || journalctl -b -u "$unit" -o cat --no-pager | tail -n 20
check "it is ready" is ActiveState active
check "the status tells cameras and alerts" within 60 status_has "1 of 2 cameras up, "
echo "        StatusText=$(show StatusText)"
check "systemd watches it" is WatchdogUSec 1min
systemd-analyze security --no-pager "$unit" | tail -n 1
check "the exposure is at most 1.5" sh -c "systemd-analyze security --no-pager --threshold=15 $unit"
check "the replay's too" sh -c "systemd-analyze security --no-pager --threshold=15 neurond-replay@x.service"
check "the journal has the camera and the priority as fields" within 30 entry "camera lost" NEUROND_CAMERA=gate PRIORITY=3 \
    SYSLOG_IDENTIFIER=neurond _SYSTEMD_UNIT=$unit
journalctl -b NEUROND_CAMERA=gate PRIORITY=3 -o json -n 1 --no-pager | tr ',' '\n' | grep -E 'MESSAGE"|NEUROND|PRIORITY' |
    sed 's/^/        /'
check "and the alert, when it was recorded" within 30 entry "recorded" NEUROND_CAMERA=gate PRIORITY=6
journalctl -b NEUROND_CAMERA=gate PRIORITY=6 -o json -n 1 --no-pager | tr ',' '\n' | grep NEUROND_ALERT | sed 's/^/        /'
check "the credential is used, and hidden in the log" logged 'rtsp://***@127.0.0.1:9/x'
check "no credential was missed" not logged "Could not read the credential"
check "and its threads may have their priorities" sh -c "! journalctl -b --no-pager | grep -F 'set thread priority'"
check "no password is in the journal" not sh -c "journalctl -b --no-pager | grep -F s3cret"

echo "# reload"
process=$(show MainPID)
configure always
check "a right configuration is taken over" systemctl reload "$unit"
check "and only the changed camera is restarted" within 20 logged "taken over restarted=gate unchanged=1"
echo "nonsense: 1" >>/etc/neurond/neurond.yaml
check "a wrong one makes the reload fail" not systemctl reload "$unit"
check "with its place in the journal" logged "/etc/neurond/neurond.yaml:8:1: "
kill -HUP "$process"
check "a bare SIGHUP with it is refused, and the status says so" within 20 status_has "reload refused: /etc/neurond/neurond.yaml:8:1: "
check "it is still ready" is ActiveState active
check "and the same process" is MainPID "$process"
configure always
check "the next right one is taken" systemctl reload "$unit"
check "and the refusal is gone" within 20 not status_has "reload refused"

echo "# clock step"
# Short enough that a watchdog which measured by the civil clock would bark while these steps last.
drop_in fast <<'UNIT'
[Service]
WatchdogSec=12s
RestartSec=1s
UNIT
check "a watchdog of 12 s is taken" systemctl restart "$unit"
check "and the camera is up" within 60 status_has "1 of 2 cameras up"
step() {
    date -s "$1" >/dev/null
    # Longer than the watchdog waits.
    sleep 15
}
step '+1 day'
check "a day forward costs no restart" is NRestarts 0
check "nothing stands still" not status_has "STANDS STILL"
check "and a camera is up" status_has "1 of 2 cameras up"
step '-2 days'
check "nor do two days back" is NRestarts 0
check "nothing stands still then" not status_has "STANDS STILL"
check "nor cost they a camera" not logged "camera lost camera=yard"
date -s '+1 day' >/dev/null
rm -r "/etc/systemd/system/$unit.d"

echo "# sandbox"
cat >/rig/inside.sh <<'INSIDE'
try() { if (eval "$2") >/dev/null 2>&1; then echo "$1: yes"; else echo "$1: no"; fi; }
{
    echo "user: $(id -un), root: $([ "$(id -u)" = 0 ] && echo yes || echo no)"
    try "opens the camera device" 'exec 3<>/dev/video0'
    try "opens the disk" 'exec 3</dev/vda'
    try "reads the credential's source" 'cat /etc/neurond/credentials/gate'
    try "writes its state" 'echo x >"$STATE_DIRECTORY/trial"'
    try "writes the configuration" 'echo x >>/etc/neurond/neurond.yaml'
    try "writes the system" 'echo x >/usr/bin/x'
    try "sees other processes" 'ls /proc/1/comm'
    try "reads root's home" 'ls /root'
    try "loads a module" 'echo x >/proc/sys/kernel/modprobe'
    try "sets the clock" 'date -s +1sec'
    try "makes a namespace" 'unshare -r true'
    try "mounts" 'mount -t tmpfs x /mnt'
} >"$STATE_DIRECTORY/inside"
INSIDE
drop_in inside <<'UNIT'
[Service]
ExecStartPost=/bin/sh /rig/inside.sh
UNIT
check "it starts again" systemctl restart "$unit"
inside=/var/lib/neurond/inside
sed 's/^/        /' $inside
for may in "opens the camera device" "writes its state"; do check "it $may" grep -qx "$may: yes" $inside; done
for must_not in "opens the disk" "reads the credential's source" "writes the configuration" "writes the system" \
    "sees other processes" "reads root's home" "loads a module" "sets the clock" "makes a namespace" "mounts"; do
    check "not: $must_not" grep -qx "$must_not: no" $inside
done
check "it does not run as root" grep -q "root: no" $inside
rm -r "/etc/systemd/system/$unit.d"

echo "# watchdog"
drop_in fast <<'UNIT'
[Service]
WatchdogSec=12s
RestartSec=1s
UNIT
systemctl restart "$unit"
check "it is up" within 60 status_has "1 of 2 cameras up"
sleep 15
check "a lost camera does not wake the watchdog" is NRestarts 0
/rig/stop_threads "$(show MainPID)" decode- >/tmp/held &
holder=$!
within 5 grep -q held /tmp/held || true
echo "        $(cat /tmp/held) decode threads by ptrace"
check "the status tells what stands still" within 30 status_has "STANDS STILL: the pictures of 'yard' are not decoded"
echo "        StatusText=$(show StatusText)"
check "and systemd ends and restarts it" within 40 is NRestarts 1
kill $holder 2>/dev/null || true
check "with the reason in the journal" logged "Watchdog timeout"
check "after which it is up again" within 60 status_has "1 of 2 cameras up"

echo "# a disk that hangs"
systemctl stop "$unit"
check "a stop is a success" is Result success
truncate -s 64M /run/disk && mke2fs -q -t ext4 /run/disk && mkdir -p /var/lib/private/neurond && mount -o loop /run/disk /var/lib/private/neurond
systemctl reset-failed "$unit" 2>/dev/null || true
check "it starts on a disk of its own" systemctl start "$unit"
check "and is up" within 60 status_has "1 of 2 cameras up"
fsfreeze -f /var/lib/private/neurond
check "an outbox that does not answer stands still" within 40 status_has "the outbox does not answer"
check "and systemd acts" within 40 logged "Watchdog timeout (limit 12s)"
fsfreeze -u /var/lib/private/neurond
check "once the disk is back it is up again" within 90 sh -c "systemctl show $unit -p StatusText --value | grep -q '1 of 2 cameras up'"
check "and the alerts of before are there" sh -c "grep -c lost /var/lib/neurond/alerts.jsonl"
systemctl stop "$unit"

echo "# errors that stay"
rm -r "/etc/systemd/system/$unit.d"
drop_in quick <<'UNIT'
[Service]
RestartSec=200ms
UNIT
systemctl reset-failed "$unit" 2>/dev/null || true
echo "nonsense: 1" >>/etc/neurond/neurond.yaml
check "a wrong configuration fails the start" not systemctl start "$unit"
sleep 3
check "with 78" is ExecMainStatus 78
check "and is not tried again" is NRestarts 0
configure
rm /etc/neurond/credentials/gate
systemctl reset-failed "$unit" 2>/dev/null || true
check "without the credential it starts" systemctl start "$unit"
check "and says which is missing" within 20 logged "Could not read the credential file"
systemctl stop "$unit"

echo "# replay"
check "without a clip a replay's unit fails" not systemctl start neurond-replay@night
cp /rig/two-walkers.mp4 /var/lib/neurond-replay/night/clips/
check "a clip is replayed by its unit" systemctl start neurond-replay@night
check "and gives alerts" grep -q motion.started /var/lib/neurond-replay/night/alerts.jsonl

exit "$((failures > 0))"
