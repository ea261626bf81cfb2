/**
 * Fields whose text the daemon limits in characters, of which `maxlength` counts some twice (emoji), and cuts off what is pasted.
 * @module
 */
import {el} from "./dom.js";

/** Characters of a text as the daemon counts them. @param {string} text */
export function characterCount(text) { return [...text].length; }

/**
 * What is wrong with a text's length, in words; empty where nothing is.
 * @param {string} text
 * @param {number} longest in characters
 */
export function lengthFault(text, longest) {
    const count = characterCount(text);
    return count > longest ? `This is too long: it has ${count} characters of ${longest}.` : "";
}

/**
 * A field that is not valid while its text is too long; nothing is cut off.
 * @param {"input"|"textarea"} tag
 * @param {number} longest in characters
 * @param {Record<string, unknown>} properties
 */
export function field(tag, longest, properties) {
    const node = el(tag, properties);
    const check = () => node.setCustomValidity(lengthFault(node.value.trim(), longest));
    node.addEventListener("input", check);
    check();
    return node;
}
