import Glibc
import NeuronCore
import NeuronStation

/// The line that shows how far a replay is.
final class ReplayProgress: Sendable {
    private let bar: ProgressLine

    init(_ replay: Replay) {
        let clock = SystemClock()
        let start = clock.monotonicNow()
        bar = ProgressLine { Self.line(replay, (clock.monotonicNow() - start).seconds) }
    }

    func stop() { bar.stop() }

    private static func line(_ replay: Replay, _ elapsed: Double) -> String {
        let played = replay.reached.seconds
        let speed = elapsed > 0 ? played / elapsed : 0
        let text = "\(played.rounded(toDecimals: 1)) s played, \(speed.rounded(toDecimals: 1))x"
        guard let length = replay.knownLength, length > .zero else { return text }
        // A clip that begins before its first shown picture has times below zero.
        let part = max(0, min(1, played / length.seconds))
        let filled = Int(part * 30)
        return "[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: 30 - filled))] "
            + "\(Int(part * 100)) %, \(text)"
    }
}
