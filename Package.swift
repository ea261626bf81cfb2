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

/// Without optimisation a test that draws a minute of pictures and looks at them takes minutes.
let alwaysFast: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// C libraries and C++ kernels; each has one Swift room that imports it.
let native: [Target] = [
    .target(name: "CLinux"),
    .systemLibrary(
        name: "CFFmpeg",
        pkgConfig: "libavformat libavcodec libavutil libswscale",
        providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"])]
    ),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CV4L2", linkerSettings: [.linkedLibrary("v4l2")]),
    .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
    .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    .target(
        name: "CVisionKernels",
        // foreach_target.h includes the kernels' own file again for each instruction set, by its name.
        cxxSettings: [.headerSearchPath("."), .unsafeFlags(["-O2"], .when(configuration: .debug))],
        linkerSettings: [.linkedLibrary("hwy")]
    ),
]

/// What the console serves as it is; its page is listed in Sources/NeuronConsole/Server/PageAssets.swift too.
let consoleFiles = ["OpenAPI/openapi.json", "Page"]

/// The rooms of docs/design.md: a star, in which siblings never import each other.
let rooms: [Target] = [
    .target(name: "NeuronCore", dependencies: ["CCrypto", "CLinux"], swiftSettings: strict),
    .target(name: "NeuronMedia", dependencies: ["CFFmpeg", "CV4L2", "NeuronCore"], swiftSettings: strict),
    .target(name: "NeuronSampling", dependencies: ["NeuronCore"], swiftSettings: strict),
    .target(
        name: "NeuronVision",
        dependencies: ["CVisionKernels", "NeuronCore"],
        // CVisionKernels embeds the weights.
        exclude: ["Plates/plates.weights", "Plates/plates.weights.sha256"],
        swiftSettings: strict + alwaysFast
    ),
    .target(
        name: "NeuronIncidents",
        dependencies: ["NeuronCore"],
        resources: ["alert", "command", "feedback", "result"].map { .embedInCode("Schema/\($0).v1.schema.json") },
        swiftSettings: strict
    ),
    .target(name: "NeuronEvidence", dependencies: ["NeuronCore"], swiftSettings: strict),
    .target(name: "NeuronOutbox", dependencies: ["NeuronCore", grdb], swiftSettings: strict),
    .target(name: "NeuronBus", dependencies: ["CMosquitto", "CNATS", "NeuronCore"], swiftSettings: strict),
    .target(
        name: "NeuronConsole",
        dependencies: ["NeuronCore", hummingbird, lifecycle, logging],
        resources: consoleFiles.map { .embedInCode($0) },
        swiftSettings: strict
    ),
    .target(name: "NeuronConfiguration", dependencies: ["NeuronCore", yams], swiftSettings: strict),
    .target(
        name: "NeuronStation",
        dependencies: [
            "NeuronBus", "NeuronConfiguration", "NeuronConsole", "NeuronCore", "NeuronEvidence", "NeuronIncidents",
            "NeuronMedia", "NeuronOutbox", "NeuronSampling", "NeuronVision", lifecycle, logging,
        ],
        swiftSettings: strict
    ),
    .executableTarget(
        name: "neurond",
        dependencies: [
            "NeuronConfiguration", "NeuronCore", "NeuronIncidents", "NeuronMedia", "NeuronOutbox", "NeuronSampling",
            "NeuronStation", "NeuronVision", argumentParser, logging,
        ],
        swiftSettings: strict
    ),
]

/// The tests of one room, which has the same name without `Tests`.
func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    exclude: [String] = [],
    more settings: [SwiftSetting] = []
) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict + settings)
}

let suites: [Target] = [
    .target(
        name: "NeuronTestSupport",
        dependencies: ["NeuronCore", "NeuronIncidents"],
        path: "Tests/NeuronTestSupport",
        swiftSettings: strict
    ),
    tests("NeuronCoreTests", ["NeuronCore"]),
    tests("NeuronSamplingTests", ["NeuronCore", "NeuronSampling"]),
    tests("NeuronMediaTests", ["CFFmpeg", "NeuronCore", "NeuronMedia", "NeuronTestSupport"]),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    tests(
        "NeuronVisionTests",
        ["CAllocationCounter", "CVisionKernels", "NeuronCore", "NeuronVision"],
        exclude: ["Plates/plates-vector.bin", "Vectors"],
        more: alwaysFast
    ),
    .executableTarget(
        name: "quiet-stream-probe",
        dependencies: ["NeuronVision"],
        path: "Tests/QuietStreamProbe",
        swiftSettings: strict
    ),
    tests("NeuronIncidentsTests", ["NeuronCore", "NeuronIncidents", "NeuronTestSupport"]),
    tests("NeuronConfigurationTests", ["NeuronConfiguration", "NeuronCore"]),
    tests(
        "NeuronEvidenceTests",
        ["NeuronCore", "NeuronEvidence", "NeuronTestSupport", "evidence-crash-probe"]
    ),
    .executableTarget(
        name: "evidence-crash-probe",
        dependencies: ["NeuronCore", "NeuronEvidence"],
        path: "Tests/EvidenceCrashProbe",
        swiftSettings: strict
    ),
    tests("NeuronConsoleTests", ["NeuronConsole", "NeuronCore", "NeuronTestSupport", hummingbird, lifecycle, logging]),
    tests("NeuronBusTests", ["NeuronBus", "NeuronConfiguration", "NeuronCore", "NeuronTestSupport"]),
    .executableTarget(
        name: "mqtt-probe",
        dependencies: ["NeuronBus", "NeuronCore"],
        path: "Tests/MQTTProbe",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "outbox-crash-probe",
        dependencies: ["NeuronBus", "NeuronCore", "NeuronOutbox"],
        path: "Tests/OutboxCrashProbe",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "fleet-probe",
        dependencies: ["NeuronBus", "NeuronCore", "NeuronIncidents", "NeuronOutbox"],
        path: "Tests/FleetProbe",
        swiftSettings: strict
    ),
    tests(
        "NeuronOutboxTests",
        ["NeuronBus", "NeuronCore", "NeuronOutbox", "NeuronTestSupport", "outbox-crash-probe", grdb]
    ),
    tests(
        "NeuronStationTests",
        [
            "NeuronBus", "NeuronConfiguration", "NeuronConsole", "NeuronCore", "NeuronEvidence", "NeuronIncidents",
            "NeuronMedia", "NeuronOutbox", "NeuronStation", "NeuronTestSupport", "neurond", lifecycle, logging,
        ]
    ),
]

/// What scripts/sanitize builds: the rooms that cross C, their tests, and what these stand on.
///
/// Station, console and their packages are half of a build.
let nearC: Set = [
    "CAllocationCounter", "NeuronBus", "NeuronBusTests", "NeuronConfiguration", "NeuronCore", "NeuronCoreTests",
    "NeuronIncidents", "NeuronMedia", "NeuronMediaTests", "NeuronOutbox", "NeuronOutboxTests", "NeuronTestSupport",
    "NeuronVision", "NeuronVisionTests", "outbox-crash-probe",
]
let isNearC = Context.environment["NEURON_NEAR_C"] != nil

let package = Package(
    name: "neurond",
    products: isNearC ? [] : [.executable(name: "neurond", targets: ["neurond"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: native + (rooms + suites).filter { !isNearC || nearC.contains($0.name) },
    cxxLanguageStandard: .cxx17
)
