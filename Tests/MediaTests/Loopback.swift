import Audio
import Foundation
import Logging
import Media
import Telephony
import Testing

/// A media engine on loopback ports that no other process uses, and what tests need around it.
struct Loopback: ~Copyable {
    let engine: MediaEngine
    let directory: URL

    init(ports: ClosedRange<Int> = 34_000...48_999, noMediaTimeout: Duration = .seconds(20)) throws {
        var configuration = MediaEngine.Configuration(threads: 2, ports: ports)
        configuration.noMediaTimeout = noMediaTimeout
        let directory = FileManager.default.temporaryDirectory.appending(path: "media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let engine = try MediaEngine(configuration: configuration, logger: Logger(label: "test"))
        self.directory = directory
        self.engine = engine
    }

    deinit {
        engine.stop()
        try? FileManager.default.removeItem(at: directory)
    }

    func path(_ name: String) -> String {
        directory.appending(path: name).path
    }

    func recording(_ name: String) throws -> (callee: [Int16], agent: [Int16]) {
        let file = try WAVFile(parsing: Array(Data(contentsOf: directory.appending(path: name))))
        try #require(file.channels.count == 2 && file.sampleRate == 8_000)
        return (file.channels[0], file.channels[1])
    }

    /// Two streams that talk to each other; their clocks are not running yet.
    func pair(
        recordings: (String?, String?) = (nil, nil),
        codec: MediaCodec = .pcmu,
        events: Int? = 101
    ) throws -> (a: MediaStream, b: MediaStream) {
        let a = try engine.open(recordingPath: recordings.0.map { path($0) })
        let b = try engine.open(recordingPath: recordings.1.map { path($0) })
        try a.connect(to: b.asRemote(codec: codec, events: events))
        try b.connect(to: a.asRemote(codec: codec, events: events))
        return (a, b)
    }
}

extension MediaStream {
    func asRemote(
        codec: MediaCodec = .pcmu,
        events: Int? = 101,
        sends: Bool = true,
        receives: Bool = true
    ) -> MediaRemote {
        MediaRemote(
            address: localAddress,
            port: localPort,
            codec: codec,
            telephoneEventPayload: events,
            sends: sends,
            receives: receives
        )
    }

    /// Returns when the clock has come that far, in samples. Ticks may be lost to a slow test; the recording has everything.
    func listen(until position: Int64) async {
        for await tick in ticks where tick.position + Int64(tick.samples.count) >= position { return }
    }
}

/// Where `needle` begins in `hay`, by correlation, and how well it fits: 1 is exactly.
func find(_ needle: ArraySlice<Int16>, in hay: [Int16], from: Int = 0, to: Int? = nil) -> (offset: Int, fit: Double) {
    let needle = needle.map { Float($0) }
    let hay = hay.map { Float($0) }
    var best = (offset: 0, fit: -1.0)
    let last = min(to ?? .max, hay.count - needle.count)
    guard from <= last else { return best }
    let needleEnergy = needle.reduce(0) { $0 + $1 * $1 }
    needle.withUnsafeBufferPointer { needle in
        hay.withUnsafeBufferPointer { hay in
            for offset in from...last {
                var product: Float = 0
                var energy: Float = 1
                for index in 0..<needle.count {
                    product += needle[index] * hay[offset + index]
                    energy += hay[offset + index] * hay[offset + index]
                }
                let fit = Double(product / (needleEnergy * energy).squareRoot())
                if fit > best.fit { best = (offset, fit) }
            }
        }
    }
    return best
}

/// Noise that is like nothing but itself, so that its place can be found to the sample. Loud enough to be well above silence.
func noise(_ count: Int, seed: UInt64) -> [Int16] {
    var random = Seeded(state: seed)
    return (0..<count).map { _ in Int16.random(in: -8_000...8_000, using: &random) }
}
