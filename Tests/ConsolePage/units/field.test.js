async ({ load, equal }) => {
    const { characterCount, field, lengthFault } = await load("field.js");
    return {
        "a text counts as many characters as the daemon counts": () => equal(["", "aé", "警", "😀"].map(characterCount), [0, 2, 1, 1]),
        "a text that fits has no fault, one character more has": () => equal([lengthFault("😀".repeat(500), 500), lengthFault("警".repeat(501), 500)], ["", "This is too long: it has 501 characters of 500."]),
        "a field is invalid while its text is too long, also from the start": () => {
            const node = field("input", 3, { value: "abcd" }), before = node.validity.customError;
            node.value = " abc ";
            node.dispatchEvent(new Event("input"));
            equal([before, node.validity.customError], [true, false]);
        },
    };
}
