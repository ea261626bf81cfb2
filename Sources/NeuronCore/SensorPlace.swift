/// Whose a camera is and where it stands, beyond its site: each as far as somebody said so.
package struct SensorPlace: Sendable, Hashable {
    package var owner: OwnerClass?
    /// The standard address, as people write it.
    package var address: String?
    package var position: GeoPosition?
    /// The camera's GB/T 28181 id, 20 digits.
    package var gbID: String?

    /// Makes a place; without arguments one of which nothing is known.
    package init(
        owner: OwnerClass? = nil,
        address: String? = nil,
        position: GeoPosition? = nil,
        gbID: String? = nil
    ) {
        self.owner = owner
        self.address = address
        self.position = position
        self.gbID = gbID
    }
}

/// Who runs a camera, and so who may look: the authorities, the village or neighbourhood, or one home.
package enum OwnerClass: String, Sendable, Hashable, CaseIterable {
    case `public`
    case village
    case household
}

/// A point on the earth in degrees of WGS 84.
package struct GeoPosition: Sendable, Hashable {
    /// North is positive, -90 to 90.
    package var latitude: Double
    /// East is positive, -180 to 180.
    package var longitude: Double

    /// Makes a position; the caller has checked the ranges.
    package init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }
}
