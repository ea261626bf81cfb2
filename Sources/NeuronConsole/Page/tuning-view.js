/**
 * Tuning: what each gate of each zone measures, beside its limit, over the last minutes and live.
 * @module
 */
import {address, ApiError, get, resource} from "./api.js";
import {cameraChoice} from "./camera-choice.js";
import {now, timeOfDay} from "./clock.js";
import {el, replace, write} from "./dom.js";
import {counted} from "./numbers.js";
import {Stream} from "./stream.js";
import {add, failures} from "./tuning-data.js";
import {GatePlot} from "./tuning-plot.js";
import {doubt, gateSentence, spaced} from "./words.js";

const drawEvery = 500;

/** @typedef {import("./tuning-data.js").Sample} Sample */

/** The plots of one zone, with what is so now in words. */
class ZonePanel {
    /** @param {{zone: string, gates: import("./tuning-plot.js").GateRule[]}} rule */
    constructor(rule) {
        this.rule = rule;
        this.plots = rule.gates.map((gate) => new GatePlot(gate));
        this.verdict = el("p", {class: "verdict"});
        this.often = el("p", {class: "small muted"});
        this.node = el("section", {class: "zone-panel", "data-zone": rule.zone},
            el("h2", {}, rule.zone === "frame" ? "Whole picture" : `Zone ${rule.zone}`), this.verdict,
            el("div", {class: "gate-plots"}, this.plots.map((plot) => plot.node)), this.often);
    }

    /** @param {{zone: string, gates: import("./tuning-plot.js").GateRule[]}} rule */
    setLimits(rule) {
        this.rule = rule;
        this.plots.forEach((plot, index) => { plot.rule = rule.gates[index]; });
    }

    /** @param {Sample[]} samples @param {number} from @param {number} to */
    draw(samples, from, to) {
        for (const plot of this.plots) plot.draw(samples, from, to);
        const latest = samples.at(-1);
        write(this.verdict, latest ? this.words(latest) : "No picture was looked at in these minutes.");
        this.node.dataset.verdict = latest?.suppression ? "suppressed"
            : latest?.passed                            ? "passed"
            : latest?.failed                            ? "failed"
                                                        : "still";
        const seen = samples.filter((one) => one.at >= from), often = failures(seen);
        write(this.often,
            often.length === 0
                ? ""
                : `Failed: ${often.map(({name, count}) => `${gateName(name)} ${counted(count, "time")}`).join(", ")}.`);
    }

    /** @param {Sample} latest */
    words(latest) {
        const when = timeOfDay(latest.at);
        if (latest.suppression) return `${when}: suppressed, ${doubt(latest.suppression)}.`;
        if (latest.passed) return `${when}: every gate is passed.`;
        if (!latest.failed) return `${when}: nothing moves.`;
        const rule = this.rule.gates.find(({gate}) => gate === latest.failed), value = latest.values[latest.failed];
        const limit = latest.limits?.[latest.failed] ?? rule?.limit;
        const told =
            value !== undefined && limit !== undefined ? `: ${gateSentence({gate: latest.failed, value, limit})}` : "";
        return `${when}: failed at ${gateName(latest.failed)}${told}.`;
    }
}

/** @param {string} name */
function gateName(name) { return spaced(name); }

/** Everything of one camera. */
class Tuning {
    /** @param {string} camera @param {HTMLElement} root @param {AbortSignal} until */
    constructor(camera, root, until) {
        this.camera = camera;
        this.root = root;
        /** @type {Map<string, Sample[]>} */
        this.zones = new Map();
        /** @type {ZonePanel[]} */
        this.panels = [];
        this.minutes = 2;
        this.isHeld = false;
        this.heldAt = 0;
        until.addEventListener("abort", () => this.end());
        this.isOver = false;
        this.load();
        this.timer = setInterval(() => {
            if (!document.hidden && !this.isHeld) this.draw();
        }, drawEvery);
        /** @type {Stream|null} */
        this.stream = new Stream(address(resource("cameras", camera, "/tuning/events")), {
            opened: () => {
                if (this.panels.length === 0 || this.zones.size > 0) this.load();
            },
            events: {sample: (one) => add(this.zones, [one]), rules: (one) => this.setRules(one.rules ?? [])},
        });
    }

