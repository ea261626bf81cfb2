import Glibc
import Logging
import NeuronCore
import NeuronTestSupport
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct ServiceNotifierTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test(arguments: [true, false]) func `what it tells arrives at a path and at an abstract name`(isAbstract: Bool)
        throws
    {
        let name = isAbstract ? "@neurond-\(folder.path.split(separator: "-").last ?? "")" : folder.file("notify")
        let systemd = try SystemdSocket(name)
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": name])
        notifier.ready()
        notifier.reloading(at: MonotonicTime(nanoseconds: 12_345_678))
        notifier.alive()
        notifier.status("3 of 4 cameras up\nREADY=1")
        notifier.stopping()
        let told = (0..<5).map { _ in systemd.receive() }
        #expect(
            told == [
                "READY=1", "RELOADING=1\nMONOTONIC_USEC=12345", "WATCHDOG=1", "STATUS=3 of 4 cameras up READY=1",
                "STOPPING=1\nSTATUS=Stopping",
            ]
        )
    }

    @Test func `a status that is too long for systemd is cut`() throws {
        let systemd = try SystemdSocket(folder.file("notify"))
        ServiceNotifier(environment: ["NOTIFY_SOCKET": systemd.name]).status(String(repeating: "é", count: 9999))
        #expect(systemd.receive()?.count == 7 + 1000)
    }

    @Test func `without systemd, or with one that has gone or names no socket, nothing happens`() throws {
        for environment in [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "vsock:2:1"]] {
            let notifier = ServiceNotifier(environment: environment)
            #expect(!notifier.isConnected && notifier.watchdogInterval == nil)
            notifier.ready()
        }
        let gone = ServiceNotifier(environment: ["NOTIFY_SOCKET": folder.file("nobody")])
        #expect(gone.isConnected)
        gone.stopping()
    }

    @Test func `a watchdog counts where it is meant for this process`() throws {
        func interval(_ more: [String: String]) -> TimeSpan? {
            let environment = ["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "30000000"].merging(more) { $1 }
            return ServiceNotifier(environment: environment, processID: 77).watchdogInterval
        }
        #expect(interval([:]) == .seconds(30))
        #expect(interval(["WATCHDOG_PID": "77"]) == .seconds(30))
        #expect(interval(["WATCHDOG_PID": "78"]) == nil)
        for wrong in ["", "0", "-5", "much", "99999999999999999999", "9223372036854775807"] {
            #expect(interval(["WATCHDOG_USEC": wrong]) == nil)
        }
    }

    @Test func `an entry of the journal keeps every line of every field to itself`() {
        var entry = JournalEntry()
        entry.add("MESSAGE", "one\nPRIORITY=0")
        entry.add("PRIORITY", "6")
        let expected =
            Array("MESSAGE\n".utf8) + [14, 0, 0, 0, 0, 0, 0, 0] + Array("one\nPRIORITY=0\nPRIORITY=6\n".utf8)
        #expect(entry.bytes == expected)
    }

    @Test func `names of fields are what the journal takes`() {
        #expect(JournalEntry.fieldName("camera") == "NEUROND_CAMERA")
        #expect(JournalEntry.fieldName("down_s") == "NEUROND_DOWN_S")
        #expect(JournalEntry.fieldName("ü-1") == "NEUROND___1")
        #expect(JournalEntry.fieldName(String(repeating: "x", count: 99)).count == 64)
    }

    @Test func `a line of the log becomes an entry with its camera, its alert and its priority`() throws {
        let journald = try SystemdSocket(folder.file("journal"))
        let journal = try Journal(path: journald.name)
        var logger = Logger(label: "x") { _ in JournalLogHandler(journal: journal, substitute: LineLogHandler()) }
        logger[metadataKey: "camera"] = "gate"
        logger.error("camera lost", metadata: ["alert": "01ABC", "reason": "timed out"])
        let entry = try #require(journald.receive())
        #expect(
            entry.split(separator: "\n") == [
                "MESSAGE=camera lost alert=01ABC camera=gate reason=\"timed out\"", "PRIORITY=3",
                "SYSLOG_IDENTIFIER=neurond", "NEUROND_ALERT=01ABC", "NEUROND_CAMERA=gate", "NEUROND_REASON=timed out",
            ]
        )
    }

    @Test func `what is too long for a datagram goes as a file`() throws {
        let journald = try SystemdSocket(folder.file("journal"))
        let journal = try Journal(path: journald.name)
        var entry = JournalEntry()
        entry.add("MESSAGE", String(repeating: "x", count: 3 << 20))
        #expect(journal.keep(entry))
        #expect(journald.receiveFile() == entry.bytes)
    }

    @Test func `a journal that hangs is waited for shortly, and what it missed is counted`() throws {
        let journald = try SystemdSocket(folder.file("journal"))
        let journal = try Journal(path: journald.name)
        var entry = JournalEntry()
        entry.add("MESSAGE", "x")
        // As many as the system lets wait, and some more.
        let kept = (0..<600).prefix { _ in journal.keep(entry) && !Self.isFull(journald.name) }.count
        #expect(kept < 600)
        let started = SystemClock().monotonicNow()
        #expect(journal.keep(entry))
        #expect(SystemClock().monotonicNow() - started < .seconds(5))
        while journald.receive(within: 0) != nil {}
        #expect(journal.keep(entry))
        #expect(journald.receive()?.contains("NEUROND_LEFT_OUT=") == true)
    }

    @Test func `without a journal the line goes elsewhere`() throws {
        let journal = try Journal(path: folder.file("nobody"))
        #expect(!journal.keep(JournalEntry()))
        #expect(Journal.ours(environment: [:]) == nil)
        #expect(Journal.ours(environment: ["JOURNAL_STREAM": "0:0"]) == nil)
    }

    private static func isFull(_ name: String) -> Bool {
        guard let probe = try? DatagramSocket(to: name, patience: .milliseconds(1)) else { return true }
        return (try? probe.send([0x0a])) == nil
    }
}
