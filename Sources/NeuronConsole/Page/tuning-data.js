/**
 * The samples of one camera's gates, bounded, by zone. Pure.
 * @module
 */
import {instant} from "./clock.js";

/**
 * @typedef {{
 *   at: number, zone: string, light: string, values: Record<string, number>, limits: Record<string, number>|null,
 *   passed: boolean, failed: string|null, suppression: string|null
 * }} Sample
 */

export const keptFor = 600000;

/** @param {any} raw @returns {Sample|null} */
export function sample(raw) {
    const at = instant(raw?.at);
    if (at === null || typeof raw.zone !== "string") return null;
    const values = Object.fromEntries(Object.entries(raw.values ?? {}).filter(([, value]) => Number.isFinite(value)));
    return {
        at,
        zone: raw.zone,
        light: String(raw.light ?? ""),
        values: /** @type {Record<string, number>} */ (values),
        limits: raw.limits ?? null,
        passed: raw.passed === true,
        failed: typeof raw.failed === "string" ? raw.failed : null,
        suppression: typeof raw.suppression === "string" ? raw.suppression : null,
    };
}

/**
 * Adds samples to those of their zone, in the order of time and each moment once, and forgets what is too old.
 * @param {Map<string, Sample[]>} zones
 * @param {unknown[]} raw
 */
export function add(zones, raw) {
    const touched = new Set();
    for (const one of raw) {
        const made = sample(one);
        if (!made) continue;
        const list = zones.get(made.zone) ?? [];
        zones.set(made.zone, list);
        list.push(made);
        touched.add(made.zone);
    }
    for (const zone of touched) {
        const list = /** @type {Sample[]} */ (zones.get(zone));
        if (list.some((one, at) => at > 0 && one.at <= list[at - 1].at)) list.sort((a, b) => a.at - b.at);
        const last = list[list.length - 1].at;
        zones.set(zone, list.filter((one, at) => one.at > last - keptFor && (at === 0 || one.at !== list[at - 1].at)));
    }
}

/**
 * Times in which something was suppressed, and why.
 * @param {Sample[]} samples
 * @param {number} gap the longest way from one sample to the next
 * @returns {{from: number, to: number, why: string}[]}
 */
export function suppressions(samples, gap) {
    /** @type {{from: number, to: number, why: string}[]} */
    const found = [];
    samples.forEach((one, index) => {
        if (!one.suppression) return;
        const next = samples[index + 1], to = next && next.at - one.at <= gap ? next.at : one.at;
        const last = found.at(-1);
        if (last && last.why === one.suppression && one.at - last.to <= 1) last.to = to;
        else found.push({from: one.at, to, why: one.suppression});
    });
    return found;
}

/**
 * Values of a gate from low to high, for its scale.
 * @param {Sample[]} samples
 * @param {string} gate
 * @param {number} limit
 * @param {boolean} isLog
 */
export function reach(samples, gate, limit, isLog) {
    let low = Infinity, high = -Infinity;
    for (const {values} of samples) {
        const value = values[gate];
        if (value === undefined || (isLog && value <= 0)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
    }
    if (Number.isFinite(limit)) {
        high = Math.max(high, limit);
        low = Math.min(low, limit);
    }
    if (!Number.isFinite(high)) return {low: isLog ? 0.001 : 0, high: 1};
    if (!isLog) return {low: 0, high: high > 0 ? high * 1.15 : 1};
    return {
        low: Math.max(low, high / 1e6, Number.isFinite(limit) && limit > 0 ? limit / 1000 : 0) / 1.5,
        high: high * 1.5
    };
}

/**
 * Which gate failed how often among samples in which something differed.
 * @param {Sample[]} samples
 * @returns {{name: string, count: number}[]} most often first
 */
export function failures(samples) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const {failed} of samples)
        if (failed) counts.set(failed, (counts.get(failed) ?? 0) + 1);
    return [...counts].map(([name, count]) => ({name, count})).sort((a, b) => b.count - a.count);
}
