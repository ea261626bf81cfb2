/**
 * Sound and notifications for alerts that have just come; both off until somebody turns them on.
 * @module
 */
import {settings} from "./settings.js";
import {store} from "./store.js";
import {title} from "./words.js";

/** @type {AudioContext|null} */
let audio = null;

/** Two short tones. */
export function beep() {
    audio ??= new AudioContext();
    const start = audio.currentTime;
    for (const [offset, pitch] of [[0, 660], [0.16, 880]]) {
        const tone = audio.createOscillator(), volume = audio.createGain();
        tone.frequency.value = pitch;
        volume.gain.setValueAtTime(0.12, start + offset);
        volume.gain.exponentialRampToValueAtTime(0.001, start + offset + 0.14);
        tone.connect(volume).connect(audio.destination);
        tone.start(start + offset);
        tone.stop(start + offset + 0.15);
    }
}

/** @returns {Promise<boolean>} whether the browser shows notifications of this page */
export async function allowNotifications() {
    if (!("Notification" in window)) return false;
    return await Notification.requestPermission() === "granted";
}

/** Listens for alerts that have just come. */
export function soundAlerts() {
    store.addEventListener("fresh", (event) => {
        const alert = /** @type {CustomEvent} */ (event).detail;
        if (!alert.isAnswerable) return;
        if (settings.sound) beep();
        if (settings.notify && document.hidden && "Notification" in window && Notification.permission === "granted") {
            new Notification(alert.cameraName, {body: title(alert), tag: alert.id});
        }
    });
}
