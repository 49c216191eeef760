import Calls
import Foundation
import Testing

@testable import Conversation

@Suite("What a talking agent does while nothing is said", .timeLimit(.minutes(1)))
struct TalkPatienceTests {
    private static func says(_ text: String, at silence: Int = 300) async throws -> SimulatedLine.Cue {
        .init(moment: .agentSilent(silence), deed: .say(try await Studio.callee(text)))
    }

    /// When the agent began to say each line that has `text` in it, in ms, however much of it was heard.
    private static func times(_ text: String, in talk: TalkRehearsal) -> [Int] {
        talk.record.transcript.filter { $0.speaker == .agent && ($0.generated ?? $0.text).contains(text) }.map(\.start)
    }

    @Test("Who says hold on is waited for as long as the agent is told to, and then asked")
    func hold() async throws {
        let talk = try await TalkRehearsal.run(
            .talker { $0.settings.holdTimeout = 20_000 },
            model: ScriptedModel([.pieces([.text("Of course.")]), .pieces([.text("Goodbye."), .call("end_call")])]),
            heard: ["Hold on, please.", "I am back."],
            cues: [try await Self.says("hold on please")]
        )
        let held = try #require(talk.record.transcript.first { $0.intent == "hold" }, "\(talk.script)")
        let asked = try #require(Self.times(TalkLines.stillThere, in: talk).first)
        let promised = try #require(talk.record.transcript.first { $0.text == "Of course." })
        #expect(promised.start > held.end)
        #expect((19_900...20_400).contains(asked - promised.end), "\(talk.script)")
    }

    @Test("Music while they are gone is no answer, is not asked about, and does not keep the call up for ever")
    func music() async throws {
        // Two seconds of a chord that swells and fades, over and over.
        let bar = (0..<16_000).map { index -> Int16 in
            let time = Double(index) / 8000
            let chord = [262.0, 330, 392].reduce(0) { $0 + sin(2 * .pi * $1 * time) }
            return Int16(1700 * (0.2 + 0.8 * abs(sin(.pi * time))) * chord)
        }
        let music = (0..<45).flatMap { _ in bar }
        let talk = try await TalkRehearsal.run(
            .talker {
                $0.settings.holdTimeout = 20_000
                $0.settings.silenceReprompts = 1
            },
            model: ScriptedModel(words: ["Of course."]),
            heard: ["Hold on, please."],
            cues: [try await Self.says("hold on please"), .init(moment: .agentSilent(600), deed: .say(music))]
        )
        let asked = try #require(Self.times(TalkLines.stillThere, in: talk).first, "\(talk.script)")
        #expect(Self.times(TalkLines.notUnderstood, in: talk).allSatisfy { $0 > asked }, "\(talk.script)")
        #expect(talk.record.reason == .silence, "\(talk.script)")
        #expect(talk.requests.count == 1)
        #expect(talk.line.duration < 115_000)
    }

    @Test("Keys are one answer: with # at once, else when none followed for two seconds", arguments: [true, false])
    func keys(isTerminated: Bool) async throws {
        let keys: [Character] = isTerminated ? ["4", "7", "#"] : ["4", "7"]
        let talk = try await TalkRehearsal.run(
            model: ScriptedModel([.pieces([.text("Noted. Goodbye."), .call("end_call")])]),
            cues: keys.enumerated().map { index, key in
                .init(moment: .at(9000 + 400 * index), deed: .press(key))
            }
        )
        let pressed = try #require(talk.record.transcript.first { $0.keyed }, "\(talk.script)")
        #expect(pressed.text == String(keys) && pressed.speaker == .callee)
        let wait = pressed.start - (9000 + 400 * (keys.count - 1))
        #expect(isTerminated ? wait <= 40 : (2000...2040).contains(wait), "\(talk.script)")
        #expect(talk.requests.count == 1)
        #expect("\(talk.requests[0].messages.last as Any)".contains("pressed the keys \(String(keys))"))
        #expect(talk.said("Noted."))
    }

