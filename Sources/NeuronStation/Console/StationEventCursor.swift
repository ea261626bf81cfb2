import NeuronConsole
import NeuronCore
import NeuronIncidents
import NeuronOutbox

/// One follower's place: in the outbox by a row, at the desk by a count, and among cameras by what it was last told of each.
///
/// It asks and is not told: a follower that is slow holds nothing but its own place.
struct StationEventCursor: ConsoleEventCursor {
    private let feed: StationFeed
    private var row: Int64
    private var isAtEnd = false
    private var changes: Int
    /// Whether changes were missed: who begins anew asks for the alerts as they are.
    private var hasGap = false
    private var told: [SensorID: String] = [:]
    /// When it looked at the cameras last.
    private var looked: MonotonicTime?
    private let bell: FollowerBell

    init(_ feed: StationFeed, after row: Int64) {
        self.feed = feed
        self.row = row
        changes = feed.desk.news.count
        bell = FollowerBell(feed.outbox.deliverySignals(), every: .seconds(1))
    }

    mutating func next() async throws -> [ConsoleEvent]? {
        if hasGap { return nil }
        if isAtEnd, await !bell.wait() { return nil }
        let events = try await committed()
        return events + workflow() + (try await cameras())
    }

    private mutating func committed() async throws -> [ConsoleEvent] {
        let (alerts, next) = try await feed.outbox.committed(after: row)
        isAtEnd = next == nil
        if let last = next ?? alerts.last?.row { row = max(row, last) }
        return alerts.map { .alert(row: $0.row, line: $0.body) }
    }

    private mutating func workflow() -> [ConsoleEvent] {
        let news = feed.desk.news.changes(after: changes)
        (changes, hasGap) = (news.count, news.hasGap)
        return news.documents.map { .workflow($0.encoded) }
    }

    /// A burst of commits is no reason to look at all cameras again and again; a little less than what the bell waits.
    private static let cameraInterval = TimeSpan.milliseconds(900)

    /// Cameras that are not as they were when they were told of; at first all are known from elsewhere.
    private mutating func cameras() async throws -> [ConsoleEvent] {
        let (now, hasLooked) = (feed.clock.monotonicNow(), looked != nil)
        guard isAtEnd, looked.map({ now - $0 >= Self.cameraInterval }) ?? true else { return [] }
        looked = now
        return try await feed.cameras().compactMap { camera in
            let news = camera.news
            guard told.updateValue(news, forKey: camera.id) != news, hasLooked else { return nil }
            return .camera(camera)
        }
    }
}
