/// The head of a RIFF/WAVE file, and where its samples lie.
package struct WAVHeader: Sendable, Hashable {
    package enum Encoding: Sendable, Hashable {
        /// Signed 16-bit, little endian.
        case pcm16
        /// Unsigned 8-bit.
        case pcm8
        case muLaw
        case aLaw
    }

    /// Why bytes are not a file we can play.
    package enum Malformation: Error, Hashable {
        /// No `RIFF…WAVE` at the start.
        case notWAVE
        /// No usable `fmt ` chunk before the samples.
        case noFormat
        case noSamples
        /// A `fmt ` chunk with this format tag and sample size.
        case unsupported(format: Int, bits: Int)
    }

    package var encoding: Encoding
    /// In Hz.
    package var sampleRate: Int
    package var channels: Int
    /// Where the samples lie in the file, in bytes. Cut to what is there, if the header promises more.
    package var data: Range<Int>

    /// The head of a 16-bit PCM file with this many bytes of samples: always 44 bytes long.
    package static func pcm16(sampleRate: Int, channels: Int, dataBytes: Int) -> [UInt8] {
        let size = UInt32(clamping: dataBytes)
        var bytes = Array("RIFF".utf8)
        bytes.append(littleEndian: size &+ 36)
        bytes += Array("WAVEfmt ".utf8)
        bytes.append(littleEndian: UInt32(16))
        bytes.append(littleEndian: UInt16(1))
        bytes.append(littleEndian: UInt16(clamping: channels))
        bytes.append(littleEndian: UInt32(clamping: sampleRate))
        bytes.append(littleEndian: UInt32(clamping: sampleRate * channels * 2))
        bytes.append(littleEndian: UInt16(clamping: channels * 2))
        bytes.append(littleEndian: UInt16(16))
        bytes += Array("data".utf8)
        bytes.append(littleEndian: size)
        return bytes
    }

    /// Reads chunk by chunk, whatever their order; unknown chunks are skipped. `WAVE_FORMAT_EXTENSIBLE` is understood.
    package init(parsing bytes: [UInt8]) throws(Malformation) {
        guard bytes.count >= 12, bytes.holds("RIFF", at: 0), bytes.holds("WAVE", at: 8) else { throw .notWAVE }
        var format: (encoding: Encoding, rate: Int, channels: Int)?
        var offset = 12
        while offset + 8 <= bytes.count {
            let size = bytes.integer(at: offset + 4, bytes: 4)
            let body = offset + 8
            if bytes.holds("fmt ", at: offset) {
                format = try Self.format(bytes, body: body, size: size)
            } else if bytes.holds("data", at: offset) {
                guard let format else { throw .noFormat }
                (encoding, sampleRate, channels) = format
                data = body..<min(bytes.count, body + size)
                return
            }
            // Chunks are padded to even sizes.
            offset = body + size + size & 1
        }
        throw format == nil ? .noFormat : .noSamples
    }

    private static func format(
        _ bytes: [UInt8],
        body: Int,
        size: Int
    ) throws(Malformation) -> (encoding: Encoding, rate: Int, channels: Int) {
        guard size >= 16, body + size <= bytes.count else { throw .noFormat }
        var tag = bytes.integer(at: body, bytes: 2)
        // The true tag of WAVE_FORMAT_EXTENSIBLE begins its GUID.
        if tag == 0xFFFE, size >= 26 { tag = bytes.integer(at: body + 24, bytes: 2) }
        let channels = bytes.integer(at: body + 2, bytes: 2)
        let rate = bytes.integer(at: body + 4, bytes: 4)
        let bits = bytes.integer(at: body + 14, bytes: 2)
        // No line has more than 32 channels; a header that says so is damaged.
        guard (1...32).contains(channels), rate > 0 else { throw .noFormat }
        let encoding: Encoding
        switch (tag, bits) {
        case (1, 16): encoding = .pcm16
        case (1, 8): encoding = .pcm8
        case (6, 8): encoding = .aLaw
        case (7, 8): encoding = .muLaw
        default: throw .unsupported(format: tag, bits: bits)
        }
        return (encoding, rate, channels)
    }
}

/// A whole WAVE file in memory.
package struct WAVFile: Sendable, Hashable {
    /// In Hz.
    package var sampleRate: Int
    /// One array of samples per channel, all of one length.
    package var channels: [[Int16]]

    package init(sampleRate: Int, channels: [[Int16]]) {
        self.sampleRate = sampleRate
        self.channels = channels
    }

    package init(parsing bytes: [UInt8]) throws(WAVHeader.Malformation) {
        let header = try WAVHeader(parsing: bytes)
        let flat: [Int16] =
            switch header.encoding {
            case .pcm16:
                stride(from: header.data.lowerBound, to: header.data.upperBound - 1, by: 2).map {
                    Int16(truncatingIfNeeded: bytes.integer(at: $0, bytes: 2))
                }
            case .pcm8: bytes[header.data].map { (Int16($0) - 128) << 8 }
            case .muLaw: G711.decode(Array(bytes[header.data]), as: .mu)
            case .aLaw: G711.decode(Array(bytes[header.data]), as: .a)
            }
        sampleRate = header.sampleRate
        let frames = flat.count / header.channels
        channels = (0..<header.channels).map { channel in
            (0..<frames).map { flat[$0 * header.channels + channel] }
        }
    }

    /// As 16-bit PCM.
    package var bytes: [UInt8] {
        let frames = channels.map(\.count).min() ?? 0
        var bytes = WAVHeader.pcm16(
            sampleRate: sampleRate,
            channels: channels.count,
            dataBytes: frames * channels.count * 2
        )
        bytes.reserveCapacity(bytes.count + frames * channels.count * 2)
        for frame in 0..<frames {
            for channel in channels {
                bytes.append(littleEndian: UInt16(bitPattern: channel[frame]))
            }
        }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        for byte in 0..<(type(of: value).bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: value >> (8 * byte)))
        }
    }

    fileprivate func integer(at offset: Int, bytes count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(self[offset + $1]) << (8 * $1) }
    }

    fileprivate func holds(_ tag: String, at offset: Int) -> Bool {
        offset + 4 <= count && self[offset..<offset + 4].elementsEqual(tag.utf8)
    }
}
