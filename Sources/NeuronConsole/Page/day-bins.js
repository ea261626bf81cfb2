/**
 * The day in bins of five minutes: which of the box's days (UTC) make up a day of the person's time zone. Pure.
 * @module
 */

export const binMinutes = 5;
const binLength = binMinutes * 60000, binsOfDay = 288;

/**
 * @typedef {{id: string, motionSeconds: number[], alerts: number[], blindSeconds: number[], watchedSeconds: number[]}}
 * Activity
 */

/**
 * The beginning of a day of this browser's time zone, and of the next: 23 to 25 hours later.
 * @param {string} day `2026-11-21`
 * @returns {{start: number, end: number}}
 */
export function localDay(day) {
    const [year, month, date] = day.split("-").map(Number);
    return {start: new Date(year, month - 1, date).getTime(), end: new Date(year, month - 1, date + 1).getTime()};
}

/**
 * The days of UTC that a span touches.
 * @param {number} start
 * @param {number} end
 * @returns {string[]}
 */
export function utcDays(start, end) {
    const days = [];
    for (let at = Math.floor(start / 86400000); at * 86400000 < end; at += 1)
        days.push(new Date(at * 86400000).toISOString().slice(0, 10));
    return days;
}

/**
 * Joins the answers for several days of UTC to one span.
 * @param {{day: string, cameras: Activity[]}[]} answers
 * @param {number} start
 * @param {number} end
 * @returns {Activity[]} in the order in which cameras first appear
 */
export function joined(answers, start, end) {
    const count = Math.round((end - start) / binLength);
    /** @type {Map<string, Activity>} */
    const cameras = new Map();
    const zeros = () => new Array(count).fill(0);
    for (const answer of answers) {
        const first = Math.round((Date.parse(`${answer.day}T00:00:00Z`) - start) / binLength);
        for (const camera of answer.cameras ?? []) {
            const whole = cameras.get(camera.id) ?? {
                id: camera.id,
                motionSeconds: zeros(),
                alerts: zeros(),
                blindSeconds: zeros(),
                watchedSeconds: zeros()
            };
            cameras.set(camera.id, whole);
            for (const name of /** @type {const} */ (["motionSeconds", "alerts", "blindSeconds", "watchedSeconds"])) {
                const values = camera[name] ?? [];
                for (let bin = 0; bin < Math.min(values.length, binsOfDay); bin += 1) {
                    if (first + bin >= 0 && first + bin < count) whole[name][first + bin] = Number(values[bin]) || 0;
                }
            }
        }
    }
    return [...cameras.values()];
}

/**
 * Bins of which nothing is known: no daemon ran, or its record is gone. What a running one has not told yet is none of
 * them.
 * @param {Activity} activity
 * @param {number} startedBin in which the daemon started that runs now
 * @param {number} nowBin
 * @returns {boolean[]}
 */
export function unknownBins({watchedSeconds, blindSeconds, motionSeconds, alerts}, startedBin, nowBin) {
    const isTold = watchedSeconds.map((seconds, bin) => seconds + blindSeconds[bin] > 0);
    const last = isTold.lastIndexOf(true);
    return isTold.map((is, bin) => !is && bin < Math.floor(nowBin) && (bin < last || bin < Math.floor(startedBin)) &&
            motionSeconds[bin] === 0 && alerts[bin] === 0);
}

/**
 * Runs of bins in which something is so: `[first, end)`.
 * @template Value
 * @param {Value[]} values
 * @param {(value: Value) => boolean} isSo
 * @returns {[number, number][]}
 */
export function runs(values, isSo) {
    /** @type {[number, number][]} */
    const found = [];
    values.forEach((value, bin) => {
        if (!isSo(value)) return;
        const last = found.at(-1);
        if (last && last[1] === bin) last[1] = bin + 1;
        else found.push([bin, bin + 1]);
    });
    return found;
}

/**
 * The bins that a tap means: the tapped one, or the nearest with an alert where a finger may have missed it.
 * @param {number[]} alerts
 * @param {number} bin
 * @param {number} reach bins on either side
 */
export function nearestAlert(alerts, bin, reach) {
    for (let away = 0; away <= reach; away += 1) {
        if (alerts[bin - away] > 0) return bin - away;
        if (alerts[bin + away] > 0) return bin + away;
    }
    return bin;
}

/** @param {number} start @param {number} bin */
export function binStart(start, bin) { return start + bin * binLength; }
