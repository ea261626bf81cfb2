#!/usr/bin/env bash
# Keeps each event of an MQTT broker in a file and then says so to the box: the receipt that `ack: receipt` waits for.
#   receipts.sh FILE [OPTIONS OF MOSQUITTO_SUB AND MOSQUITTO_PUB, such as -h and --cafile]
# Environment: DESK, who says it (a URI); CLIENT, the name of the session at the broker, which keeps what comes while this is away.
set -euo pipefail

file=${1:?usage: receipts.sh FILE [OPTIONS]}
shift
export DESK=${DESK:-urn:neurond:desk:store}

receipt='
  select(.type | test("^org\\.neurond\\.(health|light)\\.") | not)
  | "nd/v1/\(.subject)/fb/\(.correlationid)",
    ({specversion: "1.0", id: "received-\(.id)", source: env.DESK, type: "org.neurond.feedback.received.v1",
      subject, time: (now | todate), datacontenttype: "application/json",
      correlationid, causationid: .id, data: {alertId: .correlationid}} | tojson)'

mosquitto_sub -V mqttv5 -c -x 604800 -i "${CLIENT:-neurond-store}" -q 1 -t 'nd/v1/+/+/+/+/+/evt/#' -F %p "$@" |
    while IFS= read -r event; do
        printf '%s\n' "$event" >>"$file"
        sync "$file"
        { IFS= read -r topic && IFS= read -r feedback; } < <(jq -r "$receipt" <<<"$event") || continue
        mosquitto_pub -V mqttv5 -q 1 -t "$topic" -m "$feedback" "$@"
    done
