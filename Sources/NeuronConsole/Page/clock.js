/**
 * Times: the box's clock, and how times and spans are written.
 * @module
 */

let skew = 0;

/**
 * Learns how far this browser's clock is from the box's; deadlines are the box's.
 * @param {string|undefined} boxNow RFC 3339
 */
export function learnClock(boxNow) {
    const at = Date.parse(boxNow ?? "");
    if (!Number.isNaN(at)) skew = at - Date.now();
}

/** The box's time now, in milliseconds since 1970. */
export function now() { return Date.now() + skew; }

/**
 * A time of RFC 3339 in milliseconds, or null.
 * @param {unknown} text
 * @returns {number|null}
 */
export function instant(text) {
    const at = typeof text === "string" ? Date.parse(text) : NaN;
    return Number.isNaN(at) ? null : at;
}

/** @param {number} value @param {number} [digits] */
export function padded(value, digits = 2) { return String(value).padStart(digits, "0"); }

/**
 * `14:05:09` in the browser's time zone.
 * @param {number} at
 */
export function timeOfDay(at) {
    const d = new Date(at);
    return `${padded(d.getHours())}:${padded(d.getMinutes())}:${padded(d.getSeconds())}`;
}

/**
 * `2026-11-21` in the browser's time zone.
 * @param {number} at
 */
export function dayOf(at) {
    const d = new Date(at);
    return `${padded(d.getFullYear(), 4)}-${padded(d.getMonth() + 1)}-${padded(d.getDate())}`;
}

/**
 * The time of day, with the date where it is another day's.
 * @param {number} at
 * @param {number} [today]
 */
export function moment(at, today = now()) {
    return dayOf(at) === dayOf(today) ? timeOfDay(at) : `${dayOf(at)} ${timeOfDay(at)}`;
}

/**
 * A span in its two largest units: `850 ms`, `9.4 s`, `2 min 05 s`, `3 h 10 min`, `4 d 2 h`.
 * @param {number} milliseconds
 */
export function span(milliseconds) {
    const ms = Math.max(0, milliseconds);
    if (ms < 1000) return `${Math.round(ms)} ms`;
    if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
    const s = Math.round(ms / 1000);
    if (s < 60) return `${s} s`;
    if (s < 3600) return `${Math.floor(s / 60)} min ${padded(s % 60)} s`;
    if (s < 86400) return `${Math.floor(s / 3600)} h ${padded(Math.floor((s % 3600) / 60))} min`;
    return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

/**
 * An age in whole seconds and above, for texts that are written each second.
 * @param {number} milliseconds
 */
export function age(milliseconds) {
    const s = Math.max(0, Math.floor(milliseconds / 1000));
    return s < 60 ? `${s} s` : span(s * 1000);
}

/**
 * What is left to a deadline as `4:05`, or `1:02:03`; beyond it with a minus.
 * @param {number} milliseconds
 */
export function countdown(milliseconds) {
    const total = Math.floor(Math.abs(milliseconds) / 1000);
    const hours = Math.floor(total / 3600), minutes = Math.floor((total % 3600) / 60), seconds = total % 60;
    const text = hours > 0 ? `${hours}:${padded(minutes)}:${padded(seconds)}` : `${minutes}:${padded(seconds)}`;
    return milliseconds < 0 ? `−${text}` : text;
}
