/// The telephone network's own coding (ITU-T G.711): one byte per sample, finer steps for quieter sounds.
package enum G711 {
    /// Which of the two curves.
    package enum Law: Sendable, Hashable, CaseIterable {
        case mu
        case a
    }

    /// Decodes as many samples as both spans hold. Returns how many.
    @discardableResult
    package static func decode(_ codes: Span<UInt8>, as law: Law, into samples: inout MutableSpan<Int16>) -> Int {
        let table = law == .mu ? muLawSamples : aLawSamples
        let count = min(codes.count, samples.count)
        for index in 0..<count {
            samples[index] = table[Int(codes[index])]
        }
        return count
    }

    /// Encodes as many samples as both spans hold. Returns how many.
    @discardableResult
    package static func encode(_ samples: Span<Int16>, as law: Law, into codes: inout MutableSpan<UInt8>) -> Int {
        let count = min(codes.count, samples.count)
        // Both curves are symmetrical about −½, so the ones' complement of a negative sample has its positive twin's code, but for the
        // sign bit, which is set for positive samples.
        switch law {
        case .mu:
            let table = muLawCodes
            for index in 0..<count {
                let sample = samples[index]
                let sign = sample >> 15
                codes[index] = table[Int(sample ^ sign) >> 2] ^ (UInt8(truncatingIfNeeded: sign) & 0x80)
            }
        case .a:
            let table = aLawCodes
            for index in 0..<count {
                let sample = samples[index]
                let sign = sample >> 15
                codes[index] = table[Int(sample ^ sign) >> 3] ^ (UInt8(truncatingIfNeeded: sign) & 0x80)
            }
        }
        return count
    }

    package static func decode(_ codes: [UInt8], as law: Law) -> [Int16] {
        let table = law == .mu ? muLawSamples : aLawSamples
        return codes.map { table[Int($0)] }
    }

    package static func encode(_ samples: [Int16], as law: Law) -> [UInt8] {
        var codes = [UInt8](repeating: 0, count: samples.count)
        var span = codes.mutableSpan
        encode(samples.span, as: law, into: &span)
        return codes
    }

    private static let muLawSamples: [Int16] = (0..<256).map { code in
        let bits = ~code & 0xFF
        let magnitude = (((bits & 0x0F) << 3) + 0x84) << ((bits >> 4) & 0x07) - 0x84
        return Int16(bits & 0x80 == 0 ? magnitude : -magnitude)
    }

    private static let aLawSamples: [Int16] = (0..<256).map { code in
        let bits = code ^ 0x55
        let segment = (bits >> 4) & 0x07
        let step = ((bits & 0x0F) << 4) + 8
        let magnitude = segment == 0 ? step : (step + 0x100) << (segment - 1)
        return Int16(bits & 0x80 == 0 ? -magnitude : magnitude)
    }

    /// By the 13 bits of the magnitude that µ-law sees.
    private static let muLawCodes: [UInt8] = (0..<8_192).map { magnitude in
        let biased = min(magnitude, 8_158) + 33
        let segment = Int.bitWidth - 1 - biased.leadingZeroBitCount - 5
        let code = segment << 4 | (biased >> (segment + 1)) & 0x0F
        return UInt8(0xFF ^ code)
    }

    /// By the 12 bits of the magnitude that A-law sees.
    private static let aLawCodes: [UInt8] = (0..<4_096).map { magnitude in
        let segment = max(0, Int.bitWidth - 1 - magnitude.leadingZeroBitCount - 4)
        let step = segment < 2 ? magnitude >> 1 : magnitude >> segment
        return UInt8((0x80 | segment << 4 | step & 0x0F) ^ 0x55)
    }
}
