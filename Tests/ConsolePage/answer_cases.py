"""How alerts are answered from the page, and what then stands in the outbox."""
import time

from cases import holds, name_oneself


def acknowledge(stage):
    """an acknowledgement stands in the outbox, and another page hears of it"""
    page, other = stage.page(), stage.page()
    page.until("document.querySelector('[data-list=waiting] .alert')", "an alert waits", 40)
    name_oneself(page)
    page.until("document.querySelector('[data-list=waiting] .alert')", "an alert waits", 40)
    alert = page.evaluate("document.querySelector('[data-list=waiting] .alert').dataset.alert")
    page.click(f'[data-alert="{alert}"] [data-act=ack]')
    page.until(f"""document.querySelector('[data-list=inHand] [data-alert="{alert}"]')""", "it moves to those in hand")
    other.until(
        f"""document.querySelector('[data-list=inHand] [data-alert="{alert}"]')""", "the other page hears of it"
    )
    document = stage.daemon.alert(alert)
    holds(
        (document["workflow"], document["ackedBy"]) == ("acknowledged", "anna"),
        f"the outbox says {document['workflow']} by {document['ackedBy']}",
    )


def false_alarm_by_keys(stage):
    """with the keyboard alone an alert is chosen and closed as a false alarm, with a hostile note kept as text"""
    page = stage.page()
    page.until("document.querySelector('[data-list=waiting] .alert')", "an alert waits", 40)
    name_oneself(page)
    page.until("document.querySelector('[data-list=waiting] .alert')", "an alert waits", 40)
    page.key("j")
    alert = page.until("document.querySelector('.alert.selected')?.dataset.alert", "j selects an alert")
    page.key("f")
    page.until("document.querySelector('dialog[open] textarea')", "f asks for a note")
    note = "<img src=x onerror=alert(9)> a cat"
    page.type(note)
    page.click("dialog button[type=submit]")
    page.until("!document.querySelector('dialog')", "the sheet closes")
    page.until(
        f"""document.querySelector('[data-list=done] [data-alert="{alert}"] .stand')?.textContent.includes('false alarm')""",
        "it is shown as a false alarm",
    )
    document = stage.daemon.alert(alert)
    holds(
        (document["workflow"], document["disposition"]) == ("closed", "falseAlarm"),
        f"the outbox says {document['workflow']}, {document['disposition']}",
    )
    holds(note in str(document), "the note is not in the outbox")
    page.evaluate(f"""document.querySelector('[data-alert="{alert}"] .head').click()""")
    page.until(
        f"""document.querySelector('[data-alert="{alert}"] .history')?.textContent.includes("a cat")""",
        "the history has the note",
    )


def refused(stage):
    """what the workflow refuses is told with its reason"""
    page = stage.page()
    page.until("document.querySelector('[data-list=waiting] .alert')", "an alert waits", 40)
    name_oneself(page)
    page.until("document.querySelector('[data-list=waiting] .alert')", "an alert waits", 40)
    answer = page.evaluate(
        """(async () => {
        const { store } = await import(new URL("assets/store.js", document.baseURI));
        const id = document.querySelector("[data-list=waiting] .alert").dataset.alert;
        try { await store.answer(id, "close", { by: "anna", disposition: "nonsense" }); return "taken"; } catch (error) { return `${error.status} ${error.message}`; }
    })()"""
    )
    page.faults = [fault for fault in page.faults if "400" not in fault]
    holds(answer.startswith("400 ") and "disposition" in answer, f"a wrong disposition: {answer}")


def climbed(stage):
    """an alert that has climbed is answered from the page, for the desk that has it"""
    page, until = stage.page(), time.monotonic() + 90
    name_oneself(page)

    def above():
        alerts = stage.daemon.get("api/v1/alerts?state=open")["alerts"]
        return [one["id"] for one in alerts if one["tier"] != "grid" and one["workflow"] == "open"]

    while not (ids := above()):
        holds(time.monotonic() < until, "no alert climbed")
        page.pause(0.5)
    page.until(f"""document.querySelector('[data-list=waiting] [data-alert="{ids[0]}"]')""", "it waits")
    page.click(f'[data-alert="{ids[0]}"] [data-act=ack]')
    page.until(f"""document.querySelector('[data-list=inHand] [data-alert="{ids[0]}"]')""", "it moves to those in hand")
    act = stage.daemon.alert(ids[0])["acts"]["acknowledged"]
    holds((act["by"], act["tier"] != "grid") == ("anna", True), f"the outbox says {act}")


def long_note(stage):
    """a note that is too long is refused where it is written, one of two lines is taken as one"""
    page = stage.page()
    name_oneself(page)
    page.until("document.querySelector('[data-list=waiting] .alert')", "an alert waits", 40)
    page.key("j")
    alert = page.until("document.querySelector('.alert.selected')?.dataset.alert", "j selects an alert")
    page.key("h")
    page.until("document.querySelector('dialog[open] textarea')", "h asks for a note")
    write = "(() => {{ const note = document.querySelector('dialog textarea'); note.value = {}; note.dispatchEvent(new Event('input')); }})()"
    page.evaluate(write.format("'警'.repeat(501)"))
    page.click("dialog button[type=submit]")
    page.pause(0.5)
    holds(
        "501 characters of 500" in page.evaluate("document.querySelector('dialog textarea').validationMessage"),
        "the field takes a note that the daemon refuses",
    )
    page.evaluate(write.format("'警'.repeat(240) + '\\n' + '察'.repeat(259)"))
    page.click("dialog button[type=submit]")
    page.until("!document.querySelector('dialog')", "the sheet closes")
    document = stage.daemon.alert(alert)
    holds(document["note"] == "警" * 240 + " " + "察" * 259, f"the outbox says {document['note']}")


ALL = [acknowledge, false_alarm_by_keys, refused, climbed, long_note]
