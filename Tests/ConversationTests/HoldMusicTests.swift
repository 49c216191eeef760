import Audio
import Calls
import Foundation
import Testing

@testable import Conversation

@Suite("A callee who puts the agent on hold", .timeLimit(.minutes(3)))
struct HoldMusicTests {
    /// Eight notes of two voices, as the lab's music on hold has them, and a moment of silence.
    private static func music(_ milliseconds: Int) -> [Int16] {
        let notes = [
            (262.0, 659.0), (330, 784), (392, 659), (523, 784), (440, 698), (349, 523), (392, 587), (494, 784),
        ]
        let sound = (0..<milliseconds * 8).map { index -> Int16 in
            let (low, high) = notes[index / 3200 % notes.count]
            let place = Double(index % 3200)
            let swell = min(1, min(place, 3199 - place) / 320)
            let time = Double(index) / 8000
            return Int16(3277 * swell * (sin(2 * .pi * low * time) + sin(2 * .pi * high * time)))
        }
        return sound + [Int16](repeating: 0, count: 3200)
    }

    private static func says(_ text: String, _ moment: SimulatedLine.Moment) async throws -> SimulatedLine.Cue {
        .init(moment: moment, deed: .say(try await Studio.callee(text)))
    }

    private static func hold(in record: ConversationRecord) -> [TranscriptEntry] {
        record.transcript.filter { $0.intent == TranscriptEntry.onHold }
    }

    @Test("without a word is waited for: music is no speech and no silence, and who comes back is heard")
    func talk() async throws {
        let talk = try await TalkRehearsal.run(
            model: ScriptedModel(words: ["Is Friday better?", "Then Friday it is. Is that all?"]),
            heard: ["Not on Thursday.", "Friday is fine."],
            cues: [
                try await Self.says("I cannot come on Thursday.", .agentSilent(600)),
                .init(moment: .agentSilent(400), deed: .say(Self.music(12_000))),
                try await Self.says("Friday is fine for me, thank you.", .at(1)),
                .init(moment: .agentSilent(1500), deed: .hangUp),
            ]
        )
        let hold = try #require(Self.hold(in: talk.record).first, "\(talk.script)")
        #expect(Self.hold(in: talk.record).count == 1, "\(talk.script)")
        #expect(hold.text == Chronicle.onHold && hold.speaker == .callee)
        #expect(abs(hold.start - talk.line.cuePositions[1]) < 800, "\(talk.script)")
        #expect(talk.events.count { $0 == .onHold(since: hold.start) } == 1)
        #expect(abs(hold.end - hold.start - 12_000) < 1200, "\(talk.script)")
        #expect(!talk.said(TalkLines.stillThere), "\(talk.script)")
        #expect(!talk.said(TalkLines.notUnderstood), "\(talk.script)")
        #expect(talk.said("Then Friday it is."), "\(talk.script)")
        #expect(talk.recognitions == 2)
        let asked = "\(try #require(talk.requests.last).messages)"
        #expect(asked.contains("Music plays: the callee has put you on hold"), "\(asked)")
        // Their first words were said while the music was still taken to play.
        let back = try #require(talk.record.transcript.last { $0.speaker == .callee })
        #expect(back.text == "Friday is fine." && abs(back.start - talk.line.cuePositions[2]) < 500, "\(talk.script)")
    }

    @Test("is waited for no longer than the agent waits for anybody, whatever is played")
    func patience() async throws {
        let talk = try await TalkRehearsal.run(
            .talker {
                $0.settings.holdTimeout = 20_000
                $0.settings.silenceReprompts = 1
            },
            model: ScriptedModel(words: ["Is Friday better?"]),
            heard: ["Not on Thursday."],
            cues: [
                try await Self.says("I cannot come on Thursday.", .agentSilent(600)),
                .init(moment: .agentSilent(400), deed: .say(Self.music(120_000))),
            ]
        )
        let asked = talk.record.transcript.filter { $0.text == TalkLines.stillThere }.map(\.start)
        let hold = try #require(Self.hold(in: talk.record).first, "\(talk.script)")
        #expect(asked.count == 2, "\(talk.script)")
        #expect((20_000...26_000).contains(try #require(asked.first) - hold.start), "\(talk.script)")
        #expect(talk.record.reason == .silence, "\(talk.script)")
        #expect(talk.recognitions == 1)
        #expect(hold.end - hold.start > 25_000)
    }

    @Test("is waited for by a flow too, which asks again when they are back")
    func flow() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                try await Self.says("Hold on, please.", .agentSilent(500)),
                .init(moment: .agentSilent(700), deed: .say(Self.music(12_000))),
                try await Self.says("Yes, I can.", .at(1)),
            ]
        )
        let hold = try #require(Self.hold(in: call.record).first, "\(call.script)")
        #expect(abs(hold.end - hold.start - 12_000) < 1200, "\(call.script)")
        #expect(call.calleeLines.map(\.intent) == ["hold", TranscriptEntry.onHold, "yes"], "\(call.script)")
        #expect(call.record.goal == .met, "\(call.script)")
        #expect(!call.agentLines.contains { $0.text.contains(FlowLines.stillThere) }, "\(call.script)")
        #expect(call.record.summary.contains("on hold for 12 s"), "\(call.record.summary)")
    }

    @Test("is not anybody who talks, in any of the voices", arguments: ["slt", "rms", "awb", "kal"])
    func voices(voice: String) async throws {
        let text = [
            "Well, let me think about that for a moment, because I have been away for a while and there is so much to do.",
            "Ooh, no, no, no. I am sooo sorry, I really am, but the thing is that my mother is coming over on Thursday.",
            "Could we do it some other time? Tuesday would be all right, or Wednesday, or the week after that, maybe.",
            "My number is five five five, zero one two three, four five six seven, and my name is spelled m, a, r, i, a.",
            "Hmm. Aha. Yes. No. All right then, we will see you there, and thank you very much for calling me about it.",
        ]
        var detector = MusicDetector()
        var heard: [MusicDetector.Change] = []
        for sentence in text {
            let samples = try await Studio.callee(sentence, voice: voice)
            for start in stride(from: 0, to: samples.count - 159, by: 160) {
                if let change = detector.hear(samples[start..<start + 160]) { heard.append(change) }
            }
        }
        #expect(heard.isEmpty)
    }
}
