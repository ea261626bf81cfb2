/**
 * Zones and masks as they are edited: from the API and the file to shapes, names, and what is wrong with them. Pure.
 * @module
 */
import {area, crossesItself, fewestPoints} from "./polygon.js";

/**
 * `extras` are the file's own lines of keys that are not drawn, such as `sensitivity: low`; they go back as they came.
 * @typedef {{
 *   sort: "zone"|"mask", name: string, kind: "include"|"exclude"|"preclude", privacy: boolean,
 *   polygon: import("./polygon.js").Point[], extras: string[]
 * }} Shape
 */

export const namePattern = /^[a-z0-9_-]{1,64}$/;

/** @param {unknown} value @returns {Shape["kind"]} */
function kindOf(value) { return value === "exclude" || value === "preclude" ? value : "include"; }

/** @param {any} raw @returns {import("./polygon.js").Point[]} */
function polygonOf(raw) {
    return (Array.isArray(raw) ? raw : []).filter((p) => Array.isArray(p) && p.every(Number.isFinite)).map(([x,
        y]) => [x, y]);
}

/**
 * @param {any} camera an element of `api/v1/cameras`
 * @param {import("./yaml-file.js").CameraBlocks|null} file what the file says of the camera, where it could be read
 * @returns {Shape[]}
 */
export function shapesOf(camera, file) {
    /** @type {Shape[]} */
    const shapes = [];
    for (const [list, sort] of /** @type {const} */ ([["zones", "zone"], ["masks", "mask"]])) {
        for (const one of camera?.[list] ?? []) {
            const written = file?.[list].find((item) => item.name === one.name);
            // Without an include zone the whole picture is one; nobody wrote it.
            if (file ? !written : one.name === "frame") continue;
            const polygon = polygonOf(one.polygon);
            if (polygon.length < fewestPoints) continue;
            shapes.push({
                sort,
                name: String(one.name),
                kind: kindOf(written?.kind ?? one.kind),
                privacy: one.privacy === true,
                polygon,
                extras: written?.extras ?? []
            });
        }
    }
    return shapes;
}

/**
 * A name that no shape of its sort has.
 * @param {Shape[]} shapes
 * @param {Shape["sort"]} sort
 */
export function freeName(shapes, sort) {
    const taken = new Set(shapes.filter((one) => one.sort === sort).map((one) => one.name));
    let number = 1;
    while (taken.has(`${sort}-${number}`)) number += 1;
    return `${sort}-${number}`;
}

/**
 * What is wrong with a shape, in words; the daemon's own check has the last one.
 * @param {Shape[]} shapes
 * @param {Shape} shape
 * @returns {string[]}
 */
export function faults(shapes, shape) {
    const found = [];
    if (!namePattern.test(shape.name)) found.push("A name has 1 to 64 of a-z, 0-9, _ and -.");
    if (shapes.some((one) => one !== shape && one.sort === shape.sort && one.name === shape.name))
        found.push("Another one has this name.");
    if (area(shape.polygon) < 0.0001) found.push("It covers almost nothing.");
    if (crossesItself(shape.polygon)) found.push("Its edges cross.");
    return found;
}
