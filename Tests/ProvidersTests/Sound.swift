import Audio
import Foundation

/// Sounds to send around.
enum Sound {
    /// A tone, as a server with this rate would give it.
    static func tone(_ hertz: Double = 440, seconds: Double = 1, rate: Int = 8000) -> [Int16] {
        (0..<Int(seconds * Double(rate))).map { Int16(8000 * sin(2 * .pi * hertz * Double($0) / Double(rate))) }
    }

    static func bytes(_ samples: [Int16]) -> [UInt8] {
        samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    static func samples(_ bytes: [UInt8]) -> [Int16] {
        stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8)
        }
    }

    /// The head of a stream whose length nobody knows yet.
    static var endlessHeader: [UInt8] {
        var header = WAVHeader.pcm16(sampleRate: 24_000, channels: 1, dataBytes: 0)
        for place in [4, 5, 6, 7, 40, 41, 42, 43] { header[place] = 0xFF }
        return header
    }

    /// In Hz, by its crossings of zero upwards.
    static func pitch(_ samples: [Int16], rate: Int = 8000) -> Double {
        let crossings = zip(samples, samples.dropFirst()).count { $0 < 0 && $1 >= 0 }
        return Double(crossings) * Double(rate) / Double(max(1, samples.count))
    }
}
