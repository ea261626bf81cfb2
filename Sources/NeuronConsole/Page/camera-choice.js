/**
 * Chooses a camera for a view that shows one; the choice stands in the address.
 * @module
 */
import {el, replace} from "./dom.js";
import {listen, store} from "./store.js";

/** The camera that was chosen last, in whichever view. */
let last = "";

/**
 * @param {string} wanted of the address
 * @param {string} view
 * @param {(camera: string) => void} choose called at once where cameras are known, and at each change
 * @param {AbortSignal} until
 * @returns {HTMLElement}
 */
export function cameraChoice(wanted, view, choose, until) {
    let chosen = "";
    const select = el("select", {"aria-label": "Camera", onchange: () => pick(select.value)});
    const pick = (/** @type {string} */ id) => {
        chosen = last = id;
        history.replaceState(null, "", `#/${view}/${encodeURIComponent(id)}`);
        choose(id);
    };
    const fill = () => {
        const cameras = [...store.cameras.values()], key = JSON.stringify(cameras.map((c) => [c.id, c.name]));
        if (select.dataset.key === key) return;
        select.dataset.key = key;
        const known = [chosen, wanted, last].find((id) => store.cameras.has(id)) ?? cameras[0]?.id ?? "";
        replace(
            select, cameras.map((c) => el("option", {value: c.id, selected: c.id === known}, String(c.name || c.id))));
        if (known !== chosen || known === "") {
            if (known === "") choose("");
            else pick(known);
        }
    };
    listen("cameras", fill, until);
    queueMicrotask(() => {
        if (!until.aborted) fill();
    });
    return select;
}
