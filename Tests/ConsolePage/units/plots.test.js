async ({ load, equal }) => {
    const s = await load("scale.js"), d = await load("day-bins.js"), t = await load("tuning-data.js"), { barPlaces } = await load("gate-table.js");
    const at = (second) => new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString();
    const one = (second, more = {}) => ({ at: at(second), zone: "z", values: { area: 0.1 }, passed: false, failed: null, suppression: null, ...more });
    return {
        "a linear scale holds at its ends": () => equal([-1, 0, 5, 10, 20].map(s.linear(0, 10, 0, 100)), [0, 0, 50, 100, 100]),
        "equal ratios are equal ways on a logarithmic scale": () => equal([0.001, 0.01, 0.1].map(s.logarithmic(0.001, 0.1, 0, 100)).map(Math.round), [0, 50, 100]),
        "nothing and less stand at the low end of a logarithmic scale": () => equal([0, -1].map(s.logarithmic(0.001, 1, 100, 0)), [100, 100]),
        "ticks are round numbers": () => equal(s.linearTicks(0, 46, 4), [0, 10, 20, 30, 40]),
        "ticks of a logarithmic scale are powers of ten": () => equal(s.logTicks(0.0002, 0.5), [0.001, 0.01, 0.1]),
        "many decades are thinned": () => equal(s.logTicks(1e-9, 1, 5).length <= 5, true),
        "a peak survives thinning": () => {
            const points = Array.from({ length: 10000 }, (_, x) => ({ x, y: x === 5003 ? 9 : 1 }));
            const [piece] = s.pieces(points, 0, 10000, 100, 10);
            equal([Math.max(...piece.map((p) => p.y)), piece.length < 410], [9, true]);
        },
        "a gap begins a new piece": () => equal(s.pieces([{ x: 0, y: 1 }, { x: 1, y: 1 }, { x: 50, y: 1 }], 0, 100, 100, 10).length, 2),
        "a bar's limit mark lies before a value that passes": () => { const bar = barPlaces({ gate: "area", value: 0.01, limit: 0.0001 }); equal(bar.limit < bar.value && bar.value <= 1, true); },
        "a local day is joined of two days of UTC": () => {
            const start = Date.UTC(2026, 10, 20, 16), end = start + 86400000, bins = (n) => new Array(288).fill(n);
            equal(d.utcDays(start, end), ["2026-11-20", "2026-11-21"]);
            const [camera] = d.joined(["2026-11-20", "2026-11-21"].map((day, n) => ({ day, cameras: [{ id: "a", motionSeconds: bins(n + 1), alerts: bins(0), blindSeconds: bins(0) }] })), start, end);
            equal([camera.motionSeconds.length, camera.motionSeconds[95], camera.motionSeconds[96], camera.motionSeconds[287]], [288, 1, 2, 2]);
        },
        "a camera that is in one of the answers only has the rest empty": () => {
            const start = Date.UTC(2026, 10, 21), [camera] = d.joined([{ day: "2026-11-21", cameras: [{ id: "a", motionSeconds: [3], alerts: [], blindSeconds: null }] }], start, start + 86400000);
            equal([camera.motionSeconds[0], camera.alerts[0], camera.blindSeconds[287]], [3, 0, 0]);
        },
        "runs of blind bins are found": () => equal(d.runs([0, 1, 1, 0, 1], (v) => v > 0), [[1, 3], [4, 5]]),
        "what no daemon told of is unknown, what a running one has not told yet is not": () => {
            const bins = { motionSeconds: [0, 0, 0, 0, 0, 0], alerts: [0, 0, 0, 0, 0, 0], watchedSeconds: [300, 0, 0, 200, 0, 0], blindSeconds: [0, 0, 100, 0, 0, 0] };
            equal(d.unknownBins(bins, 2.5, 5.2), [false, true, false, false, false, false]);
            equal(d.unknownBins({ ...bins, watchedSeconds: [0, 0, 0, 0, 0, 0], blindSeconds: [0, 0, 0, 0, 0, 0] }, 2.5, 5.2), [true, true, false, false, false, false]);
        },
        "a tap beside an alert means the alert": () => equal([d.nearestAlert([0, 0, 1, 0], 0, 4), d.nearestAlert([0, 0, 0, 0], 1, 4)], [2, 1]),
        "samples come once and in order, however they arrive": () => {
            const zones = new Map();
            t.add(zones, [one(2), one(1)]);
            t.add(zones, [one(2), one(3), { at: "never", zone: "z" }, null, { at: at(4) }]);
            equal(zones.get("z").map((x) => new Date(x.at).getUTCSeconds()), [1, 2, 3]);
        },
        "samples older than ten minutes are forgotten": () => { const zones = new Map(); t.add(zones, [one(0), one(601)]); equal(zones.get("z").length, 1); },
        "suppressed times of one reason are one shade": () => {
            const zones = new Map();
            t.add(zones, [one(1), one(2, { suppression: "shake" }), one(3, { suppression: "shake" }), one(4), one(5, { suppression: "light" })]);
            equal(t.suppressions(zones.get("z"), 3000).map((x) => [x.why, (x.to - x.from) / 1000]), [["shake", 2], ["light", 0]]);
        },
        "a scale reaches over values and limit": () => {
            const zones = new Map();
            t.add(zones, [one(1, { values: { area: 0.02 } })]);
            const { low, high } = t.reach(zones.get("z"), "area", 0.0001, true);
            equal(low < 0.0001 && low > 0 && high > 0.02, true);
        },
    };
}
