/**
 * Polygons in fractions of the picture: points are `[x, y]`, 0 to 1 from the top left. Pure.
 * @module
 */

/** @typedef {[number, number]} Point */

export const fewestPoints = 3, mostPoints = 100;

/** @param {number} value */
function fraction(value) { return Math.round(Math.min(1, Math.max(0, value)) * 10000) / 10000; }

/** Inside of the picture, to four decimals. @param {Point} point @returns {Point} */
export function placed([x, y]) { return [fraction(x), fraction(y)]; }

/**
 * The way between two points in pixels of a picture of this size.
 * @param {Point} a
 * @param {Point} b
 * @param {[number, number]} size
 */
export function distance(a, b, [width, height]) { return Math.hypot((a[0] - b[0]) * width, (a[1] - b[1]) * height); }

/**
 * The point of the line from `a` to `b` that is nearest to `p`, measured in pixels.
 * @param {Point} p
 * @param {Point} a
 * @param {Point} b
 * @param {[number, number]} size
 * @returns {Point}
 */
export function onLine(p, a, b, [width, height]) {
    const dx = (b[0] - a[0]) * width, dy = (b[1] - a[1]) * height, length = dx * dx + dy * dy;
    if (length === 0) return a;
    const t = Math.min(1, Math.max(0, ((p[0] - a[0]) * width * dx + (p[1] - a[1]) * height * dy) / length));
    return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
}

/**
 * The corner nearest to a point, if within `within` pixels; else -1.
 * @param {Point[]} polygon
 * @param {Point} p
 * @param {[number, number]} size
 * @param {number} within
 */
export function cornerAt(polygon, p, size, within) {
    let best = -1, least = within;
    polygon.forEach((corner, index) => {
        const away = distance(corner, p, size);
        if (away <= least) {
            best = index;
            least = away;
        }
    });
    return best;
}

/**
 * The edge nearest to a point, if within `within` pixels; else -1. Edge `i` goes from corner `i` to the next.
 * @param {Point[]} polygon
 * @param {Point} p
 * @param {[number, number]} size
 * @param {number} within
 */
export function edgeAt(polygon, p, size, within) {
    let best = -1, least = within;
    polygon.forEach((corner, index) => {
        const away = distance(onLine(p, corner, polygon[(index + 1) % polygon.length], size), p, size);
        if (away <= least) {
            best = index;
            least = away;
        }
    });
    return best;
}

/** @param {Point[]} polygon @param {number} index @param {Point} to @returns {Point[]} */
export function moved(polygon, index, to) { return polygon.map((corner, at) => (at === index ? placed(to) : corner)); }

/** A new corner on edge `edge`. @param {Point[]} polygon @param {number} edge @param {Point} at @returns {Point[]} */
export function inserted(polygon, edge, at) {
    if (polygon.length >= mostPoints) return polygon;
    return [...polygon.slice(0, edge + 1), placed(at), ...polygon.slice(edge + 1)];
}

/**
 * Without a corner; a triangle keeps all of its own.
 * @param {Point[]} polygon
 * @param {number} index
 * @returns {Point[]}
 */
export function removed(polygon, index) {
    return polygon.length <= fewestPoints ? polygon : polygon.filter((_, at) => at !== index);
}

/**
 * All of it by the same way, as far as the picture goes.
 * @param {Point[]} polygon
 * @param {Point} by
 * @returns {Point[]}
 */
export function shiftedBy(polygon, [dx, dy]) {
    const bound = (/** @type {number[]} */ values, /** @type {number} */ by) =>
        Math.min(1 - Math.max(...values), Math.max(-Math.min(...values), by));
    const x = bound(polygon.map((p) => p[0]), dx), y = bound(polygon.map((p) => p[1]), dy);
    return polygon.map((p) => placed([p[0] + x, p[1] + y]));
}

/** Whether a point lies inside, by the even-odd rule. @param {Point[]} polygon @param {Point} p */
export function contains(polygon, [x, y]) {
    let isInside = false;
    for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
        const [xi, yi] = polygon[i], [xj, yj] = polygon[j];
        if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) isInside = !isInside;
    }
    return isInside;
}

/** The part of the picture that it covers. @param {Point[]} polygon */
export function area(polygon) {
    let twice = 0;
    polygon.forEach(([x, y], index) => {
        const [nx, ny] = polygon[(index + 1) % polygon.length];
        twice += x * ny - nx * y;
    });
    return Math.abs(twice) / 2;
}

/** @param {Point} a @param {Point} b @param {Point} c */
function side(a, b, c) { return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])); }

/** Whether two of its edges cross. @param {Point[]} polygon */
export function crossesItself(polygon) {
    const count = polygon.length;
    for (let i = 0; i < count; i += 1) {
        for (let j = i + 2; j < count; j += 1) {
            if (i === 0 && j === count - 1) continue;
            const a = polygon[i], b = polygon[i + 1], c = polygon[j], d = polygon[(j + 1) % count];
            if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
        }
    }
    return false;
}

/**
 * Draws a point to what is near: corners of the others first, then their edges, then the picture's border.
 * @param {Point} p
 * @param {Point[][]} others
 * @param {[number, number]} size
 * @param {number} within pixels
 * @returns {Point}
 */
export function snapped(p, others, size, within) {
    for (const polygon of others) {
        const corner = cornerAt(polygon, p, size, within);
        if (corner >= 0) return polygon[corner];
    }
    const border = /** @type {Point} */ (p.map((value, axis) => {
        if (value * size[axis] <= within) return 0;
        return (1 - value) * size[axis] <= within ? 1 : value;
    }));
    if (border[0] !== p[0] || border[1] !== p[1]) return placed(border);
    for (const polygon of others) {
        const edge = edgeAt(polygon, p, size, within);
        if (edge >= 0) return placed(onLine(p, polygon[edge], polygon[(edge + 1) % polygon.length], size));
    }
    return placed(p);
}
