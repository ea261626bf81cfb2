/**
 * The wall: a tile for each camera, with its state in words and its last picture.
 * @module
 */
import {group} from "./alert-model.js";
import {addressWith, resource} from "./api.js";
import {instant, now} from "./clock.js";
import {arrange, el, icon, replace, write} from "./dom.js";
import {openLive} from "./live-dialog.js";
import {listen, store} from "./store.js";
import {lossReason, pictureAge, stateWords, word} from "./words.js";

const pictureEvery = 5000, longestPause = 60000, oldAfter = 15000;

/** @param {string} state */
function stateIcon(state) { return state === "lost" ? "lost" : state === "degraded" ? "warning" : "camera"; }

/** One tile. */
class Tile {
    /** @param {string} id */
    constructor(id) {
        this.id = id;
        this.camera = {};
        this.isVisible = false;
        this.isLoading = false;
        this.askedAt = 0;
        this.pause = pictureEvery;
        this.picture = el("img", {alt: "", draggable: "false", hidden: true});
        this.blank = el("span", {class: "blank"}, "No picture yet");
        this.name = el("span", {class: "name"});
        this.state = el("span", {class: "state"});
        this.age = el("span", {class: "age"});
        this.light = el("span", {class: "light"});
        this.alerts = el("span", {class: "open-alerts"});
        this.node = el("button", {type: "button", class: "tile", "data-camera": id, onclick: () => openLive(id)},
            el("span", {class: "frame"}, this.picture, this.blank, this.state),
            el("span", {class: "line"}, this.name, this.alerts),
            el("span", {class: "line small"}, this.age, this.light));
    }

    /** @param {any} camera @param {number} waiting alerts that nobody has answered */
    show(camera, waiting) {
        this.camera = camera;
        const state = String(camera.state ?? "starting"), going = (camera.openAlerts ?? []).length;
        this.node.dataset.state = state;
        write(this.name, String(camera.name || camera.id));
        this.name.title = String(camera.name || camera.id);
        const reason = camera.reason && state !== "up" ? `: ${lossReason(String(camera.reason))}` : "";
        replace(this.state, icon(stateIcon(state)), word(stateWords, state) + reason);
        this.state.hidden = state === "up";
        const isNight = camera.light === "night";
        replace(this.light, camera.light ? icon(isNight ? "moon" : "light") : null,
            camera.light ? String(camera.light) : "");
        write(this.alerts, waiting > 0 ? `${waiting} waiting` : going > 0 ? "going on" : "");
        this.alerts.classList.toggle("waiting", waiting > 0);
        this.tick(now());
    }

    /** @param {number} at */
    tick(at) {
        const last = instant(this.camera.lastPictureAt), isOld = last !== null && at - last > oldAfter;
        write(this.age, pictureAge(last, at));
        this.node.classList.toggle("old", isOld || this.camera.state === "lost");
        const isDue = Date.now() - this.askedAt >= this.pause;
        if (last !== null && this.isVisible && isDue && !this.isLoading && !document.hidden && store.link !== "offline")
            this.load();
    }

    /** Fetches the latest picture; the one before stays until it is there, and after it if it never comes. */
    load() {
        this.isLoading = true;
        this.askedAt = Date.now();
        const next = new Image();
        next.onload = () => {
            this.isLoading = false;
            this.pause = pictureEvery;
            this.picture.src = next.src;
            this.picture.hidden = false;
            this.blank.hidden = true;
        };
        next.onerror = () => {
            this.isLoading = false;
            this.pause = Math.min(2 * this.pause, longestPause);
        };
        next.src = addressWith(resource("cameras", this.id, "/picture.jpg"), {annotate: 0, at: Date.now()});
    }
}

/** @param {HTMLElement} root */
function emptyWall(root) {
    const text = store.hasCameras
        ? "No camera is configured. Cameras stand under `cameras` in the configuration file; `systemctl reload neurond` takes a changed one."
        : "Asking the daemon for its cameras…";
    replace(root, el("p", {class: "empty"}, text));
}

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} until
 */
export function cameraWall(root, until) {
    /** @type {Map<string, Tile>} */
    const tiles = new Map();
    const wall = el("div", {class: "wall"});
    const seen = new IntersectionObserver((entries) => {
        for (const entry of entries) {
            const tile = tiles.get(/** @type {HTMLElement} */ (entry.target).dataset.camera ?? "");
            if (!tile) continue;
            tile.isVisible = entry.isIntersecting;
            if (tile.isVisible) tile.tick(now());
        }
    });
    const show = () => {
        if (store.cameras.size === 0) return emptyWall(root);
        if (!wall.isConnected) replace(root, wall);
        /** @type {Map<string, number>} */
        const waiting = new Map();
        for (const alert of store.alerts.values())
            if (group(alert) === "waiting") waiting.set(alert.camera, (waiting.get(alert.camera) ?? 0) + 1);
        for (const [id, camera] of store.cameras) {
            let tile = tiles.get(id);
            if (!tile) {
                tile = new Tile(id);
                tiles.set(id, tile);
                seen.observe(tile.node);
            }
            tile.show(camera, waiting.get(id) ?? 0);
        }
        for (const [id, tile] of tiles)
            if (!store.cameras.has(id)) {
                seen.unobserve(tile.node);
                tiles.delete(id);
            }
        arrange(wall, [...store.cameras.keys()].map((id) => /** @type {Tile} */ (tiles.get(id)).node));
    };
    for (const what of ["cameras", "alerts"]) listen(what, show, until);
    const timer = setInterval(() => {
        for (const tile of tiles.values()) tile.tick(now());
    }, 1000);
    until.addEventListener("abort", () => {
        clearInterval(timer);
        seen.disconnect();
    });
    show();
}
