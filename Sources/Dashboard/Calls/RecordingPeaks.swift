import Audio
import Foundation

/// The drawings of recordings, made once: a recording that is looked at again is not read again. An actor because every page asks the same one.
actor RecordingPeaks {
    /// How many columns a recording is drawn in.
    private static let columns = 400
    /// How many drawings are kept, a few KB each.
    private static let kept = 500
    /// What is read at once, in bytes.
    private static let piece = 256 * 1024

    private struct Key: Hashable {
        let path: String
        let size: Int
        let modified: Date
    }

    private var drawings: [Key: Waveform] = [:]
    private var order: [Key] = []

    /// Nil if there is no recording at `path` that can be read.
    func waveform(at path: String) -> Waveform? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let size = attributes[.size] as? Int ?? (attributes[.size] as? UInt64).map(Int.init),
            let modified = attributes[.modificationDate] as? Date
        else { return nil }
        let key = Key(path: path, size: size, modified: modified)
        if let known = drawings[key] { return known }
        guard let waveform = try? Self.read(path, size: size) else { return nil }
        drawings[key] = waveform
        order.append(key)
        if order.count > Self.kept { drawings[order.removeFirst()] = nil }
        return waveform
    }

    private static func read(_ path: String, size: Int) throws -> Waveform? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        var bytes = Array(try file.read(upToCount: piece) ?? Data())
        let header = try WAVHeader(parsing: bytes)
        guard header.encoding == .pcm16 else { return nil }
        var reader = Waveform.Reader(
            sampleRate: header.sampleRate,
            channels: header.channels,
            frames: (size - header.data.lowerBound) / (2 * header.channels),
            columns: columns
        )
        reader.read(bytes[header.data.lowerBound...])
        while true {
            bytes = Array(try file.read(upToCount: piece) ?? Data())
            guard !bytes.isEmpty else { return reader.waveform }
            reader.read(bytes[...])
        }
    }
}
