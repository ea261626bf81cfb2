/**
 * One alert: a line that opens to its picture, clip, gates and history, with what can be answered.
 * @module
 */
import {clip, group, picture} from "./alert-model.js";
import {acts} from "./answer.js";
import {get, mediaAddress, resource} from "./api.js";
import {age, countdown, instant, moment, now, span} from "./clock.js";
import {el, icon, replace, write} from "./dom.js";
import {gateTable} from "./gate-table.js";
import {store} from "./store.js";
import {dispositionWords, spaced, title, why, word, workflowWords} from "./words.js";

/** @typedef {import("./alert-model.js").Alert} Alert */

/** @param {Alert} alert */
function stand(alert) {
    if (!alert.isAnswerable) return "Note";
    const stands = word(workflowWords, alert.workflow);
    const said = alert.workflow === "closed" && alert.disposition ? word(dispositionWords, alert.disposition) : null;
    return said ? `${stands}: ${said.toLowerCase()}` : stands;
}

/** @param {Alert} alert @param {number} at */
function lasted(alert, at) {
    if (alert.startedAt === null) return "";
    if (alert.condition !== "active") return alert.endedAt === null ? "" : span(alert.endedAt - alert.startedAt);
    return `${age(at - alert.startedAt)} so far`;
}

export class AlertCard {
    /** @param {Alert} alert */
    constructor(alert) {
        this.alert = alert;
        this.isOpen = false;
        /** @type {any} */
        this.history = null;
        this.shownMedia = "";
        this.thumb = el("span", {class: "thumb"});
        this.title = el("span", {class: "title"});
        this.camera = el("span", {class: "camera"});
        this.time = el("span", {class: "time"});
        this.stand = el("span", {class: "stand"});
        this.deadline = el("span", {class: "deadline"});
        this.why = el("p", {class: "why"});
        this.buttons = el("div", {class: "acts"});
        this.detail = el("div", {class: "detail", hidden: true, id: `detail-${alert.id}`});
        this.head = el("button", {
            type: "button",
            class: "head",
            "aria-expanded": "false",
            "aria-controls": this.detail.id,
            onclick: () => this.toggle()
        },
            this.thumb,
            el("span", {class: "what"}, el("span", {class: "line"}, this.title, this.stand), this.camera, this.time,
                this.deadline),
            icon("open"));
        this.node = el("li", {class: "alert", "data-alert": alert.id}, this.head, this.why, this.buttons, this.detail);
        this.show(alert);
    }

    /** @param {Alert} alert */
    show(alert) {
        this.alert = alert;
        this.node.dataset.group = group(alert);
        this.node.dataset.severity = alert.severity;
        this.node.dataset.workflow = alert.workflow;
        this.node.classList.toggle("active", alert.condition === "active");
        write(this.title, title(alert));
        write(this.camera, alert.cameraName || alert.camera);
        write(this.stand, stand(alert));
        write(this.why, why(alert));
        this.showThumb();
        const offered = acts(alert);
        if (this.buttons.dataset.acts !== offered.map((act) => act.name).join(" ")) {
            this.buttons.dataset.acts = offered.map((act) => act.name).join(" ");
            replace(this.buttons,
                offered.map((act) => el("button", {
                    type: "button",
                    "data-act": act.name,
                    class: act.isMain ? "main" : "",
                    "aria-keyshortcuts": act.key ?? null,
                    title: act.key ? `Key ${act.key}` : null,
                    onclick: () => act.run(this.alert),
                },
                                act.label)));
        }
        this.tick(now());
        if (this.isOpen) this.showDetail();
    }

    showThumb() {
        const shown = picture(this.alert), url = shown ? mediaAddress(shown.href) : null;
        const key = url ?? `icon:${this.alert.kind}`;
        if (this.thumb.dataset.key === key) return;
        this.thumb.dataset.key = key;
        const image = url ? el("img", {src: url, alt: "", loading: "lazy"}) : null;
        image?.addEventListener("error", () => replace(this.thumb, icon(this.alert.kind)), {once: true});
        replace(this.thumb, image ?? icon(this.alert.kind));
    }

