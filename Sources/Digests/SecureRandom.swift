import CLibCrypto

/// Unpredictable bytes, from libcrypto's generator.
package enum SecureRandom {
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        // Going on with bytes that are not random would hand out guessable keys.
        guard RAND_bytes(&bytes, Int32(count)) == 1 else {
            preconditionFailure("libcrypto could not gather randomness")
        }
        return bytes
    }

    /// `count` letters and digits, each of 62 equally likely.
    package static func alphanumerics(_ count: Int) -> String {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        var text: [UInt8] = []
        while text.count < count {
            // 248 is the largest multiple of 62 in a byte: what lies above would make some digits likelier.
            text += bytes(count).filter { $0 < 248 }.map { alphabet[Int($0) % 62] }
        }
        return String(decoding: text.prefix(count), as: UTF8.self)
    }
}
