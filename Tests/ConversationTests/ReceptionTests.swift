import Audio
import Calls
import Conversation
import Foundation
import Synchronization
import Testing

/// Who answers is not always a person.
@Suite("A conversation with what answers", .timeLimit(.minutes(2)))
struct ReceptionTests {
    private func cue(_ moment: SimulatedLine.Moment, _ sound: [Int16]) -> SimulatedLine.Cue {
        .init(moment: moment, deed: .say(sound))
    }

    private func loudness(_ samples: [Int16], _ range: Range<Int>) -> Double {
        Level.decibels(samples[(range.lowerBound * 8)..<min(samples.count, range.upperBound * 8)])
    }

    @Test("A mailbox is greeted like anybody, and hung up on when it is clear what it is")
    func hangUp() async throws {
        let call = try await Rehearsal.run(.reminder(), cues: [cue(.at(0), try await Mailbox.greeting())])
        #expect(call.record.reason == .voicemail, "\(call.script)")
        #expect(call.record.reached == .machine)
        let answer = try #require(call.record.answer)
        #expect(answer.verdict.answerer == .machine && answer.verdict.confidence > 0.5)
        #expect(!answer.verdict.reason.isEmpty)
        // Its words may yet say that it is a screener, so that it is heard out; its tone is not waited for.
        #expect(call.line.duration < 15_000)
        #expect(call.record.goal == .undecided && call.record.fields.isEmpty)
        #expect(loudness(call.line.sent, 0..<1000) > -50, "The agent speaks at once, whoever it is")
        #expect(call.record.summary.contains("mailbox"))
        #expect(call.events.contains { if case .answeredBy(let told) = $0 { told.reached == .machine } else { false } })
        // What was heard gives the same verdict again.
        let again = AnswerDecision.verdicts(on: answer.evidence, thresholds: answer.thresholds)
        #expect(again.last?.answerer == .machine && again.last?.at == answer.verdict.at)
    }

    @Test("A message is left whole and after the tone, with its variables, and the call is over")
    func message() async throws {
        let greeting = try await Mailbox.greeting()
        let agent = Agent.reminder {
            $0.voicemail = .init(action: .leaveMessage, message: "Hello {{name}}. Please call Bright Dental.")
        }
        let call = try await Rehearsal.run(agent, cues: [cue(.at(0), greeting)])
        #expect(call.record.reason == .voicemail, "\(call.script)")
        let left = try #require(call.agentLines.last)
        #expect(left.text == "Hello Maria. Please call Bright Dental." && left.generated == left.text)
        #expect(left.intent == TranscriptEntry.voicemailMessage)
        let end = greeting.count / 8
        #expect((end...(end + 1500)).contains(left.start), "\(left.start) and the tone was over at \(end)")
        let answer = try #require(call.record.answer)
        #expect(answer.message != nil)
        #expect(abs(try #require(answer.toneAt) - (end - 400)) <= 40)
        // Silent from the verdict to the end of the tone.
        #expect(loudness(call.line.sent, (answer.verdict.at + 100)..<end) < -60)
        #expect(call.record.summary.contains("left"), "\(call.record.summary)")
    }

    @Test("A mailbox without a tone gets its message when it has been silent")
    func noTone() async throws {
        let greeting = try await Mailbox.greeting(tone: false)
        let agent = Agent.reminder { $0.voicemail = .init(action: .leaveMessage, message: "Please call us.") }
        let call = try await Rehearsal.run(agent, cues: [cue(.at(0), greeting)])
        let left = try #require(call.agentLines.last)
        #expect(left.text == "Please call us." && call.record.reason == .voicemail, "\(call.script)")
        #expect(left.start > greeting.count / 8 + 2000)
    }

    @Test(
        "Who hangs up without a word for the agent was nobody who listened; hung up on, or in its middle, nothing is said of it"
    )
    func hungUp() async throws {
        let piece = try await Studio.callee(
            "Our garden is closed in winter. It opens again with the first flowers in March."
        )
        let hungUp = try await Rehearsal.run(
            .reminder(),
            cues: [cue(.at(200), piece), .init(moment: .agentSilent(900), deed: .hangUp)]
        )
        #expect(hungUp.record.reached == .machine && hungUp.record.reason == nil, "\(hungUp.script)")
        let answer = try #require(hungUp.record.answer)
        #expect(answer.verdict.reason.contains("hung up without a reply") && answer.evidence.isHungUp == true)
        #expect(AnswerDecision.verdicts(on: answer.evidence).last?.at == answer.verdict.at)
        #expect(hungUp.record.goal == .undecided)
        let fedUp = try await Rehearsal.run(
            .reminder(),
            cues: [cue(.at(200), piece), .init(moment: .at(7_200), deed: .hangUp)]
        )
        #expect(fedUp.record.reached == .person, "\(fedUp.script)")
    }

