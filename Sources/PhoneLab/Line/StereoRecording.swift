import Audio
import Foundation

/// The lab's own recording of a line: 16-bit stereo WAV at 8,000 Hz, the caller on the left, the callee on the right.
///
/// The left channel is what arrived. The right one is what was given to the line, where it began to go out to within a packet or two.
struct StereoRecording {
    /// Written every half second.
    private static let chunk = 4000

    private let file: FileHandle
    private var pending = Data()
    private var bytes = 0
    /// What the callee gave to the line and has not gone out yet.
    private var outgoing: [Int16] = []
    /// Where the next sample belongs on the line's clock.
    private var position: Int64 = 0

    init(path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: Self.header(bytes: 0)),
            let file = FileHandle(forUpdatingAtPath: path)
        else {
            throw RecordingUnwritable(path: path)
        }
        self.file = file
        try file.seekToEnd()
    }

    /// The callee sends `samples`.
    mutating func send(_ samples: [Int16]) {
        outgoing += samples
    }

    /// The callee falls silent: what has not gone out never will.
    mutating func stop() {
        outgoing = []
    }

    /// `samples` came in. Ticks that were lost on the way here are silence.
    mutating func hear(_ samples: [Int16], at place: Int64) throws {
        if place > position { write([Int16](repeating: 0, count: Int(place - position))) }
        write(samples)
        position = place + Int64(samples.count)
        if pending.count >= Self.chunk * 4 { try flush() }
    }

    /// Writes what is left, and the header with the length.
    mutating func finish() throws {
        try flush()
        try file.seek(toOffset: 0)
        try file.write(contentsOf: Self.header(bytes: bytes))
        try file.close()
    }

    private mutating func write(_ left: [Int16]) {
        let right = outgoing.prefix(left.count)
        for index in left.indices {
            append(left[index])
            append(index < right.count ? right[index] : 0)
        }
        outgoing.removeFirst(right.count)
    }

    private mutating func append(_ sample: Int16) {
        let bits = UInt16(bitPattern: sample)
        pending.append(UInt8(truncatingIfNeeded: bits))
        pending.append(UInt8(truncatingIfNeeded: bits >> 8))
    }

    private mutating func flush() throws {
        try file.write(contentsOf: pending)
        bytes += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    private static func header(bytes: Int) -> Data {
        Data(WAVHeader.pcm16(sampleRate: 8000, channels: 2, dataBytes: bytes))
    }
}

/// The lab's recording cannot be made.
struct RecordingUnwritable: Error {
    var path: String
}
