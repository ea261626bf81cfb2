"""What the page does against the real daemon.

Each case is a function of a `Stage`; its docstring's first line is what must be so.
"""
import time

from browser import BrowserError
from daemon import Daemon


class Stage:
    """What cases share: one browser, one daemon, and pages that are closed behind them."""

    def __init__(self, browser, daemon, shots):
        self.browser, self.daemon, self.shots = browser, daemon, shots
        self.open = []

    def page(self, view="watch", **options):
        """A new page at a view, with what it must not do watched."""
        page = self.browser.page(**options)
        self.open.append(page)
        page.go(f"{self.daemon.url}#/{view}")
        return page

    def faults(self):
        """What pages did wrong that were opened since the last call; they are closed."""
        found = []
        for page in self.open:
            found += page.faults + [f"a script of a name ran: alert({text})" for text in page.dialogs]
            page.close()
        self.open = []
        return found


def holds(condition, words):
    """Fails with words where something is not so."""
    if not condition:
        raise AssertionError(words)


def name_oneself(page):
    """Tells the page who answers."""
    page.evaluate("""localStorage.setItem("neurond.settings", JSON.stringify({ by: "anna" }))""")
    page.reload()
    page.until("document.querySelector('.alert')", "alerts are listed")


def alert_comes(stage):
    """an alert appears by itself, with why it fired in words and the time until it climbs"""
    page = stage.page()
    page.until("document.querySelector('.link-live')", "the stream is open")
    page.until("document.querySelector('.tile')", "cameras are listed")
    page.evaluate("window.mark = new Set([...document.querySelectorAll('.alert')].map((node) => node.dataset.alert))")
    new = page.until(
        "[...document.querySelectorAll('.alert')].find((node) => !window.mark.has(node.dataset.alert))?.dataset.alert",
        "a new alert is shown without a reload",
        60,
    )
    page.until(
        f"/is enough|It never sent/.test(document.querySelector('[data-alert=\"{new}\"] .why').textContent)",
        "its reason is told",
    )
    page.until(
        "[...document.querySelectorAll('[data-list=waiting] .deadline')].some((node) => /Climbs to community in 0:\\d\\d/.test(node.textContent))",
        "a deadline counts down",
        30,
    )


def camera_states(stage):
    """a lost camera is told in words, others have a picture or say that they have none"""
    page = stage.page()
    page.until(
        "document.querySelector('[data-camera=gone][data-state=lost] .state')?.textContent.includes('Lost')",
        "the lost camera says so",
        30,
    )
    page.until("document.querySelector('[data-camera=gate]:is([data-state=up], [data-state=degraded])')", "the other has pictures, if only keyframes on a busy machine")


def hostile_names(stage):
    """a hostile camera name is shown letter by letter in every view, and nothing of it runs"""
    page = stage.page()
    page.until("document.querySelector('[data-camera=yard] .name')", "the camera is listed")
    shown = page.evaluate("document.querySelector('[data-camera=yard] .name').textContent")
    holds(shown.startswith("Yard <img src=x onerror=alert(1)>"), f"the name is shown as {shown}")
    for view in ("day", "tuning/yard", "zones/yard", "box", "watch"):
        page.evaluate(f"location.hash = '#/{view}'")
        page.pause(0.6)
        holds(
            not page.evaluate("document.querySelector('img[src=\"x\"], main script')"),
            f"{view} made an element of the name",
        )


def missed_alerts(stage):
    """alerts of a time without a stream are there after it"""
    page = stage.page()
    page.until("document.querySelector('.link-live')", "the stream is open")
    before = page.evaluate(
        "import(new URL('assets/store.js', document.baseURI)).then(({ store }) => { store.stream.close(); return [...store.alerts.keys()]; })"
    )
    known, until = set(before), time.monotonic() + 60
    while not (new := [a["id"] for a in stage.daemon.get("api/v1/alerts?limit=50")["alerts"] if a["id"] not in known]):
        holds(time.monotonic() < until, "the daemon told no alert within a minute")
        page.pause(0.5)
    page.evaluate("import(new URL('assets/store.js', document.baseURI)).then(({ store }) => store.listen())")
    page.until(f"""document.querySelector('[data-alert="{new[0]}"]')""", "what was missed is shown")


