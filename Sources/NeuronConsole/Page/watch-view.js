/**
 * Watch: the camera wall beside the alerts; on a phone one of the two at a time.
 * @module
 */
import {alertList} from "./alert-list.js";
import {cameraWall} from "./camera-wall.js";
import {el} from "./dom.js";

/** @type {"alerts"|"cameras"} what a phone shows, kept between views */
let pane = "alerts";

/** @type {import("./app.js").View} */
export function watchView(root, until, wanted) {
    const wall = el("section", {class: "pane pane-cameras", "aria-label": "Cameras"});
    const list = el("section", {class: "pane pane-alerts", "aria-label": "Alerts"});
    const choices = el("div", {class: "panes", role: "group", "aria-label": "What is shown"});
    const choose = (/** @type {"alerts"|"cameras"} */ name) => {
        pane = name;
        root.dataset.pane = name;
        for (const button of choices.children)
            button.setAttribute("aria-pressed", String(button.dataset.pane === name));
    };
    choices.append(
        el("button", {type: "button", "data-pane": "alerts", onclick: () => choose("alerts")}, "Alerts"),
        el("button", {type: "button", "data-pane": "cameras", onclick: () => choose("cameras")}, "Cameras"),
    );
    root.append(choices, wall, list);
    cameraWall(wall, until);
    alertList(list, until, {wanted});
    choose(wanted ? "alerts" : pane);
}
