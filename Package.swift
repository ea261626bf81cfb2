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
        .target(name: "NeuronSampling", dependencies: ["NeuronCore"], swiftSettings: strict),
        .target(
            name: "NeuronIncidents",
            dependencies: ["NeuronCore", .product(name: "Crypto", package: "swift-crypto")],
            resources: [.embedInCode("Schema/alert.v1.schema.json")],
            swiftSettings: strict
        ),
        .testTarget(name: "NeuronCoreTests", dependencies: ["NeuronCore"], swiftSettings: strict),
        .testTarget(
            name: "NeuronSamplingTests",
            dependencies: ["NeuronSampling", "NeuronCore"],
            swiftSettings: strict
        ),
        .target(
            name: "NeuronTestSupport",
            dependencies: ["NeuronIncidents"],
            path: "Tests/NeuronTestSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "NeuronIncidentsTests",
            dependencies: ["NeuronIncidents", "NeuronCore", "NeuronTestSupport"],

        .target(
            name: "NeuronConfiguration",
            dependencies: ["NeuronCore", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "NeuronConfigurationTests",
            dependencies: ["NeuronConfiguration", "NeuronCore"],
            swiftSettings: strict
        ),
    ]
        .target(
            name: "CVisionKernels",
            // foreach_target.h includes the kernels' own file again for each instruction set, by its name.
            cxxSettings: [.headerSearchPath(".")],
            linkerSettings: [.linkedLibrary("hwy")]
        ),
        .target(name: "NeuronVision", dependencies: ["CVisionKernels", "NeuronCore"], swiftSettings: strict),
        .testTarget(
            name: "NeuronVisionTests",
            dependencies: ["CVisionKernels", "NeuronCore", "NeuronVision"],
            exclude: ["Vectors"],
            swiftSettings: strict
        ),
        .testTarget(name: "NeuronCoreTests", dependencies: ["NeuronCore"], swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
