import Calls
package import Conversation
import Telephony

/// Conversations in which goes wrong what their calls ask for. Making ready works: what fails then ends the call before it rings.
package struct FaultyConversations: ConversationFactory {
    private let sound: any ConversationFactory
    private let clock: ProviderClock

    package init(_ sound: any ConversationFactory, clock: ProviderClock = .continuous) {
        self.sound = sound
        self.clock = clock
    }

    package func prepare(_ brief: ConversationBrief) async throws -> any PreparedConversation {
        let prepared = try await sound.prepare(brief)
        guard let faults = brief.faults else { return prepared }
        return FaultyConversation(sound: prepared, faults: faults, clock: clock)
    }
}

private struct FaultyConversation: PreparedConversation {
    let sound: any PreparedConversation
    let faults: Faults
    let clock: ProviderClock

    func run(
        on audio: any LegAudio,
        digits: AsyncStream<Character>,
        commands: AsyncStream<ConversationCommand>,
        report: @escaping @Sendable (ConversationEvent) -> Void
    ) async -> ConversationRecord {
        await FaultSwitch(faults, clock: clock).apply {
            await sound.run(on: audio, digits: digits, commands: commands, report: report)
        }
    }

    func close() async { await sound.close() }
}
