"""Every test of the page: pure modules inside Chromium, behaviour against the real daemon, and how the views look.

usage: test_page.py NEUROND CLIPS PAGE_FOLDER [--shots DIR] [--only WORD]
"""
import argparse
import json
import pathlib
import sys
import tempfile
import time

import answer_cases
import cases
import editor_cases
import looks
from browser import Browser, BrowserError
from daemon import Daemon

HERE = pathlib.Path(__file__).parent
VIEWS = ["watch", "day", "tuning/gate", "zones/gate", "box"]
SIZES = {
    "wide-light": {"width": 1280, "height": 800},
    "wide-dark": {"width": 1280, "height": 800, "dark": True},
    "phone-light": {"width": 360, "height": 740, "touch": True},
    "phone-dark": {"width": 360, "height": 740, "touch": True, "dark": True},
}

UNIT = """(async () => {
    const load = (name) => import(new URL(`assets/${name}`, document.baseURI));
    const equal = (got, wanted) => { if (JSON.stringify(got) !== JSON.stringify(wanted)) throw new Error(`got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`); };
    const tests = await (%s)({ load, equal }), results = [];
    for (const [name, test] of Object.entries(tests)) {
        try { await test(); results.push([name, null]); } catch (error) { results.push([name, String(error.message ?? error)]); }
    }
    return results;
})()"""


class Report:
    """Counts, and says each failure at once."""

    def __init__(self):
        self.passed, self.failed = 0, 0

    def take(self, name, fault=None, seconds=None):
        """One result."""
        self.failed += fault is not None
        self.passed += fault is None
        took = "" if seconds is None else f" ({seconds:.1f} s)"
        print(f"{'ok  ' if fault is None else 'FAIL'} {name}{took}" + (f"\n     {fault}" if fault else ""), flush=True)


def units(stage, report):
    """The tests of pure modules."""
    page = stage.page()
    for file in sorted((HERE / "units").glob("*.test.js")):
        source = file.read_text().strip().rstrip(";")
        for name, fault in page.evaluate(UNIT % source):
            report.take(f"{file.name.split('.')[0]}: {name}", fault)
    for fault in stage.faults():
        report.take("units: console", fault)


def behave(stage, report, only):
    """The cases, each with what its pages did wrong."""
    for case in [*cases.ALL[:-1], *answer_cases.ALL, *editor_cases.ALL, cases.ALL[-1]]:
        name = case.__doc__.splitlines()[0]
        if only and only not in case.__name__ and only not in name:
            continue
        started, fault = time.monotonic(), None
        try:
            case(stage)
        except (AssertionError, BrowserError) as error:
            fault = str(error)
            try:
                stage.open and stage.open[0].shot(stage.shots / f"failed-{case.__name__}.png")
            except BrowserError as second:
                # What went wrong first is what counts.
                fault += f" (and no picture of it: {second})"
        wrong = stage.faults()
        report.take(name, fault or ("; ".join(wrong) if wrong else None), time.monotonic() - started)


def look(stage, report, only):
    """Each view in light and dark, wide and on a phone."""
    for size, options in SIZES.items():
        if only and only not in f"looks {size}":
            continue
        page = stage.page(**options)
        page.until("document.querySelector('.alert')", "alerts are listed", 40)
        wrong = []
        for view in VIEWS:
            page.evaluate(f"location.hash = '#/{view}'")
            page.until(
                {
                    "watch": "document.querySelector('.alert .why')",
                    "day": "document.querySelector('.day-row')",
                    "tuning/gate": "document.querySelector('.gate .value')",
                    "zones/gate": "document.querySelector('.check .valid, .check .failed')",
                    "box": "document.querySelector('.columns table')",
                }[view],
                f"{view} is filled",
                30,
            )
            page.pause(0.5)
            wrong += looks.judge(page, f"{size} {view}", options.get("touch", False))
            page.shot(stage.shots / f"{size}-{view.split('/')[0]}.png")
        page.evaluate("location.hash = '#/watch'")
        page.until("document.querySelector('.alert .head')", "alerts are listed")
        page.evaluate("document.querySelector('.alert .head').click()")
        page.until("document.querySelector('.alert .detail dl')", "an alert opens")
        wrong += looks.judge(page, f"{size} open alert", options.get("touch", False))
        page.evaluate("document.querySelector('.alert.open').scrollIntoView()")
        page.shot(stage.shots / f"{size}-open.png")
        wrong += (
            [f"the judge does not see: {word}" for word in looks.judge_itself(page)] if size == "wide-light" else []
        )
        wrong += stage.faults()
        report.take(
            f"looks {size}: no scrolling sideways, contrast of WCAG AA, names and sizes of controls",
            "\n     ".join(wrong) or None,
        )


def main():
    """Runs what is asked for; exit code 1 on any failure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("neurond")
    parser.add_argument("clips")
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--shots", type=pathlib.Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="neurond-console-") as folder:
        shots = options.shots or pathlib.Path(folder) / "shots"
        shots.mkdir(parents=True, exist_ok=True)
        daemon, browser = Daemon(options.neurond, folder, options.clips), None
        try:
            daemon.start()
            browser = Browser()
            stage = cases.Stage(browser, daemon, shots)
            stage.page_folder = options.page
            if not options.only or options.only == "units":
                units(stage, report)
            behave(stage, report, options.only)
            look(stage, report, options.only)
        except BrowserError as error:
            report.take("the browser", f"{error}; {json.dumps(daemon.last_words())}")
        finally:
            if browser:
                browser.close()
            daemon.stop()
    print(f"test-console: {report.passed} passed, {report.failed} failed")
    return 1 if report.failed or not report.passed else 0


if __name__ == "__main__":
    sys.exit(main())
