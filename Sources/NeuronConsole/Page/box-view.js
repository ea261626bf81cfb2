/**
 * Box: sinks and what waits for them, the disk, version and configuration, and what this browser is set to.
 * @module
 */
import {allowNotifications, beep} from "./alarm.js";
import {address} from "./api.js";
import {age, instant, moment, now, span} from "./clock.js";
import {el, icon, replace} from "./dom.js";
import {field} from "./field.js";
import {notice} from "./notice.js";
import {bytes, percent} from "./numbers.js";
import {remember, settings} from "./settings.js";
import {listen, store} from "./store.js";
import {spaced} from "./words.js";

/** @param {[string, unknown][]} rows */
function facts(rows) {
    return el("dl", {class: "facts"},
        rows.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name,
            value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** @param {any} site */
function siteWords(site) {
    if (typeof site === "string") return site;
    return ["district", "street", "community", "grid"]
        .map((level) => site?.[level])
        .filter((part) => part && part !== "_")
        .join(" / ");
}

/** @param {any} box */
function sinks(box) {
    const rows = (box.sinks ?? []).map((/** @type {any} */ sink) => {
        const oldest = instant(sink.oldestPendingAt), isWell = ["connected", "writing"].includes(String(sink.state));
        const more = [
            sink.awaitingReceipt > 0 ? `${sink.awaitingReceipt} without a receipt` : "",
            sink.parked > 0 ? `${sink.parked} set aside` : "", isWell ? "" : sink.lastFailure ?? ""
        ].filter(Boolean).join("; ");
        return el("tr", {}, el("th", {scope: "row"}, String(sink.name)),
            el("td", {class: isWell ? "" : "bad"}, isWell ? null : icon("warning"),
                ` ${spaced(String(sink.state ?? "unknown"))}`, more ? el("p", {class: "muted"}, more) : null),
            el("td", {}, String(sink.pending ?? 0)), el("td", {}, oldest === null ? "nothing" : age(now() - oldest)));
    });
    if (rows.length === 0) return el("p", {class: "empty"}, "No sink is configured: alerts stay in the outbox.");
    return el("table", {}, el("thead", {}, el("tr", {}, ["Sink", "State", "Pending",
        "Oldest"].map((word) => el("th", {scope: "col"}, word)))),
        el("tbody", {}, rows));
}

/** @param {any} evidence */
function disk(evidence) {
    if (!evidence) return el("p", {class: "empty"}, "No pictures or clips are kept.");
    const used = Number(evidence.bytes ?? 0), limit = Number(evidence.limitBytes ?? 0);
    const rows = /** @type {[string, unknown][]} */ ([
        ["Pictures and clips", limit > 0 ? `${bytes(used)} of ${bytes(limit)}, ${percent(used / limit)}` : bytes(used)],
        ["Free on the disk", Number.isFinite(evidence.freeBytes) ? bytes(evidence.freeBytes) : null]
    ]);
    return el("div", {},
        limit > 0 ? el("meter", {
            min: 0,
            max: 1,
            high: 0.95,
            value: Math.min(1, used / limit),
            "aria-label": "Part of the evidence limit that is used"
        })
                  : null,
        facts(rows));
}

function choices() {
    const name = field("input", 128, {
        value: settings.by,
        autocomplete: "username",
        autocapitalize: "none",
        onchange: () => name.reportValidity() && remember({by: name.value.trim()})
    });
    const sound = el("input", {
        type: "checkbox",
        checked: settings.sound,
        onchange: () => {
            remember({sound: sound.checked});
            if (sound.checked) beep();
        }
    });
    const told = el("input", {
        type: "checkbox",
        checked: settings.notify,
        onchange: async () => {
            const isAllowed = told.checked && await allowNotifications();
            if (told.checked && !isAllowed) notice("The browser does not allow notifications of this page.", "refused");
            told.checked = isAllowed;
            remember({notify: isAllowed});
        }
    });
    return el("section", {}, el("h2", {}, "This browser"), el("label", {}, "Your name, for answers", name),
        el("label", {class: "check"}, sound, " Sound at a new alert"),
        el("label", {class: "check"}, told, " Notification at a new alert while this page is hidden"));
}

function keys() {
    const rows = [
        ["j, k", "next and previous alert"], ["o, Enter", "open it"], ["a", "acknowledge"], ["d", "dispatch"],
        ["h", "handled"], ["f", "false alarm"], ["c", "close one that is handled"]
    ];
    return el("section", {}, el("h2", {}, "Keys in Watch"),
        el("dl", {class: "facts"}, rows.map(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)])));
}

function links() {
    const all =
        [["metrics", "metrics"], ["healthz", "healthz"], ["readyz", "readyz"], ["openapi.json", "openapi.json"]];
    return el("section", {}, el("h2", {}, "For programs"),
        el("ul", {class: "links"}, all.map(([path, text]) => el("li", {}, el("a", {href: address(path)}, text)))));
}

/** @type {import("./app.js").View} */
export function boxView(root, until) {
    const place = el("div", {class: "columns"});
    const show = () => {
        const {box} = store;
        if (!box)
            return replace(place,
                el("p", {class: "empty"},
                    store.link === "offline" ? "Nothing was heard of the box yet." : "Asking the daemon…"));
        const started = instant(box.startedAt), waiting = box.alerts ?? {};
        replace(place, el("section", {}, el("h2", {}, "Box"), facts([
            ["Name", box.box], ["Site", siteWords(box.site)], ["neurond", box.version],
            ["Runs since", started === null ? null : `${moment(started)}, for ${span(now() - started)}`],
            ["Configuration", box.configuration],
            ["Cameras", `${box.cameras?.up ?? 0} of ${box.cameras?.total ?? 0} up`],
            [
                "Alerts",
                `${waiting.open ?? 0} open, ${waiting.unanswered ?? 0} of them unanswered; ${waiting.goingOn ?? 0} going on`
            ],
            ["Events", `${waiting.pendingDelivery ?? 0} to be delivered`]
        ])),
            el("section", {}, el("h2", {}, "Sinks"), sinks(box)),
            el("section", {}, el("h2", {}, "Evidence"), disk(box.evidence)));
    };
    for (const what of ["box", "link"]) listen(what, show, until);
    root.append(place, el("div", {class: "columns"}, choices(), keys(), links()));
    show();
}
