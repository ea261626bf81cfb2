import Dispatch
import Logging
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronTestSupport
import Synchronization
import Testing

@testable import NeuronStation

/// Who gets a worker next, counted in turns.
@Suite(.timeLimit(.minutes(10))) struct DecodeFairnessTests {
    /// Whose turns they were, in their order.
    private final class Record: Sendable {
        let turns = Mutex<[String]>([])
        let isOver = DispatchSemaphore(value: 0)
    }

    /// A camera that has something to do for a number of turns.
    private final class CountedWork: DecodeWork {
        let isScheduled = Atomic<Bool>(false)
        private let name: String
        private let left: Atomic<Int>
        private let record: Record
        /// Runs in the turn after so many are left.
        private let inTurn: @Sendable (_ left: Int) -> Void

        init(_ name: String, turns: Int, _ record: Record, inTurn: @escaping @Sendable (Int) -> Void = { _ in }) {
            (self.name, self.record, self.inTurn) = (name, record, inTurn)
            left = Atomic(turns)
        }

        var hasWork: Bool { left.load(ordering: .relaxed) > 0 }

        func work() {
            record.turns.withLock { $0.append(name) }
            let now = left.wrappingSubtract(1, ordering: .relaxed).newValue
            inTurn(now)
            if now == 0 { record.isOver.signal() }
        }
    }

    /// Keeps the only worker until all are waiting for it.
    private func whileBusy(_ pool: DecodePool, _ body: () -> Void) {
        let (begun, end) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let gate = CountedWork("gate", turns: 1, Record()) { _ in
            begun.signal()
            end.wait()
        }
        pool.submit(gate)
        begun.wait()
        body()
        end.signal()
    }

    @Test func `a camera with much to do gets one turn for one of each other that has something to do`() {
        let pool = DecodePool(workers: 1, name: "fair")
        let record = Record()
        let heavy = CountedWork("heavy", turns: 20, record)
        let light = (0..<5).map { CountedWork("light\($0)", turns: 3, record) }
        whileBusy(pool) {
            pool.submit(heavy)
            for work in light { pool.submit(work) }
        }
        for _ in 0..<6 { record.isOver.wait() }
        let round = ["heavy"] + (0..<5).map { "light\($0)" }
        let turns = record.turns.withLock(\.self)
        #expect(Array(turns.prefix(18)) == round + round + round)
        #expect(turns.dropFirst(18).allSatisfy { $0 == "heavy" } && turns.count == 35)
        #expect(pool.stop(until: .distantFuture) == 0)
    }

    @Test func `who comes while the camera with much to do has its turn is next`() {
        let pool = DecodePool(workers: 1, name: "fair")
        let record = Record()
        let light = CountedWork("light", turns: 1, record)
        let heavy = CountedWork("heavy", turns: 10, record) { left in if left == 7 { pool.submit(light) } }
        pool.submit(heavy)
        for _ in 0..<2 { record.isOver.wait() }
        let turns = record.turns.withLock(\.self)
        #expect(turns == ["heavy", "heavy", "heavy", "light"] + Array(repeating: "heavy", count: 7))
        #expect(pool.stop(until: .distantFuture) == 0)
    }

    @Test func `a camera that is announced again and again has no more turns for it`() {
        let pool = DecodePool(workers: 1, name: "fair")
        let record = Record()
        let (loud, quiet) = (CountedWork("loud", turns: 3, record), CountedWork("quiet", turns: 3, record))
        whileBusy(pool) {
            for _ in 0..<100 { pool.submit(loud) }
            pool.submit(quiet)
        }
        for _ in 0..<2 { record.isOver.wait() }
        #expect(record.turns.withLock(\.self) == ["loud", "quiet", "loud", "quiet", "loud", "quiet"])
        #expect(pool.stop(until: .distantFuture) == 0)
    }

    @Test func `a live camera gives its worker back after sixteen packets, however many wait`() throws {
        var source = try MediaSource(opening: SourceAddress(FixtureLabel.path(of: "clips/walker.mp4")))
        let channel = AlertChannel(capacity: 1000)
        let quiet = Logger(label: "fair") { _ in SwiftLogNoOpLogHandler() }
        let camera = LiveCamera(
            CameraPlan(SampledClip.camera, box: .unnamed),
            channel: channel,
            clock: SystemClock(),
            logger: quiet
        )
        camera.queue.open(source.decoderParameters, session: 1)
        for _ in 0..<40 {
            let packet = try #require(try source.nextPacket())
            let admission = camera.queue.append(packet, arrival: .now(on: SystemClock()))
            #expect(admission == .taken)
        }
        var done: [Int] = []
        while camera.hasWork {
            camera.work()
            done.append(camera.workerTurns.done)
        }
        #expect(done == [16, 32, 41])
        channel.finish()
    }
}
