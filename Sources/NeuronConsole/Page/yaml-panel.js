/**
 * What the drawing means for the file: the lines to paste, the daemon's own check of them, and what to do then.
 * @module
 */
import {ApiError, checkConfiguration} from "./api.js";
import {el, icon, replace} from "./dom.js";
import {notice} from "./notice.js";
import {counted} from "./numbers.js";
import {withShapes} from "./yaml-file.js";
import {shapeLines, smallestFile} from "./yaml-write.js";

const checkAfter = 500;

/** @param {string} text @param {string} what */
async function copy(text, what) {
    try {
        await navigator.clipboard.writeText(text);
        notice(`${what} copied.`);
    } catch { notice("The browser did not allow copying; select the lines and copy them by hand.", "refused"); }
}

export class YAMLPanel {
    constructor() {
        this.text = el("pre", {class: "yaml", tabindex: 0, "aria-label": "YAML of zones and masks"});
        this.verdict = el("div", {class: "check", role: "status"});
        this.whole = el(
            "button", {type: "button", onclick: () => copy(this.file ?? "", "The whole file")}, "Copy the whole file");
        this.steps = el("ol", {class: "steps small"});
        this.node =
            el("section", {class: "yaml-panel"}, el("h2", {}, "For the configuration file"), this.text, this.verdict,
                el("div", {class: "acts"},
                    el("button", {
                        type: "button",
                        class: "main",
                        onclick: () => copy(this.text.textContent ?? "", "Zones and masks")
                    },
                        "Copy"),
                    this.whole),
                this.steps);
        this.timer = 0;
        this.asked = 0;
        /** @type {string|null} */
        this.file = null;
    }

    /**
     * @param {string} camera
     * @param {import("./shapes.js").Shape[]} shapes
     * @param {string|null} running the text of the running configuration
     */
    show(camera, shapes, running) {
        const lines = shapeLines(shapes);
        this.text.textContent = lines.length > 0
            ? `${lines.join("\n")}\n`
            : `# no zones and no masks: the whole picture of ${camera} is one zone\n`;
        this.file = running === null ? null : withShapes(running, camera, shapes);
        this.whole.hidden = this.file === null;
        replace(this.steps,
            el("li", {}, "In the configuration file put these lines into the camera ",
                el("code", {}, `- id: ${camera}`), ", in place of its ", el("code", {}, "zones:"), " and ",
                el("code", {}, "masks:"), "; or take the whole file, in which only they differ."),
            el("li", {}, el("code", {}, "neurond check --config FILE"), " finds mistakes before the daemon does."),
            el("li", {}, el("code", {}, "systemctl reload neurond"), " applies it; only this camera begins anew."));
        this.checkSoon(this.file ?? smallestFile(camera, shapes));
    }

    /** @param {string} yaml */
    checkSoon(yaml) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.check(yaml), checkAfter);
    }

    /** @param {string} yaml */
    async check(yaml) {
        const asked = ++this.asked;
        let verdict;
        try {
            verdict = this.words(await checkConfiguration(yaml));
        } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            verdict = el("p", {class: "failed"}, icon("warning"), ` Not checked: ${error.message}`);
        }
        if (asked === this.asked) replace(this.verdict, verdict);
    }

    /** @param {{valid: boolean, problems: {line: number, column: number, message: string}[]}} answer */
    words({valid, problems}) {
        const all = problems ?? [];
        if (valid) return el("p", {class: "valid"}, icon("tick"), " neurond takes this.");
        return el("div", {class: "failed"},
            el("p", {}, icon("warning"), ` neurond refuses this: ${counted(all.length, "mistake")}.`),
            el("ul", {},
                all.map(({line, column, message}) =>
                            el("li", {}, this.file ? `Line ${line}, column ${column}: ` : "", message))));
    }
}
