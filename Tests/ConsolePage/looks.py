"""What can be judged of a view without eyes: width, contrast, the size of what is pressed. And pictures for eyes."""

# Every visible text against what lies behind it, by the formula of WCAG 2.2 (1.4.3); disabled controls are exempt there.
CONTRAST = r"""
(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (text) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = text;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3])).concat(1);
    const ground = (node) => {
        const layers = [];
        for (let at = node; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
    };
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const found = [];
    let seen = 0;
    const judge = (node, colour, text, least) => {
        const behind = ground(node), value = ratio(over(rgba(colour), behind), behind);
        seen += 1;
        if (value < least) found.push(`${value.toFixed(2)} instead of ${least}: "${text}" (${colour}) in ${node.className.baseVal ?? node.className}`);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text; (text = walker.nextNode());) {
        const node = text.parentElement, style = getComputedStyle(node);
        // Labels on a picture have an outline of their own; the picture behind them may be anything.
        if (!text.data.trim() || node.closest(".shapes, script, .unseen, option, :disabled") || !node.checkVisibility({ visibilityProperty: true })) continue;
        const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        judge(node, node instanceof SVGElement ? style.fill : style.color, text.data.trim().slice(0, 40), isLarge ? 3 : 4.5);
    }
    // Borders by which a control is known, and icons (1.4.11).
    for (const node of document.querySelectorAll("button:not(.bare, .head, .plot, .tile, .main, :disabled), select, input, textarea")) {
        if (node.type === "checkbox" || !node.checkVisibility()) continue;
        judge(node.parentElement, getComputedStyle(node).borderTopColor, `border of ${node.textContent.slice(0, 20)}`, 3);
    }
    for (const node of document.querySelectorAll("svg.icon")) {
        if (node.checkVisibility() && !node.closest(":disabled")) judge(node.parentElement, getComputedStyle(node).color, "icon", 3);
    }
    return { seen, found };
})()
"""

TARGETS = r"""
[...document.querySelectorAll("button, select, input, a[href], summary")]
    .filter((node) => node.checkVisibility() && !node.closest(".skip") && node.type !== "checkbox" && !node.closest(".links, p, dd, .gate"))
    .map((node) => [node.getBoundingClientRect(), node.textContent.trim().slice(0, 30) || node.getAttribute("aria-label") || node.name])
    .filter(([box]) => box.height < 40 || box.width < 40)
    .map(([box, text]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${text}`)
"""

NAMELESS = r"""
[...document.querySelectorAll("button, select, input, textarea, a[href], video, [role=button]")]
    .filter((node) => node.checkVisibility() && !(node.textContent.trim() || node.getAttribute("aria-label") || node.querySelector("img[alt]:not([alt=''])") || node.closest("label")?.textContent.trim()))
    .map((node) => node.outerHTML.slice(0, 80))
"""


def judge(page, view, is_phone):
    """What is wrong with how a view looks."""
    wrong = []
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > page.width:
        wrong.append(f"{view}: {width} px wide in a window of {page.width}")
    contrast = page.evaluate(CONTRAST)
    if contrast["seen"] < 5:
        wrong.append(f"{view}: only {contrast['seen']} texts to judge")
    wrong += [f"{view}: contrast {one}" for one in contrast["found"]]
    wrong += [f"{view}: no name: {one}" for one in page.evaluate(NAMELESS)]
    if is_phone:
        wrong += [f"{view}: too small for a finger: {one}" for one in page.evaluate(TARGETS)]
    return wrong


def judge_itself(page):
    """What the judge fails to find in a view that was made wrong in each way it looks for."""
    page.evaluate(
        """(() => { const root = document.documentElement.style; root.setProperty("--muted", "#b0b0b0"); root.setProperty("--strong-line", "#e0e0e0");
        document.querySelector("main").insertAdjacentHTML("beforeend", "<div id=wrong><button></button></div>");
        document.getElementById("wrong").style.width = "3000px"; })()"""
    )
    found = " ".join(judge(page, "wrong", True))
    page.evaluate("""document.documentElement.removeAttribute("style"); document.getElementById("wrong").remove()""")
    return [
        word
        for word in ("wide in a window", "contrast", "border of", "no name", "too small for a finger")
        if word not in found
    ]