def live(stage):
    """the live view shows pictures and ends with its dialog"""
    page = stage.page()
    page.until(
        "document.querySelector('[data-camera=gate] img:not([hidden])')?.naturalWidth > 0", "the tile has a picture"
    )
    page.click("[data-camera=gate]")
    page.until("document.querySelector('dialog .live').naturalWidth > 0", "the live picture is there")
    page.pause(1)
    page.shot(stage.shots / "wide-light-live.png")
    page.key("Escape")
    page.until("!document.querySelector('dialog')", "Escape closes it")
    until = time.monotonic() + 10
    while stage.daemon.metric("neurond_console_picture_streams") > 0:
        holds(time.monotonic() < until, "the daemon still sends pictures to nobody")
        page.pause(0.2)


def evidence(stage):
    """an alert that has ended shows its picture and plays its clip"""
    page = stage.page()
    name = page.until(
        """[...document.querySelectorAll('.alert')].find((node) => node.querySelector('.thumb img'))?.dataset.alert""",
        "an alert has a picture",
        60,
    )
    page.evaluate(f"""document.querySelector('[data-alert="{name}"] .head').click()""")
    page.until(
        f"""document.querySelector('[data-alert="{name}"] .media img').naturalWidth > 0""", "the picture is loaded"
    )
    page.until(f"""document.querySelector('[data-alert="{name}"] video')""", "the clip is there when it has ended", 40)
    page.evaluate(f"""document.querySelector('[data-alert="{name}"] video').play()""")
    page.until(f"""document.querySelector('[data-alert="{name}"] video').currentTime > 0.2""", "the clip plays")
    page.shot(stage.shots / "wide-light-alert.png")


def tuning(stage):
    """the tuning view draws each gate with its limit, and goes on by itself"""
    page = stage.page("tuning/gate")
    page.until("document.querySelectorAll('[data-zone=drive] .gate').length === 4", "four gates are drawn")
    page.until(
        "document.querySelector('[data-gate=contrast] .value').getAttribute('d').length > 40", "the line is drawn"
    )
    first = page.evaluate("document.querySelector('[data-gate=contrast] .value').getAttribute('d')")
    page.until(f"document.querySelector('[data-gate=contrast] .value').getAttribute('d') !== {first!r}", "it goes on")
    page.until(
        "/limit/.test(document.querySelector('[data-gate=area] .reading').textContent)",
        "value and limit stand beside it",
    )
    page.until(
        "/\\d\\d:\\d\\d:\\d\\d: /.test(document.querySelector('[data-zone=drive] .verdict').textContent)",
        "what is so now is told",
    )


def day(stage):
    """the day has a row for each camera, and a tap lists the alerts of that time"""
    page = stage.page("day")
    page.until("document.querySelectorAll('.day-row').length === 3", "each camera has a row", 30)
    page.until(
        "document.querySelector('.day-row[data-camera=gate] .alert-marks').getAttribute('d')", "alerts are marked", 90
    )
    x, y, width, _ = page.place(".day-row[data-camera=gate] .plot")
    share = page.evaluate(
        """(() => { const mark = /M([\\d.-]+)/.exec(document.querySelector(".day-row[data-camera=gate] .alert-marks").getAttribute("d"))[1];
        return (Number(mark) + 1) / document.querySelector(".day-row[data-camera=gate] svg").viewBox.baseVal.width; })()"""
    )
    page.press(x - width / 2 + share * width, y)
    page.until("document.querySelector('.found .alert')", "the alerts of that time are listed")


