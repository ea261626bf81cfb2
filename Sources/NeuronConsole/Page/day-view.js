/**
 * Day: motion and alerts of every camera over one day, with the time in which nobody looked told from silence.
 * @module
 */
import {currentCard} from "./alert-card.js";
import {fromElement, newestFirst} from "./alert-model.js";
import {ApiError, get} from "./api.js";
import {dayOf, instant, now, timeOfDay} from "./clock.js";
import {binMinutes, binStart, joined, localDay, utcDays} from "./day-bins.js";
import {dayPlot} from "./day-plot.js";
import {el, icon, replace} from "./dom.js";
import {store} from "./store.js";

const refreshEvery = 60000, widestSpan = 3;

/** @param {string} day @param {number} by */
function shifted(day, by) {
    const {start} = localDay(day);
    const date = new Date(start);
    return dayOf(new Date(date.getFullYear(), date.getMonth(), date.getDate() + by).getTime());
}

/** @param {number} start @param {number} end */
function hourAxis(start, end) {
    const axis = el("div", {class: "hours small muted", "aria-hidden": "true"});
    for (let hour = 0; hour <= 24; hour += 3) {
        const mark = el("span", {}, `${String(hour % 24).padStart(2, "0")}`);
        mark.style.left = `${(100 * hour * 3600000) / (end - start)}%`;
        axis.append(mark);
    }
    return axis;
}

/** The alerts of one camera around one bin. */
class Found {
    constructor() {
        this.node = el("section", {class: "found", "aria-live": "polite"});
        this.asked = 0;
    }

    /** @param {string} camera @param {string} name @param {number} from */
    async show(camera, name, from) {
        const asked = ++this.asked, to = from + binMinutes * 60000;
        const heading = el("h2", {}, `${name}, ${timeOfDay(from).slice(0, 5)} to ${timeOfDay(to).slice(0, 5)}`);
        replace(this.node, heading, el("p", {class: "empty"}, "Asking…"));
        try {
            const page = await get("api/v1/alerts",
                {state: "all", camera, from: new Date(from).toISOString(), to: new Date(to).toISOString(), limit: 50});
            if (asked !== this.asked) return;
            const alerts = (page.alerts ?? []).map(fromElement).sort(newestFirst);
            for (const alert of alerts) store.put(alert);
            const cards = alerts.map((/** @type {any} */ alert) => currentCard(alert).node);
            replace(this.node, heading,
                cards.length > 0 ? el("ol", {class: "alerts"}, cards)
                                 : el("p", {class: "empty"}, "No alert began in these five minutes."));
        } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            replace(this.node, heading, el("p", {class: "empty failed"}, error.message));
        }
    }
}

/** @type {import("./app.js").View} */
export function dayView(root, until) {
    let day = dayOf(now());
    const plots = el("div", {class: "days"}, el("p", {class: "empty"}, "Asking for the day…"));
    const found = new Found();
    const date = el("input", {
        type: "date",
        "aria-label": "Day",
        value: day,
        onchange: () => {
            if (date.value) go(date.value);
        }
    });
    const next = el("button",
        {type: "button", class: "bare", "aria-label": "Next day", onclick: () => go(shifted(day, 1))}, icon("right"));
    const go = (/** @type {string} */ to) => {
        day = to;
        date.value = day;
        next.disabled = day >= dayOf(now());
        found.node.replaceChildren();
        load();
    };
    const load = async () => {
        const wanted = day, {start, end} = localDay(day);
        try {
            const answers = await Promise.all(
                utcDays(start, end).slice(0, widestSpan).map((one) => get("api/v1/activity", {day: one})));
            if (wanted !== day || until.aborted) return;
            show(joined(answers, start, end), start, end);
        } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            if (plots.querySelector(".day-row")) return;
            replace(plots, el("p", {class: "empty failed"}, error.message));
        }
    };
    const show = (/** @type {import("./day-bins.js").Activity[]} */ cameras, /** @type {number} */ start,
        /** @type {number} */ end) => {
        if (cameras.length === 0) return replace(plots, el("p", {class: "empty"}, "Nothing is known of this day."));
        const binOf = (/** @type {number} */ at) => (at - start) / (binMinutes * 60000), nowBin = binOf(now());
        const startedBin = binOf(instant(store.box?.startedAt) ?? start);
        const focused = document.activeElement?.closest(".day-row")?.getAttribute("data-camera");
        const rows = cameras.map((activity) => {
            const name = String(store.cameras.get(activity.id)?.name || activity.id);
            return dayPlot(activity, {
                start,
                name,
                nowBin,
                startedBin,
                choose: (bin) => found.show(activity.id, name, binStart(start, bin))
            });
        });
        replace(plots, rows, hourAxis(start, end));
        if (focused) plots.querySelector(`[data-camera="${CSS.escape(focused)}"] .plot`)?.focus();
    };
    root.append(
        el("div", {class: "toolbar"},
            el("button",
                {type: "button", class: "bare", "aria-label": "Day before", onclick: () => go(shifted(day, -1))},
                icon("left")),
            date, next,
            el("ul", {class: "legend small"}, el("li", {class: "key-motion"}, "motion"),
                el("li", {class: "key-alert"}, "alert"), el("li", {class: "key-blind"}, "nobody looked"),
                el("li", {class: "key-unknown"}, "no record"))),
        plots, found.node);
    const timer = setInterval(() => {
        if (!document.hidden && day === dayOf(now())) load();
    }, refreshEvery);
    until.addEventListener("abort", () => clearInterval(timer));
    go(day);
}
