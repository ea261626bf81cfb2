/**
 * The daemon's words in plain language: kinds, states, and why an alert fired.
 * @module
 */
import {age, instant, moment, span} from "./clock.js";
import {counted, percent, trimmed} from "./numbers.js";

/** @type {Record<string, string>} */
const kinds = {
    motion: "Motion",
    plate: "Licence plate",
    camera: "Camera",
    tamper: "Tampering",
    health: "Health",
    light: "Light",
};

/** @type {Record<string, string>} */
const tamperModes = {
    ImageTooDark: "Picture too dark",
    ImageTooBright: "Picture too bright",
    ImageTooBlurry: "Picture out of focus",
    GlobalSceneChange: "Another scene, or the lens is covered",
    FrozenPicture: "Frozen picture",
};

/** @type {Record<string, string>} */
const lossReasons = {
    openFailed: "it could not be opened",
    noPicture: "no picture came",
    ended: "the stream ended",
    readFailed: "reading failed",
    stalled: "it sent nothing more",
    overload: "the box does not keep up",
    decodeFailed: "its pictures could not be decoded",
};

/** @type {Record<string, string>} */
export const workflowWords = {
    open: "Waiting",
    acknowledged: "Acknowledged",
    dispatched: "Dispatched",
    handled: "Handled",
    closed: "Closed",
};

/** @type {Record<string, string>} */
export const dispositionWords = {
    confirmed: "Confirmed",
    falseAlarm: "False alarm",
    nuisance: "Nuisance",
    test: "Test",
    duplicate: "Duplicate",
    unknown: "Unknown",
};

/** @type {Record<string, string>} */
export const stateWords = {
    starting: "Starting",
    up: "Up",
    lost: "Lost",
    degraded: "Keyframes only",
    ended: "Ended",
};

/** @type {Record<string, string>} */
const doubtWords = {
    settling: "learning the scene",
    light: "the light changed",
    light_change: "the light changed",
    lightChange: "the light changed",
    shake: "the camera shook",
    restless: "restless place",
    unrest: "rain, snow or noise",
    precluded: "silenced by a preclude zone",
    too_small: "too small",
    low_contrast: "too little contrast",
    too_short: "too short",
    no_travel: "went nowhere",
};

/** @param {string} text camelCase or snake_case */
export function spaced(text) {
    return text.replace(/[_-]+/g, " ").replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
}

/**
 * The word of a table, or the daemon's own where it has a newer one.
 * @param {Record<string, string>} table
 * @param {unknown} name
 */
export function word(table, name) {
    const text = String(name ?? "");
    return Object.hasOwn(table, text) ? table[text] : spaced(text);
}

/** @param {string} name a suppression's or doubt's name */
export function doubt(name) { return word(doubtWords, name); }

/** @param {string} reason why a camera is lost or degraded */
export function lossReason(reason) { return word(lossReasons, reason); }

/**
 * Pictures a second as they come, and what the stream declares where that is another number.
 * @param {{framesPerSecond?: number | null, measuredFramesPerSecond?: number | null}} video
 */
export function frameRate({framesPerSecond: declared, measuredFramesPerSecond: measured}) {
    const rate = measured ?? declared;
    if (rate == null) return "unknown rate";
    const isOther = declared != null && (rate > declared * 1.25 || rate * 1.25 < declared);
    return `${rate.toFixed(0)} Hz${isOther ? `, declared ${declared.toFixed(0)}` : ""}`;
}

/**
 * What a gate measures: its name for a plot, and how its values are written.
 * @typedef {{title: string, write: (value: number) => string, isLog: boolean}} GateKind
 */

