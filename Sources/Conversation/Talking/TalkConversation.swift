import Calls
import Telephony

/// One call's talk with a language model, waiting for its callee.
struct TalkConversation: PreparedConversation {
    let brief: ConversationBrief
    let account: ConversationAccount
    let parts: TalkLoop.Parts
    /// What a realtime model says from the ringing on is put in here.
    var inbox = Inbox<TalkItem>()

    func run(
        on audio: any LegAudio,
        digits: AsyncStream<Character>,
        commands: AsyncStream<ConversationCommand>,
        report: @escaping @Sendable (ConversationEvent) -> Void
    ) async -> ConversationRecord {
        var record = await talk(on: audio, digits: digits, commands: commands, report: report)
        parts.realtime?.close()
        // The line is not held for what comes now.
        if let reason = record.reason { report(.finished(reason)) }
        await brief.remote.close()
        // What was played is nobody's result.
        if brief.side == .caller {
            await AfterCall(brief: brief, model: parts.model, limit: parts.limits.extraction).complete(&record)
        }
        return record
    }

    func close() async {
        parts.realtime?.close()
        await brief.remote.close()
    }

    private func talk(
        on audio: any LegAudio,
        digits: AsyncStream<Character>,
        commands: AsyncStream<ConversationCommand>,
        report: @escaping @Sendable (ConversationEvent) -> Void
    ) async -> ConversationRecord {
        let inbox = inbox
        let (works, work) = AsyncStream.makeStream(of: Work.self)
        let prompts = parts.prompts
        inbox.onArrival { audio.wake() }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { for await digit in digits { inbox.put(.digit(digit)) } }
            group.addTask {
                for await command in commands {
                    // Rendered here, beside the loop, which hears nothing while it waits for a voice.
                    if case .say(let text, _) = command { await prompts.prepare([text]) }
                    inbox.put(.command(command))
                }
            }
            group.addTask {
                await withDiscardingTaskGroup { group in
                    for await work in works {
                        group.addTask {
                            await work.run()
                            brief.works?.end()
                        }
                    }
                }
            }
            let loop = TalkLoop(
                brief: brief,
                parts: parts,
                audio: audio,
                inbox: inbox,
                account: account,
                begin: {
                    brief.works?.begin()
                    work.yield($0)
                },
                report: report
            )
            let record = await loop.run()
            work.finish()
            group.cancelAll()
            return record
        }
    }
}
