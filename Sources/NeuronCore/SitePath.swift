/// Where a camera stands in the hierarchy district, street, community, grid.
///
/// Each level is a topic token; a level that is not known is `_`, so that a topic has always the same depth.
package struct SitePath: Hashable, Sendable {
    package var district: String
    package var street: String
    package var community: String
    package var grid: String

    /// Makes a path of four valid tokens; the caller has validated them.
    package init(district: String = "_", street: String = "_", community: String = "_", grid: String = "_") {
        self.district = district
        self.street = street
        self.community = community
        self.grid = grid
    }

    /// The path with a camera's name at its end, `d310104/s005/c012/g031/cam0042`: an alert's `subject`.
    package func subject(of sensor: SensorID) -> String {
        "\(district)/\(street)/\(community)/\(grid)/\(sensor)"
    }
}
