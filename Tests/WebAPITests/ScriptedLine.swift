import Calls
import Conversation
import Foundation
import Synchronization
import Telephony

/// The telephone network behind the API under test: whoever is dialed answers, and stays until the engine or the test hangs up.
final class ScriptedLine: Telephone {
    /// Every leg dialed, for the test to act on.
    let dialed = AsyncStream.makeStream(of: Leg.self)

    /// Everybody who listens to a call, once they have had what there is at first.
    let listeners = AsyncStream.makeStream(of: AsyncStream<LegSound>.Continuation.self)
    /// Whether calls go on to be heard after that.
    let keepsListeners = Mutex(false)

    private let recording = Mutex<Data?>(nil)

    /// From now on calls leave this as their recording.
    func records(_ bytes: Data) { recording.withLock { $0 = bytes } }

    func dialog(for request: DialRequest) -> Dialog? { nil }

    func dial(_ request: DialRequest) async throws(DialError) -> any OutgoingLeg {
        if let path = request.recordingPath, let bytes = recording.withLock({ $0 }) {
            guard FileManager.default.createFile(atPath: path, contents: bytes) else { throw .stackStopped }
        }
        let leg = Leg(request.attempt, on: self)
        dialed.continuation.yield(leg)
        return leg
    }

    func takeDown(_ dialog: Dialog) async -> Bool { true }

    func recoverRecording(at path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    func probe(trunk: String) async -> TrunkHealth { TrunkHealth(hop: .answered, sipStatus: 200) }

    final class Leg: OutgoingLeg {
        let events: AsyncStream<LegEvent>
        let audio: any LegAudio

        func acknowledge() async {}
        func transfer(to target: String) async { continuation.yield(.transferred(TransferOutcome(.refused))) }

        private let continuation: AsyncStream<LegEvent>.Continuation
        private let isOver = Mutex(false)
        private let attempt: Attempt

        init(_ attempt: Attempt, on line: ScriptedLine) {
            self.attempt = attempt
            audio = Silence(line: line)
            (events, continuation) = AsyncStream.makeStream()
            continuation.yield(.ringing(earlyMedia: false))
            continuation.yield(.answered)
        }

        func hangUp() async { end(.agentHungUp, by: .agent) }

        func calleeHangsUp() { end(.calleeHungUp, by: .callee) }

        /// Every `sendDigits`.
        let pressed = AsyncStream.makeStream(of: String.self)

        func sendDigits(_ digits: String) async { pressed.continuation.yield(digits) }

        func sipMessages() async -> [SIPMessage] {
            [
                SIPMessage(
                    at: 1_781_179_200_000_000,
                    sent: true,
                    peer: "udp/127.0.0.1:5070",
                    text: "INVITE sip:1 SIP/2.0\r\nCall-ID: \(attempt.sipCallID)\r\n\r\n"
                )
            ]
        }

        private func end(_ reason: EndReason, by party: Transport.Party) {
            let isFirst = isOver.withLock { isOver in
                defer { isOver = true }
                return !isOver
            }
            guard isFirst else { return }
            let transport = Transport(sipStatus: 200, sipPhrase: "OK", q850Cause: 16, hungUpBy: party)
            continuation.yield(.ended(LegEnding(reason: reason, transport: transport)))
            continuation.finish()
        }
    }

    private struct Silence: LegAudio {
        let line: ScriptedLine
        let ticks = AsyncStream<AudioTick> { _ in }

        func play(_ samples: [Int16]) -> Range<Int64> { 0..<Int64(samples.count) }
        func stopPlaying() -> Int64 { 0 }
        func setGain(_ gain: Float) {}

        /// A second of one sample after another, then the end unless the line keeps its listeners.
        func listen(_ listener: AsyncStream<LegSound>.Continuation) {
            for tick in 0..<50 {
                let pairs = (0..<160).flatMap { [Int16(tick), Int16(-$0)] }
                listener.yield(LegSound(samples: pairs, position: Int64(tick * 160)))
            }
            line.listeners.continuation.yield(listener)
            if !line.keepsListeners.withLock(\.self) { listener.finish() }
        }
    }
}

/// Says one sentence, and goes on when the test says so.
final class ScriptedConversations: ConversationFactory {
    /// Once per conversation: the callee answers and the agent ends the call.
    let goOn = AsyncStream.makeStream(of: Void.self)
    /// Every command, of every conversation.
    let commands = AsyncStream.makeStream(of: ConversationCommand.self)
    /// Whether a command to say goodbye is obeyed.
    let takesLeave = Mutex(true)

    func prepare(_ brief: ConversationBrief) async throws -> any PreparedConversation {
        Scripted(goOn: goOn.stream, script: self)
    }

    private struct Scripted: PreparedConversation {
        let goOn: AsyncStream<Void>
        let script: ScriptedConversations

        func run(
            on audio: any LegAudio,
            digits: AsyncStream<Character>,
            commands: AsyncStream<ConversationCommand>,
            report: @escaping @Sendable (ConversationEvent) -> Void
        ) async -> ConversationRecord {
            let said = [
                TranscriptEntry(
                    speaker: .agent,
                    text: "Hello.",
                    generated: "Hello.",
                    start: 0,
                    end: 600,
                    step: "confirm"
                ),
                TranscriptEntry(speaker: .callee, text: "yes", start: 900, end: 1200, step: "confirm", intent: "yes"),
            ]
            report(.said(said[0]))
            let isLeaving = await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for await _ in goOn { break }
                    return false
                }
                group.addTask {
                    for await command in commands {
                        script.commands.continuation.yield(command)
                        if command == .sayGoodbye, script.takesLeave.withLock(\.self) { return true }
                    }
                    // Until the other one has it.
                    for await _ in AsyncStream<Void>.makeStream().stream {}
                    return false
                }
                defer { group.cancelAll() }
                return await group.next() ?? false
            }
            if !isLeaving { report(.said(said[1])) }
            return ConversationRecord(
                transcript: said,
                fields: ["confirmedBy": "callee", "seats": 2],
                goal: .met,
                reached: .person,
                reason: isLeaving ? .endedByRequest : .agentHungUp,
                optedOut: false,
                summary: "# Confirmed"
            )
        }
    }
}
