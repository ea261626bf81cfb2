/**
 * The head: the box's name, how many alerts wait, how many cameras are up, whether the stream lives.
 * @module
 */
import {group} from "./alert-model.js";
import {el, replace, write} from "./dom.js";
import {store} from "./store.js";

/** @type {Record<string, string>} */
const links = {
    connecting: "connecting",
    live: "live",
    polling: "asking every 5 s",
    offline: "no answer",
    locked: "locked",
};

function showWaiting() {
    const waiting = [...store.alerts.values()].filter((alert) => group(alert) === "waiting").length;
    const badge = /** @type {HTMLElement} */ (document.getElementById("waiting-count"));
    badge.hidden = waiting === 0;
    write(badge, waiting > 999 ? "999+" : String(waiting));
    badge.setAttribute("aria-label", `${waiting} waiting`);
}

function showVitals() {
    const vitals = /** @type {HTMLElement} */ (document.getElementById("vitals"));
    const box = store.box, parts = [];
    if (box) {
        write(/** @type {HTMLElement} */ (document.getElementById("box-name")), String(box.box ?? "neurond"));
        const {up = 0, total = 0} = box.cameras ?? {};
        parts.push(el("span", {class: up < total ? "vital bad" : "vital"}, `${up} of ${total} cameras up`));
    }
    parts.push(el("span", {class: `vital link-${store.link}`}, links[store.link]));
    replace(vitals, ...parts);
}

/** Shows the head and keeps it up. */
export function showHead() {
    store.addEventListener("alerts", showWaiting);
    for (const what of ["box", "link"]) store.addEventListener(what, showVitals);
    showVitals();
}
