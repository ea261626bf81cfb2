/**
 * Asks the daemon. Addresses are relative to the page, so that a reverse proxy may put it below a path.
 * @module
 */

/** What the daemon refused, or that it did not answer (`status` 0). */
export class ApiError extends Error {
    /**
     * @param {number} status
     * @param {string} code
     * @param {string} message
     */
    constructor(status, code, message) {
        super(message);
        this.status = status;
        this.code = code;
    }
}

/**
 * The absolute address of something the daemon serves.
 * @param {string} path relative to the page, without a leading slash
 */
export function address(path) { return new URL(path, new URL(".", document.baseURI)).href; }

/**
 * `address` with a query of what is not empty.
 * @param {string} path
 * @param {Record<string, string|number|null|undefined>} query
 */
export function addressWith(path, query) {
    const url = new URL(address(path));
    for (const [name, value] of Object.entries(query)) {
        if (value !== null && value !== undefined && value !== "") url.searchParams.set(name, String(value));
    }
    return url.href;
}

/**
 * The path of one camera's or alert's resource; an id never leaves its place in it.
 * @param {"cameras"|"alerts"} list
 * @param {string} id
 * @param {string} [rest]
 */
export function resource(list, id, rest = "") { return `api/v1/${list}/${encodeURIComponent(id)}${rest}`; }

/**
 * Where a picture or clip of an alert is served here. Only names below the evidence folder are, whatever an event
 * says; where links
 * lead to another server, the last three parts are the name.
 * @param {string} href
 * @returns {string|null}
 */
export function mediaAddress(href) {
    const elsewhere = /^https?:\/\/[^/]+\/(?:.*\/)?([^/]+\/[^/]+\/[^/]+)$/.exec(String(href));
    const name = elsewhere ? elsewhere[1] : String(href).replace(/^\/?media\//, "");
    const parts = name.split("/");
    if (/^[a-z][a-z0-9+.-]*:/i.test(name) || parts.some((part) => part === "" || part === "." || part === ".."))
        return null;
    return address(`media/${parts.map(encodeURIComponent).join("/")}`);
}

/**
 * @param {Response} response
 * @returns {Promise<ApiError>}
 */
async function refusal(response) {
    let code = "http", message = `The daemon answered ${response.status}.`;
    try {
        const {error} = await response.json();
        code = String(error.code);
        message = String(error.message);
    } catch { /* No JSON: the status has to do. */
    }
    return new ApiError(response.status, code, message);
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<any>} the JSON of the answer
 */
export async function ask(url, options = {}) {
    let response;
    try {
        response = await fetch(
            url, {credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(15000), ...options});
    } catch (error) {
        throw new ApiError(0, "unreachable", `The daemon does not answer: ${/** @type {Error} */ (error).message}`);
    }
    if (!response.ok) throw await refusal(response);
    try {
        return await response.json();
    } catch { throw new ApiError(response.status, "malformed", "The daemon's answer is no JSON."); }
}

/**
 * @param {string} path
 * @param {Record<string, string|number|null|undefined>} [query]
 */
export function get(path, query = {}) { return ask(addressWith(path, query)); }

/**
 * @param {string} path
 * @param {unknown} body
 */
export function post(path, body) {
    return ask(
        address(path), {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
}

/**
 * The problems of a configuration file, as `neurond check` finds them.
 * @param {string} yaml
 * @returns {Promise<{valid: boolean, problems: {line: number, column: number, message: string}[]}>}
 */
export function checkConfiguration(yaml) {
    return ask(address("api/v1/configuration/check"), {
        method: "POST",
        headers: {"Content-Type": "application/yaml"},
        body: yaml,
    });
}
