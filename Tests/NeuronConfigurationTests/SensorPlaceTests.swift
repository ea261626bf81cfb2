import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite struct SensorPlaceTests {
    @Test func `a camera says whose it is and where it stands`() throws {
        let lines = """
                owner: village
                address: 12 North Lane, gate
                position: {lat: 31.2304, lon: -121.4737}
                gbId: 34020000001320000001

            """
        let camera = try #require(try configuration(withCamera(lines)).cameras.first)
        let position = GeoPosition(latitude: 31.2304, longitude: -121.4737)
        #expect(
            camera.place
                == SensorPlace(
                    owner: .village,
                    address: "12 North Lane, gate",
                    position: position,
                    gbID: "34020000001320000001"
                )
        )
    }

    @Test func `of a camera that says nothing nothing is known`() throws {
        #expect(try configuration(withCamera("")).cameras.first?.place == SensorPlace())
    }

    @Test(arguments: [
        ("owner: police", "`police` isn't known here; possible are `public`, `village` and `household`."),
        ("gbId: 3402000000132000000", "Here should be 20 digits and nothing else; it has 19."),
        ("gbId: 3402000000132000000x", "Here should be 20 digits and nothing else; it has other characters too."),
        ("gbId: ３４０２００００００１３２００００００１", "Here should be 20 digits and nothing else; it has other characters too."),
        ("position: {lat: 31.2}", "`lon` is missing; every position needs it."),
        (
            "position: {lat: 91, lon: 0}",
            "Here should be degrees from -90 to 90 with a decimal point, such as 31.2304, not `91`."
        ),
        (
            "position: {lat: nan, lon: 0}",
            "Here should be degrees from -90 to 90 with a decimal point, such as 31.2304, not `nan`."
        ),
        ("position: {lat: 1, lng: 2, lon: 2}", "The key `lng` isn't known here. Did you mean `lon`?"),
    ])
    func `what is no place is refused`(line: String, message: String) {
        let found = problems(of: withCamera("    \(line)\n"))
        #expect(found.count == 1 && found[0].hasPrefix("4:") && found[0].hasSuffix(message), "\(found)")
    }

    @Test func `the place changes nothing of what is detected`() throws {
        let plain = try #require(try configuration(withCamera("")).cameras.first)
        let placed = try #require(try configuration(withCamera("    owner: public\n")).cameras.first)
        #expect(plain.canonicalText == placed.canonicalText)
    }
}
