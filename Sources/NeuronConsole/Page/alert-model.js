/**
 * One alert as the page shows it, made from the API's element or from an event of the stream. Pure.
 * @module
 */
import {instant} from "./clock.js";

/**
 * @typedef {{gate: string, value: number, limit: number}} GateReading
 * @typedef {{rel: string, href: string, mediaType: string, sha256: string, bytes: number}} Media
 * @typedef {{
 *   id: string, kind: string, name: string, camera: string, cameraName: string, rule: string, severity: string,
 *   workflow: string, condition: string, disposition: string|null, tier: string, startedAt: number|null, endedAt:
 * number|null,
 *   updates: number, media: Media[], gates: GateReading[], deadlineAt: number|null, nextDesk: string|null, escalateAt:
 * Record<string, string>,
 *   data: any, document: any, isAnswerable: boolean
 * }} Alert
 */

const tiers = ["grid", "community", "street", "district"];
const answered = ["motion", "tamper", "camera"];

/**
 * The short name of an event: `started` of `org.neurond.motion.started.v1`.
 * @param {string} type
 */
export function phaseName(type) { return String(type ?? "").split(".")[3] ?? ""; }

/** @param {any} value @returns {any[]} */
function list(value) { return Array.isArray(value) ? value : []; }

/** @param {any} data an event's `data` @returns {GateReading[]} */
function readings(data) {
    return list(data?.why?.gates)
        .filter((g) => typeof g?.gate === "string" && Number.isFinite(g.value) && Number.isFinite(g.limit));
}

/**
 * When and to which desk the alert climbs next by its own times: null where it is answered, at the top, or has no
 * deadlines.
 * @param {{workflow: string, tier: string, escalateAt: Record<string, string>}} alert
 * @returns {{desk: string, at: number}|null}
 */
export function nextEscalation({workflow, tier, escalateAt}) {
    if (workflow !== "open") return null;
    const above = tiers.slice(Math.max(0, tiers.indexOf(tier)) + 1);
    for (const name of above) {
        const at = instant(escalateAt[name]);
        if (at !== null) return {desk: name, at};
    }
    return null;
}

/**
 * @param {any} element of `api/v1/alerts`
 * @param {Alert} [before] what was known of it: its document, which says more of deadlines, holds while the revision
 * does
 * @returns {Alert}
 */
export function fromElement(element, before) {
    const event = element.lastEvent ?? {}, data = event.data ?? {}, told = data.alert ?? {};
    const kept = before?.document?.revision === element.revision ? before?.document : null;
    const document = element.document ?? kept ?? {};
    const workflow = String(element.workflow ?? document.workflow ?? told.workflow ?? "open");
    const tier = String(element.tier ?? document.tier ?? told.policy?.tier ?? "grid");
    const escalateAt = document.escalateAt ?? told.policy?.escalateAt ?? {};
    const kind = String(element.kind ?? told.kind ?? "");
    const name = phaseName(event.type), next = nextEscalation({workflow, tier, escalateAt});
    return {
        id: String(element.id),
        kind,
        name,
        camera: String(element.camera ?? data.sensor?.id ?? ""),
        cameraName: String(element.cameraName || data.sensor?.name || element.camera || ""),
        rule: String(element.rule ?? data.motion?.rule ?? data.why?.zone ?? document.rule ?? ""),
        severity: String(element.severity ?? told.severity ?? ""),
        workflow,
        tier,
        condition: String(
            element.condition ?? document.condition ?? told.condition ?? (element.endedAt ? "cleared" : "active")),
        disposition: element.disposition ?? document.disposition ?? null,
        startedAt: instant(element.startedAt ?? told.startedAt),
        endedAt: instant(element.endedAt ?? told.endedAt),
        updates: Number(element.updates ?? data.motion?.updates ?? 0),
        media: list(element.media).length > 0 ? list(element.media) : list(data.media),
        gates: readings(element.why ? {why: element.why} : data),
        deadlineAt: instant(element.deadlineAt ?? document.deadlineAt) ?? next?.at ?? null,
        nextDesk: next?.desk ?? null,
        escalateAt,
        data,
        document,
        isAnswerable: answered.includes(kind) && !["degraded", "restored"].includes(name),
    };
}

/**
 * The alert after an event of the stream; `before` is what is known of it. Null for what is no alert (health,
 * escalations).
 * @param {any} event
 * @param {Alert|undefined} before
 * @returns {Alert|null}
 */
export function fromEvent(event, before) {
    const told = event?.data?.alert, id = told?.id ?? event?.correlationid;
    if (!told || !id || /\.(health|feedback|result|command)\./.test(String(event.type))) return null;
    if (before && before.data.alert && Number(told.revision ?? 0) < Number(before.data.alert.revision ?? 0))
        return before;
    const made = fromElement({
        id,
        kind: told.kind,
        camera: event.data.sensor?.id,
        severity: told.severity,
        startedAt: told.startedAt,
        endedAt: told.endedAt,
        media: list(event.data.media).length > 0 ? event.data.media : before?.media,
        lastEvent: event,
        workflow: before?.workflow ?? told.workflow,
        tier: before?.tier ?? told.policy?.tier,
        document: before?.document,
        disposition: before?.disposition,
    });
    made.condition = String(told.condition ?? made.condition);
    return made;
}

/**
 * The alert as an operator's act or a deadline has left it.
 * @param {Alert} alert
 * @param {any} document
 * @returns {Alert}
 */
export function withDocument(alert, document) {
    const workflow = String(document.workflow), tier = String(document.tier ?? alert.tier);
    const next = nextEscalation({workflow, tier, escalateAt: document.escalateAt ?? alert.escalateAt});
    return {
        ...alert,
        workflow,
        tier,
        document,
        condition: String(document.condition ?? alert.condition),
        disposition: document.disposition ?? null,
        deadlineAt: instant(document.deadlineAt) ?? next?.at ?? null,
        nextDesk: next?.desk ?? null,
    };
}

/**
 * Newest first; of the same moment by id, so that the order is the same everywhere.
 * @param {Alert} a
 * @param {Alert} b
 */
export function newestFirst(a, b) { return (b.startedAt ?? 0) - (a.startedAt ?? 0) || (a.id < b.id ? 1 : -1); }

/**
 * In which part of the list an alert stands: those that nobody answered are pinned.
 * @param {Alert} alert
 * @returns {"waiting"|"inHand"|"done"}
 */
export function group(alert) {
    if (!alert.isAnswerable || alert.workflow === "closed" || alert.workflow === "handled") return "done";
    return alert.workflow === "open" ? "waiting" : "inHand";
}

/**
 * @typedef {{camera: string, kind: string, state: string}} AlertFilter empty words let everything through
 * @param {Alert} alert
 * @param {AlertFilter} filter
 */
export function passes(alert, {camera, kind, state}) {
    return (camera === "" || alert.camera === camera) && (kind === "" || alert.kind === kind) &&
        (state === "" || group(alert) === state);
}

/** @param {Alert} alert the picture to show: the best one, else the first */
export function picture(alert) {
    const pictures = alert.media.filter((m) => String(m.mediaType).startsWith("image/"));
    return pictures.find((m) => /-best\.[a-z]+$/.test(m.href)) ?? pictures.at(-1) ?? null;
}

/** @param {Alert} alert */
export function clip(alert) { return alert.media.find((m) => String(m.mediaType).startsWith("video/")) ?? null; }
