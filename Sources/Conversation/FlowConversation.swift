import Calls
import Logging
import Telephony

/// One call's conversation, waiting for its callee.
struct FlowConversation: PreparedConversation {
    let brief: ConversationBrief
    let prompts: Prompts
    let recognizer: any Recognizer
    let ear: RecordingEar?
    let deadline: Duration
    let bargeInDeadline: Duration
    let logger: Logger

    func run(
        on audio: any LegAudio,
        digits: AsyncStream<Character>,
        commands: AsyncStream<ConversationCommand>,
        report: @escaping @Sendable (ConversationEvent) -> Void
    ) async -> ConversationRecord {
        let inbox = Inbox<FlowItem>()
        let (foreseen, foresee) = AsyncStream.makeStream(of: [String].self, bufferingPolicy: .bufferingNewest(4))
        let prompts = prompts
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { for await digit in digits { inbox.put(.digit(digit)) } }
            group.addTask {
                for await command in commands {
                    // Rendered here, beside the loop, which hears nothing while it waits for a voice.
                    if case .say(let text, _) = command { await prompts.prepare([text]) }
                    inbox.put(.command(command))
                }
            }
            group.addTask { for await lines in foreseen { await prompts.prepare(lines) } }
            let loop = ConversationLoop(
                brief: brief,
                audio: audio,
                prompts: prompts,
                recognizer: recognizer,
                deadline: deadline,
                bargeInDeadline: bargeInDeadline,
                inbox: inbox,
                foresee: { foresee.yield($0) },
                ear: ear,
                report: report,
                logger: logger
            )
            let record = await loop.run()
            foresee.finish()
            group.cancelAll()
            return record
        }
    }
}

/// What comes in beside the audio: keys and commands.
enum FlowItem: Sendable {
    case digit(Character)
    case command(ConversationCommand)
}
