/**
 * What the page knows of the box: kept up by the stream, and by asking where the stream can't say it.
 * Views listen for `box`, `cameras`, `alerts`, `link`, and `fresh` (an alert that has just come).
 * @module
 */
import {fromElement, fromEvent, group, newestFirst, withDocument} from "./alert-model.js";
import {address, ApiError, get, post, resource} from "./api.js";
import {learnClock} from "./clock.js";
import {settings} from "./settings.js";
import {Stream} from "./stream.js";

const askEvery = 5000, listedAlerts = 100, keptAlerts = 2000, hiddenFor = 60000, tellEvery = 250, checkEvery = 60000;

/** @typedef {import("./alert-model.js").Alert} Alert */
/** @typedef {"connecting"|"live"|"polling"|"offline"|"locked"} LinkState */

class Store extends EventTarget {
    /** @type {any} */
    box = null;
    /** @type {Map<string, any>} in the order of the configuration */
    cameras = new Map();
    /** @type {Map<string, Alert>} */
    alerts = new Map();
    /** @type {LinkState} */
    link = "connecting";
    /** When the daemon was last heard, by this browser's clock. */
    heardAt = 0;
    hasAlerts = false;
    hasCameras = false;
    /** @type {string|null} where the list of older alerts goes on */
    older = null;
    /** @type {Stream|null} */
    stream = null;
    isStreaming = false;
    /** @type {Set<string>} what is about to be told */
    told = new Set();
    /** @type {Map<string, number>} */
    toldAt = new Map();
    resting = 0;
    beatAt = Date.now();
    /** When alerts were last asked for. */
    askedAlertsAt = 0;
    /** @type {Set<string>} alerts that are being asked for */
    asking = new Set();

    /** Begins to listen and to ask. */
    start() {
        this.listen();
        this.refresh();
        setInterval(() => this.beat(), askEvery);
        document.addEventListener("visibilitychange", () => this.rest());
    }

    /** Asks again; after a sleep of the machine, in which a stream can die unheard, it is made anew. */
    beat() {
        const slept = Date.now() - this.beatAt > 6 * askEvery;
        this.beatAt = Date.now();
        if (document.hidden && !this.stream) return;
        if (slept && this.stream) this.listen();
        this.refresh();
    }

    /**
     * A browser has few connections to one host for all its tabs, so one that nobody looks at gives its stream back
     * after a while,
     * unless it shall make itself heard.
     */
    rest() {
        clearTimeout(this.resting);
        if (document.hidden) {
            if (settings.sound || settings.notify) return;
            this.resting = setTimeout(() => {
                this.stream?.close();
                this.stream = null;
                this.isStreaming = false;
            }, hiddenFor);
        } else {
            if (!this.stream) this.listen();
            this.refresh();
        }
    }

    listen() {
        this.stream?.close();
        this.stream = new Stream(address("api/v1/events"), {
            opened: () => {
                this.isStreaming = true;
                this.heard();
                this.fetchAlerts();
            },
            broken: () => {
                this.isStreaming = false;
                this.setLink(this.link === "live" ? "polling" : this.link);
                this.refresh();
            },
            events: {
                alert: (event) => this.takeEvent(event),
                camera: (camera) => this.takeCamera(camera),
                workflow: (change) => this.takeWorkflow(change),
            },
        });
    }

    /** Asks for everything that is not told by the stream; without the stream for alerts too. */
    async refresh() {
        const wasAway = this.link === "offline" || this.link === "locked";
        try {
            const [box, list] = await Promise.all([get("api/v1/box"), get("api/v1/cameras")]);
            this.box = box;
            learnClock(box.now);
            this.cameras =
                new Map((list.cameras ?? []).map((/** @type {any} */ camera) => [String(camera.id), camera]));
            this.hasCameras = true;
            this.heard();
            this.tell("box");
            this.tell("cameras");
            // Also beside a stream now and then: what went wrong on the way mends itself.
            if (!this.isStreaming || wasAway || Date.now() - this.askedAlertsAt > checkEvery) await this.fetchAlerts();
            if (wasAway && !this.isStreaming) this.listen();
        } catch (error) { this.failed(error); }
    }

    /** Fetches open alerts and the latest others; this also makes up for what a broken stream has missed. */
    async fetchAlerts() {
        this.askedAlertsAt = Date.now();
        try {
            const [open, latest] = await Promise.all([
                get("api/v1/alerts", {state: "open", limit: listedAlerts}),
                get("api/v1/alerts", {state: "all", limit: listedAlerts}),
            ]);
            const known = new Set(this.alerts.keys());
            for (const element of [...(open.alerts ?? []), ...(latest.alerts ?? [])])
                this.put(fromElement(element, this.alerts.get(element.id)));
            if (this.hasAlerts) this.tellMissed(known);
            this.settleMissing(open);
            if (!this.hasAlerts) this.older = latest.next ?? null;
            this.hasAlerts = true;
            this.tell("alerts");
        } catch (error) { this.failed(error); }
    }

