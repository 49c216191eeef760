import Calls

/// What happened in a conversation, in Markdown, from its record alone: nothing is guessed.
struct Summary {
    let agent: Agent
    let record: ConversationRecord
    /// Where messages are on the recording, in ms.
    let messages: [Range<Int>]
    /// Whether it says what the callee said, or only what it meant.
    let isQuoting: Bool
    /// How somebody who read the transcript tells it. Nil: nobody did.
    var account: Account?

    /// What a reader of the transcript says of it. What is nil is made from the record.
    struct Account {
        var title: String?
        var happened: String?
        var actions: [String]
        var sentiment: String?
    }

    var markdown: String {
        let told = account?.happened.map { [Self.plain(String($0.prefix(2000))), ending] }
        return [
            "# \(title)",
            "## What happened\n\n" + (told ?? happened).joined(separator: " "),
            "## Collected\n\n" + (fields.isEmpty ? "Nothing." : fields.map { "- \($0)" }.joined(separator: "\n")),
            "## Action items\n\n" + (actions.isEmpty ? "None." : actions.map { "- \($0)" }.joined(separator: "\n")),
            "## Sentiment\n\n\(sentiment)",
        ].joined(separator: "\n\n") + "\n"
    }

    private var sentiment: String {
        switch account?.sentiment {
        case "positive"?: "Positive."
        case "neutral"?: "Neutral."
        case "negative"?: "Negative."
        default: "Not assessed."
        }
    }

    private var title: String {
        if !record.optedOut, let title = account?.title, title.contains(where: { !$0.isWhitespace }) {
            return "\(agent.name): \(Self.plain(String(title.prefix(120))))"
        }
        let outcome =
            if record.optedOut {
                "asked not to be called again"
            } else if record.fields["wrong_number"] == true {
                "wrong number"
            } else if let machine {
                machine.title
            } else {
                switch record.goal {
                case .met: "goal met"
                case .notMet: "goal not met"
                case .undecided: record.reached == .person ? "undecided" : "nobody spoke"
                }
            }
        return "\(agent.name): \(outcome)"
    }

    private var happened: [String] {
        var sentences: [String] = []
        let heard = record.transcript.filter { $0.speaker == .callee }
        let holds = heard.filter { $0.intent == TranscriptEntry.onHold }
        let answers = heard.filter(\.isPersons)
        let left = answers.filter { answer in messages.contains { $0.lowerBound == answer.start } }
        let understood = answers.filter { $0.intent != nil && !left.contains($0) }
        let missed = answers.count { $0.text == Chronicle.unintelligible && !left.contains($0) }
        if let machine {
            sentences.append(machine.sentence)
        } else if answers.isEmpty {
            sentences.append("The line was answered, but nobody said anything.")
        } else if understood.isEmpty, left.isEmpty {
            sentences.append("Somebody spoke, but nothing was understood.")
        }
        for answer in understood {
            let how = answer.keyed ? "pressed" : "said"
            let place = answer.step.map { " at \"\(Self.plain($0))\"" } ?? ""
            let meaning = Self.plain(answer.intent ?? "")
            let words = isQuoting ? "\(how) \"\(Self.plain(answer.text))\" (\(meaning))" : "answered \(meaning)"
            sentences.append("The callee \(words)\(place).")
        }
        sentences += holds.map { "The call was on hold for \(($0.end - $0.start + 500) / 1000) s." }
        sentences += messages.map {
            "A message of \(length(of: $0)) was \(isRecorded ? "recorded" : "left") at \(time(of: $0))."
        }
        if machine == nil, missed > 0, !understood.isEmpty || !left.isEmpty {
            sentences.append("\(missed) \(missed == 1 ? "utterance was" : "utterances were") not understood.")
        }
        sentences.append(ending)
        return sentences
    }

    /// What there is to say about what answered, if it was no person in the end.
    private var machine: (title: String, sentence: String)? {
        guard let answer = record.answer else { return nil }
        let reason = Self.plain(answer.verdict.reason)
        switch answer.reached {
        case .machine where answer.evidence.deadEnd != nil: return deadEnd(answer, reason)
        case .machine where answer.message != nil:
            let time = time(of: answer.message ?? 0..<0)
            return ("message left", "A mailbox answered (\(reason)). A message was left at \(time).")
        case .machine: return ("mailbox", "A mailbox answered (\(reason)). No message was left.")
        case .screener: return ("screened", "A call screener answered (\(reason)), and nobody came to the telephone.")
        case .ivr: return ("menu", "A menu answered (\(reason)), and nobody came to the telephone.")
        case .person, .unknown, .nobody: return nil
        }
    }

    private func deadEnd(_ answer: AnswerRecord, _ reason: String) -> (title: String, sentence: String) {
        switch answer.evidence.deadEnd {
        case .fax?: ("fax", "A fax or a modem answered (\(reason)).")
        case .notInService?: ("not in service", "The network said that the number cannot be reached (\(reason)).")
        case .busy?: ("busy", "The line was busy (\(reason)).")
        default: ("no way there", "The network could not put the call through (\(reason)).")
        }
    }

    private var ending: String {
        switch record.reason {
        case nil: "The line went down before the agent had said goodbye."
        case .silence?: "The agent said goodbye because nobody answered any more."
        case .maxDuration?: "The agent said goodbye because the call had reached its longest duration."
        case .transferred?: "The callee was handed over."
        case .providerStalled?: "The agent ended the call because of a technical problem on its side."
        case .voicemail?, .screened?, .fax?, .notInService?, .busy?, .carrierFailure?: "The agent hung up."
        case .endedByRequest?: "The agent was told to end the call and said goodbye."
        default: "The agent said goodbye and ended the call."
        }
    }

    private var fields: [String] {
        record.fields.filter { $0.value != .null }.sorted { $0.key < $1.key }.map {
            "\(Self.plain($0.key)): \(Self.plain($0.value.spoken))"
        }
    }

    private var actions: [String] {
        var actions: [String] = []
        if record.optedOut { actions.append("Do not call this number again.") }
        if record.fields["wrong_number"] == true { actions.append("Correct the number of this contact.") }
        if record.fields["wants_human"] == true { actions.append("Have a person call back: the callee asked for one.") }
        actions += (account?.actions ?? []).map { Self.plain(String($0.prefix(300))) }
        if isRecorded {
            actions += messages.map {
                "Listen to the message of \(length(of: $0)) at \(time(of: $0)) on the recording."
            }
        }
        return actions
    }

    private var isRecorded: Bool { agent.settings.record }

    private func length(of message: Range<Int>) -> String { "\(max(1, (message.count + 500) / 1000)) s" }

    /// `0:12` since the answer.
    private func time(of message: Range<Int>) -> String {
        let seconds = message.lowerBound / 1000
        return "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    }

    /// Text from outside, with nothing in it that Markdown or HTML would act on.
    private static func plain(_ text: String) -> String {
        String(text.map { "<>&[]()*_`#|\\\n".contains($0) ? " " : $0 })
    }
}
