import Foundation

/// What is true in a fixture clip, as its label says.
package struct FixtureLabel: Sendable {
    package var name: String
    /// Seconds from which and until which something really moves.
    package var events: [ClosedRange<Double>]
    /// The boxes at the middle of the events, left, top, right, bottom; nil where the label has none.
    package var boxes: [[Double]?]
    package var clip: String
    /// The zones that the clip is to be watched with, as they stand in a configuration; empty for none.
    package var zones: String
    /// What is done to the picture: from when until when, and the word for it.
    package var tamper: [(time: ClosedRange<Double>, mode: String)]

    /// The events with those joined that lie less than 3 s apart: one alert tells them.
    package var mergedEvents: [ClosedRange<Double>] {
        events.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, event in
            if let last = merged.last, event.lowerBound - last.upperBound <= 3 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, event.upperBound)
            } else {
                merged.append(event)
            }
        }
    }

    /// The labels of all whole clips that are about motion.
    package static let all = everything.filter(\.tamper.isEmpty)

    /// The labels of the clips that are about tampering.
    package static let tampered = everything.filter { !$0.tamper.isEmpty }

    private static let everything: [FixtureLabel] = {
        let folder = Repository.root.appendingPathComponent("fixtures/labels")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }.compactMap { try? FixtureLabel($0) }
    }()

    /// The clips that are broken, and whether pictures are to be expected from them.
    package static let broken: [(clip: String, givesPictures: Bool)] = {
        let file = Repository.root.appendingPathComponent("fixtures/labels/broken.json")
        let object = (try? JSONSerialization.jsonObject(with: Data(contentsOf: file))) as? [String: Any]
        let files = object?["files"] as? [[String: String]] ?? []
        return files.map { (path(of: $0["clip"] ?? ""), $0["expect"] == "some") }
    }()

    /// A file under fixtures/.
    package static func path(of name: String) -> String {
        Repository.root.appendingPathComponent("fixtures").appendingPathComponent(name).path
    }

    private init(_ file: URL) throws {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
        guard let clip = object["clip"] as? String, let events = object["events"] as? [[Any]] else {
            throw CommandLineTool.Failure(description: "\(file.path) is no label of a clip")
        }
        name = file.deletingPathExtension().lastPathComponent
        self.clip = Self.path(of: clip)
        self.events = events.compactMap { event in
            let times = event.prefix(2).compactMap { ($0 as? NSNumber)?.doubleValue }
            return times.count == 2 ? times[0]...times[1] : nil
        }
        boxes = events.map { event in
            ((event.count > 2 ? event[2] : nil) as? [String: Any])?["box"] as? [Double]
        }
        tamper = (object["tamper"] as? [[Any]] ?? []).compactMap { event in
            let times = event.prefix(2).compactMap { ($0 as? NSNumber)?.doubleValue }
            let mode = (event.last as? [String: Any])?["mode"] as? String
            return mode.flatMap { times.count == 2 ? (times[0]...times[1], $0) : nil }
        }
        let zones = object["zones"] as? [[String: Any]] ?? []
        self.zones =
            try zones.isEmpty ? "" : String(decoding: JSONSerialization.data(withJSONObject: zones), as: UTF8.self)
    }
}
