package import NeuronCore

/// One event in the CloudEvents 1.0 shape, as it stands on every wire and in every file.
///
/// Field names are the contract (`neurond schema alert`); a change of meaning needs another version in `type`.
package struct CloudEvent<Payload: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
    package var specversion = "1.0"
    package var id: String
    package var source: String
    package var type: String
    package var subject: String
    package var time: String
    package var recordedtime: String
    package var expirytime: String
    package var datacontenttype = "application/json"
    package var dataschema = AlertSchema.id
    package var partitionkey: String
    package var sequence: String
    package var correlationid: String
    package var severitytext: String
    package var severitynumber: Int
    package var data: Payload
}

/// An event of an alert.
package typealias AlertEvent = CloudEvent<AlertData>

/// The `data` of an alert event.
package struct AlertData: Codable, Sendable, Hashable {
    package var alert: AlertBlock
    package var sensor: SensorBlock
    package var onvif: OnvifBlock
    package var frame: FrameBlock?
    package var motion: MotionBlock?
    package var camera: CameraBlock?
    package var load: LoadBlock?
    package var tamper: TamperBlock?
    package var plate: PlateBlock?
    package var why: WhyBlock?
    package var objects: [ObjectBlock] = []
    package var media: [MediaBlock] = []
    /// What is to be known of `media`; absent where nothing is missing and there is no clip.
    package var evidence: EvidenceBlock?
}

/// Which alert an event belongs to, and where in its life it stands; CAP 1.2 words where there are any.
package struct AlertBlock: Codable, Sendable, Hashable {
    package var id: String
    package var dedupKey: String
    package var kind: String
    package var phase: String
    package var condition: String
    /// The camera knows nothing of operators: what they did stands in the alert's document.
    package var workflow = "open"
    package var revision: Int
    package var startedAt: String
    @ExplicitNull package var endedAt: String?
    package var endReason: EndReason?
    package var status = "Actual"
    package var msgType: String
    package var category = "Security"
    package var urgency: String
    package var severity: String
    package var certainty: String
    /// When it climbs; nil for an alert of one event.
    package var policy: PolicyBlock?
}

/// Which camera an event comes from, whose it is and where it stands; what is not known is absent.
package struct SensorBlock: Codable, Sendable, Hashable {
    package var id: String
    package var name: String
    package var videoSource: String
    package var path: Path
    package var gbId: String?
    package var owner: String?
    package var address: String?
    package var lat: Double?
    package var lon: Double?

    /// The levels above the camera.
    package struct Path: Codable, Sendable, Hashable {
        package var district: String
        package var street: String
        package var community: String
        package var grid: String
    }
}

/// The same event in ONVIF's words.
package struct OnvifBlock: Codable, Sendable, Hashable {
    package var topic: String
    package var source: [String: String]
    package var data: OnvifData
}

/// What ONVIF puts into a message's data: a state, or the classes of the objects in view.
package struct OnvifData: Codable, Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package var state: Bool?
    package var classTypes: String?

    private enum CodingKeys: String, CodingKey {
        case state = "State"
        case classTypes = "ClassTypes"
    }

    /// Makes the data of objects.
    package init(classTypes: String) { self.classTypes = classTypes }

    /// Makes the data of a state: `["State": true]`.
    package init(dictionaryLiteral elements: (String, Bool)...) {
        state = elements.first { $0.0 == CodingKeys.state.rawValue }?.1
    }
}

/// The picture that shows it.
package struct FrameBlock: Codable, Sendable, Hashable {
    package var utcTime: String
    /// Ticks of `timebase` since the stream's first picture.
    package var pts: Int64
    package var timebase = "1/1000000000"
    package var width: Int
    package var height: Int
    package var clock: ClockSource
    /// How far `utcTime` may be off: by `arrival` what the network holds up pictures by at times and what is still followed, by
    /// `sender` how far both clocks are apart; absent in a replay and before it is known.
    package var clockErrorMs: Int64?
    /// `sub` where the picture is of the camera's small stream, and sizes and boxes belong to that; absent for its only one.
    package var stream: String?
}

/// What moved.
package struct MotionBlock: Codable, Sendable, Hashable {
    package var rule: String
    package var areaFraction: Double
    package var score: Double
    package var peakScore: Double
    package var boundingBox: OnvifBox?
    package var box: [Int]?
    package var updates: Int
    package var durationMs: Int64
    package var frames: Int
}

