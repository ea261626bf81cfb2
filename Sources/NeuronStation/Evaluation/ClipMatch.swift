package import NeuronCore

/// What became of a clip's events, and which of its alerts were true.
///
/// An alert is true if it starts from a little before to a little after an event; an event is found if such an alert
/// exists. A detector that is stuck on therefore gets neither precision nor recall: its one alert starts at no event.
package struct ClipMatch: Sendable, Hashable {
    /// The labelled events, near ones merged, in order.
    package var events: [Event]
    /// In the order of their start.
    package var alerts: [Alert]
    /// What was played of the clip.
    package var length: TimeSpan
    /// The time in which no alert should be open: neither an event nor what follows it.
    package var quiet: TimeSpan
    /// How much of the quiet time an alert was open.
    package var falseAlarm: TimeSpan
    /// The labels' boxes of events that were found.
    package var boxes: Int
    /// How many of these were met by what moved at their time.
    package var locatedBoxes: Int

    /// One event and the first alert that tells it.
    package struct Event: Sendable, Hashable {
        package var interval: ClipInterval
        package var alert: ToldAlert?

        package var isFound: Bool { alert != nil }
    }

    /// One alert and the verdict on it.
    package struct Alert: Sendable, Hashable {
        package var alert: ToldAlert
        package var isTrue: Bool
    }

    /// Further from a label's box in time than this, what moved is not compared with it.
    private static let boxReach = TimeSpan.milliseconds(500)

    /// Judges a clip's alerts by its labels.
    ///
    /// - Parameters:
    ///   - labels: the events, in any order, overlapping or not.
    ///   - alerts: those of the kind that the labels are about.
    ///   - sightings: what moved, in the order of time; only needed where labels have boxes.
    ///   - length: what was played of the clip.
    ///   - rule: the tolerances.
    package init(
        _ labels: [LabelledEvent],
        alerts: [ToldAlert],
        sightings: [Sighting] = [],
        length: TimeSpan,
        rule: MatchRule = MatchRule()
    ) {
        let merged = labels.map(\.interval).merged(closerThan: rule.mergeGap)
        let windows = merged.map { $0.widened(before: rule.early, after: rule.late) }
        let inOrder = alerts.sorted {
            (rule.start(of: $0), $0.told, $0.rule) < (rule.start(of: $1), $1.told, $1.rule)
        }
        self.length = length
        self.alerts = inOrder.map { alert in
            Alert(alert: alert, isTrue: windows.contains { $0.contains(rule.start(of: alert)) })
        }
        events = zip(merged, windows).map { event, window in
            let telling = inOrder.filter { window.contains(rule.start(of: $0)) }
            return Event(interval: event, alert: telling.min { $0.told < $1.told })
        }
        let whole = ClipInterval(from: .zero, to: .zero + length)
        let quiet = merged.map { $0.widened(before: rule.early, after: rule.late + rule.hold) }.merged().gaps(in: whole)
        let open = alerts.map(\.interval).merged()
        self.quiet = quiet.totalLength
        falseAlarm = quiet.reduce(.zero) { sum, gap in sum + open.compactMap { $0.cut(to: gap) }.totalLength }
        let found = events.filter(\.isFound).map(\.interval)
        let boxed = labels.filter { label in label.box != nil && found.contains { $0.contains(label.interval.middle) } }
        boxes = boxed.count
        locatedBoxes = boxed.count { Self.isLocated($0, by: sightings) }
    }

    /// Whether the picture next to the middle of a label's time shows motion where its box is.
    private static func isLocated(_ label: LabelledEvent, by sightings: [Sighting]) -> Bool {
        let time = label.interval.middle
        let distance = { (sighting: Sighting) in max(sighting.time - time, time - sighting.time) }
        guard let nearest = sightings.map(distance).min(), nearest <= boxReach else { return false }
        return sightings.contains { distance($0) == nearest && label.box?.isMet(by: $0.box) == true }
    }
}
