/**
 * Scales and marks of plots. Pure.
 * @module
 */

/** @typedef {(value: number) => number} Scale from values to places; beyond its ends it holds at the end */

/** @param {number} value @param {number} low @param {number} high */
export function clamped(value, low, high) {
    return Math.min(Math.max(low, high), Math.max(Math.min(low, high), value));
}

/**
 * @param {number} low value at `from`
 * @param {number} high value at `to`
 * @param {number} from
 * @param {number} to
 * @returns {Scale}
 */
export function linear(low, high, from, to) {
    const span = high - low || 1;
    return (value) => clamped(from + ((value - low) / span) * (to - from), from, to);
}

/**
 * Equal ratios are equal ways. What is not above 0 stands at the low end.
 * @param {number} low above 0
 * @param {number} high
 * @param {number} from
 * @param {number} to
 * @returns {Scale}
 */
export function logarithmic(low, high, from, to) {
    const bottom = Math.log(Math.max(low, Number.MIN_VALUE)),
          span = Math.log(Math.max(high, low * 1.0001)) - bottom || 1;
    return (value) => (value > 0 ? clamped(from + ((Math.log(value) - bottom) / span) * (to - from), from, to) : from);
}

/**
 * About `count` round values between two: steps of 1, 2 or 5 times a power of ten.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @returns {number[]}
 */
export function linearTicks(low, high, count) {
    if (!(high > low) || count < 1) return [low];
    const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough)), part = rough / power;
    const step = power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
    const ticks = [];
    for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n += 1)
        ticks.push(Number((n * step).toPrecision(12)));
    return ticks;
}

/**
 * The powers of ten between two values, thinned to at most `count`.
 * @param {number} low above 0
 * @param {number} high
 * @param {number} [count]
 * @returns {number[]}
 */
export function logTicks(low, high, count = 5) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const step = Math.max(1, Math.ceil((last - first + 1) / count)), ticks = [];
    for (let n = first; n <= last; n += step) ticks.push(Number((10 ** n).toPrecision(12)));
    return ticks;
}

/**
 * Fewer points of a line, for a plot of `columns` columns: of each column what came first, lowest, highest and last,
 * so that a
 * single peak stays in sight. A gap longer than `gap` begins a new piece.
 * @param {{x: number, y: number}[]} points by x
 * @param {number} from
 * @param {number} to
 * @param {number} columns
 * @param {number} gap
 * @returns {{x: number, y: number}[][]}
 */
export function pieces(points, from, to, columns, gap) {
    /** @type {{x: number, y: number}[][]} */
    const all = [];
    const width = (to - from) / Math.max(1, columns);
    let column = -1, last = -Infinity;
    /** @type {{x: number, y: number}[]} */
    let held = [];
    const flush = () => {
        if (held.length === 0) return;
        const low = held.reduce((a, b) => (b.y < a.y ? b : a)), high = held.reduce((a, b) => (b.y > a.y ? b : a));
        const kept = new Set([held[0], low, high, held[held.length - 1]]);
        all[all.length - 1].push(...held.filter((point) => kept.has(point)));
        held = [];
    };
    for (const point of points) {
        if (point.x < from || point.x > to) continue;
        if (point.x - last > gap) {
            flush();
            all.push([]);
            column = -1;
        }
        const here = Math.floor((point.x - from) / width);
        if (here !== column) {
            flush();
            column = here;
        }
        held.push(point);
        last = point.x;
    }
    flush();
    return all.filter((piece) => piece.length > 0);
}
