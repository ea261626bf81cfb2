/**
 * One camera live, with what the detector sees drawn on it or not. The stream ends with the dialog, and pauses while
 * hidden.
 * @module
 */
import {addressWith, resource} from "./api.js";
import {instant, now, span} from "./clock.js";
import {el, icon, replace} from "./dom.js";
import {remember, settings} from "./settings.js";
import {listen, store} from "./store.js";
import {frameRate, lossReason, pictureAge, stateWords, word} from "./words.js";

/** @param {any} camera */
function facts(camera) {
    const video = camera.video ?? {}, coverage = camera.coverage ?? {}, dropped = camera.dropped;
    const count = typeof dropped === "number"
        ? dropped
        : Object.values(dropped ?? {}).reduce((sum, n) => sum + (Number(n) || 0), 0);
    const state = word(stateWords, camera.state);
    return [
        ["State", camera.reason && camera.state !== "up" ? `${state}: ${lossReason(String(camera.reason))}` : state],
        ["Last picture", pictureAge(instant(camera.lastPictureAt), now())],
        ["Behind", Number.isFinite(camera.lagMs) ? span(camera.lagMs) : "unknown"],
        ["Video", video.width ? `${video.codec}, ${video.width} × ${video.height}, ${frameRate(video)}` : "unknown"],
        ["Sampling", `${camera.sampling ?? "unknown"}${camera.isAwake ? ", awake" : ""}`],
        [
            "Packets, decoded, looked at",
            [camera.packets, camera.decoded, camera.detected].map((n) => n ?? 0).join(", ")
        ],
        ["Dropped, reconnects", `${count}, ${camera.reconnects ?? 0}`],
        [
            "Connected, watched, blind",
            ["connectedSeconds", "lookedAtSeconds", "blindSeconds"]
                .map((key) => span(1000 * (coverage[key] ?? 0)))
                .join(", ")
        ],
        ["Source", String(camera.source ?? "")],
    ];
}

/**
 * Opens the live view of a camera.
 * @param {string} id
 */
export function openLive(id) {
    const until = new AbortController();
    const picture = el("img", {class: "live", alt: "Live picture"});
    const table = el("dl", {class: "facts"});
    const note = el("p", {class: "small muted", role: "status"});
    const play = () => {
        note.textContent = "";
        if (document.hidden) picture.removeAttribute("src");
        else
            picture.src = addressWith(
                resource("cameras", id, "/live.mjpeg"), {annotate: settings.annotate ? 1 : 0, at: Date.now()});
    };
    const annotate = el("input", {
        type: "checkbox",
        checked: settings.annotate,
        onchange: () => {
            remember({annotate: annotate.checked});
            play();
        }
    });
    const show = () => {
        const camera = store.cameras.get(id) ?? {id};
        heading.textContent = String(camera.name || id);
        replace(table, facts(camera).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
    };
    const heading = el("h2");
    const dialog = el("dialog", {
        class: "sheet live-sheet",
        "aria-label": "Live view",
        onclose: () => {
            until.abort();
            // Without this the browser goes on reading.
            picture.removeAttribute("src");
            dialog.remove();
        }
    },
        el("header", {}, heading,
            el("button", {type: "button", class: "bare", "aria-label": "Close", onclick: () => dialog.close()},
                icon("close"))),
        picture, el("label", {class: "check"}, annotate, " Show what the detector sees"), note, table,
        el("p", {class: "links"},
            el("a", {href: `#/tuning/${encodeURIComponent(id)}`, onclick: () => dialog.close()}, "Tuning"), " ",
            el("a", {href: `#/zones/${encodeURIComponent(id)}`, onclick: () => dialog.close()}, "Masks and zones")));
    picture.onerror = () => {
        if (!picture.hasAttribute("src")) return;
        note.textContent = "There is no live picture now; it is tried again.";
        setTimeout(() => {
            if (dialog.open) play();
        }, 3000);
    };
    document.body.append(dialog);
    document.addEventListener("visibilitychange", play, {signal: until.signal});
    addEventListener("hashchange", () => dialog.close(), {signal: until.signal});
    listen("cameras", show, until.signal);
    show();
    play();
    dialog.showModal();
}
