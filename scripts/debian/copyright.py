"""The copyright file of the package: neurond's own, and that of everything that is linked into the program.

    copyright.py BUILD_FOLDER LINK_FILE_LIST SWIFT_LICENCE [OWN_LICENCE]

The list of objects that the linker got says which of SwiftPM's checkouts are in the program.
"""

import pathlib
import re
import sys

UNICODE = """Copyright (c) 1991-2025 Unicode, Inc. and others. Distributed under the Unicode License,
https://www.unicode.org/license.txt"""


def indented(text):
    """Text as a field's continuation."""
    return "\n".join(" " + (line.rstrip() or ".") for line in text.strip("\n").split("\n"))


def linked(build, objects):
    """The checkouts of which a module was linked."""
    modules = {m[1] for m in re.finditer(r"/(\w+)\.build/", objects.read_text())}
    checkouts = sorted(path for path in (build / "checkouts").iterdir() if path.is_dir())
    return [c for c in checkouts if any((c / "Sources" / m).is_dir() or (c / m).is_dir() for m in modules)]


def licence(text):
    """The licence's short name, and what is printed of it."""
    if "Apache License" in text and "Version 2.0" in text:
        name = "Apache-2.0"
        body = "On Debian systems the text is in /usr/share/common-licenses/Apache-2.0."
        start = text.find("Runtime Library Exception")
        if start >= 0:
            name += " with Runtime-Library-Exception"
            body += "\n\n" + text[max(0, text.rfind("\n\n", 0, start)) :].strip("\n").replace("##", "").strip()
        return name, body
    if "Permission is hereby granted, free of charge" in text:
        return "Expat", text
    raise SystemExit("copyright.py: a licence is neither Apache 2.0 nor Expat; look at it and teach this script: " + text[:80])


def holders(text, folder):
    """Who holds the copyright, by the licence's own lines or else by the checkout's name."""
    lines = [line.strip() for line in text.split("\n") if re.match(r"\s*(Copyright \(c\)|Copyright ©|Copyright 20)", line, re.I)]
    return "\n".join(lines) or f"the authors of {folder}"


def stanza(files, owner, name, body):
    owner = "\n  ".join(owner.split("\n"))
    return f"Files: {files}\nCopyright: {owner}\nLicense: {name}\n{indented(body)}\n"


def main():
    build, objects, swift = (pathlib.Path(a) for a in sys.argv[1:4])
    own = pathlib.Path(sys.argv[4]).read_text() if len(sys.argv) > 4 else None
    out = ["Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: neurond\n"
           "Comment:\n The program holds the libraries named below; all others are those of the system.\n"]
    if own:
        out.append(stanza("*", holders(own, "neurond"), *licence(own)))
    else:
        out.append(stanza("*", "the authors of neurond", "none", "No licence is granted with this package."))
    out.append(stanza("usr/bin/neurond (Swift's runtime and Foundation)", "Apple Inc. and the Swift project authors",
                      *licence(swift.read_text())))
    out.append(stanza("usr/bin/neurond (ICU, in Foundation)", "Unicode, Inc.", "Unicode-3.0", UNICODE))
    for checkout in linked(build, objects):
        text = next(checkout.glob("LICENSE*")).read_text()
        name, body = licence(text)
        notice = next(checkout.glob("NOTICE*"), None)
        if notice:
            body += "\n\n" + notice.read_text()
        out.append(stanza(f"usr/bin/neurond ({checkout.name})", holders(text, checkout.name), name, body))
    sys.stdout.write("\n".join(out))


main()
