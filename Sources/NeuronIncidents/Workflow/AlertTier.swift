/// The desks that an alert climbs while nobody deals with it: from the grid's own to the district's.
package enum AlertTier: String, Codable, Sendable, Hashable, CaseIterable, Comparable {
    case grid
    case community
    case street
    case district

    /// The desk above; nil at the top.
    package var next: AlertTier? {
        switch self {
        case .grid: .community
        case .community: .street
        case .street: .district
        case .district: nil
        }
    }

    package static func < (a: AlertTier, b: AlertTier) -> Bool { a.height < b.height }

    private var height: Int {
        switch self {
        case .grid: 0
        case .community: 1
        case .street: 2
        case .district: 3
        }
    }

    /// The levels of a subject `district/street/community/grid/sensor` that a desk of this tier answers for, from the top.
    package func prefix(of subject: String) -> [Substring] {
        Array(subject.split(separator: "/", omittingEmptySubsequences: false).prefix(4 - height))
    }
}
