package import NeuronCore

/// What happened in the course of a day, in bins of five minutes.
package struct ActivityDay: Sendable {
    /// Midnight in UTC.
    package var day: WallTime
    package var cameras: [Camera]

    package static let minutesPerBin = 5
    package static let bins = 288

    /// One camera's day.
    package struct Camera: Sendable, Hashable {
        package var id: String
        package var motionSeconds: [Double]
        /// Alerts that began, of any kind.
        package var alerts: [Int]
        /// Time for which nobody looked: the stream was away, or something could have come and gone unseen.
        package var blindSeconds: [Double]
        /// Time for which somebody looked.
        ///
        /// What is neither watched nor blind is not known: no daemon ran, it has not told yet, or it is forgotten.
        package var watchedSeconds: [Double]

        /// Makes a day of nothing.
        package init(id: String) {
            self.id = id
            motionSeconds = Array(repeating: 0, count: ActivityDay.bins)
            alerts = Array(repeating: 0, count: ActivityDay.bins)
            blindSeconds = Array(repeating: 0, count: ActivityDay.bins)
            watchedSeconds = Array(repeating: 0, count: ActivityDay.bins)
        }
    }

    /// Makes a day.
    package init(day: WallTime, cameras: [Camera]) {
        self.day = day
        self.cameras = cameras
    }

    /// `GET /api/v1/activity`.
    package var json: JSONValue {
        [
            "day": .string(String("\(day)".prefix(10))),
            "minutesPerBin": JSONValue(Self.minutesPerBin),
            "cameras": JSONValue(cameras.map(\.json)),
        ]
    }
}

extension ActivityDay.Camera {
    fileprivate var json: JSONValue {
        [
            "id": .string(id),
            "motionSeconds": JSONValue(motionSeconds.map(Self.tenths)),
            "alerts": JSONValue(alerts.map { JSONValue($0) }),
            "blindSeconds": JSONValue(blindSeconds.map(Self.tenths)),
            "watchedSeconds": JSONValue(watchedSeconds.map(Self.tenths)),
        ]
    }

    private static func tenths(_ seconds: Double) -> JSONValue { .number((seconds * 10).rounded() / 10) }
}
