import Calls
import Conversation
import PhoneLab

/// Somebody in the lab who talks as agents do, with a recogniser, a language model and a voice, on the other side of the line.
actor PlayedPerson: Talker {
    private let brief: ConversationBrief
    /// How long after picking up they speak, in ms.
    private let helloDelay: Int
    private let conversations: TalkConversations
    private let watch: ServerWatch
    private var conversation: (any PreparedConversation)?
    private var problem: String?

    init(brief: ConversationBrief, helloDelay: Int, conversations: TalkConversations, watch: ServerWatch) {
        self.brief = brief
        self.helloDelay = helloDelay
        self.conversations = conversations
        self.watch = watch
    }

    func prepare() async {
        do {
            conversation = try await conversations.prepare(brief)
        } catch {
            problem = "\(error)"
        }
    }

    func talk(on line: TalkerLine) async {
        guard let conversation else { return line.fail(watch.failure ?? problem ?? "they were not ready") }
        line.play([Int16](repeating: 0, count: helloDelay * 8))
        let record = await conversation.run(
            on: line,
            digits: line.keys,
            commands: AsyncStream { $0.finish() },
            report: { event in
                switch event {
                case .said(let entry) where entry.keyed || entry.text.isEmpty: break
                case .said(let entry) where entry.speaker == .agent:
                    line.noteSaid(entry.text, start: entry.start, end: entry.end)
                case .said(let entry): line.noteHeard(entry.text, start: entry.start, end: entry.end)
                case .press(let keys): line.press(keys)
                default: break
                }
            }
        )
        if let failure = watch.failure {
            line.fail(failure)
        } else if record.reason == .providerStalled {
            line.fail("what plays them took too long")
        }
    }
}
