/**
 * The alerts: those that wait are pinned above, all newest first; filters, and keys for the hand that stays on the
 * keyboard.
 * @module
 */
import {AlertCard} from "./alert-card.js";
import {group, newestFirst, passes} from "./alert-model.js";
import {actByKey} from "./answer.js";
import {now} from "./clock.js";
import {arrange, el, replace, write} from "./dom.js";
import {counted} from "./numbers.js";
import {listen, store} from "./store.js";

const shownAtFirst = 100, moreAtOnce = 100;

/** @type {[string, "waiting"|"inHand"|"done"][]} */
const parts = [["Waiting for an answer", "waiting"], ["In hand", "inHand"], ["Done and notes", "done"]];

/** @type {import("./alert-model.js").AlertFilter} kept between views */
const filter = {
    camera: "",
    kind: "",
    state: ""
};

/**
 * @param {string} label
 * @param {keyof typeof filter} name
 * @param {[string, string][]} choices
 * @param {() => void} changed
 */
function choice(label, name, choices, changed) {
    const select = el("select", {
        "aria-label": label,
        onchange: () => {
            filter[name] = select.value;
            changed();
        }
    });
    const fill = (/** @type {[string, string][]} */ given) => {
        const key = JSON.stringify(given);
        if (select.dataset.key === key) return;
        select.dataset.key = key;
        replace(select, given.map(([value, text]) => el("option", {value, selected: value === filter[name]}, text)));
    };
    fill(choices);
    return {node: select, fill};
}

/** @returns {[string, string][]} */
function cameraChoices() {
    return [
        ["", "All cameras"],
        ...[...store.cameras.values()].map((c) => /** @type {[string, string]} */ ([c.id, String(c.name || c.id)]))
    ];
}

/** Cards by alert, and which one the keys are at. */
class Cards {
    /** @type {Map<string, AlertCard>} */
    cards = new Map();
    selected = "";

    /** @param {import("./alert-model.js").Alert} alert */
    of(alert) {
        let card = this.cards.get(alert.id);
        if (!card) {
            card = new AlertCard(alert);
            card.head.addEventListener("focus", () => this.select(alert.id));
            this.cards.set(alert.id, card);
        } else if (card.alert !== alert) {
            card.show(alert);
        }
        return card;
    }

    /** @param {Set<string>} ids */
    keepOnly(ids) {
        for (const id of this.cards.keys())
            if (!ids.has(id)) this.cards.delete(id);
    }

    /** @param {string} id */
    select(id) {
        this.cards.get(this.selected)?.node.classList.remove("selected");
        this.selected = id;
        this.cards.get(id)?.node.classList.add("selected");
    }

    /** Moves the selection among what is shown. @param {HTMLElement} root @param {number} by */
    move(root, by) {
        const shown =
            [...root.querySelectorAll(".alert")].map((node) => /** @type {HTMLElement} */ (node).dataset.alert ?? "");
        const at = shown.indexOf(this.selected);
        const next = shown[at === -1 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by))];
        if (next === undefined) return;
        this.select(next);
        const head = /** @type {AlertCard} */ (this.cards.get(next)).head;
        head.focus({preventScroll: true});
        head.scrollIntoView({block: "nearest"});
    }
}

/**
 * @param {HTMLElement} root
 * @param {Cards} cards
 * @param {AbortSignal} until
 */
function listenForKeys(root, cards, until) {
    addEventListener("keydown", (event) => {
        const target = /** @type {HTMLElement} */ (event.target);
        if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, dialog, video"))
            return;
        const alert = store.alerts.get(cards.selected);
        if (event.key === "j" || event.key === "k") cards.move(root, event.key === "j" ? 1 : -1);
        else if (event.key === "o" && alert) cards.cards.get(alert.id)?.toggle();
        else if (!alert || !actByKey(alert, event.key)) return;
        event.preventDefault();
    }, {signal: until});
}

/** @param {number} shown */
function emptyText(shown) {
    if (!store.hasAlerts)
        return store.link === "offline" ? "No alerts were fetched yet." : "Asking the daemon for its alerts…";
    return shown === 0 && store.alerts.size > 0 ? "No alert passes the filters."
                                                : "No alert yet. New ones appear here by themselves.";
}

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} until
 * @param {{wanted?: string}} [options] an alert to open
 */
export function alertList(root, until, {wanted = ""} = {}) {
    const cards = new Cards();
    let most = shownAtFirst;
    const camera = choice("Camera", "camera", cameraChoices(), () => show());
    const kind = choice("Kind", "kind",
        [["", "All kinds"], ["motion", "Motion"], ["tamper", "Tampering"], ["camera", "Camera"], ["plate", "Plates"]],
        () => show());
    const state = choice("State", "state",
        [["", "All states"], ["waiting", "Waiting"], ["inHand", "In hand"], ["done", "Done"]], () => show());
    const sections = parts.map(([name, id]) => {
        const count = el("span", {class: "muted"}), list = el("ol", {class: "alerts", "data-list": id});
        return {id, count, list, node: el("section", {class: `part part-${id}`}, el("h2", {}, name, " ", count), list)};
    });
    const empty = el("p", {class: "empty"});
    const more = el("button", {
        type: "button",
        class: "more",
        onclick: () => {
            most += moreAtOnce;
            store.fetchOlder();
        }
    },
        "Older alerts");
    const show = () => {
        camera.fill(cameraChoices());
        const alerts = [...store.alerts.values()].filter((alert) => passes(alert, filter)).sort(newestFirst);
        const shown = new Set();
        for (const section of sections) {
            const mine = alerts.filter((alert) => group(alert) === section.id), first = mine.slice(0, most);
            arrange(section.list, first.map((alert) => cards.of(alert).node));
            section.node.hidden = mine.length === 0;
            write(section.count,
                first.length < mine.length ? `${first.length} of ${counted(mine.length, "alert")}`
                                           : counted(mine.length, "alert"));
            for (const {id} of first) shown.add(id);
        }
        cards.keepOnly(shown);
        empty.hidden = alerts.length > 0;
        write(empty, emptyText(alerts.length));
        more.hidden = store.older === null && shown.size === alerts.length;
        if (wanted && store.alerts.has(wanted)) {
            cards.cards.get(wanted)?.toggle(true);
            cards.select(wanted);
            wanted = "";
        }
    };
    replace(root,
        el("div", {class: "filters", role: "group", "aria-label": "Filters"}, camera.node, kind.node, state.node),
        empty, sections.map((section) => section.node), more);
    for (const what of ["alerts", "cameras", "link"]) listen(what, show, until);
    const timer = setInterval(() => {
        for (const card of cards.cards.values()) card.tick(now());
    }, 1000);
    until.addEventListener("abort", () => clearInterval(timer));
    listenForKeys(root, cards, until);
    show();
}