/** @type {Record<string, GateKind>} */
const gates = {
    area: {title: "Area at once", write: percent, isLog: true},
    contrast: {title: "Contrast, levels", write: (v) => trimmed(v, 1), isLog: false},
    persistence: {title: "Time in view", write: (v) => `${trimmed(v, 2)} s`, isLog: false},
    travel: {title: "Way, of the picture", write: percent, isLog: true},
    score: {title: "Score", write: (v) => trimmed(v, 2), isLog: false},
    pictures: {title: "Pictures", write: (v) => trimmed(v, 0), isLog: false},
    width: {title: "Width", write: (v) => `${trimmed(v, 0)} px`, isLog: false},
};

/**
 * @param {string} name
 * @returns {GateKind}
 */
export function gateKind(name) {
    const known = Object.hasOwn(gates, name) ? gates[name] : null;
    return known ??
        {title: spaced(name).replace(/^./, (c) => c.toUpperCase()), write: (v) => trimmed(v, 3), isLog: false};
}

/** @type {Record<string, (value: string, limit: string) => string>} */
const sentences = {
    area: (v, l) => `${v} of the zone moved at once, ${l} is enough`,
    contrast: (v, l) => `a contrast of ${v} levels, ${l} is enough`,
    persistence: (v, l) => `in view for ${v}, ${l} is enough`,
    travel: (v, l) => `it went ${v} of the picture, ${l} is enough`,
    score: (v, l) => `score ${v}, ${l} is enough`,
    pictures: (v, l) => `found in ${v} pictures, ${l} are enough`,
    width: (v, l) => `${v} wide, ${l} is enough`,
};

/**
 * One gate in words: measured against its limit.
 * @param {{gate: string, value: number, limit: number}} reading
 */
export function gateSentence({gate, value, limit}) {
    const write = gateKind(gate).write, said = Object.hasOwn(sentences, gate) ? sentences[gate] : null;
    return said ? said(write(value), write(limit)) : `${spaced(gate)} ${write(value)}, from ${write(limit)} on`;
}

/**
 * The alert in one line: `Motion in drive`.
 * @param {import("./alert-model.js").Alert} alert
 */
export function title(alert) {
    if (alert.kind === "motion") return alert.rule === "frame" || !alert.rule ? "Motion" : `Motion in ${alert.rule}`;
    if (alert.kind === "tamper") return alert.data.tamper ? word(tamperModes, alert.data.tamper.mode) : "Tampering";
    if (alert.kind === "camera") {
        return alert.name.startsWith("degraded") || alert.name.startsWith("restored") ? "Camera on keyframes only"
                                                                                      : "Camera lost";
    }
    return word(kinds, alert.kind);
}

/**
 * Why it fired, in words.
 * @param {import("./alert-model.js").Alert} alert
 */
export function why(alert) {
    const {camera, tamper, light} = alert.data;
    if (camera) return lossSentence(camera);
    // Where pictures are rare, some gates ask for nothing, and nothing is what they say.
    const readings = alert.gates.filter(({limit}) => limit > 0).map(gateSentence);
    const text = readings.length > 0 ? `${readings.join("; ")}.` : "";
    if (tamper) return `For ${span(tamper.heldMs)}: ${text}`;
    if (light) {
        const [before, after] = [light.levelBefore, light.levelAfter].map((level) => trimmed(level, 0));
        return `The picture became ${light.kind}: from level ${before} to ${after}.`;
    }
    return text.replace(/^./, (c) => c.toUpperCase());
}

/** @param {any} camera `data.camera` of an event */
function lossSentence(camera) {
    const last = instant(camera.lastFrameAt);
    const since = last === null ? "It never sent a picture" : `The last picture came ${moment(last)}`;
    const tries = camera.attempts > 0 ? `, ${counted(camera.attempts, "attempt")} to connect` : "";
    return `${since}: ${lossReason(String(camera.reason))}${tries}.`;
}

/**
 * How long a camera has shown nothing new, in words.
 * @param {number|null} at of the last picture
 * @param {number} atNow
 */
export function pictureAge(at, atNow) { return at === null ? "no picture yet" : `${age(atNow - at)} ago`; }
