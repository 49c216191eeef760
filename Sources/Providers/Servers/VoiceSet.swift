package import Conversation
package import Logging

/// All voices an agent may name, whoever speaks them. Each has others that step in, in order, when its own server fails before anything of
/// a sentence was heard.
package struct VoiceSet: Voice {
    /// One of the voices.
    package struct Member: Sendable {
        var name: String
        var voice: any Voice
        var standIns: [String]

        /// `standIns` are names of other members, in order.
        package init(name: String, voice: any Voice, standIns: [String]) {
            self.name = name
            self.voice = voice
            self.standIns = standIns
        }
    }

    package let voices: [String]
    private let members: [String: Member]
    private let logger: Logger

    /// The first of `members` is the usual one.
    package init(_ members: [Member], logger: Logger) {
        voices = members.map(\.name)
        self.members = Dictionary(members.map { ($0.name, $0) }) { first, _ in first }
        self.logger = logger
    }

    package func render(_ text: String, voice: String) async throws -> [Int16] {
        try await first(of: voice) { member, speaker, _ in try await speaker.render(text, voice: member.name) }
    }

    package func speak(
        _ text: String,
        voice: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        try await first(of: voice) { member, speaker, isTooLate in
            try await speaker.speak(text, voice: member.name) { samples in
                isTooLate.set()
                try await deliver(samples)
            }
        }
    }

    package func makeReady(voice: String) async {
        await members[voice]?.voice.makeReady(voice: voice)
    }

    /// What comes of the first who can, the voice itself before its stand-ins; none of them once the flag is set.
    private func first<Result>(
        of voice: String,
        _ attempt: (Member, any Voice, Flag) async throws -> Result
    ) async throws -> Result {
        guard let own = members[voice] else { throw ServerFault.unknownVoice(voice) }
        var failure: any Error = ServerFault.noneCan("speak as \(voice)")
        let isTooLate = Flag()
        let able = [own] + own.standIns.compactMap { members[$0] }
        for (place, member) in able.enumerated() where !isTooLate.isSet {
            do {
                return try await attempt(member, member.voice.underFaults(place: place), isTooLate)
            } catch {
                try Task.checkCancellation()
                logger.warning(
                    "A voice failed",
                    metadata: ["provider.name": "\(member.name)", "error": "\(error)"]
                )
                failure = error
            }
        }
        throw failure
    }
}
