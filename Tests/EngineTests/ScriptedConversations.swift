import Calls
import Conversation
import FoundationEssentials
import Synchronization
import Telephony

/// Conversations whose course the test decides.
final class ScriptedConversations: ConversationFactory {
    enum Script: Sendable {
        /// Says two things and ends, its goal met.
        case short
        /// Says one thing, then stays until the line goes down, it is told to say goodbye, or the test ends it.
        case stays
        /// Never returns, not even when the line is down, until it is canceled.
        case hangs
        /// Cannot speak.
        case mute
        /// Is ready only when the test says so.
        case slow
    }

    struct Mute: Error {}

    static let said = [
        TranscriptEntry(
            speaker: .agent,
            text: "Hello Ann.",
            generated: "Hello Ann.",
            start: 0,
            end: 900,
            step: "confirm"
        ),
        TranscriptEntry(speaker: .callee, text: "yes", start: 1200, end: 1500, step: "confirm", intent: "yes"),
    ]

    let script: Script
    let briefs = AsyncStream.makeStream(of: ConversationBrief.self)
    /// One for each conversation that began.
    let begun = AsyncStream.makeStream(of: Void.self)
    /// Yielding ends a `.stays` conversation from within, or makes a `.slow` one ready.
    let go = AsyncStream.makeStream(of: Void.self)

    init(_ script: Script) {
        self.script = script
    }

    func prepare(_ brief: ConversationBrief) async throws -> any PreparedConversation {
        briefs.continuation.yield(brief)
        switch script {
        case .mute: throw Mute()
        case .slow: for await _ in go.stream { break }
        case .short, .stays, .hangs: break
        }
        return ScriptedConversation(factory: self)
    }

    static func record(_ reason: EndReason?) -> ConversationRecord {
        ConversationRecord(
            transcript: said,
            fields: ["confirmed": true],
            goal: .met,
            reached: .person,
            reason: reason,
            optedOut: false,
            summary: "# Confirmed"
        )
    }
}

private struct ScriptedConversation: PreparedConversation {
    let factory: ScriptedConversations

    func run(
        on audio: any LegAudio,
        digits: AsyncStream<Character>,
        commands: AsyncStream<ConversationCommand>,
        report: @escaping @Sendable (ConversationEvent) -> Void
    ) async -> ConversationRecord {
        factory.begun.continuation.yield()
        report(.said(ScriptedConversations.said[0]))
        switch factory.script {
        case .short, .slow, .mute:
            report(.said(ScriptedConversations.said[1]))
            return ScriptedConversations.record(.agentHungUp)
        case .hangs:
            let (never, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            return ScriptedConversations.record(nil)
        case .stays:
            return await withTaskGroup(of: EndReason?.self) { group in
                group.addTask {
                    for await _ in audio.ticks {}
                    return nil
                }
                group.addTask {
                    for await _ in commands { return .serverDrained }
                    return nil
                }
                group.addTask { [go = factory.go.stream] in
                    for await _ in go { return .agentHungUp }
                    // The stream is shared, and ends when the first conversation is over.
                    let (never, _) = AsyncStream.makeStream(of: Void.self)
                    for await _ in never {}
                    return nil
                }
                let reason = await group.next() ?? nil
                group.cancelAll()
                return ScriptedConversations.record(reason)
            }
        }
    }
}
