/**
 * What people can do about an alert, and the sheet that asks who says it and why.
 * @module
 */
import {ApiError} from "./api.js";
import {el, icon} from "./dom.js";
import {field} from "./field.js";
import {notice} from "./notice.js";
import {remember, settings} from "./settings.js";
import {store} from "./store.js";
import {dispositionWords, title} from "./words.js";

/** @typedef {import("./alert-model.js").Alert} Alert */
/** @typedef {"ack"|"dispatch"|"handle"|"close"|"reopen"} Word */
/** @typedef {{name: string, label: string, key?: string, isMain?: boolean, run: (alert: Alert) => void}} Act */

/** @type {Record<string, Act>} */
const all = {
    ack: {
        name: "ack",
        label: "Acknowledge",
        key: "a",
        isMain: true,
        run: (alert) => quick(alert, "ack", {}, "Acknowledged")
    },
    dispatch: {
        name: "dispatch",
        label: "Dispatch",
        key: "d",
        run: (alert) => sheet(alert, "dispatch", "Dispatch", "Dispatched")
    },
    handle: {
        name: "handle",
        label: "Handled",
        key: "h",
        run: (alert) => sheet(alert, "handle", "Handled on the spot", "Handled")
    },
    falseAlarm: {
        name: "falseAlarm",
        label: "False alarm",
        key: "f",
        run: (alert) => sheet(alert, "close", "False alarm", "Closed as a false alarm", "falseAlarm")
    },
    close: {
        name: "close",
        label: "Close",
        key: "c",
        run: (alert) => sheet(alert, "close", "Close", "Closed", "confirmed")
    },
    reopen: {name: "reopen", label: "Reopen", run: (alert) => sheet(alert, "reopen", "Reopen", "Open again")},
};

/** @type {Record<string, string[]>} */
const offered = {
    open: ["ack", "dispatch", "handle", "falseAlarm"],
    acknowledged: ["dispatch", "handle", "falseAlarm"],
    dispatched: ["handle", "falseAlarm"],
    handled: ["close", "falseAlarm", "reopen"],
    closed: ["reopen"],
};

/**
 * What can be said about an alert as it stands.
 * @param {Alert} alert
 * @returns {Act[]}
 */
export function acts(alert) {
    return alert.isAnswerable ? (offered[alert.workflow] ?? []).map((name) => all[name]) : [];
}

/**
 * Says it; a refusal is shown with its reason.
 * @param {Alert} alert
 * @param {Word} word
 * @param {Record<string, string>} body
 * @param {string} said
 * @returns {Promise<boolean>}
 */
async function send(alert, word, body, said) {
    try {
        await store.answer(alert.id, word, {by: settings.by, ...body});
        notice(`${said}: ${title(alert)}, ${alert.cameraName}.`);
        return true;
    } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        notice(error.message, "refused");
        store.reload(alert.id);
        return false;
    }
}

/**
 * Without questions where it is known who asks.
 * @param {Alert} alert
 * @param {Word} word
 * @param {Record<string, string>} body
 * @param {string} said
 */
function quick(alert, word, body, said) {
    if (settings.by) send(alert, word, body, said);
    else sheet(alert, word, "Acknowledge", said);
}

/** @param {string} chosen */
function dispositions(chosen) {
    return el("label", {}, "What it was",
        el("select", {name: "disposition"}, Object.entries(dispositionWords).map(([value,
            word]) => el("option", {value, selected: value === chosen}, word))));
}

/**
 * Asks who says it, and for a note.
 * @param {Alert} alert
 * @param {Word} word
 * @param {string} heading
 * @param {string} said
 * @param {string} [disposition]
 */
function sheet(alert, word, heading, said, disposition) {
    const by = field("input", 128, {
        name: "by",
        required: true,
        value: settings.by,
        autocomplete: "username",
        autocapitalize: "none"
    });
    const note = field("textarea", 500, {name: "note", rows: 3});
    const to = word === "dispatch" ? field("input", 128, {name: "to", required: true, placeholder: "patrol 3"}) : null;
    const choice = word === "close" ? dispositions(disposition ?? "confirmed") : null;
    const form = el("form", {
        method: "dialog",
        onsubmit: async (/** @type {Event} */ event) => {
            event.preventDefault();
            remember({by: by.value.trim()});
            const body = {
                by: settings.by,
                note: note.value.trim(),
                to: to?.value.trim() ?? "",
                disposition: choice?.querySelector("select").value ?? ""
            };
            const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== ""));
            confirm.disabled = true;
            if (await send(alert, word, given, said)) dialog.close();
            confirm.disabled = false;
        }
    });
    const confirm = el("button", {type: "submit", class: "main"}, heading);
    const dialog = el("dialog", {class: "sheet", "aria-label": heading, onclose: () => dialog.remove()},
        el("header", {}, el("h2", {}, heading),
            el("button", {type: "button", class: "bare", "aria-label": "Close", onclick: () => dialog.close()},
                icon("close"))),
        el("p", {class: "muted"}, `${title(alert)}, ${alert.cameraName}`), form);
    form.append(el("label", {}, "Your name", by));
    if (to) form.append(el("label", {}, "Who was sent", to));
    if (choice) form.append(choice);
    form.append(el("label", {}, "Note", note),
        el("div", {class: "acts"}, confirm, el("button", {type: "button", onclick: () => dialog.close()}, "Cancel")));
    document.body.append(dialog);
    dialog.showModal();
    (settings.by ? to ?? note : by).focus();
}

/**
 * Runs the act of a key, where the alert allows it.
 * @param {Alert} alert
 * @param {string} key
 * @returns {boolean} whether the key was one
 */
export function actByKey(alert, key) {
    const act = acts(alert).find((one) => one.key === key);
    act?.run(alert);
    return act !== undefined;
}
