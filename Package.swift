// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is compiled the same way. `InternalImportsByDefault` keeps C and GRDB types from leaking: a module
/// that wants to show an imported type in its interface has to say `package import`.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

/// Pointers are allowed in the targets that wrap a C library or the media path. Everywhere else the compiler refuses them.
let safe = settings + [.strictMemorySafety()]

/// Sample by sample work is some fifty times slower without the optimiser: with it, a debug build can hold calls too.
let fast: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let lifecycleTestKit = Target.Dependency.product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioFoundation = Target.Dependency.product(name: "NIOFoundationCompat", package: "swift-nio")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "trunkline",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "trunkline", targets: ["trunkline"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries, one small target each. The comment names the only target that may import it.
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),  // Digests
        .target(
            name: "CPhoneNumber",  // PhoneNumbers
            cxxSettings: [.unsafeFlags(["-w"])],
            linkerSettings: [.linkedLibrary("phonenumber"), .linkedLibrary("stdc++")]
        ),
        .systemLibrary(
            name: "CSofia",  // CSofiaSIP
            pkgConfig: "sofia-sip-ua",
            providers: [.apt(["libsofia-sip-ua-dev"])]
        ),
        .target(name: "CSofiaSIP", dependencies: ["CSofia"]),  // SIP
        .systemLibrary(name: "CSpandsp", pkgConfig: "spandsp", providers: [.apt(["libspandsp-dev"])]),  // Media
        .target(name: "CMediaSocket"),  // Media
        .target(name: "COpenAPI", exclude: ["openapi.yaml"]),  // WebAPI; the file is embedded by the C compiler
        .target(  // Dashboard; the files are embedded by the C compiler
            name: "CDashboard",
            exclude: ["dashboard.css", "dashboard.js", "forms.js", "icon.svg", "lists.js", "live.js"]
        ),
        .systemLibrary(name: "CFlite", providers: [.apt(["flite1-dev"])]),  // Speech
        .systemLibrary(
            name: "CPocketsphinx",  // Speech
            pkgConfig: "pocketsphinx",
            providers: [.apt(["libpocketsphinx-dev"])]
        ),

        // Pure cores.
        .target(name: "Calls", swiftSettings: safe),
        .target(name: "Audio", dependencies: ["Calls"], swiftSettings: safe + fast),
        .target(name: "CSV", swiftSettings: safe + fast),
        .target(name: "EventStream", swiftSettings: safe + fast),

        // Small wrappers.
        .target(name: "Digests", dependencies: ["CLibCrypto"], swiftSettings: settings),
        .target(name: "PhoneNumbers", dependencies: ["CPhoneNumber", "Calls"], swiftSettings: settings),

        // The wire.
        .target(name: "Telephony", dependencies: ["Calls"], swiftSettings: safe),
        .target(
            name: "Media",
            dependencies: ["Audio", "CMediaSocket", "CSpandsp", "Telephony", logging],
            swiftSettings: settings + fast
        ),
        .target(
            name: "SIP",
            dependencies: ["Calls", "CSofiaSIP", "Media", "Telephony", logging],
            swiftSettings: settings
        ),

        // Speech and conversation.
        .target(
            name: "Speech",
            dependencies: ["Audio", "Calls", "CFlite", "CPocketsphinx"],
            swiftSettings: settings
        ),
        .target(name: "Conversation", dependencies: ["Audio", "Calls", "Telephony", logging], swiftSettings: safe),
        .target(
            name: "Providers",
            dependencies: [
                "Audio", "Calls", "Conversation", "EventStream", "Speech",
                asyncHTTPClient, logging, metrics, nioCore, nioHTTP1, nioPosix, nioSSL, nioWebSocket,
            ],
            swiftSettings: safe
        ),

        // The engine and its store.
        .target(name: "Storage", dependencies: ["Calls", "Telephony", grdb, logging], swiftSettings: settings),
        .target(
            name: "Engine",
            dependencies: [
                "CSV", "Calls", "Conversation", "Digests", "EventStream", "PhoneNumbers", "Storage", "Telephony",
                asyncHTTPClient, lifecycle, logging, metrics, nioCore, nioHTTP1, nioPosix, yams,
            ],
            swiftSettings: safe
        ),

        // The simulated telephone network.
        .target(
            name: "PhoneLab",
            dependencies: ["Audio", "Calls", "Speech", "Telephony", lifecycle, logging, yams],
            swiftSettings: safe
        ),

        // Doors and the program.
        .target(
            name: "WebAPI",
            dependencies: [
                "Audio", "CSV", "Calls", "COpenAPI", "Engine", "PhoneNumbers", "Telephony",
                coreMetrics, httpTypes, hummingbird, lifecycle, logging, metrics, nioCore, nioFoundation, yams,
            ],
            swiftSettings: safe
        ),
        .target(
            name: "Dashboard",
            dependencies: [
                "Audio", "CDashboard", "CSV", "Calls", "Digests", "Engine", "PhoneNumbers", "Telephony", "WebAPI",
                httpTypes, hummingbird, logging, nioCore,
            ],
            swiftSettings: safe
        ),
        .executableTarget(
            name: "trunkline",
            dependencies: [
                "Audio", "Calls", "Conversation", "Dashboard", "Digests", "Engine", "EventStream", "Media", "PhoneLab",
                "Providers", "SIP", "Speech", "Storage", "Telephony", "WebAPI",
                argumentParser, asyncHTTPClient, configuration, lifecycle, logging, metrics,
                nioCore, nioFoundation, nioHTTP1, nioPosix, unixSignals, yams,
            ],
            swiftSettings: safe
        ),

        .testTarget(name: "CallsTests", dependencies: ["Calls"], swiftSettings: settings),
        .testTarget(name: "AudioTests", dependencies: ["Audio", "Calls"], swiftSettings: settings + fast),
        .testTarget(name: "CSVTests", dependencies: ["CSV"], swiftSettings: settings + fast),
        .testTarget(name: "EventStreamTests", dependencies: ["EventStream"], swiftSettings: settings + fast),
        .testTarget(name: "DigestsTests", dependencies: ["Digests"], swiftSettings: settings),
        .testTarget(name: "PhoneNumbersTests", dependencies: ["Calls", "PhoneNumbers"], swiftSettings: settings),
        .testTarget(
            name: "MediaTests",
            dependencies: ["Audio", "Media", "Telephony", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SIPTests",
            dependencies: ["Calls", "Media", "SIP", "Telephony", logging],
            resources: [.copy("Scenarios")],
            swiftSettings: settings
        ),
        .testTarget(name: "SpeechTests", dependencies: ["Audio", "Calls", "Speech"], swiftSettings: settings),
        .testTarget(
            name: "ConversationTests",
            dependencies: ["Audio", "Calls", "Conversation", "Providers", "Speech", "Telephony", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProvidersTests",
            dependencies: [
                "Audio", "Calls", "Conversation", "Providers", "Speech",
                logging, nioCore, nioHTTP1, nioPosix, nioWebSocket,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Calls", "Storage", "Telephony", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "CSV", "Calls", "Conversation", "Digests", "Engine", "Storage", "Telephony", "WebAPI",
                asyncHTTPClient, httpTypes, hummingbird, lifecycle, logging, nioCore, nioHTTP1, nioPosix,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PhoneLabTests",
            dependencies: [
                "Audio", "Calls", "Media", "PhoneLab", "SIP", "Speech", "Telephony", lifecycle, lifecycleTestKit,
                logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WebAPITests",
            dependencies: [
                "Calls", "Conversation", "Dashboard", "Engine", "Storage", "Telephony", "WebAPI",
                asyncHTTPClient, coreMetrics, httpTypes, hummingbird, lifecycle, logging, nioCore, nioFoundation,
                nioHTTP1, yams,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TrunklineTests",
            dependencies: ["Calls", "PhoneLab", "Providers", "Storage", "WebAPI", "trunkline", logging, nioCore],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "Audio", "Calls", "Digests", "PhoneLab", "trunkline",
                asyncHTTPClient, httpTypes, hummingbird, lifecycle, logging, nioCore, nioFoundation, nioHTTP1, nioPosix,
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
