/**
 * How quantities are written.
 * @module
 */

/**
 * A part of a whole in per cent with two significant digits: `0.44 %`, `12 %`.
 * @param {number} part
 */
export function percent(part) {
    const value = part * 100;
    if (value === 0) return "0 %";
    if (value >= 9.95) return `${Math.round(value)} %`;
    return `${trimmed(value, Math.min(6, Math.max(1, 1 - Math.floor(Math.log10(Math.abs(value))))))} %`;
}

/**
 * A number with at most `digits` decimals and no zeros at its end.
 * @param {number} value
 * @param {number} digits
 */
export function trimmed(value, digits) {
    const text = value.toFixed(digits);
    return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/**
 * A size in the units of 1024: `512 B`, `1.5 GiB`.
 * @param {number} count
 */
export function bytes(count) {
    const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let value = count, unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
        value /= 1024;
        unit += 1;
    }
    return `${trimmed(value, unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}

/**
 * A count and its noun: `1 alert`, `3 alerts`.
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) { return `${count} ${noun}${count === 1 ? "" : "s"}`; }
