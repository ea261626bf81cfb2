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

        .systemLibrary(
            name: "CFFmpeg",
            pkgConfig: "libavformat libavcodec libavutil libswscale",
            providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"])]
        ),
        .target(name: "NeuronMedia", dependencies: ["CFFmpeg", "NeuronCore"], swiftSettings: strict),
        .target(
            name: "NeuronTestSupport",
            dependencies: ["NeuronCore"],
            path: "Tests/NeuronTestSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "NeuronMediaTests",
            dependencies: ["NeuronCore", "NeuronMedia", "NeuronTestSupport"],
            swiftSettings: strict
        ),
    ]
)