    /** @param {number} at the box's time */
    tick(at) {
        const {alert} = this;
        const started = alert.startedAt === null ? "" : moment(alert.startedAt, at), long = lasted(alert, at);
        write(this.time, [started, long].filter(Boolean).join(" · "));
        const left = alert.deadlineAt === null || group(alert) === "done" ? null : alert.deadlineAt - at;
        this.deadline.hidden = left === null;
        if (left === null) return;
        const what = alert.workflow === "open" ? `Climbs to ${alert.nextDesk ?? "the next desk"}` : "To be handled";
        write(this.deadline, left < 0 ? `Overdue for ${countdown(-left)}` : `${what} in ${countdown(left)}`);
        this.deadline.classList.toggle("soon", left < 30000);
    }

    /** @param {boolean} [isOpen] */
    toggle(isOpen = !this.isOpen) {
        this.isOpen = isOpen;
        this.head.setAttribute("aria-expanded", String(isOpen));
        this.node.classList.toggle("open", isOpen);
        this.detail.hidden = !isOpen;
        if (!isOpen) {
            this.shownMedia = "";
            replace(this.detail);
        } else {
            this.showDetail();
            this.fetchHistory();
        }
    }

    /** What was shown of pictures and clip stays where it is, so that a video plays on. */
    showDetail() {
        const key = this.alert.media.map((m) => m.sha256).join(" ");
        if (this.shownMedia !== key || !this.media) {
            this.shownMedia = key;
            this.media = this.mediaNode();
        }
        replace(this.detail, this.media, gateTable(this.alert.gates), this.factsNode(), this.historyNode());
    }

    mediaNode() {
        const still = picture(this.alert), film = clip(this.alert);
        const stillURL = still ? mediaAddress(still.href) : null, filmURL = film ? mediaAddress(film.href) : null;
        if (!stillURL && !filmURL) {
            return el("p", {class: "empty"},
                this.alert.condition === "active" ? "The picture and the clip come while it goes on."
                                                  : "No picture or clip was kept of this alert.");
        }
        return el("div", {class: "media"},
            stillURL
                ? el("a", {href: stillURL, target: "_blank", rel: "noopener"},
                      el("img", {src: stillURL, alt: `Picture of ${title(this.alert)} at ${this.alert.cameraName}`}))
                : null,
            filmURL ? el("video", {
                src: filmURL,
                controls: true,
                preload: "none",
                playsinline: true,
                muted: true,
                poster: stillURL,
                "aria-label": "Clip of the alert"
            })
                    : null);
    }

    factsNode() {
        const {alert} = this, rows = [
            ["Alert", alert.id],
            ["Severity", alert.severity],
            ["Desk", alert.tier],
            ["Began", alert.startedAt === null ? "" : moment(alert.startedAt)],
            ["Ended", alert.endedAt === null ? "not yet" : moment(alert.endedAt)],
            ["Detector", alert.data.why?.detector ?? ""],
            ["Light", alert.data.why?.light ?? ""],
            ["Configuration", alert.data.why?.configuration ?? ""],
        ];
        return el("dl", {class: "facts"},
            rows.filter(([, value]) => value !== "" && value !== undefined).map(([name,
                value]) => [el("dt", {}, name), el("dd", {}, value)]));
    }

    async fetchHistory() {
        try {
            const whole = await get(resource("alerts", this.alert.id));
            this.history = whole.history ?? [];
            if (this.isOpen) this.showDetail();
        } catch { /* What is known of it is shown already; the banner tells of a daemon that is gone. */
        }
    }

    historyNode() {
        if (!Array.isArray(this.history) || this.history.length === 0) return null;
        return el("ol", {class: "history"}, this.history.map((step) => {
            const at = instant(step.at), by = step.by ?? "";
            const said = [
                Object.hasOwn(dispositionWords, step.detail) ? dispositionWords[step.detail] : step.detail ?? "",
                step.note ?? ""
            ];
            return el("li", {}, el("span", {class: "time"}, at === null ? "" : moment(at)), " ",
                el("b", {}, spaced(String(step.step ?? ""))), " ", by ? `by ${by}` : "",
                said.filter(Boolean).length > 0 ? `: ${said.filter(Boolean).join(", ")}` : "");
        }));
    }
}

/**
 * The card of an alert that is kept up with the store; for lists that come and go.
 * @param {Alert} alert
 */
export function currentCard(alert) { return new AlertCard(store.alerts.get(alert.id) ?? alert); }