    @Test("Nobody who keeps silent is asked more often than the agent is told to", arguments: [0, 1, 3])
    func silence(reprompts: Int) async throws {
        let talk = try await TalkRehearsal.run(
            .talker { $0.settings.silenceReprompts = reprompts },
            model: ScriptedModel([]),
            cues: []
        )
        #expect(talk.record.reason == .silence, "\(talk.script)")
        #expect(Self.times(TalkLines.stillThere, in: talk).count == reprompts, "\(talk.script)")
        let air = try #require(talk.record.account?.deadAir)
        #expect((5800...6200).contains(air.longest), "\(air)")
        #expect((air.total - (reprompts + 1) * 6000).magnitude <= 400, "\(air) \(talk.script)")
    }

    @Test("A recogniser that fails is excused once, and ends the call politely if it goes on")
    func deaf() async throws {
        let talk = try await TalkRehearsal.run(
            model: ScriptedModel([]),
            recognizer: DeafRecognizer(),
            cues: [try await Self.says("yes of course i can"), try await Self.says("yes of course i can")]
        )
        #expect(talk.record.reason == .providerStalled, "\(talk.script)")
        #expect(talk.said(TalkLines.notUnderstood) && talk.said(FlowLines.apology), "\(talk.script)")
    }

    @Test("A voice that fails twice is excused in words rendered before, and the call ends")
    func mute() async throws {
        let talk = try await TalkRehearsal.run(
            model: ScriptedModel(words: ["See you in the afternoon.", "See you in the afternoon."]),
            heard: ["Yes."],
            voice: PiecemealVoice(voice: try Studio.voice(), breaksAfter: 0, in: "afternoon"),
            cues: [try await Self.says("yes of course i can")]
        )
        #expect(talk.record.reason == .providerStalled, "\(talk.script)")
        #expect(!talk.said("afternoon") && talk.said(FlowLines.apology), "\(talk.script)")
        #expect(talk.requests.count == 2)
    }

    @Test("Who listens aloud does not cost the agent a word, held for a moment or stopped")
    func backchannel() async throws {
        let story =
            "First we look at your teeth. Then we clean all of them, one after the other. Then we talk about the rest."
        for (text, heard) in [("uh", nil as String?), ("uh huh uh huh uh huh", "Uh-huh.")] {
            let talk = try await TalkRehearsal.run(
                model: ScriptedModel(words: [story]),
                heard: ["What will you do?", heard],
                cues: [
                    try await Self.says("what will you do on thursday"),
                    .init(moment: .agentSpeaking(2500), deed: .say(try await Studio.callee(text))),
                    .init(moment: .agentSilent(2500), deed: .hangUp),
                ]
            )
            #expect(talk.line.gains.contains { $0.gain == 0 }, "\(text) \(talk.script)")
            let heardOfIt = talk.record.transcript.filter { $0.speaker == .agent }.map(\.text).joined(separator: " ")
            for sentence in ["look at your teeth.", "one after the other.", "about the rest."] {
                #expect(heardOfIt.contains(sentence), "\(text): \(talk.script)")
            }
            #expect(talk.line.stops.count == (heard == nil ? 0 : 1), "\(text): \(talk.script)")
            #expect(talk.requests.count == 1, "\(talk.requests.last?.messages.suffix(4) ?? []) \(talk.line.gains)")
        }
    }
}

/// A recogniser that understands nothing because it is broken.
private struct DeafRecognizer: Recognizer {
    struct Broken: Error {}

    func capabilities(in language: String) -> HearingCapabilities { .dictation }

    func listen(for vocabulary: Vocabulary) async throws -> any Utterance { DeafUtterance() }
}

private struct DeafUtterance: Utterance {
    func hear(_ samples: [Int16]) {}

    func finish() async throws -> Recognition { throw DeafRecognizer.Broken() }
}
