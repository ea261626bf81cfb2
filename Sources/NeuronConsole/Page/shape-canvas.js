/**
 * The picture with the shapes on it: pointer and keys become changes of polygons. It owns no shape; it tells what is
 * wanted.
 * @module
 */
import {el, svg} from "./dom.js";
import {
    contains,
    cornerAt,
    distance,
    edgeAt,
    fewestPoints,
    inserted,
    moved,
    placed,
    removed,
    shiftedBy,
    snapped
} from "./polygon.js";

const mouseReach = 10, fingerReach = 24, snapReach = 9;

/** @typedef {import("./polygon.js").Point} Point */
/** @typedef {import("./shapes.js").Shape} Shape */
/**
 * @typedef {{
 *   shapes: () => Shape[], selected: () => number, select: (index: number) => void,
 *   change: (index: number, polygon: Point[], isFinal: boolean) => void, drawn: (polygon: Point[]) => void
 * }} Owner
 */

export class ShapeCanvas {
    /** @param {Owner} owner */
    constructor(owner) {
        this.owner = owner;
        this.isSnapping = true;
        this.corner = -1;
        /** @type {Point[]|null} corners so far of what is being drawn */
        this.drawing = null;
        /** @type {{grip: "corner"|"shape", from: Point, polygon: Point[]}|null} */
        this.drag = null;
        this.picture = el("img", {alt: "Latest picture of the camera", draggable: "false", hidden: true});
        this.overlay = svg("svg", {
            class: "shapes",
            preserveAspectRatio: "none",
            role: "group",
            "aria-label": "Zones and masks on the picture"
        });
        this.node = el("div", {class: "canvas"}, this.picture, this.overlay);
        this.overlay.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.down(event));
        this.overlay.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.move(event));
        for (const end of ["pointerup", "pointercancel"]) this.overlay.addEventListener(end, () => this.up());
        this.overlay.addEventListener("dblclick", () => {
            if (this.drawing) this.finish();
        });
        this.blank = el("p", {class: "no-picture"}, "There is no picture now; the shapes can be changed all the same.");
        this.node.append(this.blank);
        this.picture.addEventListener("load", () => this.pictured(true));
        this.picture.addEventListener("error", () => this.pictured(false));
        new ResizeObserver(() => this.draw()).observe(this.node);
    }

    /**
     * Without a picture the shapes stand on black, in the proportions that it would have.
     * @param {boolean} hasPicture
     */
    pictured(hasPicture) {
        this.picture.hidden = !hasPicture;
        this.blank.hidden = hasPicture;
        if (hasPicture) this.node.style.aspectRatio = `${this.picture.naturalWidth} / ${this.picture.naturalHeight}`;
        this.draw();
    }

    /**
     * Asks for a picture.
     * @param {string} url
     * @param {{width?: number, height?: number}|null|undefined} video what the camera says of its size
     */
    load(url, video) {
        if (!this.node.style.aspectRatio)
            this.node.style.aspectRatio = video?.width && video.height ? `${video.width} / ${video.height}` : "16 / 9";
        this.picture.src = url;
    }

    /** @returns {[number, number]} of the shown picture in CSS pixels */
    get size() {
        const box = this.overlay.getBoundingClientRect();
        return [box.width || 1, box.height || 1];
    }

    /** @param {PointerEvent} event @returns {Point} */
    place(event) {
        const box = this.overlay.getBoundingClientRect();
        return placed([(event.clientX - box.left) / (box.width || 1), (event.clientY - box.top) / (box.height || 1)]);
    }

    /** @param {Point} p @param {boolean} isFree */
    snap(p, isFree) {
        if (!this.isSnapping || isFree) return p;
        const others = this.owner.shapes().filter((_, index) => this.drawing || index !== this.owner.selected());
        return snapped(p, others.map((shape) => shape.polygon), this.size, snapReach);
    }

    begin() {
        this.drawing = [];
        this.corner = -1;
        this.draw();
        this.overlay.focus();
    }

    cancel() {
        this.drawing = null;
        this.draw();
    }

    finish() {
        const polygon = this.drawing ?? [];
        const clean = polygon.filter((p, at) => at === 0 || distance(p, polygon[at - 1], this.size) > 1);
        this.drawing = null;
        if (clean.length >= fewestPoints) this.owner.drawn(clean);
        else this.owner.select(-1);
    }

    /** @param {PointerEvent} event */
    down(event) {
        if (event.button !== 0) return;
        event.preventDefault();
        this.overlay.setPointerCapture(event.pointerId);
        const p = this.place(event), reach = event.pointerType === "mouse" ? mouseReach : fingerReach;
        if (this.drawing) return this.addCorner(this.snap(p, event.altKey), reach);
        const shape = this.owner.shapes()[this.owner.selected()];
        if (shape && this.grip(shape, p, reach)) return;
        const hit = this.owner.shapes().findIndex((one) => contains(one.polygon, p));
        this.corner = -1;
        if (hit !== this.owner.selected()) this.owner.select(hit);
        this.draw();
    }

    /** @param {Point} p @param {number} reach */
    addCorner(p, reach) {
        const drawing = /** @type {Point[]} */ (this.drawing);
        if (drawing.length >= fewestPoints && distance(p, drawing[0], this.size) <= reach) return this.finish();
        drawing.push(p);
        this.draw();
    }

    /**
     * Takes hold of a corner, of an edge (which gets a new one), or of the whole shape.
     * @param {Shape} shape
     * @param {Point} p
     * @param {number} reach
     */
    grip(shape, p, reach) {
        const corner = cornerAt(shape.polygon, p, this.size, reach);
        if (corner >= 0) {
            this.corner = corner;
            this.drag = {grip: "corner", from: p, polygon: shape.polygon};
            this.draw();
            return true;
        }
        const edge = edgeAt(shape.polygon, p, this.size, reach * 0.75);
        if (edge >= 0) {
            const polygon = inserted(shape.polygon, edge, p);
            if (polygon === shape.polygon) return false;
            this.corner = edge + 1;
            this.drag = {grip: "corner", from: p, polygon};
            this.owner.change(this.owner.selected(), polygon, false);
            return true;
        }
        if (!contains(shape.polygon, p)) return false;
        this.corner = -1;
        this.drag = {grip: "shape", from: p, polygon: shape.polygon};
        this.draw();
        return true;
    }

    /** @param {PointerEvent} event */
    move(event) {
        if (!this.drag) return;
        const p = this.place(event), {grip, from, polygon} = this.drag;
        const changed = grip === "corner" ? moved(polygon, this.corner, this.snap(p, event.altKey))
                                          : shiftedBy(polygon, [p[0] - from[0], p[1] - from[1]]);
        this.owner.change(this.owner.selected(), changed, false);
    }

    up() {
        if (!this.drag) return;
        this.drag = null;
        const shape = this.owner.shapes()[this.owner.selected()];
        if (shape) this.owner.change(this.owner.selected(), shape.polygon, true);
    }

    /** Takes away the chosen corner. */
    removeCorner() {
        const index = this.owner.selected(), shape = this.owner.shapes()[index];
        if (!shape || this.corner < 0) return;
        const polygon = removed(shape.polygon, this.corner);
        this.corner = Math.min(this.corner, polygon.length - 1);
        this.owner.change(index, polygon, true);
    }

    /** @param {KeyboardEvent} event @param {number} corner */
    key(event, corner) {
        /** @type {Record<string, Point>} */
        const ways = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
        const way = ways[event.key], shape = this.owner.shapes()[this.owner.selected()];
        if (!shape) return;
        this.corner = corner;
        if (way) {
            const by = event.shiftKey ? 0.02 : 0.0025, [x, y] = shape.polygon[corner];
            this.owner.change(
                this.owner.selected(), moved(shape.polygon, corner, [x + way[0] * by, y + way[1] * by]), true);
        } else if (event.key === "Delete" || event.key === "Backspace") {
            this.removeCorner();
        } else {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
    }

    draw() {
        const [width, height] = this.size, focused = this.overlay.contains(document.activeElement) ? this.corner : -1;
        this.overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
        const d = (/** @type {Point[]} */ polygon) =>
            polygon.map(([x, y], at) => `${at ? "L" : "M"}${(x * width).toFixed(1)} ${(y * height).toFixed(1)}`)
                .join("");
        const nodes = this.owner.shapes().map((shape, index) => {
            const chosen = index === this.owner.selected() ? "chosen" : "";
            const [x, y] = shape.polygon.reduce((a, b) => (b[1] < a[1] ? b : a));
            return svg("g", {class: `shape ${shape.sort} ${shape.kind} ${shape.privacy ? "privacy" : ""} ${chosen}`},
                svg("path", {d: `${d(shape.polygon)}Z`, class: "casing"}),
                svg("path", {d: `${d(shape.polygon)}Z`, class: "outline"}),
                svg("text", {
                    x: Math.min(width - 8 * shape.name.length, x * width + 6),
                    y: Math.min(height - 6, y * height + 16),
                    class: "label"
                },
                    shape.name));
        });
        const shape = this.owner.shapes()[this.owner.selected()];
        if (shape && !this.drawing) nodes.push(...this.handles(shape, width, height));
        if (this.drawing) {
            nodes.push(svg("g", {class: "shape drawing"}, svg("path", {d: d(this.drawing), class: "casing"}),
                svg("path", {d: d(this.drawing), class: "outline"}),
                this.drawing.map(([x, y]) => svg("circle", {cx: x * width, cy: y * height, r: 5, class: "corner"}))));
        }
        this.overlay.replaceChildren(...nodes);
        this.overlay.classList.toggle("is-drawing", this.drawing !== null);
        if (focused >= 0) this.overlay.querySelector(`[data-corner="${focused}"]`)?.focus();
    }

    /** @param {Shape} shape @param {number} width @param {number} height */
    handles(shape, width, height) {
        const count = shape.polygon.length;
        const middles = shape.polygon.map(([x, y], at) => {
            const [nx, ny] = shape.polygon[(at + 1) % count];
            return svg("circle", {cx: ((x + nx) / 2) * width, cy: ((y + ny) / 2) * height, r: 3, class: "middle"});
        });
        const corners = shape.polygon.map(([x, y], at) => svg("circle", {
            cx: x * width,
            cy: y * height,
            r: 6,
            class: at === this.corner ? "corner chosen" : "corner",
            tabindex: 0,
            role: "button",
            "data-corner": at,
            "aria-label":
                `Corner ${at + 1} of ${count} of ${shape.name}, at ${x}, ${y}; arrows move it, Delete takes it away`,
            onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event, at),
            onfocus: () => { this.corner = at; },
        }));
        return [...middles, ...corners];
    }
}
