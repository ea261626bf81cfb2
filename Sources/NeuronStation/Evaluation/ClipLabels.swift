import FoundationEssentials
import Glibc
import NeuronConfiguration
import NeuronCore

/// What a labels file says of a clip.
///
/// `{"events": [[start, end, {"box": [x0, y0, x1, y1], "type": "motion"}]], "roi": [x, y, width, height], "zones": [...]}`,
/// times in seconds and boxes in pixels of the picture as displayed; only `events` is required. `events` are motion unless they
/// say otherwise; `tamper` and `plate` are lists of the same shape for alerts of these kinds. Other keys are passed over.
package struct ClipLabels: Sendable, Hashable {
    /// The file, as it was given.
    package var file: String
    package var events: [LabelledEvent]
    /// The part of the picture for which the events hold, in displayed pixels: left, top, width, height.
    package var region: [Double]?
    /// The zones for which the events hold, as they stand in a configuration; empty for the whole picture.
    package var zones: [ZoneText]

    /// One zone as a configuration writes it.
    package struct ZoneText: Codable, Sendable, Hashable {
        package var name: String
        package var kind: String?
        package var polygon: [[Double]]
    }

    /// More than a person labels of any clip.
    private static let mostEvents = 10_000
    private static let mostBytes = 16 << 20
    /// 30 years: what is later is a mistake of units.
    private static let latest = 1e9

    /// Reads a labels file.
    ///
    /// - Throws: `StationError` with 66 where it cannot be read, and with 65 where it is no labels file; the text says what
    ///   is wrong where.
    package init(file: String) throws(StationError) {
        try self.init(Self.contents(of: file), file: file)
    }

    /// Reads labels; `file` is how they are called in messages.
    package init(_ bytes: [UInt8], file: String) throws(StationError) {
        let content: Content
        do {
            content = try JSONDecoder().decode(Content.self, from: Data(bytes))
        } catch {
            throw .badData("\(file) is no labels file: \(Self.reason(error)).")
        }
        self.file = file
        region = content.roi
        zones = content.zones ?? []
        events = try Self.events(content.events, of: "events", kind: "motion", file: file)
        for (kind, list) in content.others.sorted(by: { $0.key < $1.key }) {
            events += try Self.events(list, of: kind, kind: kind, file: file)
        }
        if let region, region.count != 4 || !region.allSatisfy(\.isFinite) || region[2] <= 0 || region[3] <= 0 {
            throw .badData("\(file) is no labels file: roi: left, top, width and height in pixels are wanted.")
        }
    }

    private static func events(
        _ list: [Content.Event],
        of key: String,
        kind: String,
        file: String
    ) throws(StationError) -> [LabelledEvent] {
        guard list.count <= mostEvents else {
            throw .badData("\(file) is no labels file: \(key) has more than \(mostEvents) events.")
        }
        var events: [LabelledEvent] = []
        for (index, event) in list.enumerated() {
            do {
                events.append(try Self.event(event, kind: kind))
            } catch {
                throw .badData("\(file) is no labels file: \(key)[\(index)]: \(error.text).")
            }
        }
        return events
    }

    private struct Wrong: Error {
        var text: String
    }

    private static func event(_ event: Content.Event, kind: String) throws(Wrong) -> LabelledEvent {
        for time in [event.start, event.end] where !(0...latest).contains(time) {
            throw Wrong(text: "\(time) is no time in seconds since the clip's first picture")
        }
        guard event.start <= event.end else {
            throw Wrong(text: "it ends (\(event.end)) before it starts (\(event.start))")
        }
        let times = [event.start, event.end].map { MediaTime(nanoseconds: Int64(($0 * 1e9).rounded())) }
        let interval = ClipInterval(from: times[0], to: times[1])
        let kind = event.detail.type ?? kind
        guard let edges = event.detail.box else { return LabelledEvent(interval, kind: kind) }
        let box = edges.count == 4 ? LabelBox(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3]) : nil
        guard let box else { throw Wrong(text: "box: left, top, right and bottom in pixels are wanted, in this order") }
        return LabelledEvent(interval, box: box, kind: kind)
    }

    private static func contents(of file: String) throws(StationError) -> [UInt8] {
        do {
            // Not blocking, so that a FIFO without a writer can't stop the program.
            let opened = try OpenFile(path: file, flags: O_RDONLY | O_NONBLOCK)
            let status = try opened.status()
            guard status.isRegularFile, status.size <= Int64(mostBytes) else {
                let reason = status.isRegularFile ? "it is larger than 16 MiB" : "it is no regular file"
                throw StationError.badData("\(file) is no labels file: \(reason).")
            }
            return try opened.read(at: 0, count: Int(status.size))
        } catch let error as StationError {
            throw error
        } catch {
            throw .noInput("The labels can't be read. \(error)")
        }
    }

    /// Where in a file the decoder was, and what it missed.
    private static func reason(_ error: any Error) -> String {
        let context: DecodingError.Context
        switch error {
        case DecodingError.keyNotFound(let key, let found): return "\(path(found)) has no '\(key.stringValue)'"
        case DecodingError.typeMismatch(_, let found), DecodingError.valueNotFound(_, let found): context = found
        case DecodingError.dataCorrupted(let found): context = found
        default: return "\(error)"
        }
        if context.codingPath.isEmpty { return "it is not JSON with an object of labels" }
        return "\(path(context)): a value of another kind is wanted"
    }

    private static func path(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.reduce("") { path, key in
            if let index = key.intValue { return path + "[\(index)]" }
            return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
        }
        return path.isEmpty ? "it" : path
    }
}

/// The file as JSON has it.
private struct Content: Decodable {
    var events: [Event]
    var roi: [Double]?
    var zones: [ClipLabels.ZoneText]?
    /// Events of other kinds, by the kind.
    var others: [String: [Event]] = [:]

    /// Kinds that have a list of their own in a file.
    private static let kinds = ["plate", "tamper"]

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }

        init?(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        events = try values.decode([Event].self, forKey: Key("events"))
        roi = try values.decodeIfPresent([Double].self, forKey: Key("roi"))
        zones = try values.decodeIfPresent([ClipLabels.ZoneText].self, forKey: Key("zones"))
        for kind in Self.kinds {
            others[kind] = try values.decodeIfPresent([Event].self, forKey: Key(kind))
        }
    }

    /// An array of two numbers and, sometimes, an object or a remark.
    struct Event: Decodable {
        var start: Double
        var end: Double
        var detail = Detail()

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            start = try values.decode(Double.self)
            end = try values.decode(Double.self)
            guard !values.isAtEnd else { return }
            if (try? values.decode(String.self)) != nil { return }
            detail = try values.decode(Detail.self)
        }
    }

    struct Detail: Decodable {
        var box: [Double]?
        var type: String?
    }
}
