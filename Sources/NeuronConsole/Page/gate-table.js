/**
 * What was measured against what was asked for: a bar per gate with a mark at the limit.
 * @module
 */
import {el} from "./dom.js";
import {linear, logarithmic} from "./scale.js";
import {gateKind} from "./words.js";

/**
 * Where value and limit stand on a gate's bar, 0 to 1.
 * @param {import("./alert-model.js").GateReading} reading
 */
export function barPlaces({gate, value, limit}) {
    const top = Math.max(value, limit, 1e-9) * 1.25;
    const scale = gateKind(gate).isLog && limit > 0
        ? logarithmic(Math.min(limit, Math.max(value, limit / 100)) / 4, top, 0, 1)
        : linear(0, top, 0, 1);
    return {value: scale(value), limit: scale(limit)};
}

/**
 * @param {import("./alert-model.js").GateReading[]} gates
 * @returns {HTMLElement|null}
 */
export function gateTable(gates) {
    if (gates.length === 0) return null;
    const rows = gates.map((reading) => {
        const kind = gateKind(reading.gate), places = barPlaces(reading), isPassed = reading.value >= reading.limit;
        const bar = el("span", {class: "bar", "aria-hidden": "true"}, el("i", {}), el("b", {}));
        bar.children[0].style.width = `${100 * places.value}%`;
        bar.children[1].style.left = `${100 * places.limit}%`;
        return el("tr", {class: isPassed ? "" : "failed"}, el("th", {scope: "row"}, kind.title),
            el("td", {class: "bars"}, bar), el("td", {}, kind.write(reading.value)),
            el("td", {}, kind.write(reading.limit)));
    });
    return el("table", {class: "gates"},
        el("thead", {},
            el("tr", {}, el("th", {scope: "col"}, "Gate"),
                el("th", {scope: "col"}, el("span", {class: "unseen"}, "Bar")), el("th", {scope: "col"}, "Measured"),
                el("th", {scope: "col"}, "Limit"))),
        el("tbody", {}, rows));
}
