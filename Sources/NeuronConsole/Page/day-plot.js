/**
 * One camera's day as a picture: bars of motion, marks of alerts above them, hatching where nothing was looked at.
 * @module
 */
import {age, timeOfDay} from "./clock.js";
import {binMinutes, binStart, nearestAlert, runs, unknownBins} from "./day-bins.js";
import {el, svg} from "./dom.js";
import {counted} from "./numbers.js";
import {clamped} from "./scale.js";

const height = 48, marks = 8, blindFrom = 30;

/** @param {string} id */
function hatch(id) {
    return svg("defs", {},
        svg("pattern", {id, width: 3, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "skewX(-20)"},
            svg("rect", {width: 1.2, height: 6, class: "hatch-line"})));
}

/**
 * @param {import("./day-bins.js").Activity} activity
 * @param {{start: number, name: string, nowBin: number, startedBin: number, choose: (bin: number) => void}} options
 * @returns {HTMLElement}
 */
export function dayPlot(activity, {start, name, nowBin, startedBin, choose}) {
    const count = activity.alerts.length, pattern = `blind-${activity.id}`;
    const drawing = svg("svg",
        {class: "day-plot", viewBox: `0 0 ${count} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true"},
        hatch(pattern));
    for (const [first, end] of runs(activity.blindSeconds, (seconds) => seconds >= blindFrom)) {
        drawing.append(
            svg("rect", {x: first, y: marks, width: end - first, height: height - marks, class: "blind-ground"}),
            svg("rect", {x: first, y: marks, width: end - first, height: height - marks, fill: `url(#${pattern})`}));
    }
    const unknown = unknownBins(activity, startedBin, nowBin);
    for (const [first, end] of runs(unknown, (is) => is)) {
        drawing.append(
            svg("rect", {x: first, y: marks, width: end - first, height: height - marks, class: "unknown-ground"}));
    }
    let bars = "", alerts = "";
    activity.motionSeconds.forEach((seconds, bin) => {
        const tall = seconds > 0
            ? Math.max(1.5, (Math.min(seconds, 60 * binMinutes) / (60 * binMinutes)) ** 0.5 * (height - marks))
            : 0;
        if (tall > 0) bars += `M${bin} ${height}V${(height - tall).toFixed(1)}h.9V${height}Z`;
        if (activity.alerts[bin] > 0) alerts += `M${bin - 0.4} 0h1.8v${marks - 2}h-1.8Z`;
    });
    drawing.append(svg("path", {d: bars, class: "motion-bars"}), svg("path", {d: alerts, class: "alert-marks"}));
    if (nowBin >= 0 && nowBin < count) {
        drawing.append(svg("rect", {x: nowBin, y: 0, width: count - nowBin, height, class: "to-come"}),
            svg("path", {d: `M${nowBin} 0V${height}`, class: "now-line"}));
    }
    const cursor = svg("path", {class: "cursor"});
    drawing.append(cursor);
    let bin = -1;
    const readout = el("span", {class: "readout small", "aria-live": "polite"});
    const point = (/** @type {number} */ to) => {
        bin = clamped(to, 0, count - 1);
        cursor.setAttribute("d", `M${bin + 0.5} 0V${height}`);
        readout.textContent =
            `${timeOfDay(binStart(start, bin)).slice(0, 5)}: ${unknown[bin] ? "no record" : words(activity, bin)}`;
    };
    const at = (/** @type {PointerEvent} */ event) => {
        const box = drawing.getBoundingClientRect();
        return Math.floor(((event.clientX - box.left) / box.width) * count);
    };
    const plot = el("button", {
        type: "button",
        class: "plot",
        "aria-label": summary(name, activity),
        onpointermove: (/** @type {PointerEvent} */ event) => point(at(event)),
        onclick: (/** @type {PointerEvent} */ event) => {
            // A key's click has no place: it means where the cursor is.
            if (event.detail > 0) point(nearestAlert(activity.alerts, clamped(at(event), 0, count - 1), 4));
            if (bin >= 0) choose(bin);
        },
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
            const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
            if (by === 0) return;
            event.preventDefault();
            point(event.shiftKey ? step(activity.alerts, bin, by) : bin + by);
        }
    },
        drawing);
    return el("div", {class: "day-row", "data-camera": activity.id},
        el("div", {class: "line"}, el("b", {class: "name"}, name), readout), plot);
}

/** The next bin with an alert in a direction. @param {number[]} alerts @param {number} from @param {number} by */
function step(alerts, from, by) {
    for (let bin = from + by; bin >= 0 && bin < alerts.length; bin += by)
        if (alerts[bin] > 0) return bin;
    return from;
}

/** @param {import("./day-bins.js").Activity} activity @param {number} bin */
function words(activity, bin) {
    const blind =
        activity.blindSeconds[bin] >= blindFrom ? `, blind for ${age(1000 * activity.blindSeconds[bin])}` : "";
    return `${counted(activity.alerts[bin], "alert")}, motion for ${age(1000 * activity.motionSeconds[bin])}${blind}`;
}

/** @param {string} name @param {import("./day-bins.js").Activity} activity */
function summary(name, activity) {
    const sum = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b, 0);
    const moved = age(1000 * sum(activity.motionSeconds)), blind = age(1000 * sum(activity.blindSeconds));
    return `${name}: ${counted(sum(activity.alerts), "alert")}, motion for ${moved}, blind for ${blind}. ` +
        "Left and right move through the day, with Shift from alert to alert; Enter shows its alerts.";
}
