/**
 * One gate over time: the measured value as a line, the limit as a broken one, failed samples marked, suppressed times
 * shaded.
 * @module
 */
import {el, svg, write} from "./dom.js";
import {linear, linearTicks, logarithmic, logTicks, pieces} from "./scale.js";
import {reach, suppressions} from "./tuning-data.js";
import {doubt, gateKind} from "./words.js";

const height = 120, gap = 3000, mostMarks = 200;

/** @typedef {import("./tuning-data.js").Sample} Sample */
/** @typedef {{gate: string, unit?: string, limit: number}} GateRule */

export class GatePlot {
    /** @param {GateRule} rule */
    constructor(rule) {
        this.rule = rule;
        this.kind = gateKind(rule.gate);
        this.isLog = this.kind.isLog;
        this.drawing = svg("svg", {class: "gate-plot", height, "aria-hidden": "true"});
        this.reading = el("span", {class: "reading"});
        this.log = el("button", {
            type: "button",
            class: "bare small",
            "aria-pressed": String(this.isLog),
            onclick: () => {
                this.isLog = !this.isLog;
                this.log.setAttribute("aria-pressed", String(this.isLog));
                if (this.last) this.draw(...this.last);
            }
        },
            "log");
        this.node = el("figure", {class: "gate", "data-gate": rule.gate},
            el("figcaption", {class: "line"}, el("b", {}, this.kind.title), this.reading, this.log), this.drawing);
    }

    /** @param {Sample[]} samples of this zone @param {number} from @param {number} to */
    draw(samples, from, to) {
        /** @type {[Sample[], number, number]} */
        this.last = [samples, from, to];
        const {gate} = this.rule, seen = samples.filter((one) => one.at >= from - gap),
              width = Math.max(120, this.node.clientWidth);
        const latest = seen.findLast((one) => one.values[gate] !== undefined),
              limit = latest?.limits?.[gate] ?? this.rule.limit;
        const {low, high} = reach(seen, gate, limit, this.isLog);
        const y = this.isLog ? logarithmic(low, high, height - 4, 4) : linear(low, high, height - 4, 4),
              x = linear(from, to, 0, width);
        this.drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
        this.drawing.setAttribute("width", String(width));
        const {lines, words} = this.ticks(low, high, y, width);
        this.drawing.replaceChildren(...this.shades(seen, x), ...lines, this.limitLine(y(limit), width),
            this.line(seen, x, y, from, to, width), ...this.marks(seen, x, y, from), ...words);
        this.read(latest, limit);
    }

    /** @param {Sample[]} samples @param {import("./scale.js").Scale} x */
    shades(samples, x) {
        return suppressions(samples, gap)
            .map(({from, to, why}) =>
                     svg("rect", {x: x(from), y: 0, width: Math.max(1, x(to) - x(from)), height, class: "shade"},
                         svg("title", {}, doubt(why))));
    }

    /** @param {number} low @param {number} high @param {import("./scale.js").Scale} y @param {number} width */
    ticks(low, high, y, width) {
        const values = this.isLog ? logTicks(low, high, 4) : linearTicks(low, high, 3);
        return {
            lines: values.map((value) => svg("path", {d: `M0 ${y(value).toFixed(1)}H${width}`, class: "grid"})),
            words: values.map(
                (value) => svg("text", {x: 2, y: Math.max(10, y(value) - 2), class: "tick"}, this.kind.write(value))),
        };
    }

    /** @param {number} at @param {number} width */
    limitLine(at, width) { return svg("path", {d: `M0 ${at.toFixed(1)}H${width}`, class: "limit"}); }

    /**
     * @param {Sample[]} samples
     * @param {import("./scale.js").Scale} x
     * @param {import("./scale.js").Scale} y
     * @param {number} from
     * @param {number} to
     * @param {number} width
     */
    line(samples, x, y, from, to, width) {
        const points = samples.filter((one) => one.values[this.rule.gate] !== undefined)
                           .map((one) => ({x: one.at, y: one.values[this.rule.gate]}));
        const d =
            pieces(points, from, to, width, gap)
                .map((piece) => piece.map((p, i) => `${i === 0 ? "M" : "L"}${x(p.x).toFixed(1)} ${y(p.y).toFixed(1)}`)
                                    .join("") +
                        (piece.length === 1 ? "h1" : ""));
        return svg("path", {d: d.join(""), class: "value"});
    }

    /**
     * Where this gate failed.
     * @param {Sample[]} samples
     * @param {import("./scale.js").Scale} x
     * @param {import("./scale.js").Scale} y
     * @param {number} from
     */
    marks(samples, x, y, from) {
        const failed = samples.filter((one) => one.at >= from && one.failed === this.rule.gate).slice(-mostMarks);
        return failed.map((one) => {
            const px = x(one.at), py = y(one.values[this.rule.gate] ?? 0);
            return svg(
                "path", {d: `M${(px - 2).toFixed(1)} ${(py - 2).toFixed(1)}l4 4m0-4l-4 4`, class: "failed-mark"});
        });
    }

    /** @param {Sample|undefined} latest @param {number} limit */
    read(latest, limit) {
        const value = latest?.values[this.rule.gate];
        const text = value === undefined ? `limit ${this.kind.write(limit)}`
                                         : `${this.kind.write(value)}, limit ${this.kind.write(limit)}`;
        write(this.reading, text);
        this.node.classList.toggle("passed", value !== undefined && value >= limit);
    }
}
