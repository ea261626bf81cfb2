/**
 * What stands above everything when the daemon is gone or wants a token. The last data stay, greyed, with their age.
 * @module
 */
import {address} from "./api.js";
import {age, timeOfDay} from "./clock.js";
import {el, icon, replace, write} from "./dom.js";
import {store} from "./store.js";

const banner = /** @type {HTMLElement} */ (document.getElementById("banner"));
let words = el("span");

function offline() {
    words = el("span");
    replace(banner, icon("warning"), words, el("button", {type: "button", onclick: () => store.refresh()}, "Try now"));
    tick();
}

function tick() {
    if (store.link !== "offline") return;
    const old = store.heardAt === 0
        ? "Nothing was heard of it yet."
        : `What is shown is of ${timeOfDay(store.heardAt)}, ${age(Date.now() - store.heardAt)} old.`;
    write(words, `neurond does not answer. ${old}`);
}

/** @param {SubmitEvent} event */
async function login(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const answer = await fetch(address("login"), {
        method: "POST",
        credentials: "same-origin",
        headers: {Accept: "application/json"},
        body: new URLSearchParams({token: form.token.value}),
    }).catch(() => null);
    if (answer?.ok) location.reload();
    else write(words, answer ? "That is not the token." : "neurond does not answer.");
}

function locked() {
    words = el("span", {}, "This console needs a token.");
    replace(banner, icon("warning"), words,
        el("form", {class: "login", onsubmit: login},
            el("label", {}, "Token ",
                el("input", {name: "token", type: "password", autocomplete: "current-password", required: true})),
            el("button", {type: "submit"}, "Log in")));
}

/** Shows and hides the banner as the link changes. */
export function showBanner() {
    store.addEventListener("link", () => {
        const isStale = store.link === "offline" || store.link === "locked";
        banner.hidden = !isStale;
        document.body.classList.toggle("stale", isStale);
        if (store.link === "offline") offline();
        else if (store.link === "locked") locked();
        else replace(banner);
    });
    setInterval(tick, 1000);
}
