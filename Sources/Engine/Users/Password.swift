import Digests
import Foundation
import NIOPosix

/// Passwords, as they are kept: a string like `$scrypt$ln=15,r=8,p=3$SALT$KEY` that names its own price, so that the price can be raised without
/// locking anybody out.
package struct PasswordCost: Sendable {
    let scrypt: Scrypt

    /// 32 MiB and about 0.1 s for each try: what OWASP's password storage cheat sheet asks of scrypt at least.
    package static let standard = PasswordCost(logN: 15, r: 8, p: 3)
    /// For tests, which sign in often.
    package static let low = PasswordCost(logN: 4, r: 8, p: 1)

    private init(logN: Int, r: Int, p: Int) {
        guard let scrypt = Scrypt(logN: logN, r: r, p: p) else { preconditionFailure("no such price") }
        self.scrypt = scrypt
    }

    /// Off the cooperative threads, which calls need.
    func stored(_ password: String) async throws -> String {
        let scrypt = scrypt
        return try await NIOThreadPool.singleton.runIfActive {
            let salt = SecureRandom.bytes(16)
            let key = scrypt.key(from: Self.bytes(password), salt: salt, count: SHA256.length)
            return "$scrypt$ln=\(scrypt.logN),r=\(scrypt.r),p=\(scrypt.p)$\(Self.text(salt))$\(Self.text(key))"
        }
    }

    /// Whether `password` is the one that was `stored`. Nil, for a name that nobody has, takes as long as any other.
    func matches(_ password: String, stored: String?) async throws -> Bool {
        let scrypt = scrypt
        return try await NIOThreadPool.singleton.runIfActive {
            guard let stored, let kept = StoredPassword(stored) else {
                _ = scrypt.key(from: Self.bytes(password), salt: [], count: SHA256.length)
                return false
            }
            let key = kept.scrypt.key(from: Self.bytes(password), salt: kept.salt, count: kept.key.count)
            return ConstantTime.equal(key, kept.key)
        }
    }

    /// The same letters are the same password however a keyboard composes them.
    private static func bytes(_ password: String) -> [UInt8] {
        Array(password.precomposedStringWithCanonicalMapping.utf8)
    }

    private static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

private struct StoredPassword {
    let scrypt: Scrypt
    let salt: [UInt8]
    let key: [UInt8]

    init?(_ text: String) {
        let parts = text.split(separator: "$")
        guard parts.count == 4, parts[0] == "scrypt" else { return nil }
        var numbers: [Substring: Int] = [:]
        for part in parts[1].split(separator: ",") {
            let pair = part.split(separator: "=")
            if pair.count == 2 { numbers[pair[0]] = Int(pair[1]) }
        }
        guard let logN = numbers["ln"], let r = numbers["r"], let p = numbers["p"],
            let scrypt = Scrypt(logN: logN, r: r, p: p),
            let salt = Data(base64Encoded: String(parts[2])), let key = Data(base64Encoded: String(parts[3])),
            !key.isEmpty
        else { return nil }
        self.scrypt = scrypt
        self.salt = Array(salt)
        self.key = Array(key)
    }
}