    @Test("A short greeting without a tone, which sounds like a person's, is a mailbox by its words")
    func words() async throws {
        let text = "You've reached the Miller family. Leave us a message."
        let call = try await Rehearsal.run(.reminder(), cues: [cue(.at(200), try await Studio.callee(text))])
        #expect(call.record.reason == .voicemail, "\(call.script)")
        #expect(call.record.answer?.verdict.answerer == .machine)
    }

    @Test("A business that answers in a long sentence is a person")
    func business() async throws {
        let text = "Good morning, Lakeside veterinary clinic, this is Linda."
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                cue(.at(300), try await Studio.callee(text)),
                cue(.agentSpeaking(5000), []),
                cue(.agentSilent(600), try await Studio.callee("Yes, I can.")),
            ]
        )
        #expect(call.record.reached == .person, "\(call.script)")
        #expect(call.record.goal == .met, "\(call.script)")
    }

    @Test("A person who picks up while the message is being left gets the agent from its greeting on")
    func pickUp() async throws {
        let agent = Agent.reminder {
            $0.voicemail = .init(
                action: .leaveMessage,
                message: "This is a rather long message for Maria about the appointment on Thursday at three."
            )
        }
        let greeting = try await Mailbox.greeting()
        let call = try await Rehearsal.run(
            agent,
            cues: [
                cue(.at(0), greeting),
                cue(.agentSpeaking(1500), try await Studio.callee("Hello? I am here. Hello?")),
                // Lets the greeting and the question out.
                cue(.agentSpeaking(5000), []),
                cue(.agentSilent(600), try await Studio.callee("Yes, I can.")),
            ]
        )
        #expect(call.record.reached == .person, "\(call.script)")
        #expect(call.record.goal == .met && call.record.reason == .agentHungUp, "\(call.script)")
        #expect(call.record.answer?.message == nil, "It was cut off")
        #expect(call.agentLines.count { $0.text.contains("this is Bright Dental") } >= 1, "\(call.script)")
    }

    @Test("A person who answers shortly is a person, and the conversation goes on")
    func person() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                cue(.at(500), try await Studio.callee("Hello?")),
                cue(.agentSilent(600), try await Studio.callee("Yes, I can.")),
            ]
        )
        #expect(call.record.goal == .met, "\(call.script)")
        #expect(call.record.reached == .person)
        #expect(call.record.answer?.verdict.answerer == .person)
    }

    @Test("In a conversation a tone makes no mailbox of who answered a question")
    func toneInConversation() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                cue(.at(500), try await Studio.callee("Hello?")),
                cue(.agentSilent(600), try await Studio.callee("No, I can't.")),
                cue(.agentSilent(600), Tone.samples(frequencies: Tone.beep, milliseconds: 400, level: -12)),
                .init(moment: .agentSilent(4000), deed: .hangUp),
            ]
        )
        #expect(call.record.fields["confirmed"] == false, "\(call.script)")
        #expect(call.record.reached == .person && call.record.answer?.reached == .person, "\(call.script)")
        #expect(call.record.reason == nil, "\(call.script)")
    }

    @Test("Phrases are listened for in what may be a recording, not in a tone")
    func listening() async throws {
        let phrases = CountingSpotter()
        let tone = Tone.samples(frequencies: Tone.beep, milliseconds: 8000, level: -12)
        _ = try await Rehearsal.run(.reminder(), cues: [cue(.at(0), tone)], spotter: phrases)
        #expect(phrases.lines.withLock(\.self) == 0)
        _ = try await Rehearsal.run(.reminder(), cues: [cue(.at(0), try await Mailbox.greeting())], spotter: phrases)
        #expect(phrases.lines.withLock(\.self) == 1)
    }

    @Test("The spotter is let go when no phrase matters any more: once a message is being left, and in a conversation")
    func release() async throws {
        let atMessage = CountingSpotter()
        let agent = Agent.reminder {
            $0.voicemail = .init(action: .leaveMessage, message: "Please call Bright Dental.")
        }
        _ = try await Rehearsal.run(
            agent,
            cues: [
                cue(.at(0), try await Mailbox.greeting()),
                .init(moment: .agentSpeaking(300), deed: .run { atMessage.note() }),
            ],
            spotter: atMessage
        )
        #expect(atMessage.lines.withLock(\.self) == 1)
        #expect(atMessage.noted.withLock(\.self) == [0])

        let inTalk = CountingSpotter()
        let business = "Good morning, Lakeside veterinary clinic, this is Linda."
        _ = try await Rehearsal.run(
            .reminder(),
            cues: [
                cue(.at(300), try await Studio.callee(business)),
                .init(moment: .at(3000), deed: .run { inTalk.note() }),
                .init(moment: .agentSilent(600), deed: .run { inTalk.note() }),
                .init(moment: .agentSilent(600), deed: .hangUp),
            ],
            spotter: inTalk
        )
        #expect(inTalk.lines.withLock(\.self) == 1)
        #expect(inTalk.noted.withLock(\.self) == [1, 0])
    }

    @Test("A message of which nothing is left ends the call")
    func emptyMessage() async throws {
        let agent = Agent.reminder {
            $0.voicemail = .init(action: .leaveMessage, message: "{{note}}")
            $0.defaults = ["note": ""]
        }
        let call = try await Rehearsal.run(agent, cues: [cue(.at(0), try await Mailbox.greeting())])
        #expect(call.record.reason == .voicemail, "\(call.script)")
        #expect(call.line.duration < 30_000)
    }

    @Test("The agent's own voice coming back is no recording that talks over it")
    func echo() async throws {
        let call = try await Rehearsal.run(
            .reminder {
                $0.greeting += " We would like to know whether you can come, and whether anything has changed since."
            },
            cues: [cue(.agentSilent(600), try await Studio.callee("Yes, I can."))],
            echo: .init(gain: 0.25, delay: 1600)
        )
        #expect(call.record.goal == .met, "\(call.script)")
        #expect(call.record.reached == .person)
    }

    @Test("A screener is told who is calling once it has asked, and the person behind it gets the agent")
    func screener() async throws {
        let asks = """
            Hi. The person you are calling is using a screening service and will get a copy of this conversation. Go ahead and say your \
            name, and why you are calling.
            """
        let agent = Agent.reminder {
            $0.answering.screener.say = "This is Bright Dental for {{name}}, about an appointment."
        }
        let call = try await Rehearsal.run(
            agent,
            cues: [
                cue(.at(0), [Int16](repeating: 0, count: 1600) + (try await Studio.callee(asks, voice: "slt"))),
                cue(.agentSilent(600), try await Studio.callee("Thank you. Please stay on the line.", voice: "slt")),
                cue(.agentSilent(3500), try await Studio.callee("Hello?")),
                cue(.agentSilent(600), try await Studio.callee("Yes, I can.")),
            ]
        )
        #expect(call.said("This is Bright Dental for Maria"), "\(call.script)")
        #expect(call.record.goal == .met, "\(call.script)")
        #expect(call.record.reached == .person)
    }

    @Test("A menu's keys are pressed when it has spoken, and whoever answers then gets the agent")
    func menu() async throws {
        let menu = """
            Thank you for calling Harbor Street Flowers. For orders, press 1. For opening hours, press 2. To speak to a person, press 0.
            """
        let agent = Agent.reminder { $0.answering.menu = .init(action: .press, keys: "0") }
        let call = try await Rehearsal.run(
            agent,
            cues: [
                cue(.at(200), try await Studio.callee(menu)),
                cue(.at(14_000), try await Studio.callee("Flower shop, this is Sam.")),
                // The agent lets Sam finish, and begins once more.
                cue(.agentSilent(3000), try await Studio.callee("Yes, I can.")),
            ]
        )
        #expect(call.events.contains(.press("0")), "\(call.script)")
        #expect(call.record.goal == .met, "\(call.script)")
    }

    @Test("An agent that does not ask who answered talks to whatever it is")
    func undetected() async throws {
        let agent = Agent.reminder {
            $0.answering.detects = false
            $0.settings.silenceReprompts = 0
        }
        let call = try await Rehearsal.run(agent, cues: [cue(.at(0), try await Mailbox.greeting())])
        #expect(call.record.answer == nil)
        #expect(call.record.reason != .voicemail, "\(call.script)")
        #expect(call.said("Can you make it?"))
    }
}

/// Hears nothing, and counts the lines it was asked to listen to, and those that are still listened to.
private final class CountingSpotter: PhraseSpotter {
    private final class Deaf: SpottedLine {
        let close: @Sendable () -> Void

        init(close: @escaping @Sendable () -> Void) { self.close = close }
        deinit { close() }

        func hear(_ samples: [Int16]) async throws -> [String] { [] }
    }

    let lines = Mutex(0)
    private let open = Mutex(0)
    /// How many were listened to each time that it was asked.
    let noted = Mutex<[Int]>([])

    func listen(for phrases: [String]) async throws -> any SpottedLine {
        lines.withLock { $0 += 1 }
        open.withLock { $0 += 1 }
        return Deaf { [weak self] in self?.open.withLock { $0 -= 1 } }
    }

    func note() {
        let count = open.withLock(\.self)
        noted.withLock { $0.append(count) }
    }
}
