/**
 * The page's frame: which view is shown, the head, the banner.
 * @module
 */
import {soundAlerts} from "./alarm.js";
import {showBanner} from "./banner.js";
import {boxView} from "./box-view.js";
import {dayView} from "./day-view.js";
import {loadIcons, replace} from "./dom.js";
import {showHead} from "./head.js";
import {store} from "./store.js";
import {tuningView} from "./tuning-view.js";
import {watchView} from "./watch-view.js";
import {zonesView} from "./zones-view.js";

/**
 * A view fills `root` and stops all it began when `until` is aborted.
 * @typedef {(root: HTMLElement, until: AbortSignal, rest: string) => void} View
 */

/** @type {Record<string, {title: string, view: View}>} */
const views = {
    watch: {title: "Watch", view: watchView},
    day: {title: "Day", view: dayView},
    tuning: {title: "Tuning", view: tuningView},
    zones: {title: "Zones", view: zonesView},
    box: {title: "Box", view: boxView},
};

let shown = new AbortController();

function route() {
    const [, wanted = "watch", rest = ""] = location.hash.split("/");
    const name = Object.hasOwn(views, wanted) ? wanted : "watch";
    const root = /** @type {HTMLElement} */ (document.getElementById("main"));
    shown.abort();
    shown = new AbortController();
    replace(root);
    root.className = `view view-${name}`;
    document.title = `${views[name].title} · neurond`;
    for (const link of document.querySelectorAll("[data-view]")) {
        if (link.getAttribute("data-view") === name) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
    }
    let argument = "";
    try {
        argument = decodeURIComponent(rest);
    } catch { /* A broken address names nothing. */
    }
    views[name].view(root, shown.signal, argument);
}

document.getElementById("skip")?.addEventListener("click", () => document.getElementById("main")?.focus());
addEventListener("hashchange", route);
loadIcons().catch(() => {});
showHead();
showBanner();
soundAlerts();
route();
store.start();
