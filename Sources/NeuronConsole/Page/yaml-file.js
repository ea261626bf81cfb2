/**
 * Finds one camera's zones and masks in a configuration file, and puts others in their place without touching a line
 * besides.
 * Knows the block style that people write; for anything else it says null, and nothing is guessed. Pure.
 * @module
 */
import {shapeLines} from "./yaml-write.js";

/**
 * @typedef {{name: string, kind: string|null, extras: string[]}} WrittenShape
 * @typedef {{zones: WrittenShape[], masks: WrittenShape[]}} CameraBlocks
 * @typedef {{start: number, end: number, indent: number}} Place lines `[start, end)` of a camera, and the column of
 * its keys
 */

const drawn = ["name", "kind", "polygon", "privacy"];

/** @param {string} line */
function indentOf(line) { return line.length - line.trimStart().length; }

/** @param {string} line */
function isBare(line) { return line.trim() === "" || line.trimStart().startsWith("#"); }

/** A scalar without its quotes and comment. @param {string} text */
function plain(text) {
    const trimmed = text.trim(), quoted = /^(["'])(.*?)\1/.exec(trimmed);
    return quoted ? quoted[2] : trimmed.replace(/\s+#.*$/, "");
}

/** @param {string[]} lines @param {number} start @param {number} end */
function withoutTail(lines, start, end) {
    let last = end;
    while (last > start && isBare(lines[last - 1])) last -= 1;
    return last;
}

/**
 * @param {string[]} lines
 * @param {string} id
 * @returns {Place|null}
 */
function findCamera(lines, id) {
    const head = lines.findIndex((line) => /^cameras:\s*(#.*)?$/.test(line));
    if (head === -1) return null;
    /** @type {Place|null} */
    let found = null;
    let dash = -1, start = -1;
    const take = (/** @type {number} */ end) => {
        if (start === -1) return;
        const indent = indentOf(lines[start].replace("-", " "));
        const isIt = lines.slice(start, end).some((line, at) => {
            const text = at === 0 ? line.replace("-", " ") : line, key = /^\s*id:\s+(.*)$/.exec(text);
            return key !== null && indentOf(text) === indent && plain(key[1]) === id;
        });
        if (isIt) found = {start, end: withoutTail(lines, start, end), indent};
    };
    let at = head + 1;
    for (; at < lines.length; at += 1) {
        const line = lines[at];
        if (isBare(line)) continue;
        const indent = indentOf(line), isItem = /^\s*-\s+\S/.test(line);
        if (isItem && (dash === -1 || indent === dash)) {
            take(at);
            start = at;
            dash = indent;
        } else if (indent <= Math.max(0, dash)) break;
    }
    take(at);
    return found;
}

/**
 * The lines of one key of a camera: `[from, to)`.
 * @param {string[]} lines
 * @param {Place} place
 * @param {string} key
 * @returns {{from: number, to: number}|null|undefined} undefined where the camera hasn't got it, null where it is
 * written in another way
 */
function findKey(lines, {start, end, indent}, key) {
    for (let at = start; at < end; at += 1) {
        const line = at === start ? lines[at].replace("-", " ") : lines[at];
        if (isBare(line) || indentOf(line) !== indent || !line.trimStart().startsWith(`${key}:`)) continue;
        if (at === start) return null;
        let to = at + 1;
        while (to < end &&
            (isBare(lines[to]) || indentOf(lines[to]) > indent ||
                (indentOf(lines[to]) === indent && /^\s*-\s/.test(lines[to]))))
            to += 1;
        return {from: at, to: withoutTail(lines, at + 1, to)};
    }
    return undefined;
}

/** Parts of `{a: 1, b: [2, 3]}` between its commas. @param {string} text */
function flowParts(text) {
    const parts = [];
    let depth = 0, quote = "", part = "";
    for (const c of text) {
        if (quote) {
            if (c === quote) quote = "";
        } else if (c === '"' || c === "'") quote = c;
        else if ("[{".includes(c)) depth += 1;
        else if ("]}".includes(c)) depth -= 1;
        if (c === "," && depth === 0 && !quote) {
            parts.push(part.trim());
            part = "";
        } else part += c;
    }
    return [...parts, part.trim()].filter((one) => one !== "");
}

/** @param {string[]} entries `key: value`, further lines indented @returns {WrittenShape|null} */
function written(entries) {
    const value = (/** @type {string} */ key) =>
        entries.find((entry) => entry.startsWith(`${key}:`))?.slice(key.length + 1);
    const name = value("name"), kind = value("kind");
    if (name === undefined) return null;
    const extras =
        entries.filter((entry) => !drawn.includes(entry.split(":")[0])).flatMap((entry) => entry.split("\n"));
    return {name: plain(name), kind: kind === undefined ? null : plain(kind), extras};
}

/** The entries of one item of a block list. @param {string[]} item @returns {string[]|null} */
function entriesOf(item) {
    const first = item[0].replace("-", " "), indent = indentOf(first);
    const flow = first.trim() + item.slice(1).map((line) => ` ${line.trim()}`).join("");
    if (flow.startsWith("{")) {
        const body = /^\{(.*)\}\s*(#.*)?$/.exec(flow);
        return body ? flowParts(body[1]) : null;
    }
    /** @type {string[]} */
    const entries = [];
    for (const line of [first, ...item.slice(1)]) {
        if (isBare(line)) continue;
        if (indentOf(line) === indent) entries.push(line.trim());
        else if (entries.length > 0) entries[entries.length - 1] += `\n${line.slice(indent)}`;
    }
    return entries;
}

/**
 * The shapes that a block of lines names.
 * @param {string[]} lines of the key, its own first
 * @returns {WrittenShape[]|null}
 */
function shapesIn(lines) {
    if (/:\s*(\[\s*\])?\s*(#.*)?$/.test(lines[0]) === false) return null;
    /** @type {string[][]} */
    const items = [];
    let dash = -1;
    for (const line of lines.slice(1)) {
        if (isBare(line)) continue;
        const isItem = /^\s*-\s/.test(line) && (dash === -1 || indentOf(line) === dash);
        if (isItem) {
            dash = indentOf(line);
            items.push([line]);
        } else if (items.length > 0) items[items.length - 1].push(line);
        else return null;
    }
    const shapes = items.map((item) => {
        const entries = entriesOf(item);
        return entries && written(entries);
    });
    return shapes.every((shape) => shape !== null) ? /** @type {WrittenShape[]} */ (shapes) : null;
}

/**
 * What a file says of one camera's zones and masks.
 * @param {string} text
 * @param {string} camera
 * @returns {CameraBlocks|null} null where it is written in a way that this doesn't read
 */
export function readBlocks(text, camera) {
    const lines = text.split("\n"), place = findCamera(lines, camera);
    if (!place) return null;
    /** @type {Record<string, WrittenShape[]>} */
    const blocks = {zones: [], masks: []};
    for (const key of ["zones", "masks"]) {
        const range = findKey(lines, place, key);
        if (range === undefined) continue;
        const shapes = range && shapesIn(lines.slice(range.from, range.to));
        if (!shapes) return null;
        blocks[key] = shapes;
    }
    return /** @type {any} */ (blocks);
}

/**
 * The file with these shapes in place of the camera's own.
 * @param {string} text
 * @param {string} camera
 * @param {import("./shapes.js").Shape[]} shapes
 * @returns {string|null}
 */
export function withShapes(text, camera, shapes) {
    const lines = text.split("\n"), place = findCamera(lines, camera);
    if (!place) return null;
    const ranges = ["zones", "masks"].map((key) => findKey(lines, place, key));
    if (ranges.includes(null)) return null;
    const present =
        /** @type {{from: number, to: number}[]} */ (ranges.filter(Boolean)).sort((a, b) => b.from - a.from);
    const at = present.length > 0 ? present[present.length - 1].from : place.end;
    for (const {from, to} of present) lines.splice(from, to - from);
    lines.splice(at, 0, ...shapeLines(shapes, place.indent));
    return lines.join("\n");
}
