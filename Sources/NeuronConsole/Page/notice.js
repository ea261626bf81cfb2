/**
 * Short messages at the page's foot: what was done, or why it was refused.
 * @module
 */
import {el, icon} from "./dom.js";

const shownFor = 8000;

/**
 * @param {string} text
 * @param {"done"|"refused"} [sort]
 */
export function notice(text, sort = "done") {
    const place = /** @type {HTMLElement} */ (document.getElementById("notices"));
    const close = () => box.remove();
    const box = el("div", {class: `notice ${sort}`}, icon(sort === "done" ? "tick" : "warning"), el("span", {}, text),
        el("button", {type: "button", class: "bare", "aria-label": "Dismiss", onclick: close}, icon("close")));
    place.append(box);
    while (place.children.length > 3) place.firstElementChild?.remove();
    setTimeout(close, shownFor);
}
