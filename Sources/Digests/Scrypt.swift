import CLibCrypto

/// scrypt (RFC 7914), by the system's libcrypto: makes keys of passwords, at a price in time and memory.
package struct Scrypt: Sendable, Hashable {
    /// The binary logarithm of N. Memory is 128 · N · r bytes.
    package let logN: Int
    package let r: Int
    package let p: Int

    /// Nil for what would take more than 256 MiB, or is no price at all.
    package init?(logN: Int, r: Int, p: Int) {
        guard (1...20).contains(logN), (1...32).contains(r), (1...16).contains(p),
            (128 * r) << logN <= Self.mostMemory
        else { return nil }
        self.logN = logN
        self.r = r
        self.p = p
    }

    private static let mostMemory = 256 << 20

    package func key(from password: [UInt8], salt: [UInt8], count: Int) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: count)
        let characters = password.map(CChar.init(bitPattern:))
        let isDone = EVP_PBE_scrypt(
            characters,
            characters.count,
            salt,
            salt.count,
            1 << UInt64(logN),
            UInt64(r),
            UInt64(p),
            UInt64(2 * Self.mostMemory),
            &key,
            count
        )
        // Going on with a key of zeros would let everybody in.
        guard isDone == 1 else { preconditionFailure("libcrypto has no scrypt: this OpenSSL cannot be used") }
        return key
    }
}
