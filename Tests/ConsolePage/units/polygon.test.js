async ({ load, equal }) => {
    const p = await load("polygon.js"), { Undo } = await load("undo.js");
    const square = [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8]], size = [1000, 500];
    return {
        "a corner is moved and stays inside of the picture": () => equal(p.moved(square, 1, [1.3, -0.1])[1], [1, 0]),
        "a moved polygon leaves the old one as it was": () => { p.moved(square, 0, [0, 0]); equal(square[0], [0.2, 0.2]); },
        "coordinates are kept to four decimals": () => equal(p.placed([1 / 3, 2 / 3]), [0.3333, 0.6667]),
        "a corner is inserted behind the first of its edge": () => equal(p.inserted(square, 3, [0.2, 0.5])[4], [0.2, 0.5]),
        "a polygon takes no more than 100 corners": () => {
            const many = Array.from({ length: 100 }, (_, i) => [i / 100, 0]);
            equal(p.inserted(many, 0, [0, 1]).length, 100);
        },
        "a triangle loses no corner": () => equal(p.removed(square.slice(0, 3), 0).length, 3),
        "a square loses the corner that is named": () => equal(p.removed(square, 1), [[0.2, 0.2], [0.8, 0.8], [0.2, 0.8]]),
        "a shape is moved only as far as the picture goes": () => equal(p.shiftedBy(square, [0.5, -0.5])[0], [0.4, 0]),
        "the nearest corner within reach is found": () => equal([p.cornerAt(square, [0.79, 0.21], size, 15), p.cornerAt(square, [0.5, 0.5], size, 15)], [1, -1]),
        "the nearest edge within reach is found": () => equal([p.edgeAt(square, [0.5, 0.21], size, 10), p.edgeAt(square, [0.5, 0.5], size, 10)], [0, -1]),
        "the closing edge is one too": () => equal(p.edgeAt(square, [0.2, 0.5], size, 10), 3),
        "distances count in pixels": () => equal(p.distance([0, 0], [0.3, 0.8], size), 500),
        "inside and outside are told apart": () => equal([p.contains(square, [0.5, 0.5]), p.contains(square, [0.1, 0.5])], [true, false]),
        "the covered part is its area": () => equal(Math.round(1000 * p.area(square)), 360),
        "a bow tie crosses itself and a square doesn't": () => equal([p.crossesItself([[0, 0], [1, 1], [1, 0], [0, 1]]), p.crossesItself(square)], [true, false]),
        "a point snaps to the corner of another shape first": () => equal(p.snapped([0.205, 0.205], [square], size, 9), [0.2, 0.2]),
        "a point snaps to the picture's border": () => equal(p.snapped([0.004, 0.99], [], size, 9), [0, 1]),
        "a point snaps to the edge of another shape": () => equal(p.snapped([0.5, 0.21], [square], size, 9), [0.5, 0.2]),
        "a point in the open stays where it is": () => equal(p.snapped([0.5, 0.5], [square], size, 9), [0.5, 0.5]),
        "undo and redo go back and forth, and a new change ends redo": () => {
            const undo = new Undo(["a"]);
            undo.push(["b"]); undo.push(["c"]); undo.back(); undo.back();
            equal([undo.present, undo.canGoBack, undo.canGoForth], [["a"], false, true]);
            undo.forth(); undo.push(["d"]);
            equal([undo.present, undo.canGoForth], [["d"], false]);
        },
        "a state that is no change is no step": () => { const undo = new Undo([1]); undo.push([1]); equal(undo.canGoBack, false); },
    };
}
