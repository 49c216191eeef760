package import Calls
import Digests
package import FoundationEssentials
import Storage
import Synchronization

/// A link that opens one recording without a key, for as long as it is good.
package struct RecordingLink: Sendable, Hashable {
    package var call: Call.ID
    /// Seconds since 1970.
    package var expires: Int64
    /// Proves that this installation made the link. Letters, digits, `-` and `_`.
    package var signature: String

    package init(call: Call.ID, expires: Int64, signature: String) {
        self.call = call
        self.expires = expires
        self.signature = signature
    }
}

/// Makes links to recordings, and tells its own from forged ones: HMAC-SHA256 over call and time, with a key of the call's project that is
/// derived from one secret of the installation.
///
/// A class because the secret is read once, when the engine is prepared: links are also made where nothing can be awaited.
package final class RecordingLinks: Sendable {
    private let secrets: SecretStore
    private let secret = Mutex<[UInt8]?>(nil)

    init(secrets: SecretStore) {
        self.secrets = secrets
    }

    /// To be called before anything else.
    func prepare() async throws {
        let text = try await secrets.secret("links", orNew: SecureRandom.alphanumerics(43))
        secret.withLock { $0 = Array(text.utf8) }
    }

    /// A link to the recording of `call`, good until `expires`, a second's beginning. Whether there is a recording shows when it is opened.
    package func link(to call: Call.ID, of project: Project.ID, until expires: Date) -> RecordingLink {
        let expires = expires.microseconds / 1_000_000
        return RecordingLink(call: call, expires: expires, signature: signature(call, project, expires))
    }

    /// Whether this installation made the link for a call of `project`.
    func isGenuine(_ link: RecordingLink, of project: Project.ID) -> Bool {
        let expected = signature(link.call, project, link.expires)
        return ConstantTime.equal(Array(expected.utf8), Array(link.signature.utf8))
    }

    private func signature(_ call: Call.ID, _ project: Project.ID, _ expires: Int64) -> String {
        guard let secret = secret.withLock(\.self) else {
            preconditionFailure("The engine has to be prepared before it makes links")
        }
        let key = SHA256.authenticate(Array("recordings of \(project)".utf8), key: secret)
        let digest = SHA256.authenticate(Array("\(call) \(expires)".utf8), key: key)
        return Data(digest).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

extension CallControl {
    /// A link to the finished recording of a call, good until `expires`. Throws `Refusal.noRecording` if there is none.
    package func recordingLink(_ id: Call.ID, until expires: Date, project: Project.ID) async throws -> RecordingLink {
        _ = try await recordingPath(id, project: project)
        return links.link(to: id, of: project, until: expires)
    }

    /// Where the recording that `link` opens lies. Throws `Refusal.linkForged`, also for a call that does not exist, `.linkExpired`, and
    /// `.noRecording` if it is gone.
    package func recordingPath(_ link: RecordingLink) async throws -> String {
        guard let project = try await floor.store.project(of: link.call), links.isGenuine(link, of: project) else {
            throw Refusal.linkForged
        }
        guard floor.timing.now() < Date(microseconds: link.expires * 1_000_000) else { throw Refusal.linkExpired }
        return try await recordingPath(link.call, project: project)
    }
}
