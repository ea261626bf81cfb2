package import NeuronCore

extension WallTime: Codable {
    /// Reads RFC 3339.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = WallTime(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no RFC 3339 time")
        }
        self = time
    }

    /// Writes RFC 3339 in UTC with milliseconds; what is finer is lost.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The time as it is written: cut to milliseconds.
    package var wholeMilliseconds: WallTime { WallTime(nanoseconds: milliseconds * 1_000_000) }
}

extension TimeSpan: Codable {
    /// Reads milliseconds.
    package init(from decoder: any Decoder) throws {
        self = .milliseconds(try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Writes milliseconds; what is finer is lost.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}
