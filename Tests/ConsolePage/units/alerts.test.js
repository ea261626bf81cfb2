async ({ load, equal }) => {
    const m = await load("alert-model.js"), w = await load("words.js"), c = await load("clock.js"), n = await load("numbers.js"), api = await load("api.js");
    const escalateAt = { community: "2026-11-21T12:02:00.000Z", street: "2026-11-21T12:07:00.000Z", district: "2026-11-21T12:22:00.000Z" };
    const event = (phase, more = {}) => ({ type: `org.neurond.motion.${phase}.v1`, correlationid: "A", data: {
        alert: { id: "A", kind: "motion", startedAt: "2026-11-21T12:00:00.000Z", endedAt: null, condition: "active", workflow: "open", severity: "Moderate", revision: 1, policy: { tier: "grid", escalateAt } },
        sensor: { id: "gate", name: "Gate" }, motion: { rule: "drive", updates: 0 }, media: [], why: { gates: [{ gate: "area", value: 0.0044, limit: 0.0001 }, { gate: "travel", value: 0.0383, limit: 0.0164 }] }, ...more } });
    const started = m.fromEvent(event("started"), undefined);
    return {
        "an event becomes an alert that waits": () => equal([started.id, started.camera, started.rule, m.group(started), started.nextDesk, started.deadlineAt],
            ["A", "gate", "drive", "waiting", "community", Date.parse(escalateAt.community)]),
        "its title and reason are words": () => equal([w.title(started), w.why(started)], ["Motion in drive", "0.44 % of the zone moved at once, 0.01 % is enough; it went 3.8 % of the picture, 1.6 % is enough."]),
        "gates that ask for nothing are not told as reasons": () => equal(w.why(m.fromElement({ id: "x", kind: "motion", why: { gates: [
            { gate: "area", value: 0.02, limit: 0.01 }, { gate: "travel", value: 0, limit: 0 }] } })), "2 % of the zone moved at once, 1 % is enough."),
        "a document says who has it, and until when": () => {
            const taken = m.withDocument(started, { alertId: "A", workflow: "acknowledged", tier: "grid", revision: 2, deadlineAt: "2026-11-21T12:15:00.000Z", escalateAt });
            equal([m.group(taken), taken.deadlineAt], ["inHand", Date.parse("2026-11-21T12:15:00.000Z")]);
            const later = m.fromEvent(event("updated"), taken);
            equal([m.group(later), later.workflow], ["inHand", "acknowledged"]);
        },
        "an event of an earlier revision changes nothing": () => { const now = m.fromEvent(event("ended", { alert: { ...event("ended").data.alert, revision: 3 } }), started); equal(m.fromEvent(event("updated"), now), now); },
        "an alert at the district climbs no further": () => equal(m.nextEscalation({ workflow: "open", tier: "district", escalateAt }), null),
        "a plate is a note and waits for nobody": () => equal(m.group(m.fromElement({ id: "P", kind: "plate", workflow: "open" })), "done"),
        "health reports are no alerts": () => equal(m.fromEvent({ type: "org.neurond.health.report.v1", correlationid: "H", data: {} }, undefined), null),
        "what has nothing in it breaks nothing": () => equal([m.fromEvent(null, undefined), m.fromElement({ id: "x" }).gates], [null, []]),
        "gates that are no numbers are left out": () => equal(m.fromElement({ id: "x", why: { gates: [{ gate: "area", value: "<b>", limit: 1 }, null, 3] } }).gates, []),
        "a gate of another release is told with its name": () => equal(w.gateSentence({ gate: "fineMismatch", value: 1, limit: 0.65 }), "fine mismatch 1, from 0.65 on"),
        "names of gates are not looked up in prototypes": () => equal(w.gateSentence({ gate: "constructor", value: 1, limit: 2 }), "constructor 1, from 2 on"),
        "the best picture comes before the first": () => equal(m.picture({ media: [{ href: "a-best.jpg", mediaType: "image/jpeg" }, { href: "a.jpg", mediaType: "image/jpeg" }] }).href, "a-best.jpg"),
        "only names below the evidence folder are media": () => equal(["javascript:alert(1)", "//evil.example/x", "https://evil.example/x", "../state/outbox.db", "a/../../b", ""].map(api.mediaAddress), [null, null, null, null, null, null]),
        "a link to another server means the same name here": () => equal(api.mediaAddress("https://media.example/x/2026-11-21/gate/a.jpg"), api.address("media/2026-11-21/gate/a.jpg")),
        "a name with signs of its own stays one": () => equal(api.mediaAddress("/media/2026/11/21/gate/a b?.jpg"), api.address("media/2026/11/21/gate/a%20b%3F.jpg")),
        "an id never leaves its place in an address": () => equal(api.resource("cameras", "../alerts?x#y", "/tuning"), "api/v1/cameras/..%2Falerts%3Fx%23y/tuning"),
        "spans have two units": () => equal([850, 9400, 125000, 11400000, 180000000].map(c.span), ["850 ms", "9.4 s", "2 min 05 s", "3 h 10 min", "2 d 2 h"]),
        "a countdown goes below nothing": () => equal([245000, 3723000, -5000].map(c.countdown), ["4:05", "1:02:03", "−0:05"]),
        "a camera that declares another rate than it sends is told with both": () => equal([
            { framesPerSecond: 10, measuredFramesPerSecond: 25.02 }, { framesPerSecond: 25, measuredFramesPerSecond: 12.4 },
            { framesPerSecond: 25, measuredFramesPerSecond: 24.7 }, { framesPerSecond: 15, measuredFramesPerSecond: null }, {}].map(w.frameRate),
            ["25 Hz, declared 10", "12 Hz, declared 25", "25 Hz", "15 Hz", "unknown rate"]),
        "parts are told with two digits": () => equal([0.0044, 0.0001, 0.5, 0, 0.0955].map(n.percent), ["0.44 %", "0.01 %", "50 %", "0 %", "9.6 %"]),
        "sizes count in 1024": () => equal([512, 1536, 3 * 2 ** 29].map(n.bytes), ["512 B", "1.5 KiB", "1.5 GiB"]),
    };
}
