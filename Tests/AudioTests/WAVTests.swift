import Audio
import Testing

@Suite("WAV files")
struct WAVTests {
    let stereo = WAVFile(sampleRate: 8_000, channels: [[1, -2, 300], [-32_768, 0, 32_767]])

    @Test("A written file reads back the same")
    func roundTrip() throws {
        #expect(stereo.bytes.count == 44 + 12)
        #expect(try WAVFile(parsing: stereo.bytes) == stereo)
        let header = try WAVHeader(parsing: stereo.bytes)
        #expect(
            header
                == (try WAVHeader(
                    parsing: WAVHeader.pcm16(sampleRate: 8_000, channels: 2, dataBytes: 12)
                        + [UInt8](repeating: 0, count: 12)
                ))
        )
        #expect(header.data == 44..<56)
    }

    @Test("Unknown chunks of odd length are stepped over")
    func chunks() throws {
        var bytes = stereo.bytes
        bytes.insert(contentsOf: Array("LIST".utf8) + [3, 0, 0, 0] + [9, 9, 9, 0], at: 12)
        #expect(try WAVFile(parsing: bytes) == stereo)
    }

    @Test("A file cut short gives what is there")
    func cut() throws {
        let file = try WAVFile(parsing: Array(stereo.bytes.dropLast(5)))
        #expect(file.channels == [[1], [-32_768]])
    }

    @Test("8-bit and µ-law samples are understood")
    func otherEncodings() throws {
        var bytes = WAVHeader.pcm16(sampleRate: 8_000, channels: 1, dataBytes: 2) + [0, 255]
        bytes[34] = 8
        #expect(try WAVFile(parsing: bytes).channels == [[-32_768, 32_512]])
        bytes[20] = 7
        #expect(try WAVFile(parsing: bytes).channels == [[-32_124, 0]])
    }

    @Test("What is no WAV file says why")
    func malformed() {
        #expect(throws: WAVHeader.Malformation.notWAVE) { try WAVHeader(parsing: Array("RIFX....WAVE".utf8)) }
        #expect(throws: WAVHeader.Malformation.notWAVE) { try WAVHeader(parsing: []) }
        let noSamples = Array(stereo.bytes[..<36])
        #expect(throws: WAVHeader.Malformation.noSamples) { try WAVHeader(parsing: noSamples) }
        let mp3 = stereo.bytes[..<20] + [0x55] + stereo.bytes[21...]
        #expect(throws: WAVHeader.Malformation.unsupported(format: 0x55, bits: 16)) {
            try WAVHeader(parsing: Array(mp3))
        }
        let noFormat = Array("RIFF0000WAVEdata".utf8) + [0, 0, 0, 0]
        #expect(throws: WAVHeader.Malformation.noFormat) { try WAVHeader(parsing: noFormat) }
    }

    @Test("Random bytes after a valid start never crash it")
    func noise() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var bytes = Array("RIFF0000WAVEfmt ".utf8)
            bytes += (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try? WAVFile(parsing: bytes)
        }
    }
}
