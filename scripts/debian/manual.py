"""Man pages from what the program says of itself.

    manual.py command HELP.json VERSION DATE            neurond(1), from `neurond --experimental-dump-help`
    manual.py configuration CONFIGURATION.md VERSION DATE     neurond.yaml(5), from docs/configuration.md

Nothing is written twice: what a subcommand or a key means stands in the sources only.
"""

import json
import re
import sys

# What no subcommand can say of the program as a whole.
SIGNALS = [
    ("SIGTERM, SIGINT", "The daemon and replay end in order: what is open is closed, what is committed stays. A second one ends "
     "the program at once."),
    ("SIGHUP", "The daemon reads its configuration again; where that is wrong, it says so and goes on as it was."),
]
EXIT_CODES = [
    ("0", "Done."),
    ("1", "A requirement of evaluate --require is not met, or kernels disagree in bench."),
    ("64", "The arguments are wrong."),
    ("65", "Data are not what they should be: no video, no picture, labels that cannot be read, an answer that the alert does "
     "not allow."),
    ("66", "A file, a clip or an outbox is not there or cannot be read."),
    ("69", "A camera or the daemon does not answer, or another neurond holds the outbox."),
    ("74", "A disk, a file or standard output failed."),
    ("78", "The configuration is wrong. systemd does not start the daemon again then."),
    ("130, 143", "Ended by SIGINT or SIGTERM before it was done."),
]
FILES = [
    ("/etc/neurond/neurond.yaml", "The configuration of the service; see neurond.yaml(5)."),
    ("/etc/neurond/credentials/", "A file user:password for each name that credentials: mentions; only root needs to read it."),
    ("/var/lib/neurond/", "Its state: outbox.db (the outbox), alerts.jsonl (the alerts, for others to read), evidence/ (pictures and "
     "clips), control.sock (how neurond alerts speaks to the daemon)."),
    ("/usr/share/neurond/schema/", "The JSON Schemas that neurond schema prints."),
    ("/usr/share/neurond/openapi.json", "What the console's interface for programs offers."),
    ("/usr/share/doc/neurond/examples/", "A configuration with every key."),
]
ENVIRONMENT = [
    ("STATE_DIRECTORY", "The state folder, where neither the configuration nor --state names one; systemd sets it."),
    ("CREDENTIALS_DIRECTORY", "The folder of credentials that the configuration names; systemd sets it."),
    ("NEUROND_KERNELS", "Forces an instruction set, such as AVX2 or SSE2, instead of the best one."),
    ("NO_COLOR", "With any value but an empty one: no colours."),
    ("USER", "Who speaks in neurond alerts, unless --as says it."),
]


