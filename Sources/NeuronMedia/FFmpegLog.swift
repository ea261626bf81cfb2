import CFFmpeg
import Glibc
import Synchronization

/// FFmpeg's own messages: silent unless somebody listens, without secrets, and counted where they repeat.
package enum FFmpegLog {
    /// How serious a message is.
    package enum Level: Int32, Sendable, Hashable, Comparable, CaseIterable {
        case fatal = 8
        case error = 16
        case warning = 24
        case info = 32
        case debug = 48

        package static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    /// Sends messages to a closure from now on; it is called on whatever thread FFmpeg logs from.
    ///
    /// A line that comes again right after itself is held back; how often is said with the next other line.
    /// - Parameters:
    ///   - level: the least serious level wanted.
    ///   - handler: gets one line without its end, passwords replaced by `***`; it must not call into this room.
    package static func listen(to level: Level, handler: @escaping @Sendable (Level, String) -> Void) {
        FFmpegRuntime.prepare()
        state.withLock { $0 = State(handler: handler) }
        wantedLevel.store(level.rawValue, ordering: .relaxed)
        av_log_set_level(max(level.rawValue, AV_LOG_WARNING))
    }

    /// Is silent again, as at the start.
    package static func silence() {
        wantedLevel.store(AV_LOG_QUIET, ordering: .relaxed)
        av_log_set_level(AV_LOG_WARNING)
        state.withLock { $0 = State() }
    }

    /// Takes FFmpeg's messages off standard error; part of ``FFmpegRuntime/prepare()``.
    static func connect() {
        // Warnings are seen even when nobody listens: one of them is the only word of a lost packet.
        av_log_set_level(AV_LOG_WARNING)
        av_log_set_callback { context, level, format, arguments in
            guard level <= av_log_get_level(), let format, let arguments else { return }
            if level == AV_LOG_WARNING, let context, FFmpegLog.begins(format, with: PacketLoss.messageStart) {
                PacketLoss.note(in: context)
            }
            if level == AV_LOG_ERROR, FFmpegLog.begins(format, with: NameLookup.failureStart) {
                NameLookup.noteFailure()
            }
            guard level <= FFmpegLog.wantedLevel.load(ordering: .relaxed) else { return }
            FFmpegLog.receive(level, FFmpegLog.formatted(context, level, format, arguments))
        }
    }

    private static func begins(_ format: UnsafePointer<CChar>, with start: String) -> Bool {
        strncmp(format, start, start.utf8.count) == 0
    }

    fileprivate struct State {
        var handler: (@Sendable (Level, String) -> Void)?
        var last: (level: Level, line: String)?
        var repeats = 0
        var unfinished = ""
    }

    private static let state = Mutex(State())
    private static let wantedLevel = Atomic<Int32>(AV_LOG_QUIET)

    private static func formatted(
        _ context: UnsafeMutableRawPointer?,
        _ level: Int32,
        _ format: UnsafePointer<CChar>,
        _ arguments: CVaListPointer
    ) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
            buffer.initialize(repeating: 0)
            var printsPrefix: Int32 = state.withLock { $0.unfinished.isEmpty } ? 1 : 0
            av_log_format_line(
                context,
                level,
                format,
                arguments,
                buffer.baseAddress,
                Int32(buffer.count),
                &printsPrefix
            )
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Puts parts of lines together, counts repeats, and calls the handler outside the lock.
    static func receive(_ rawLevel: Int32, _ text: String) {
        let level = Level.allCases.last { $0.rawValue <= rawLevel } ?? .fatal
        let (handler, lines) = state.withLock { state -> ((@Sendable (Level, String) -> Void)?, [(Level, String)]) in
            state.unfinished += text
            guard text.hasSuffix("\n") || state.unfinished.utf8.count > 4096 else { return (nil, []) }
            let line = redacted(String(state.unfinished.trimmingLineEnd()))
            state.unfinished = ""
            return (state.handler, state.accept(level, line))
        }
        for (level, line) in lines { handler?(level, line) }
    }

    /// A line with everything that may be a secret replaced by `***`.
    static func redacted(_ line: String) -> String {
        var result = ""
        var rest = line[...]
        while let separator = rest.firstRange(of: "://") {
            result += rest[..<separator.upperBound]
            rest = rest[separator.upperBound...]
            let address = rest.prefix { !" \t'\"<>".contains($0) }
            rest = rest[address.endIndex...]
            result += redactedAddress(address)
        }
        result += rest
        if let range = result.firstRange(of: "Authorization:") { result = result[..<range.upperBound] + " ***" }
        return result
    }

    private static func redactedAddress(_ address: Substring) -> String {
        var text = address
        var prefix = ""
        if let at = address.lastIndex(of: "@") {
            prefix = "***"
            text = address[at...]
        }
        guard let query = text.firstIndex(of: "?") else { return prefix + text }
        return prefix + text[...query] + "***"
    }
}

extension FFmpegLog.State {
    fileprivate mutating func accept(_ level: FFmpegLog.Level, _ line: String) -> [(FFmpegLog.Level, String)] {
        if let last, last.level == level, last.line == line {
            repeats += 1
            return []
        }
        var lines: [(FFmpegLog.Level, String)] = []
        if let last, repeats > 0 { lines.append((last.level, "\(last.line) (\(repeats) more times)")) }
        last = (level, line)
        repeats = 0
        if !line.isEmpty { lines.append((level, line)) }
        return lines
    }
}

extension String {
    fileprivate func trimmingLineEnd() -> Substring {
        var text = self[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        return text
    }
}
