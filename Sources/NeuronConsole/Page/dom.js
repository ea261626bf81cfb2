/**
 * Makes elements. Text only ever becomes text: nothing here parses markup, so that a camera's name or a note cannot.
 * @module
 */

const svgSpace = "http://www.w3.org/2000/svg";

/**
 * Sets one property of an element: a function listens, `true` and `false` are flags, everything else is an attribute.
 * @param {Element} node
 * @param {string} name
 * @param {unknown} value
 */
function set(node, name, value) {
    if (value === undefined || value === null || value === false) return;
    if (typeof value === "function") {
        node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else {
        node.setAttribute(name, value === true ? "" : String(value));
    }
}

/**
 * @param {Element} node
 * @param {Record<string, unknown>} properties
 * @param {unknown[]} children text, numbers and nodes; null and false are left out
 */
function fill(node, properties, children) {
    for (const [name, value] of Object.entries(properties)) set(node, name, value);
    for (const child of children.flat(Infinity)) {
        if (child === null || child === undefined || child === false) continue;
        node.append(child instanceof Node ? child : String(child));
    }
    return node;
}

/**
 * An HTML element: `el("button", {class: "act", onclick: send}, "Acknowledge")`.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...unknown} children
 * @returns {any}
 */
export function el(tag, properties = {}, ...children) {
    return fill(document.createElement(tag), properties, children);
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...unknown} children
 * @returns {any}
 */
export function svg(tag, properties = {}, ...children) {
    return fill(document.createElementNS(svgSpace, tag), properties, children);
}

/** Puts the sprite into the page once, so that its pictures are there when the daemon is not. */
export async function loadIcons() {
    const answer = await fetch(new URL("assets/icons.svg", document.baseURI));
    const sprite = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
    sprite.setAttribute("class", "sprite");
    sprite.setAttribute("aria-hidden", "true");
    document.body.append(document.adoptNode(sprite));
}

/**
 * A picture of the sprite; it says nothing to a screen reader, so a word must stand beside it.
 * @param {string} name
 */
export function icon(name) {
    return svg("svg", {class: "icon", "aria-hidden": "true"}, svg("use", {href: `#icon-${name}`}));
}

/**
 * Puts exactly these children into an element.
 * @param {Element} parent
 * @param {...unknown} children
 */
export function replace(parent, ...children) {
    parent.replaceChildren();
    fill(parent, {}, children);
}

/**
 * Writes a text where it differs, so that a selection or a screen reader is not disturbed each second.
 * @param {Element} node
 * @param {string} text
 */
export function write(node, text) {
    if (node.textContent !== text) node.textContent = text;
}

/**
 * Brings a list's children into the order of `wanted` with the fewest moves; a playing video keeps playing.
 * @param {Element} parent
 * @param {Element[]} wanted
 */
export function arrange(parent, wanted) {
    const keep = new Set(wanted);
    for (const child of [...parent.children])
        if (!keep.has(child)) child.remove();
    let at = parent.firstElementChild;
    for (const node of wanted) {
        if (node === at) at = at.nextElementSibling;
        else parent.insertBefore(node, at);
    }
}
