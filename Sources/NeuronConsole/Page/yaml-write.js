/**
 * Zones and masks as YAML, in the shape of docs/configuration.md. Pure.
 * @module
 */

/** @typedef {import("./shapes.js").Shape} Shape */

/** A name as a YAML scalar; what another reader could take for a number or a flag is quoted. @param {string} name */
export function scalar(name) {
    const isPlain = /^[a-z_][a-z0-9_-]*$/.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/.test(name);
    return isPlain ? name : JSON.stringify(name);
}

/** @param {import("./polygon.js").Point[]} polygon */
export function points(polygon) { return `[${polygon.map(([x, y]) => `[${x}, ${y}]`).join(", ")}]`; }

/** @param {Shape} shape @returns {string[]} the lines of its list item, from column 0 */
function item(shape) {
    const lines = [`- name: ${scalar(shape.name)}`];
    if (shape.sort === "zone" && shape.kind !== "include") lines.push(`  kind: ${shape.kind}`);
    lines.push(`  polygon: ${points(shape.polygon)}`);
    if (shape.sort === "mask" && shape.privacy) lines.push("  privacy: true");
    return [...lines, ...shape.extras.map((line) => `  ${line}`)];
}

/**
 * The lines of `zones:` and `masks:` of a camera; a list without shapes is left out.
 * @param {Shape[]} shapes
 * @param {number} [indent] columns before the keys
 * @returns {string[]}
 */
export function shapeLines(shapes, indent = 4) {
    const before = " ".repeat(indent), lines = [];
    for (const [key, sort] of [["zones", "zone"], ["masks", "mask"]]) {
        const mine = shapes.filter((shape) => shape.sort === sort);
        if (mine.length === 0) continue;
        lines.push(`${before}${key}:`, ...mine.flatMap(item).map((line) => `${before}  ${line}`));
    }
    return lines;
}

/**
 * The smallest whole file with these shapes, for a check where the running file is not to be had.
 * @param {string} camera
 * @param {Shape[]} shapes
 */
export function smallestFile(camera, shapes) {
    return [
        "cameras:", `  - id: ${scalar(camera)}`, "    source: rtsp://camera.invalid/stream", ...shapeLines(shapes)
    ].join("\n") +
        "\n";
}
