// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: language mode 6, warnings are errors, imports are internal unless said otherwise.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

let package = Package(
    name: "neurond",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CLinux"),
        .target(name: "NeuronCore", dependencies: ["CLinux"], swiftSettings: strict),
        .testTarget(name: "NeuronCoreTests", dependencies: ["NeuronCore"], swiftSettings: strict),

        .target(
            name: "NeuronOutbox",
            dependencies: ["NeuronCore", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict
        ),
        .target(name: "NeuronBus", dependencies: ["NeuronCore"], swiftSettings: strict),
        .executableTarget(
            name: "outbox-crash-probe",
            dependencies: ["NeuronCore", "NeuronOutbox", "NeuronBus"],
            path: "Tests/OutboxCrashProbe",
            swiftSettings: strict
        ),
        .testTarget(
            name: "NeuronOutboxTests",
            dependencies: [
                "NeuronCore", "NeuronOutbox", "NeuronBus", "outbox-crash-probe",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "NeuronBusTests", dependencies: ["NeuronCore", "NeuronBus"], swiftSettings: strict),
    ]
)
