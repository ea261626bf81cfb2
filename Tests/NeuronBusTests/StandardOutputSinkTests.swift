import Foundation
import Glibc
import NeuronBus
import NeuronCore
import Testing

@Suite(.timeLimit(.minutes(10))) struct StandardOutputSinkTests {
    let pipe = Pipe()
    var reading: FileHandle { pipe.fileHandleForReading }
    var descriptor: Int32 { pipe.fileHandleForWriting.fileDescriptor }

    init() { signal(SIGPIPE, SIG_IGN) }

    @Test func `each alert is one line`() async throws {
        try await StandardOutputSink(descriptor: descriptor).deliver([alert(1), alert(2)])
        #expect(reading.availableData == Data("{\"id\":\"1\"}\n{\"id\":\"2\"}\n".utf8))
    }

    @Test func `a reader that has gone is an error`() async throws {
        try reading.close()
        let sink = StandardOutputSink(descriptor: descriptor)
        let error = await #expect(throws: StandardOutputError.self) { try await sink.deliver([alert(1)]) }
        #expect(error?.code == .writing)
    }

    @Test(arguments: [false, true])
    func `a reader that stalls is an error and later sees whole lines only`(isNonblocking: Bool) async throws {
        if isNonblocking { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        let sink = StandardOutputSink(descriptor: descriptor, patience: .milliseconds(20))
        let batch = (0..<40).map { alert($0, bytes: 5000) }
        let error = await #expect(throws: StandardOutputError.self) { try await sink.deliver(batch) }
        #expect(error?.code == .stalled)
        var received = reading.availableData
        try await sink.deliver([alert(99)])
        try pipe.fileHandleForWriting.close()
        received += reading.readDataToEndOfFile()
        let text = String(decoding: received, as: UTF8.self)
        #expect(text.hasSuffix("{\"id\":\"99\"}\n"))
        for line in text.split(separator: "\n") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
    }
}