def escaped(text):
    """Text that roff prints as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("^", "\\(ha").replace("~", "\\(ti").replace("'", "\\(aq")
    text = text.replace("`", "\\(ga").replace("\u00d7", "\\(mu").replace("\u00b7", "\\(pc").replace("\u00a0", "\\ ")
    return "\n".join("\\&" + line if line.startswith((".", "\\(aq")) else line for line in text.split("\n"))


def prose(markdown):
    """One paragraph or table cell of Markdown in roff: code in bold, links by their words."""
    markdown = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", lambda m: m[1], markdown)
    parts = re.split(r"(`[^`]+`|\*\*[^*]+\*\*)", markdown)
    out = []
    for part in parts:
        if part.startswith("`"):
            out.append("\\fB" + escaped(part[1:-1]) + "\\fR")
        elif part.startswith("**"):
            out.append("\\fI" + escaped(part[2:-2]) + "\\fR")
        else:
            out.append(escaped(part))
    text = "".join(out)
    return "\\&" + text if text.startswith(".") else text


def discussion(text, lines):
    """Paragraphs, and lines that begin with white space as they stand."""
    shown = False
    for line in text.split("\n"):
        is_shown = line.startswith(" ")
        if is_shown and not shown:
            lines += [".PP", ".RS 4", ".nf"]
        if shown and not is_shown:
            lines += [".fi", ".RE"]
            if line:
                lines.append(".PP")
        shown = is_shown
        if is_shown:
            lines.append(escaped(line.strip()))
        elif line:
            lines.append(escaped(line))
        elif not shown:
            lines.append(".PP")
    if shown:
        lines += [".fi", ".RE"]


def spelled(argument):
    """An option or argument as it is typed."""
    value = "\\fI" + escaped(argument.get("valueName", "")) + "\\fR"
    if argument["kind"] == "positional":
        return value + (" ..." if argument["isRepeating"] else "")
    names = ["\\fB" + escaped(("--" if n["kind"] == "long" else "-") + n["name"]) + "\\fR" for n in argument["names"]]
    return ", ".join(names) + ("" if argument["kind"] == "flag" else " " + value)


def synopsis(argument):
    text = spelled({**argument, "names": [argument["preferredName"]]} if "preferredName" in argument else argument)
    if argument["kind"] != "positional" and argument["isRepeating"]:
        text += " ..."
    return "[" + text + "]" if argument["isOptional"] else text


def shown_arguments(command):
    """All but help and version, which stand in the page once."""
    return [a for a in command.get("arguments", []) if a["shouldDisplay"] and a.get("valueName") not in ("help", "version")]


def subcommand(command, above, lines):
    name = above + [command["commandName"]]
    children = [c for c in command.get("subcommands", []) if c["commandName"] != "help" and c["shouldDisplay"]]
    if not children:
        lines.append(".SS " + '"' + escaped(" ".join(name)) + '"')
        arguments = shown_arguments(command)
        lines += [".PP", "\\fB" + escaped("neurond " + " ".join(name)) + "\\fR " + " ".join(map(synopsis, arguments))]
    else:
        lines.append(".SS " + '"' + escaped(" ".join(name)) + '"')
    lines += [".PP", escaped(command.get("abstract", ""))]
    if command.get("discussion"):
        lines.append(".PP")
        discussion(command["discussion"], lines)
    for argument in [] if children else shown_arguments(command):
        text = argument.get("abstract", "")
        values = argument.get("allValues")
        if values and not all(value in text for value in values):
            text += " One of: " + ", ".join(values) + "."
        if "defaultValue" in argument:
            text += " Default: " + argument["defaultValue"] + "."
        lines += [".TP", spelled(argument), escaped(text)]
    for child in children:
        subcommand(child, name, lines)


def listed(title, entries, lines):
    lines.append(".SH " + title)
    for name, text in entries:
        lines += [".TP", "\\fB" + escaped(name) + "\\fR", escaped(text)]


def command_page(path, version, date):
    with open(path) as file:
        root = json.load(file)["command"]
    lines = [
        f'.TH NEUROND 1 "{date}" "neurond {version}" "neurond"', ".SH NAME",
        "neurond \\- turns cameras and recorded clips into JSON alerts", ".SH SYNOPSIS",
        ".B neurond", "\\fIsubcommand\\fR [\\fIoption\\fR ...] [\\fIargument\\fR ...]", ".br",
        ".B neurond help", "\\fIsubcommand\\fR", ".br", ".B neurond \\-\\-version", ".SH DESCRIPTION", escaped(root["abstract"]),
        ".PP",
    ]
    discussion(root.get("discussion", ""), lines)
    lines.append(".SH SUBCOMMANDS")
    for command in root["subcommands"]:
        if command["commandName"] != "help" and command["shouldDisplay"]:
            subcommand(command, [], lines)
    listed("SIGNALS", SIGNALS, lines)
    listed("EXIT STATUS", EXIT_CODES, lines)
    listed("FILES", FILES, lines)
    listed("ENVIRONMENT", ENVIRONMENT, lines)
    lines += [".SH SEE ALSO", ".BR neurond.yaml (5),", ".BR systemctl (1),", ".BR journalctl (1)"]
    return lines


def cells(row):
    """The cells of a line of a Markdown table; `|` within code does not part them."""
    parts = re.findall(r"(?:`[^`]*`|[^|`])+", row.strip().strip("|"))
    return [part.strip() for part in parts]


def default_text(default):
    """The last word on a key."""
    if default == "**required**":
        return "Required."
    return "" if default == "see there" else f"Default: {prose(default)}."


def configuration_page(path, version, date):
    with open(path) as file:
        text = re.sub(r"<!--.*?-->", "", file.read(), flags=re.S)
    lines = [
        f'.TH NEUROND.YAML 5 "{date}" "neurond {version}" "neurond"', ".SH NAME",
        "neurond.yaml \\- configuration of neurond", ".SH DESCRIPTION",
    ]
    in_code = False
    after_heading = True
    for line in text.split("\n")[1:]:
        if line.startswith("```"):
            in_code = not in_code
            lines += [".PP", ".RS 4", ".nf"] if in_code else [".fi", ".RE", ".PP"]
        elif in_code:
            lines.append(escaped(line) or "\\&")
        elif line.startswith("## "):
            lines.append(".SH " + '"' + escaped(line[3:].upper()) + '"')
        elif line.startswith("### "):
            lines.append(".SS " + '"' + escaped(line[4:]) + '"')
        elif line.startswith("|"):
            row = cells(line)
            if row[0] == "key" or set(row[0]) <= {"-", " "}:
                continue
            key, kind, default, meaning = (row + [""] * 4)[:4]
            lines += [".TP", prose(key), prose(meaning), ".br", f"Value: {prose(kind)}. {default_text(default)}"]
        elif line.startswith("- "):
            lines += [".IP \\(bu 2", prose(line[2:])]
        elif not line:
            if not after_heading:
                lines.append(".PP")
        else:
            lines.append(prose(line.strip()))
        after_heading = line.startswith("#") or (not line and after_heading)
    lines += [".SH SEE ALSO", ".BR neurond (1)"]
    return lines


def tidy(lines):
    """Without paragraphs that hold nothing."""
    out = []
    for line in lines:
        if out and out[-1] == ".PP" and line.startswith((".PP", ".TP", ".SH", ".SS", ".IP")):
            out.pop()
        if line == ".PP" and out and out[-1].startswith((".SH", ".SS", ".PP")):
            continue
        if line:
            out.append(line)
    return out


def main():
    kind, path, version, date = sys.argv[1:]
    page = {"command": command_page, "configuration": configuration_page}[kind](path, version, date)
    sys.stdout.write("\n".join(tidy(page)) + "\n")


main()
