/// One metric with all its series, as Prometheus reads it.
package struct MetricFamily: Sendable {
    package let name: String
    package let kind: Kind
    /// One sentence, for the scrape and for docs/metrics.md.
    package let help: String
    /// The names of its labels, in the order of each sample's values.
    package let labels: [String]
    let samples: @Sendable (MetricSource) -> [MetricSample]

    /// What its values do.
    package enum Kind: String, Sendable, Hashable {
        /// Only rises, but for a restart.
        case counter
        case gauge
    }

    init(
        _ kind: Kind,
        _ name: String,
        _ help: String,
        _ labels: [String] = [],
        _ samples: @escaping @Sendable (MetricSource) -> [MetricSample]
    ) {
        self.kind = kind
        self.name = name
        self.help = help
        self.labels = labels
        self.samples = samples
    }
}

/// One series' value.
package struct MetricSample: Sendable, Hashable {
    /// The values of the family's labels.
    package var labels: [String]
    package var value: Double

    /// Makes a sample.
    package init(_ labels: [String] = [], _ value: Double) {
        self.labels = labels
        self.value = value
    }

    /// Makes a sample of a count.
    package init(_ labels: [String] = [], _ value: some BinaryInteger) { self.init(labels, Double(value)) }
}

/// What metrics are made of.
package struct MetricSource: Sendable {
    package var figures: ConsoleFigures
    package var server: ServerFigures

    /// Makes a source.
    package init(figures: ConsoleFigures, server: ServerFigures = ServerFigures()) {
        self.figures = figures
        self.server = server
    }
}

/// What the console has served.
package struct ServerFigures: Sendable, Hashable {
    package var connections = 0
    package var evicted: UInt64 = 0
    package var stalled: UInt64 = 0
    package var eventStreams = 0
    package var pictureStreams = 0
    package var wrongTokens: UInt64 = 0
    /// Answers by the hundreds of their status.
    package var answers: [Int: UInt64] = [:]

    /// Nothing served yet.
    package init() {}
}

/// Writes the text format 0.0.4 of Prometheus.
package enum MetricsText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Families with their samples; a family without any is left out.
    package static func encode(_ families: [MetricFamily], _ source: MetricSource) -> [UInt8] {
        var text: [UInt8] = []
        for family in families {
            let samples = family.samples(source)
            guard !samples.isEmpty else { continue }
            text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n".utf8
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n".utf8
            for sample in samples { text += line(family, sample).utf8 }
        }
        return text
    }

    private static func line(_ family: MetricFamily, _ sample: MetricSample) -> String {
        guard !family.labels.isEmpty else { return "\(family.name) \(number(sample.value))\n" }
        let labels = zip(family.labels, sample.labels).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
        return "\(family.name){\(labels.joined(separator: ","))} \(number(sample.value))\n"
    }

    /// A backslash, a line end and in labels a quote; other control characters break no line.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isFinite else { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }
}
