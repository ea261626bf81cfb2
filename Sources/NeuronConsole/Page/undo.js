/**
 * States that can be gone back to; each is whole and never changed. Pure.
 * @module
 */

const most = 200;

/** @template State */
export class Undo {
    /** @param {State} state */
    constructor(state) {
        /** @type {State[]} */
        this.past = [];
        /** @type {State[]} */
        this.future = [];
        this.present = state;
    }

    /** Makes a state the present one. @param {State} state */
    push(state) {
        if (JSON.stringify(state) === JSON.stringify(this.present)) return;
        this.past = [...this.past, this.present].slice(-most);
        this.present = state;
        this.future = [];
    }

    back() {
        const before = this.past.pop();
        if (before === undefined) return;
        this.future.push(this.present);
        this.present = before;
    }

    forth() {
        const after = this.future.pop();
        if (after === undefined) return;
        this.past.push(this.present);
        this.present = after;
    }

    get canGoBack() { return this.past.length > 0; }
    get canGoForth() { return this.future.length > 0; }
}
