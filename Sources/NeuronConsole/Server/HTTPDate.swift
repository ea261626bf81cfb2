import NeuronCore

/// Times as HTTP's headers have them: `Sat, 21 Nov 2026 08:00:00 GMT`.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A time, cut to seconds.
    static func text(_ time: WallTime) -> String {
        let iso = Array("\(time)")
        let day = Int((time.milliseconds / 86_400_000) % 7)
        let month = Int(String(iso[5..<7])).map { months[($0 - 1) % 12] } ?? "Jan"
        return "\(days[max(0, day)]), \(String(iso[8..<10])) \(month) \(String(iso[0..<4])) \(String(iso[11..<19])) GMT"
    }
}
