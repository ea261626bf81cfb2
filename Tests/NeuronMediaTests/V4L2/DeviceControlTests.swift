import Testing

@testable import NeuronMedia

@Suite struct DeviceControlTests {
    private let controls = [
        DeviceControl(name: "brightness", minimum: 0, maximum: 255, step: 5),
        DeviceControl(name: "white_balance_automatic", kind: .boolean, minimum: 0, maximum: 1),
        DeviceControl(
            name: "power_line_frequency",
            kind: .menu,
            minimum: 0,
            maximum: 2,
            menu: [
                DeviceControl.MenuItem(value: 0, name: "Disabled"), DeviceControl.MenuItem(value: 1, name: "50 Hz"),
                DeviceControl.MenuItem(value: 2, name: "60 Hz"),
            ]
        ),
        DeviceControl(
            name: "link_frequency",
            kind: .menu,
            minimum: 0,
            maximum: 2,
            menu: [
                DeviceControl.MenuItem(value: 0, name: "400000000"), DeviceControl.MenuItem(value: 1, name: "2"),
                DeviceControl.MenuItem(value: 2, name: "-5"),
            ]
        ),
        DeviceControl(name: "auto_exposure", aliases: ["exposure_auto"], minimum: 0, maximum: 3),
        DeviceControl(name: "flags", kind: .bitmask, minimum: 0, maximum: 0b1011),
        DeviceControl(name: "temperature", minimum: -100, maximum: 100, isReadOnly: true),
        DeviceControl(name: "offset", minimum: .min, maximum: .max, step: 1),
    ]

    private func value(_ name: String, _ text: String) throws -> Int64 {
        try DeviceControl.named(name, in: controls).number(of: text)
    }

    @Test(
        arguments: [
            ("brightness", "0", 0), ("brightness", "255", 255), ("white_balance_automatic", "true", 1),
            ("white_balance_automatic", "0", 0), ("power_line_frequency", "1", 1), ("power_line_frequency", "60 Hz", 2),
            ("power_line_frequency", "60hz", nil), ("power_line_frequency", "disabled", 0), ("exposure_auto", "3", 3),
            ("flags", "9", 9), ("offset", "-9223372036854775808", .min), ("brightness", "256", nil),
            ("link_frequency", "400000000", 0), ("link_frequency", "2", 2), ("link_frequency", "1", 1),
            ("link_frequency", "3", nil), ("brightness", "-5", nil),
            ("brightness", "3", nil), ("brightness", "bright", nil), ("brightness", "true", nil),
            ("brightness", "", nil),
            ("white_balance_automatic", "2", nil), ("power_line_frequency", "3", nil), ("flags", "4", nil),
            ("flags", "-1", nil), ("temperature", "1", nil),
        ] as [(String, String, Int64?)]
    )
    func `a value is taken where the control can have it`(name: String, text: String, expected: Int64?) {
        #expect((try? value(name, text)) == expected)
    }

    @Test func `what is not possible is said with what is`() {
        let error = #expect(throws: DeviceControl.Refusal.self) { try value("power_line_frequency", "55 Hz") }
        #expect(
            error?.reason
                == "`55 Hz` is no value of the control power_line_frequency (0 Disabled, 1 50 Hz, 2 60 Hz)"
        )
        let step = #expect(throws: DeviceControl.Refusal.self) { try value("brightness", "7") }
        #expect(step?.reason == "`7` is no value of the control brightness (0 to 255 in steps of 5)")
    }

    @Test func `a control that is not there is refused with those that can be set`() {
        let error = #expect(throws: DeviceControl.Refusal.self) { try value("zoom", "1") }
        #expect(
            error?.reason.hasPrefix("there is no control `zoom`: it has brightness (0 to 255 in steps of 5), ") == true
        )
        #expect(error?.reason.contains("temperature") == false)
        let none = #expect(throws: DeviceControl.Refusal.self) { try DeviceControl.named("zoom", in: []) }
        #expect(none?.reason == "there is no control `zoom`: it has none that can be set")
    }

    @Test(arguments: [
        ("Exposure, Auto", "exposure_auto"), ("White Balance Temperature", "white_balance_temperature"),
        ("  50 Hz ", "50_hz"), ("Pan (Absolute)", "pan_absolute"), ("", ""),
    ])
    func `a driver's name becomes a key`(name: String, key: String) {
        #expect(DeviceControl.key(of: name) == key)
    }
}
