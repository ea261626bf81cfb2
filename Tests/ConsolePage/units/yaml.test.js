async ({ load, equal }) => {
    const { scalar, shapeLines, smallestFile } = await load("yaml-write.js"), { readBlocks, withShapes } = await load("yaml-file.js");
    const { faults, freeName, shapesOf } = await load("shapes.js");
    const triangle = [[0, 0], [1, 0], [1, 1]];
    const zone = (name, more = {}) => ({ sort: "zone", name, kind: "include", privacy: false, polygon: triangle, extras: [], ...more });
    const mask = (name, more = {}) => ({ sort: "mask", name, kind: "include", privacy: true, polygon: triangle, extras: [], ...more });
    const file = [
        "# head", "box: b", "cameras:", "  - id: other", "    source: a.mp4", "    zones:", "      - {name: o, polygon: [[0, 0], [1, 0], [1, 1]]}", "",
        "  # the yard", "  - id: \"yard\"   # quoted", "    source: b.mp4", "    zones:", "      # what counts", "      - name: ground", "        kind: exclude",
        "        polygon: [[0, 0], [1, 0], [1, 1]]", "        sensitivity: low  # rain", "        night:", "          minimumArea: 1%", "    loop: true",
        "    masks:", "      - {name: neighbour, polygon: [[0, 0], [1, 0], [1, 1]], privacy: true}", "", "sinks: []", "",
    ].join("\n");
    return {
        "a zone and a mask are written in the documented shape": () => equal(shapeLines([zone("gate", { kind: "preclude" }), mask("m", {})]), [
            "    zones:", "      - name: gate", "        kind: preclude", "        polygon: [[0, 0], [1, 0], [1, 1]]",
            "    masks:", "      - name: m", "        polygon: [[0, 0], [1, 0], [1, 1]]", "        privacy: true"]),
        "the default kind and no privacy are not written": () => equal(shapeLines([zone("a"), mask("m", { privacy: false })]).some((line) => /kind|privacy/.test(line)), false),
        "names that YAML takes for something else are quoted": () => equal(["gate", "1", "true", "-a", "1e3", "no"].map(scalar), ["gate", '"1"', '"true"', '"-a"', '"1e3"', '"no"']),
        "no shapes are no lines": () => equal(shapeLines([]), []),
        "the smallest file begins with its camera": () => equal(smallestFile("a", []).split("\n")[1], "  - id: a"),
        "zones and masks of one camera are read with the keys that are not drawn": () => equal(readBlocks(file, "yard"), {
            zones: [{ name: "ground", kind: "exclude", extras: ["sensitivity: low  # rain", "night:", "  minimumArea: 1%"] }],
            masks: [{ name: "neighbour", kind: null, extras: [] }] }),
        "a flow item keeps its other keys": () => equal(readBlocks("cameras:\n- id: a\n  source: s\n  zones:\n  - {name: z, polygon: [[0, 0], [1, 0], [1, 1]], night: {sensitivity: low, minimumArea: 1%}, eventGap: 2s}\n", "a").zones[0].extras,
            ["night: {sensitivity: low, minimumArea: 1%}", "eventGap: 2s"]),
        "a camera that is not there is not guessed": () => equal(readBlocks(file, "nobody"), null),
        "a flow camera is left alone": () => equal(readBlocks("cameras: [{id: a, source: b}]\n", "a"), null),
        "only the camera's own lines change": () => {
            const lines = withShapes(file, "yard", [zone("new")]).split("\n"), before = file.split("\n");
            equal(lines.slice(0, 11), before.slice(0, 11));
            equal(lines.slice(11), ["    zones:", "      - name: new", "        polygon: [[0, 0], [1, 0], [1, 1]]", "    loop: true", "", "sinks: []", ""]);
        },
        "a camera without zones gets them behind its keys": () => equal(withShapes("cameras:\n  - id: a\n    source: s\n\nbox: b\n", "a", [zone("z")]),
            "cameras:\n  - id: a\n    source: s\n    zones:\n      - name: z\n        polygon: [[0, 0], [1, 0], [1, 1]]\n\nbox: b\n"),
        "what is read and written again says the same": () => {
            const shapes = shapesOf({ zones: [{ name: "ground", kind: "exclude", polygon: triangle }], masks: [{ name: "neighbour", polygon: triangle, privacy: true }] }, readBlocks(file, "yard"));
            equal(readBlocks(withShapes(file, "yard", shapes), "yard"), { ...readBlocks(file, "yard") });
        },
        "the whole picture's own zone is not one that somebody wrote": () => equal(shapesOf({ zones: [{ name: "frame", polygon: triangle }], masks: [] }, null), []),
        "a free name is found": () => equal(freeName([zone("zone-1"), mask("mask-1")], "zone"), "zone-2"),
        "wrong names, double names and crossing edges are faults": () => {
            const bad = zone("Big Gate"), one = zone("a"), two = zone("a"), tie = zone("t", { polygon: [[0, 0], [1, 1], [1, 0], [0, 0.9]] });
            equal([bad, two, tie].map((shape) => faults([bad, one, two, tie], shape).length), [1, 1, 1]);
        },
    };
}
