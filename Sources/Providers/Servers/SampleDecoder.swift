import Audio

/// Turns the bytes of an answer, in whatever portions they come, into 8,000 Hz mono samples.
struct SampleDecoder {
    /// What the bytes are.
    enum Format: Sendable, Hashable {
        /// A RIFF/WAVE file, which says itself what is in it.
        case wav
        /// Signed 16-bit little endian, mono.
        case pcm16(rate: Int)
        /// G.711 at 8,000 Hz.
        case muLaw
    }

    /// No header of a file that holds speech is longer.
    private static let longestHeader = 65_536

    private enum Stage {
        case header
        case body(WAVHeader.Encoding, channels: Int)
    }

    private let limit: Int
    private var stage: Stage
    private var rest: [UInt8] = []
    private var resampler: Resampler?
    /// Bytes of samples that the header promises and that have not come. Nil: it promises nothing.
    private var missing: Int?
    /// Samples so far.
    private(set) var count = 0

    /// More than `limit` samples are refused.
    init(_ format: Format, limit: Int) {
        self.limit = limit
        switch format {
        case .wav: stage = .header
        case .pcm16(let rate):
            stage = .body(.pcm16, channels: 1)
            resampler = Resampler(from: rate, to: 8000)
        case .muLaw: stage = .body(.muLaw, channels: 1)
        }
    }

    mutating func decode(_ bytes: some Sequence<UInt8>) throws(ServerFault) -> [Int16] {
        rest += bytes
        if case .header = stage { try readHeader() }
        guard case .body(let encoding, let channels) = stage else { return [] }
        return try take(encoding, channels)
    }

    /// The last samples. Throws if the answer was not whole.
    mutating func finish() throws(ServerFault) -> [Int16] {
        guard case .body = stage else { throw rest.isEmpty ? .cutShort : .malformed("no RIFF/WAVE file") }
        guard rest.isEmpty, (missing ?? 0) == 0 else { throw .cutShort }
        let tail = resampler?.finish() ?? []
        resampler = nil
        count += tail.count
        guard count > 0 else { throw .malformed("an answer without audio") }
        return tail
    }

    private mutating func readHeader() throws(ServerFault) {
        guard rest.count >= 12 else { return }
        do {
            let header = try WAVHeader(parsing: rest)
            guard header.encoding == .pcm16 || header.encoding == .muLaw, header.channels <= 2,
                (8000...192_000).contains(header.sampleRate)
            else { throw ServerFault.malformed("WAVE with \(header.channels) channels of \(header.encoding)") }
            let start = header.data.lowerBound
            let size = (0..<4).reduce(0) { $0 | Int(rest[start - 4 + $1]) << (8 * $1) }
            // A stream does not know its length beforehand: 0, or as much as there may be.
            missing = size == 0 || size >= 0x7FFF_FF00 ? nil : size
            stage = .body(header.encoding, channels: header.channels)
            resampler = Resampler(from: header.sampleRate, to: 8000)
            rest.removeFirst(start)
        } catch let fault as ServerFault {
            throw fault
        } catch WAVHeader.Malformation.notWAVE {
            throw .malformed("no RIFF/WAVE file")
        } catch WAVHeader.Malformation.unsupported(let format, let bits) {
            throw .malformed("WAVE format \(format) with \(bits) bits")
        } catch {
            // Not all of it has come, so far.
            guard rest.count < Self.longestHeader else { throw .malformed("a WAVE header without end") }
        }
    }

    private mutating func take(_ encoding: WAVHeader.Encoding, _ channels: Int) throws(ServerFault) -> [Int16] {
        let width = (encoding == .pcm16 ? 2 : 1) * channels
        // What follows the samples in a file is no audio.
        let useful = min(rest.count, missing ?? .max)
        let length = useful / width * width
        let bytes = Array(rest.prefix(length))
        if let missing {
            self.missing = missing - length
            rest = missing == length ? [] : Array(rest.dropFirst(length))
        } else {
            rest.removeFirst(length)
        }
        var samples: [Int16]
        switch encoding {
        case .pcm16:
            samples = stride(from: 0, to: length, by: width).map { place in
                Int16(truncatingIfNeeded: Int(bytes[place]) | Int(bytes[place + 1]) << 8)
            }
        default: samples = G711.decode(stride(from: 0, to: length, by: width).map { bytes[$0] }, as: .mu)
        }
        if resampler != nil { samples = resampler?.process(samples) ?? [] }
        count += samples.count
        guard count <= limit else { throw .tooLarge }
        return samples
    }
}
