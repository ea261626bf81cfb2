async ({ load, equal }) => {
    const { byteCount, field, lengthFault } = await load("field.js");
    return {
        "a text counts as many bytes as the daemon counts": () => equal(["a", "é", "警", "😀"].map(byteCount), [1, 2, 3, 4]),
        "a text that fits has no fault, one byte more has": () => equal([lengthFault("警".repeat(166) + "ab", 500), lengthFault("警".repeat(167), 500)], ["", "This is too long: it takes 501 bytes of 500."]),
        "a field is invalid while its text is too long, also from the start": () => {
            const node = field("input", 3, { value: "abcd" }), before = node.validity.customError;
            node.value = " abc ";
            node.dispatchEvent(new Event("input"));
            equal([before, node.validity.customError], [true, false]);
        },
    };
}
