/**
 * Zones: masks and zones are drawn on the latest picture and become lines for the configuration file.
 * @module
 */
import {addressWith, ApiError, get, resource} from "./api.js";
import {cameraChoice} from "./camera-choice.js";
import {el, icon, replace} from "./dom.js";
import {percent} from "./numbers.js";
import {area} from "./polygon.js";
import {ShapeCanvas} from "./shape-canvas.js";
import {faults, freeName, shapesOf} from "./shapes.js";
import {store} from "./store.js";
import {Undo} from "./undo.js";
import {readBlocks} from "./yaml-file.js";
import {YAMLPanel} from "./yaml-panel.js";

/** @typedef {import("./shapes.js").Shape} Shape */

/** Drafts of cameras, kept while the page is open. @type {Map<string, Undo<Shape[]>>} */
const drafts = new Map();

addEventListener("beforeunload", (event) => {
    if ([...drafts.values()].some((draft) => draft.canGoBack)) event.preventDefault();
});

/** @returns {Promise<string|null>} the running file, where the daemon shows it */
async function runningFile() {
    try {
        return String((await get("api/v1/configuration")).yaml);
    } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return null;
    }
}

class Editor {
    /** @param {string} camera @param {string|null} file @param {AbortSignal} until */
    constructor(camera, file, until) {
        this.camera = camera;
        this.file = file;
        const known = store.cameras.get(camera);
        this.draft = drafts.get(camera) ?? new Undo(shapesOf(known, file === null ? null : readBlocks(file, camera)));
        drafts.set(camera, this.draft);
        /** @type {Shape[]} what is shown, also in the middle of a drag */
        this.shapes = this.draft.present;
        this.selected = -1;
        /** @type {Shape["sort"]} */
        this.sort = "zone";
        this.canvas = new ShapeCanvas({
            shapes: () => this.shapes,
            selected: () => this.selected,
            select: (index) => this.select(index),
            change: (index, polygon, isFinal) => this.set(index, {polygon}, isFinal),
            drawn: (polygon) => this.add(polygon),
        });
        this.panel = new YAMLPanel();
        this.list = el("ul", {class: "shape-list"});
        this.form = el("div", {class: "shape-form"});
        this.tools = this.makeTools();
        this.node = el("div", {class: "editor"},
            el("div", {class: "stage"}, this.tools, this.canvas.node, this.hint = el("p", {class: "small muted hint"})),
            el("div", {class: "side"}, this.list, this.form), this.panel.node);
        addEventListener("keydown", (event) => this.key(event), {signal: until});
        this.loadPicture();
        this.show();
    }

    makeTools() {
        const tool = (/** @type {string} */ label, /** @type {string|null} */ name, /** @type {() => void} */ run) =>
            el("button", {type: "button", onclick: run, "aria-label": label, title: label}, name ? icon(name) : label);
        const snap =
            el("input", {type: "checkbox", checked: true, onchange: () => { this.canvas.isSnapping = snap.checked; }});
        this.back = tool("Undo", "undo", () => this.go("back"));
        this.forth = tool("Redo", "redo", () => this.go("forth"));
        this.newZone = el("button", {type: "button", onclick: () => this.begin("zone")}, "New zone");
        this.newMask = el("button", {type: "button", onclick: () => this.begin("mask")}, "New mask");
        this.finish =
            el("button", {type: "button", class: "main", hidden: true, onclick: () => this.canvas.finish()}, "Finish");
        return el("div", {class: "tools"}, this.newZone, this.newMask, this.finish, this.back, this.forth,
            el("label", {class: "check"}, snap, " Snap"),
            tool("Fetch the picture again", "refresh", () => this.loadPicture()));
    }

    loadPicture() {
        const url = addressWith(resource("cameras", this.camera, "/picture.jpg"), {annotate: 0, at: Date.now()});
        this.canvas.load(url, store.cameras.get(this.camera)?.video);
    }

    /** @param {Shape["sort"]} sort */
    begin(sort) {
        this.sort = sort;
        this.selected = -1;
        this.canvas.begin();
        this.show();
    }

    /** @param {import("./polygon.js").Point[]} polygon */
    add(polygon) {
        const name = freeName(this.shapes, this.sort);
        this.shapes = [
            ...this.shapes, {sort: this.sort, name, kind: "include", privacy: this.sort === "mask", polygon, extras: []}
        ];
        this.selected = this.shapes.length - 1;
        this.keep();
    }

    /** @param {number} index @param {Partial<Shape>} change @param {boolean} isFinal */
    set(index, change, isFinal) {
        this.shapes = this.shapes.map((shape, at) => (at === index ? {...shape, ...change} : shape));
        if (isFinal) this.keep();
        else this.canvas.draw();
    }

    remove() {
        this.shapes = this.shapes.filter((_, at) => at !== this.selected);
        this.selected = -1;
        this.keep();
    }

    keep() {
        this.draft.push(this.shapes);
        this.show();
    }

    /** @param {"back"|"forth"} way */
    go(way) {
        this.draft[way]();
        this.shapes = this.draft.present;
        this.selected = Math.min(this.selected, this.shapes.length - 1);
        this.canvas.corner = -1;
        this.show();
    }

