/**
 * What this browser remembers: who answers, and whether it makes noise. Nothing of it leaves the browser but the name.
 * @module
 */

const key = "neurond.settings";
const defaults = {
    by: "",
    sound: false,
    notify: false,
    annotate: true
};

/** @typedef {typeof defaults} Settings */

/** @returns {Settings} */
function read() {
    try {
        const kept = JSON.parse(localStorage.getItem(key) ?? "{}");
        return {
            by: typeof kept.by === "string" ? kept.by : "",
            sound: kept.sound === true,
            notify: kept.notify === true,
            annotate: kept.annotate !== false,
        };
    } catch { return {...defaults}; }
}

/** @type {Settings} */
export const settings = read();

/**
 * Changes and keeps settings; where the browser keeps nothing they hold until the page is left.
 * @param {Partial<Settings>} change
 */
export function remember(change) {
    Object.assign(settings, change);
    try {
        localStorage.setItem(key, JSON.stringify(settings));
    } catch { /* A private window: they hold for now. */
    }
}