/// A plate that was sighted; `objects` says where.
package struct PlateBlock: Codable, Sendable, Hashable {
    /// Nothing here reads plates; a reader behind the alert may.
    package var read = false
    /// That of the picture in `frame`.
    package var score: Double
    /// The highest of all pictures.
    package var peakScore: Double
    package var sharpness: Double
    package var pictures: Int
    package var durationMs: Int64
}

/// What is known of a camera that was lost.
package struct CameraBlock: Codable, Sendable, Hashable {
    package var reason: String
    @ExplicitNull package var lastFrameAt: String?
    package var attempts: Int
    package var downMs: Int64
}

/// How a camera fares whose pictures the box cannot all decode.
package struct LoadBlock: Codable, Sendable, Hashable {
    /// What it is looked at by while this lasts.
    package var sampling = "keyframes"
    /// How long its oldest packet had waited when it fell back.
    package var lagMs: Int64
    package var priority: Int
    package var degradedMs: Int64
}

/// How the picture was tampered with.
package struct TamperBlock: Codable, Sendable, Hashable {
    package var mode: TamperMode
    package var score: Double
    package var threshold: Double
    package var peakScore: Double
    /// From its beginning to the latest look that showed it.
    package var heldMs: Int64
    /// Looks that showed it.
    package var looks: Int
}

/// Why the alert fired: each gate's measured value beside its limit, and which settings and detector said so.
package struct WhyBlock: Codable, Sendable, Hashable {
    package var zone: String?
    /// The light that the camera saw in: its limits may depend on it.
    package var light: Daylight?
    package var gates: [GateReading]
    package var configuration: String
    package var detector: String
}

/// An object in the picture, a plate region for example.
package struct ObjectBlock: Codable, Sendable, Hashable {
    package var objectId: Int
    package var `class`: String
    package var likelihood: Double
    package var boundingBox: OnvifBox
    package var box: [Int]
}

/// A picture or a clip that belongs to the alert.
package struct MediaBlock: Codable, Sendable, Hashable {
    package var rel: String
    package var href: String
    package var mediaType: String
    package var sha256: String
    package var bytes: Int
}

extension MediaBlock {
    init(_ media: AlertMedia, linkBase: String) {
        rel = media.role.rawValue
        href = linkBase + media.name
        mediaType = media.mediaType
        sha256 = media.sha256
        bytes = media.byteCount
    }
}

/// What an alert's clips show, and which evidence is missing.
package struct EvidenceBlock: Codable, Sendable, Hashable {
    /// The first and the last picture of the clips.
    package var from: String?
    package var to: String?
    /// True where the alert lasted longer than a clip may, and the clip ends before it.
    package var cut: Bool?
    package var missing: [MissingBlock]?

    init?(_ evidence: AlertEvidence) {
        guard evidence.span != nil || !evidence.missing.isEmpty else { return nil }
        from = evidence.span?.start.description
        to = evidence.span?.end.description
        cut = evidence.span?.isCut == true ? true : nil
        let missing = evidence.missing.map { MissingBlock(rel: $0.role.rawValue, reason: $0.reason.rawValue) }
        self.missing = missing.isEmpty ? nil : missing
    }

    /// A file that should be there, and why it is not.
    package struct MissingBlock: Codable, Sendable, Hashable {
        package var rel: String
        package var reason: String
    }
}

/// A box in ONVIF's coordinates: -1 to 1 in both directions, y up.
package struct OnvifBox: Codable, Sendable, Hashable {
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double

    /// A pixel box of a picture, rounded to four decimals.
    package init(_ box: PixelBox, of size: FrameSize) {
        left = rounded(2 * Double(box.left) / Double(size.width) - 1)
        right = rounded(2 * Double(box.right) / Double(size.width) - 1)
        top = rounded(1 - 2 * Double(box.top) / Double(size.height))
        bottom = rounded(1 - 2 * Double(box.bottom) / Double(size.height))
    }
}

/// A value that is written as `null` where there is none, so that an alert's shape does not depend on its content.
@propertyWrapper
package struct ExplicitNull<Value: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
    package var wrappedValue: Value?

    package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}

/// Four decimals are a thousandth of a pixel's width at 4K: what is left over is noise of the division.
func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
