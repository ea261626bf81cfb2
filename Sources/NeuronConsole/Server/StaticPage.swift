import NeuronCore

/// One file of the web page, embedded in the binary.
package struct PageAsset: Sendable {
    /// `index.html`, `app.js`.
    package let name: String
    package let bytes: [UInt8]
    /// Changes with every change of the bytes.
    let tag: String

    /// Names a file's bytes.
    package init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        // Once, as every request for a file compares it.
        tag = "\"\(String(StableHash.of(bytes), radix: 16))\""
    }

    var contentType: String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "json", "webmanifest": "application/json"
        case "png": "image/png"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        default: "text/plain; charset=utf-8"
        }
    }
}

/// The web page.
enum StaticPage {
    /// What `GET /` gives.
    static let index = PageAssets.all.first { $0.name == "index.html" } ?? missing

    /// What is below `/assets/`, by name.
    static let assets = Dictionary(PageAssets.all.map { ($0.name, $0) }) { first, _ in first }

    private static let missing = PageAsset(
        "index.html",
        Array(
            """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>neurond</title>
            <h1>neurond</h1>
            <p>This build has no page. The interface is there: <a href="/openapi.json">openapi.json</a>.</p>
            </html>

            """.utf8
        )
    )
}
