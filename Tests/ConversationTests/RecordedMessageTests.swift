import Audio
import Calls
import Foundation
import Logging
import Testing

@testable import Conversation

@Suite("A recording that is left in a mailbox", .timeLimit(.minutes(1)))
struct RecordedMessageTests {
    /// A second that is like nothing a voice says.
    private static let offer = Tone.samples(frequencies: [600, 1_500], milliseconds: 1_000, level: -12)

    private func talk(
        to agent: Agent,
        sounds: (any SoundLibrary)?
    ) async throws -> TalkRehearsal {
        let conversations = TalkConversations(
            flows: try Studio.conversations(sounds: sounds),
            model: ScriptedModel([]),
            voice: try Studio.voice(),
            recognizer: ScriptedRecognizer([]),
            logger: Logger(label: "test")
        )
        let brief = ConversationBrief(call: Call.ID(bornAt: Date()), agent: agent, variables: [:], maxDuration: 120)
        let prepared = try #require(try await conversations.prepare(brief) as? TalkConversation)
        return await TalkRehearsal.run(
            prepared,
            cues: [.init(moment: .at(0), deed: .say(try await Mailbox.greeting()))]
        )
    }

    private static let agent = Agent.talker {
        $0.answering.detects = true
        $0.voicemail = .init(action: .leaveMessage, message: "Please call us.", audio: "offer.wav")
    }

    @Test("An agent that is led by a model leaves it whole, after the tone, and hangs up")
    func recording() async throws {
        let call = try await talk(to: Self.agent, sounds: Sounds())
        #expect(call.record.reason == .voicemail, "\(call.script)")
        let left = try #require(call.record.transcript.last { $0.speaker == .agent })
        #expect(left.intent == TranscriptEntry.voicemailMessage && left.text == "[offer.wav]", "\(call.script)")
        let answer = try #require(call.record.answer)
        let message = try #require(answer.message)
        #expect(message.lowerBound >= (try #require(answer.toneAt)) + 400)
        let sent = call.line.sent
        let place = try #require(sent.indices.first { sent[$0...].starts(with: Self.offer) }, "It is not on the line")
        #expect(abs(place / 8 - message.lowerBound) <= 200, "\(place / 8) and \(message)")
        #expect(abs(message.count - 1_000) <= 200, "\(message)")
    }

    @Test("If it cannot be played any more the text is left", arguments: [nil, Sounds(isEmpty: true)])
    func text(sounds: Sounds?) async throws {
        let call = try await talk(to: Self.agent, sounds: sounds)
        let left = try #require(call.record.transcript.last { $0.speaker == .agent })
        #expect(left.text == "Please call us." && call.record.reason == .voicemail, "\(call.script)")
    }

    /// One recording, or none.
    struct Sounds: SoundLibrary {
        var isEmpty = false

        func sound(named name: String) throws(SoundProblem) -> [Int16] {
            guard name == "offer.wav", !isEmpty else { throw SoundProblem("there is no file '\(name)'") }
            return RecordedMessageTests.offer
        }
    }
}
