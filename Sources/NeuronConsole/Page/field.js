/**
 * Fields whose text the daemon limits in bytes, which a `maxlength` cannot count.
 * @module
 */
import {el} from "./dom.js";

/** Bytes of a text in UTF-8. @param {string} text */
export function byteCount(text) { return new TextEncoder().encode(text).length; }

/**
 * What is wrong with a text's length, in words; empty where nothing is.
 * @param {string} text
 * @param {number} longest in bytes
 */
export function lengthFault(text, longest) {
    const count = byteCount(text);
    return count > longest ? `This is too long: it takes ${count} bytes of ${longest}.` : "";
}

/**
 * A field that is not valid while its text is too long; nothing is cut off.
 * @param {"input"|"textarea"} tag
 * @param {number} longest in bytes
 * @param {Record<string, unknown>} properties
 */
export function field(tag, longest, properties) {
    const node = el(tag, properties);
    const check = () => node.setCustomValidity(lengthFault(node.value.trim(), longest));
    node.addEventListener("input", check);
    check();
    return node;
}