    /** @param {number} index */
    select(index) {
        this.selected = index;
        this.canvas.corner = -1;
        this.show();
    }

    /** @param {KeyboardEvent} event */
    key(event) {
        const target = /** @type {HTMLElement} */ (event.target),
              isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
        if (target.closest("input, textarea, select, dialog")) return;
        if (isUndo) this.go(event.shiftKey ? "forth" : "back");
        else if (event.key === "Escape" && this.canvas.drawing) {
            this.canvas.cancel();
            this.show();
        } else if (event.key === "Enter" && this.canvas.drawing && !target.closest("button")) {
            this.canvas.finish();
            this.show();
        } else return;
        event.preventDefault();
    }

    show() {
        const isDrawing = this.canvas.drawing !== null;
        this.back.disabled = !this.draft.canGoBack;
        this.forth.disabled = !this.draft.canGoForth;
        this.finish.hidden = !isDrawing;
        this.newZone.hidden = this.newMask.hidden = isDrawing;
        this.hint.textContent = isDrawing
            ? "Tap corner after corner; tap the first one again, or Finish, to close it. Escape gives it up."
            : this.selected >= 0 ? "Drag corners, an edge for a new corner, or the whole. Alt leaves snapping out."
                                 : "Tap a shape to change it, or begin a new one.";
        this.showList();
        this.showForm();
        this.canvas.draw();
        this.panel.show(this.camera, this.shapes, this.file);
    }

    showList() {
        replace(this.list,
            this.shapes.length === 0 ? el("li", {class: "empty"}, "No zone and no mask: the whole picture is one zone.")
                                     : null,
            this.shapes.map(
                (shape, index) => el("li", {},
                    el("button", {
                        type: "button",
                        "aria-pressed": String(index === this.selected),
                        class: `shape-name ${shape.sort} ${shape.kind}`,
                        onclick: () => this.select(index)
                    },
                        el("span", {class: "swatch", "aria-hidden": "true"}), el("b", {}, shape.name), " ",
                        el("span", {class: "muted"},
                            shape.sort === "mask" ? (shape.privacy ? "privacy mask" : "mask") : shape.kind,
                            `, ${percent(area(shape.polygon))}`),
                        faults(this.shapes, shape).length > 0 ? el("span", {class: "failed"}, " ", icon("warning"),
                                                                    el("span", {class: "unseen"}, "has a fault"))
                                                              : null))));
    }

    showForm() {
        const shape = this.shapes[this.selected],
              focused =
                  this.form.contains(document.activeElement) ? document.activeElement?.getAttribute("name") : null;
        if (!shape) return replace(this.form);
        const set = (/** @type {Partial<Shape>} */ change) => this.set(this.selected, change, true);
        const name = el("input", {
            name: "name",
            value: shape.name,
            maxlength: 64,
            autocapitalize: "none",
            spellcheck: "false",
            onchange: () => set({name: name.value.trim()})
        });
        const kind = el("select", {name: "kind", onchange: () => set({kind: kind.value})}, [
            ["include", "include: motion here is an alert"], ["exclude", "exclude: motion here counts for no zone"],
            ["preclude", "preclude: motion here silences all zones"]
        ].map(([value, text]) => el("option", {value, selected: value === shape.kind}, text)));
        const privacy = el("input", {
            name: "privacy",
            type: "checkbox",
            checked: shape.privacy,
            onchange: () => set({privacy: privacy.checked})
        });
        replace(this.form, el("label", {}, "Name", name),
            shape.sort === "zone" ? el("label", {}, "Kind", kind)
                                  : el("label", {class: "check"}, privacy,
                                        " Privacy: nobody sees it either, in no picture, live view or clip"),
            shape.extras.length > 0
                ? el("p", {class: "small muted"}, "Kept from the file: ", el("code", {}, shape.extras.join("; ")))
                : null,
            faults(this.shapes, shape).map((fault) => el("p", {class: "failed"}, fault)),
            el("div", {class: "acts"},
                el("button", {type: "button", onclick: () => this.canvas.removeCorner()}, "Delete corner"),
                el("button", {type: "button", onclick: () => this.remove()}, `Delete ${shape.sort}`)));
        if (focused) this.form.querySelector(`[name="${focused}"]`)?.focus();
    }
}

/** @type {import("./app.js").View} */
export function zonesView(root, until, wanted) {
    const place = el("div");
    let ended = new AbortController();
    const choose = async (/** @type {string} */ camera) => {
        ended.abort();
        const mine = ended = new AbortController();
        replace(place, el("p", {class: "empty"}, camera ? "Asking for the configuration…" : "There is no camera yet."));
        if (!camera) return;
        const file = await runningFile();
        if (!mine.signal.aborted) replace(place, new Editor(camera, file, mine.signal).node);
    };
    until.addEventListener("abort", () => ended.abort());
    root.append(el("div", {class: "toolbar"}, cameraChoice(wanted, "zones", choose, until)), place);
}
