import HTTPTypes
import Hummingbird
import NIOCore
import NeuronCore

extension ConsoleRoutes {
    /// Sends bytes on; returns when the client can take more.
    typealias StreamWrite = @concurrent (_ bytes: [UInt8]) async throws -> Void

    var streams: [ConsoleRoute] {
        [
            ConsoleRoute(.get, "/api/v1/events") { try await events($0) },
            ConsoleRoute(.get, "/api/v1/cameras/{id}/tuning/events") { try await tuningEvents($0) },
        ]
    }

    /// An answer that goes on until its source ends, the client goes or the daemon stops.
    ///
    /// - Parameters:
    ///   - request: what is answered.
    ///   - type: of the content.
    ///   - place: is given back when the stream has ended.
    ///   - send: writes; it is cancelled when the client goes.
    /// - Returns: the answer.
    func stream(
        _ request: ConsoleRequest,
        type: String,
        _ place: StreamGate.Ticket,
        _ send: @escaping @concurrent @Sendable (StreamWrite) async throws -> Void
    ) -> ConsoleReply {
        let (book, channel, inbound) = (book, request.channel, request.request.body)
        let body = ResponseBody { writer in
            defer { withExtendedLifetime(place) {} }
            book.beginStream(channel)
            try await inbound.consumeWithCancellationOnInboundClose { _ in
                try await send { bytes in try await writer.write(ByteBuffer(bytes: bytes)) }
            }
            try await writer.finish(nil)
        }
        // A proxy that keeps it back makes it no stream.
        let headers: HTTPFields = [.contentType: type, .cacheControl: "no-store", .xAccelBuffering: "no"]
        return Response(status: .ok, headers: headers, body: body)
    }

    private func place() throws(ConsoleProblem) -> StreamGate.Ticket {
        guard let place = eventStreams.enter() else {
            throw ConsoleProblem(.unavailable, "Too many follow events at once; try again later.", retryAfter: 10)
        }
        return place
    }

    private func events(_ request: ConsoleRequest) async throws -> ConsoleReply {
        let place = try place()
        let row = try lastRow(request)
        let first = try await feed.events(after: row)
        let heartbeat = limits.heartbeat
        return stream(request, type: Self.eventStream, place) { write in
            var (cursor, pulse) = (first, Pulse(every: heartbeat))
            try await write(Array("retry: 3000\n: neurond\n\n".utf8))
            while let events = try await cursor.next() {
                try Task.checkCancellation()
                var text: [UInt8] = []
                for event in events { text += event.frame }
                if pulse.isDue(after: !text.isEmpty) { text += Self.heartbeat }
                if !text.isEmpty { try await write(text) }
            }
        }
    }

    private func lastRow(_ request: ConsoleRequest) throws(ConsoleProblem) -> Int64? {
        let asked = try request.query("lastEventId")
        guard let text = request.headers[.lastEventID] ?? asked else { return nil }
        let isNumber = (1...18).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let row = Int64(text) else {
            throw ConsoleProblem(.badRequest, "Last-Event-ID must be the `id` of an event that came before.")
        }
        return row
    }

    private static let eventStream = "text/event-stream"
    private static let heartbeat = Array(": \n\n".utf8)

    private func tuningEvents(_ request: ConsoleRequest) async throws -> ConsoleReply {
        let place = try place()
        let camera = try request.camera()
        let since = try request.time("since") ?? clock.wallNow()
        guard await feed.tuning(of: camera, since: since) != nil else { throw Self.noCamera }
        let (feed, heartbeat) = (feed, limits.heartbeat)
        return stream(request, type: Self.eventStream, place) { write in
            var (last, rules, pulse) = (since, [TuningReport.Rule](), Pulse(every: heartbeat))
            while let report = await feed.tuning(of: camera, since: last) {
                var text: [UInt8] = []
                if report.rules != rules {
                    rules = report.rules
                    let json = TuningReport(rules: rules, samples: []).json
                    text += Self.frame("rules", json.encoded)
                }
                for sample in report.samples {
                    text += Self.frame("sample", sample.json.encoded)
                    last = max(last, sample.at)
                }
                if pulse.isDue(after: !text.isEmpty) { text += Self.heartbeat }
                if !text.isEmpty { try await write(text) }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    fileprivate static func frame(_ event: String, _ line: [UInt8], id: Int64? = nil) -> [UInt8] {
        let id = id.map { "id: \($0)\n" } ?? ""
        return Array("event: \(event)\n\(id)data: ".utf8) + line + Array("\n\n".utf8)
    }
}

/// When a stream that has nothing to say shows that it lives.
private struct Pulse {
    private let every: Duration
    private var last = ContinuousClock.now

    init(every: Duration) { self.every = every }

    /// Whether a sign of life is due, when something was just said or not.
    mutating func isDue(after hasSpoken: Bool) -> Bool {
        let now = ContinuousClock.now
        guard !hasSpoken, now - last >= every else {
            if hasSpoken { last = now }
            return false
        }
        last = now
        return true
    }
}

extension ConsoleEvent {
    /// As the stream has it: a line of JSON has no line end, so it fits into one `data`.
    fileprivate var frame: [UInt8] {
        switch self {
        case .alert(let row, let line): ConsoleRoutes.frame("alert", line, id: row)
        case .camera(let camera): ConsoleRoutes.frame("camera", camera.json.encoded)
        case .workflow(let document): ConsoleRoutes.frame("workflow", document)
        }
    }
}

extension HTTPField.Name {
    fileprivate static let xAccelBuffering = Self("X-Accel-Buffering") ?? .from
}
