import CLibCrypto

/// Comparison of secrets.
package enum ConstantTime {
    /// Whether both are the same bytes. How long it takes depends on their length alone, so that it cannot be guessed byte by byte.
    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}
