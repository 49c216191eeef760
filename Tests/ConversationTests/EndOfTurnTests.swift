import Calls
import Foundation
import Testing

@testable import Conversation

@Suite("The end of a turn")
struct EndOfTurnTests {
    private static func silence(
        _ words: String? = nil,
        _ prosody: Prosody = Prosody(),
        isCalled: Bool = false,
        _ eagerness: Agent.Eagerness = .balanced
    ) -> Int {
        EndOfTurn(eagerness).silence(.init(words: words, prosody: prosody, isCalled: isCalled))
    }

    @Test(
        "Whole answers are over soon",
        arguments: [
            "Yes.", "yes", "No, thank you.", "That works for me.", "Can you come on Monday?", "Who is this?", "Bye.",
            "Yes, I can.", "yes we are", "No, I don't.", "Of course I will", "No, we're not",
        ]
    )
    func whole(words: String) {
        #expect(Self.silence(words) < Self.silence(), "\(words)")
    }

    @Test(
        "What cannot stand as it is gets time",
        arguments: [
            "I would like to", "Well, the thing is that", "It is on, um", "and", "My number is five five five",
            "My number is 555-01", "On Monday,", "I was going to say...", "We could come on the", "Ich komme mit",
        ]
    )
    func unfinished(words: String) {
        #expect(Self.silence(words) >= 1200, "\(words) \(Self.silence(words))")
        #expect(!EndOfTurn(.balanced).isWorthATry(.init(words: words)), "\(words)")
    }

    @Test(
        "Who says no more than that they can may be about to say what",
        arguments: ["I can", "and they would", "we are not"]
    )
    func leftOut(words: String) {
        #expect(Self.silence(words) > Self.silence(), "\(words)")
    }

    @Test("Numbers that are said in one piece are whole, and so is a telephone number that is all there")
    func numbers() {
        for words in ["At 3.", "At half past three.", "There are thirty.", "It is 555-010-0123."] {
            #expect(Self.silence(words) < Self.silence(), "\(words)")
        }
    }

    @Test("How the voice went counts too, and less than words")
    func prosody() {
        let finished = Prosody(fall: 14, glide: -4)
        let held = Prosody(fall: 0, glide: 0.2)
        #expect(Self.silence(nil, finished) < Self.silence())
        #expect(Self.silence(nil, held) > Self.silence())
        #expect(Self.silence("Yes.", finished) < Self.silence("Yes.", held))
        #expect(Self.silence("I would like to", finished) > Self.silence("Yes.", held))
    }

    @Test("A recogniser that calls the end is listened to")
    func called() {
        #expect(Self.silence("On Monday at the earliest", isCalled: true) < Self.silence("On Monday at the earliest"))
    }

    @Test("Eagerness moves all of it, and every silence lies within its bounds")
    func eagerness() {
        for words in [nil, "Yes.", "I would like to", "My number is five five five"] {
            let waits = [Agent.Eagerness.eager, .balanced, .patient].map { Self.silence(words, Prosody(), $0) }
            #expect(waits == waits.sorted() && Set(waits).count == 3, "\(waits)")
            #expect((200...2400).contains(waits[0]) && (200...2400).contains(waits[2]))
        }
        #expect(Self.silence("Yes.", Prosody(fall: 40, glide: -12), isCalled: true) == 260)
    }

    @Test("A voice that falls is told from one that stays, at any loudness")
    func measured() {
        for loudness in [1000.0, 8000] {
            let falling = Prosody(Self.voice(from: 160, to: 110, fading: 0.15, loudness))
            let level = Prosody(Self.voice(from: 140, to: 140, fading: 1, loudness))
            let rising = Prosody(Self.voice(from: 130, to: 220, fading: 0.8, loudness))
            #expect((falling.glide ?? 0) < -2, "\(falling)")
            #expect(abs(level.glide ?? 9) < 1, "\(level)")
            #expect((rising.glide ?? 0) > 3, "\(rising)")
            #expect(falling.score > 0.5 && level.score < -0.3, "\(falling.score) \(level.score)")
        }
        #expect(Prosody([]) == Prosody())
        #expect(Prosody([Int16](repeating: 0, count: 6400)[...]).glide == nil)
    }

    /// 0.8 s of a buzz whose pitch goes from one to another, and whose last 160 ms fade to a part of its loudness.
    private static func voice(from: Double, to: Double, fading: Double, _ loudness: Double) -> ArraySlice<Int16> {
        var phase = 0.0
        return (0..<6400).map { index in
            let progress = max(0, Double(index - 4000) / 2400)
            phase += (from + (to - from) * progress) / 8000
            let fade = index < 5120 ? 1 : 1 - (1 - fading) * Double(index - 5120) / 1280
            let wave = (1...5).reduce(0.0) { $0 + sin(2 * .pi * phase * Double($1)) / Double($1) }
            return Int16(wave * loudness * fade)
        }[...]
    }

    @Test("Silence is suspected once in a pause, taken back when speech goes on, and an end when it has lasted")
    func suspicion() {
        var turns = TurnTaking(bargeIn: true, bargeInSpeech: 240)
        turns.likelyEnd = 160
        turns.endOfTurn = 400
        var position: Int64 = 0
        var log: [String] = []
        func hear(_ sound: TurnTaking.Sound, _ time: Int) {
            for _ in 0..<(time / 20) {
                for action in turns.hear(.init(position: position, sound: sound, agentSpeaks: false)) {
                    switch action {
                    case .suspect: log.append("suspect \(position / 8)")
                    case .resume: log.append("resume \(position / 8)")
                    case .finish(let speech): log.append("finish \(position / 8) of \(speech.voiced)")
                    default: break
                    }
                }
                position += 160
            }
        }
        hear(.speech, 600)
        hear(.silence, 300)
        hear(.speech, 400)
        hear(.silence, 500)
        #expect(log == ["suspect 740", "resume 900", "suspect 1440", "finish 1680 of 1000"], "\(log)")
    }
}