    end() {
        this.isOver = true;
        clearInterval(this.timer);
        this.stream?.close();
    }

    async load() {
        try {
            const answer =
                await get(resource("cameras", this.camera, "/tuning"), {since: new Date(now() - 600000).toISOString()});
            if (this.isOver) return;
            add(this.zones, answer.samples ?? []);
            this.setRules(answer.rules ?? []);
            this.draw();
        } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            if (this.panels.length === 0) replace(this.root, el("p", {class: "empty failed"}, error.message));
        }
    }

    /** @param {any[]} rules */
    setRules(rules) {
        const whole = rules.filter((rule) => Array.isArray(rule?.gates));
        // Limits change with the light; only other zones or gates make other plots.
        const key =
            JSON.stringify(whole.map((rule) => [rule.zone, rule.gates.map((/** @type {any} */ gate) => gate.gate)]));
        if (key === this.rulesKey) return whole.forEach((rule, index) => this.panels[index].setLimits(rule));
        this.rulesKey = key;
        this.panels = whole.map((rule) => new ZonePanel(rule));
        if (this.panels.length === 0) {
            replace(this.root,
                el("p", {class: "empty"}, "Motion is not looked for on this camera, so there is nothing to tune."));
        } else {
            replace(this.root, this.panels.map((panel) => panel.node));
            this.draw();
        }
    }

    draw() {
        let newest = 0;
        for (const samples of this.zones.values()) newest = Math.max(newest, samples.at(-1)?.at ?? 0);
        // Samples may come late; the right edge is the present unless they are from before it.
        const to = this.isHeld ? this.heldAt : Math.max(newest, now()), from = to - this.minutes * 60000;
        for (const panel of this.panels) panel.draw(this.zones.get(panel.rule.zone) ?? [], from, to);
    }
}

/** @type {import("./app.js").View} */
export function tuningView(root, until, wanted) {
    const plots = el("div", {class: "panels"});
    /** @type {Tuning|null} */
    let tuning = null;
    let ended = new AbortController();
    const spans = el("div", {class: "choices", role: "group", "aria-label": "How far back"});
    const hold = el("button", {
        type: "button",
        "aria-pressed": "false",
        onclick: () => {
            if (!tuning) return;
            tuning.isHeld = !tuning.isHeld;
            tuning.heldAt = now();
            hold.setAttribute("aria-pressed", String(tuning.isHeld));
            tuning.draw();
        }
    },
        "Hold");
    const setMinutes = (/** @type {number} */ minutes) => {
        if (!tuning) return;
        tuning.minutes = minutes;
        for (const button of spans.children)
            button.setAttribute("aria-pressed", String(Number(button.dataset.minutes) === minutes));
        tuning.draw();
    };
    for (const minutes of [1, 2, 5, 10]) {
        spans.append(el(
            "button", {type: "button", "data-minutes": minutes, onclick: () => setMinutes(minutes)}, `${minutes} min`));
    }
    const choose = (/** @type {string} */ camera) => {
        ended.abort();
        ended = new AbortController();
        replace(
            plots, el("p", {class: "empty"}, camera ? "Asking for the last ten minutes…" : "There is no camera yet."));
        hold.setAttribute("aria-pressed", "false");
        tuning = camera ? new Tuning(camera, plots, ended.signal) : null;
        setMinutes(2);
    };
    until.addEventListener("abort", () => ended.abort());
    root.append(el("div", {class: "toolbar"}, cameraChoice(wanted, "tuning", choose, until), spans, hold,
                    el("ul", {class: "legend small"}, el("li", {class: "key-value"}, "measured"),
                        el("li", {class: "key-limit"}, "limit"), el("li", {class: "key-failed"}, "failed here"),
                        el("li", {class: "key-shade"}, "suppressed"))),
        plots);
}