    /** What came while nobody listened is as fresh as what is told. @param {Set<string>} known */
    tellMissed(known) {
        for (const alert of this.alerts.values()) {
            if (!known.has(alert.id) && group(alert) === "waiting")
                this.dispatchEvent(new CustomEvent("fresh", {detail: alert}));
        }
    }

    /**
     * What stands open here and isn't in a whole list of open alerts was closed meanwhile, so it is asked for.
     * @param {any} open
     */
    settleMissing(open) {
        if (open.next) return;
        const ids = new Set((open.alerts ?? []).map((/** @type {any} */ a) => a.id));
        for (const alert of this.alerts.values()) {
            if (alert.isAnswerable && alert.workflow !== "closed" && !ids.has(alert.id)) this.reload(alert.id);
        }
    }

    /** Fetches the next page of older alerts. */
    async fetchOlder() {
        if (!this.older) return;
        try {
            const page = await get("api/v1/alerts", {state: "all", limit: listedAlerts, before: this.older});
            this.older = page.next ?? null;
            for (const element of page.alerts ?? []) this.put(fromElement(element, this.alerts.get(element.id)));
            this.tell("alerts");
        } catch (error) { this.failed(error); }
    }

    /** @param {string} id */
    async reload(id) {
        if (this.asking.has(id)) return;
        this.asking.add(id);
        try {
            this.put(fromElement(await get(resource("alerts", id)), this.alerts.get(id)));
            this.tell("alerts");
        } catch (error) { this.failed(error); } finally {
            this.asking.delete(id);
        }
    }

    /**
     * Answers an alert, and shows what became of it.
     * @param {string} id
     * @param {"ack"|"dispatch"|"handle"|"close"|"reopen"} act
     * @param {Record<string, string>} body
     */
    async answer(id, act, body) {
        const changed = await post(resource("alerts", id, `/${act}`), body);
        if (changed?.id && changed.lastEvent) {
            this.put(fromElement(changed, this.alerts.get(id)));
            this.tell("alerts");
        } else {
            await this.reload(id);
        }
    }

    /** @param {Alert} alert */
    put(alert) {
        this.alerts.set(alert.id, alert);
        // Not at each one: in a storm of alerts sorting them would be most of the work.
        if (this.alerts.size <= keptAlerts || this.alerts.size % 100 !== 0) return;
        const done = [...this.alerts.values()].filter((kept) => group(kept) === "done").sort(newestFirst);
        for (const {id} of done.slice(-(this.alerts.size - keptAlerts))) this.alerts.delete(id);
    }

    /** @param {any} event */
    takeEvent(event) {
        this.heard();
        const id = String(event?.data?.alert?.id ?? ""), before = this.alerts.get(id), alert = fromEvent(event, before);
        // What climbs or is answered is told as `workflow`.
        if (!alert) return;
        this.put(alert);
        this.tell("alerts");
        if (!before && this.hasAlerts) this.dispatchEvent(new CustomEvent("fresh", {detail: alert}));
    }

    /** @param {any} camera */
    takeCamera(camera) {
        this.heard();
        if (typeof camera?.id !== "string") return;
        this.cameras.set(camera.id, {...this.cameras.get(camera.id), ...camera});
        this.tell("cameras");
    }

    /** @param {any} document of an alert, after an operator's act or a deadline */
    takeWorkflow(document) {
        this.heard();
        const id = document?.alertId, before = this.alerts.get(id);
        if (typeof id !== "string") return;
        if (!before) {
            this.reload(id);
        } else if (!(Number(document.revision) < Number(before.document.revision ?? 0))) {
            this.put(withDocument(before, document));
            this.tell("alerts");
        }
    }

    heard() {
        this.heardAt = Date.now();
        this.setLink(this.isStreaming ? "live" : "polling");
    }

    /** @param {unknown} error */
    failed(error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 401 || error.status === 403) this.setLink("locked");
        else if (error.status === 0 || error.status >= 500) this.setLink("offline");
    }

    /** @param {LinkState} state */
    setLink(state) {
        if (this.link === state) return;
        this.link = state;
        this.tell("link");
    }

    /** Tells the views, at most a few times a second however much has come. @param {string} what */
    tell(what) {
        if (this.told.has(what)) return;
        this.told.add(what);
        const since = performance.now() - (this.toldAt.get(what) ?? -Infinity);
        setTimeout(() => {
            this.told.delete(what);
            this.toldAt.set(what, performance.now());
            this.dispatchEvent(new Event(what));
        }, Math.max(0, tellEvery - since));
    }
}

/** The one store of the page. */
export const store = new Store();

/**
 * Listens to the store until `until` is aborted.
 * @param {string} what
 * @param {(event: any) => void} take
 * @param {AbortSignal} until
 */
export function listen(what, take, until) { store.addEventListener(what, take, {signal: until}); }
