#!/usr/bin/env bash
# Speaks a warning when a camera is tampered with.
#   loudspeaker.sh [OPTIONS OF MOSQUITTO_SUB, such as -h and --cafile]
# Environment: SPEAK, the command that gets the text on standard input; FRESH, the age in seconds from which on nothing is said.
set -euo pipefail

speak=${SPEAK:-espeak-ng --stdin}
# shellcheck disable=SC2016 # the variables are jq's
warning='
  select(.type == "org.neurond.tamper.started.v1")
  | select(now - (.time | sub("\\.[0-9]+Z$"; "Z") | fromdate) < $fresh)
  | .id, ("Warning. Somebody tampers with the camera \(.data.sensor.name)."
          + (.data.sensor.address | if . then " \(.)." else "" end) | gsub("[[:cntrl:]]"; " "))'

last=
mosquitto_sub -V mqttv5 -q 1 -t 'nd/v1/+/+/+/+/+/evt/tamper' -F %p "$@" |
    jq --unbuffered -r --argjson fresh "${FRESH:-300}" "$warning" |
    while IFS= read -r id && IFS= read -r text; do
        # An event may come twice, with the same id.
        [ "$id" != "$last" ] || continue
        last=$id
        # shellcheck disable=SC2086 # a command with its arguments
        $speak <<<"$text"
    done
