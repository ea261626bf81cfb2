"""The editor of zones and masks, by mouse, by finger and by keys, with its YAML judged by `neurond check`."""
from browser import BrowserError
from cases import holds


def points(page, fractions):
    """Places of the picture in the window."""
    page.place(".shapes")
    left, top, width, height = page.evaluate(
        "(() => { const b = document.querySelector('.shapes').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()"
    )
    return [(left + x * width, top + y * height) for x, y in fractions]


def ready(page):
    """Waits for the editor and its picture's height."""
    page.until(
        "document.querySelector('.shapes') && document.querySelector('.shapes').getBoundingClientRect().height > 80",
        "the editor is there",
    )
    page.until("document.querySelector('.check .valid')", "the daemon checks what is there", 20)


def whole_file(page, camera):
    """The file that the page offers."""
    return page.evaluate(
        f"""(async () => {{
        const {{ withShapes }} = await import(new URL("assets/yaml-file.js", document.baseURI));
        const copied = []; const write = navigator.clipboard.writeText;
        navigator.clipboard.writeText = async (text) => {{ copied.push(text); }};
        [...document.querySelectorAll(".yaml-panel button")].find((b) => b.textContent === "Copy the whole file").click();
        await new Promise((done) => setTimeout(done, 50));
        navigator.clipboard.writeText = write;
        return copied[0];
    }})()"""
    )


def draw(page, sort, fractions):
    """Draws a shape corner by corner and closes it at the first."""
    page.evaluate(
        f"[...document.querySelectorAll('.tools button')].find((b) => b.textContent === 'New {sort}').click()"
    )
    page.until("document.querySelector('.is-drawing')", "drawing has begun")
    places = points(page, fractions)
    for count, place in enumerate(places, 1):
        tap(page, place, f"document.querySelectorAll('.drawing .corner').length === {count}")
    tap(page, places[0], "!document.querySelector('.is-drawing')")


def tap(page, place, then):
    """Presses until it was taken: a browser that is kept waiting by a busy machine drops a finger's touch."""
    for _ in range(5):
        page.press(*place)
        try:
            return page.until(then, "the tap is taken", 2)
        except BrowserError:
            pass
    raise AssertionError(f"five taps at {place} did nothing: {then}")


def draws(stage):
    """a zone and a privacy mask drawn by mouse become YAML that `neurond check` takes, with the file's other lines untouched"""
    page = stage.page("zones/yard")
    ready(page)
    draw(page, "zone", [(0.2, 0.5), (0.8, 0.5), (0.8, 0.9), (0.2, 0.9)])
    draw(page, "mask", [(0.02, 0.1), (0.3, 0.1), (0.3, 0.4)])
    text = page.evaluate("document.querySelector('.yaml').textContent")
    holds(
        "    zones:\n      - name: zone-1\n        polygon: [[0." in text
        and "    masks:\n      - name: mask-1\n" in text
        and "privacy: true" in text,
        text,
    )
    page.until("document.querySelector('.check .valid')", "the daemon takes it")
    file = whole_file(page, "yard")
    code, words = stage.daemon.check(file)
    holds(code == 0, f"neurond check: {words}")
    before = stage.daemon.file.read_text().splitlines()
    holds([line for line in before if line not in file.splitlines()] == [], "lines of the file were lost")
    page.shot(stage.shots / "wide-light-editor.png")


def changes(stage):
    """corners are moved, inserted, deleted and brought back, by mouse and by keys; a zone's other settings stay"""
    page = stage.page("zones/gate")
    ready(page)
    page.press(*points(page, [(0.5, 0.6)])[0])
    page.until("document.querySelectorAll('.corner').length === 4", "the zone is chosen")
    start, middle, end = points(page, [(0.5, 0.13), (0.5, 0.25), (0.5, 0.3)])
    page.drag([start, middle, end])
    page.until("document.querySelectorAll('.corner').length === 5", "an edge gives a new corner")
    line = page.evaluate("document.querySelector('.yaml').textContent")
    holds(
        "0.3]" in line.split("polygon:")[1] or "0.29" in line or "0.30" in line,
        f"the new corner is not where it was dragged: {line}",
    )
    page.evaluate("document.querySelector('[data-corner=\"1\"]').focus()")
    page.key("ArrowDown")
    holds(page.evaluate("document.querySelector('.yaml').textContent") != line, "an arrow moves nothing")
    page.key("Delete")
    page.until("document.querySelectorAll('.corner').length === 4", "Delete takes the corner away")
    page.click("[aria-label=Undo]")
    page.until("document.querySelectorAll('.corner').length === 5", "undo brings it back")
    holds(
        "sensitivity: high" in page.evaluate("document.querySelector('.yaml').textContent"),
        "a setting of the file was lost",
    )
    page.until("document.querySelector('.check .valid')", "the daemon takes it")
    code, words = stage.daemon.check(whole_file(page, "gate"))
    holds(code == 0, f"neurond check: {words}")
    page.evaluate(
        "(() => { const name = document.querySelector('[name=name]'); name.value = 'Big Gate'; name.dispatchEvent(new Event('change')); })()"
    )
    page.until("document.querySelector('.check .failed')", "the daemon refuses a wrong name")


def neighbours(stage):
    """a zone that is moved leaves the privacy mask beside it private, in the lines and in the file"""
    page = stage.page("zones/gone")
    ready(page)
    before = page.evaluate("document.querySelector('.yaml').textContent")
    page.press(*points(page, [(0.3, 0.7)])[0])
    page.until("document.querySelectorAll('.corner').length === 4", "the zone is chosen")
    page.evaluate("document.querySelector('[data-corner=\"1\"]').focus()")
    page.key("ArrowDown")
    lines = page.evaluate("document.querySelector('.yaml').textContent")
    holds(lines != before, "an arrow moves nothing")
    mask = "      - name: neighbour\n        polygon: [[0.7, 0.1], [0.9, 0.1], [0.9, 0.4]]\n        privacy: true\n"
    holds(mask in lines + "\n", f"the mask is no longer private: {lines}")
    page.until("document.querySelector('.check .valid')", "the daemon takes it")
    file = whole_file(page, "gone")
    holds(mask in file, f"the mask is no longer private in the file: {file}")
    code, words = stage.daemon.check(file)
    holds(code == 0, f"neurond check: {words}")


def fingers(stage):
    """on a phone a zone is drawn with a finger, and snaps to the picture's corner"""
    page = stage.page("zones/yard", width=360, height=740, touch=True)
    ready(page)
    draw(page, "zone", [(0.01, 0.98), (0.9, 0.97), (0.5, 0.3)])
    text = page.evaluate("document.querySelector('.yaml').textContent")
    holds("polygon: [[0, 1], " in text, f"it did not snap: {text}")
    page.until("document.querySelector('.check .valid')", "the daemon takes it")
    page.shot(stage.shots / "phone-light-editor.png")


ALL = [draws, changes, neighbours, fingers]