def offline(stage):
    """a daemon that is gone is told, with the age of what is shown; what it missed comes when it is back"""
    page = stage.page()
    page.until("document.querySelector('.link-live')", "the stream is open")
    page.until("document.querySelector('.alert')", "alerts are listed", 40)
    count = page.evaluate("document.querySelectorAll('.alert').length")
    stage.daemon.stop()
    try:
        page.until(
            "!document.getElementById('banner').hidden && /does not answer/.test(document.getElementById('banner').textContent)",
            "the banner tells",
            20,
        )
        page.until("/ \\d+ s old/.test(document.getElementById('banner').textContent)", "the age is told")
        holds(page.evaluate("document.querySelectorAll('.alert').length") >= count, "what was shown is gone")
        page.shot(stage.shots / "wide-light-offline.png")
    finally:
        stage.daemon.start()
    page.until("document.getElementById('banner').hidden", "the banner goes", 40)
    page.until("document.querySelector('.link-live')", "the stream is open again", 40)
    page.faults = [fault for fault in page.faults if "ERR_" not in fault and "503" not in fault]


def locked(stage):
    """with a token the page asks for it, refuses a wrong one and opens with the right one; the token is not kept where scripts read"""
    token = "a token of the page's tests"
    guarded = Daemon(stage.daemon.program, stage.daemon.folder / "guarded", stage.daemon.clips, token)
    guarded.start()
    try:
        page = stage.browser.page()
        stage.open.append(page)
        page.go(guarded.url)
        page.until("document.querySelector('.login input')", "the page asks for the token")
        for given, then in (
            ("a wrong token of them", "/not the token/.test(document.getElementById('banner').textContent)"),
            (token, "document.querySelector('.tile')"),
        ):
            page.evaluate(
                "document.querySelector('.login input').value = ''; document.querySelector('.login input').focus()"
            )
            page.type(given)
            page.click(".login button")
            page.until(then, f"after {given!r}")
        page.until("document.querySelector('.link-live')", "the stream is open")
        holds(
            token not in page.evaluate("document.cookie + JSON.stringify(localStorage)"),
            "the token can be read by scripts",
        )
        page.faults = [fault for fault in page.faults if "401" not in fault]
    finally:
        guarded.stop()


def box(stage):
    """the box view names sinks, version and configuration"""
    page = stage.page("box")
    page.until("document.querySelector('main').textContent.includes('jsonl')", "the sink is listed")
    words = page.evaluate("document.querySelector('main').innerText")
    for word in ("console-box", "neurond", "Configuration", "metrics", "openapi.json"):
        holds(word in words, f"{word} is missing")


def assets(stage):
    """every file of the page is served, with its type"""
    page = stage.page()
    folder = stage.page_folder
    for path in sorted(folder.iterdir()):
        place = "" if path.name == "index.html" else f"assets/{path.name}"
        got = page.evaluate(
            f"fetch(new URL('{place}', document.baseURI)).then(async (r) => [r.status, r.headers.get('content-type'), (await r.text()).length])"
        )
        kind = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}[
            path.suffix
        ]
        holds(
            got[0] == 200 and got[1].startswith(kind) and got[2] == len(path.read_text()),
            f"{path.name}: {got}; is it in PageAssets.swift?",
        )


def focus(stage):
    """the keyboard reaches what can be pressed, and where it is can be seen"""
    page = stage.page()
    page.until("document.querySelector('.tile')", "cameras are listed")
    seen = set()
    for _ in range(14):
        page.key("Tab")
        seen.add(
            page.evaluate(
                """(() => { const node = document.activeElement, style = getComputedStyle(node);
            return `${node.tagName} ${style.outlineStyle} ${parseFloat(style.outlineWidth) >= 2}`; })()"""
            )
        )
    holds(
        all(one.endswith("solid true") for one in seen if not one.startswith("BODY")),
        f"focus without an outline: {seen}",
    )
    holds({one.split()[0] for one in seen} >= {"A", "BUTTON"}, f"the keyboard reached {seen}")


ALL = [
    assets,
    alert_comes,
    camera_states,
    hostile_names,
    missed_alerts,
    live,
    evidence,
    tuning,
    day,
    box,
    focus,
    locked,
    offline,
]
__all__ = ["ALL", "BrowserError", "Stage", "holds"]
