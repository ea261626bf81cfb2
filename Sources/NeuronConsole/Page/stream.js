/**
 * The daemon's server-sent events, with reconnecting. The browser sends `Last-Event-ID` for a connection that broke;
 * after a
 * refused one, which it gives up, a new one is made here with growing pauses.
 * @module
 */

/**
 * @typedef {{
 *   events: Record<string, (data: any, id: string) => void>,
 *   opened?: () => void, broken?: () => void
 * }} StreamListener
 */

const firstPause = 1000, longestPause = 20000;

export class Stream {
    /**
     * @param {string} url
     * @param {StreamListener} listener
     */
    constructor(url, listener) {
        this.url = url;
        this.listener = listener;
        this.pause = firstPause;
        this.timer = 0;
        /** @type {EventSource|null} */
        this.source = null;
        this.connect();
    }

    connect() {
        this.timer = 0;
        const source = new EventSource(this.url, {withCredentials: true});
        this.source = source;
        source.onopen = () => {
            this.pause = firstPause;
            this.listener.opened?.();
        };
        source.onerror = () => this.failed(source);
        for (const [name, take] of Object.entries(this.listener.events)) {
            source.addEventListener(name, (event) => {
                const message = /** @type {MessageEvent} */ (event);
                try {
                    take(JSON.parse(message.data), message.lastEventId);
                } catch (error) {
                    if (!(error instanceof SyntaxError)) throw error;
                }
            });
        }
    }

    /** @param {EventSource} source */
    failed(source) {
        this.listener.broken?.();
        if (source.readyState !== EventSource.CLOSED || this.source !== source) return;
        this.timer = setTimeout(() => this.connect(), this.pause);
        this.pause = Math.min(this.pause * 2, longestPause);
    }

    /** Ends it for good. */
    close() {
        clearTimeout(this.timer);
        this.source?.close();
        this.source = null;
    }
}
