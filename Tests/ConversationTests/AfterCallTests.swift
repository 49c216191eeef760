import Calls
import Foundation
import Testing

@testable import Conversation

@Suite("What came of a call, by a model that is not believed", .timeLimit(.minutes(1)))
struct AfterCallTests {
    private static let agent = Agent.talker()

    private static func record(_ words: [String], reached: Reached = .person) -> ConversationRecord {
        let entries = words.enumerated().map { index, text in
            TranscriptEntry(speaker: .callee, text: text, start: 3000 * (index + 1), end: 3000 * (index + 1) + 900)
        }
        return ConversationRecord(
            transcript: [TranscriptEntry(speaker: .agent, text: "Can you come on Thursday?", start: 0, end: 2000)]
                + entries,
            fields: [:],
            goal: .undecided,
            reached: reached,
            reason: .agentHungUp,
            optedOut: false,
            summary: ""
        )
    }

    private static func complete(
        _ record: ConversationRecord,
        _ answer: String,
        agent: Agent = agent,
        keepsWords: Bool = true,
        limit: Duration = .seconds(30)
    ) async -> (ConversationRecord, ConversationAccount.Extraction, ScriptedModel) {
        let model = ScriptedModel([.pieces([.text(answer)])])
        var brief = ConversationBrief(call: Call.ID(bornAt: Date()), agent: agent, variables: [:], maxDuration: 60)
        brief.keepsWords = keepsWords
        var record = record
        await AfterCall(brief: brief, model: model, limit: limit).complete(&record)
        return (record, record.account?.extraction ?? .init(), model)
    }

    private static func answer(
        outcome: String = "met",
        quote: String = "I can come",
        fields: String =
            #"{"confirmed":{"value":true,"grade":"stated","quote":"I can come"},"day":{"value":null,"grade":"absent","quote":""}}"#,
        optedOut: Bool = false,
        optOutQuote: String = ""
    ) -> String {
        #"""
        {"title":"Appointment <confirmed>","what_happened":"Maria will come.","action_items":["Send a reminder"],
        "sentiment":"positive","outcome":"\#(outcome)","outcome_quote":"\#(quote)","opted_out":\#(optedOut),
        "opt_out_quote":"\#(optOutQuote)","fields":\#(fields)}
        """#
    }

    @Test("A field that the callee stated has its quote and its time; the summary is told")
    func stated() async {
        let (record, extraction, model) = await Self.complete(Self.record(["Yes, I can come."]), Self.answer())
        #expect(extraction.status == .completed)
        #expect(extraction.findings["confirmed"] == .init(value: true, grade: .stated, quote: "I can come", at: 3000))
        #expect(extraction.findings["day"] == .absent)
        #expect(record.fields == ["confirmed": true])
        #expect(record.goal == .met)
        #expect(extraction.outcomeQuote == "I can come")
        #expect(record.summary.hasPrefix("# Bright Dental: Appointment  confirmed"))
        #expect(record.summary.contains("Maria will come.") && record.summary.contains("- Send a reminder"))
        #expect(record.summary.contains("Positive."))
        #expect(model.requests.first?.schema?.name == "call_result")
    }

    @Test("A quote that nobody said makes nothing stated, and no success")
    func inventedQuote() async {
        let fields = #"{"confirmed":{"value":true,"grade":"stated","quote":"I will certainly be there"},"day":null}"#
        let (record, extraction, _) = await Self.complete(
            Self.record(["Hm, maybe."]),
            Self.answer(quote: "Can you come on Thursday", fields: fields)
        )
        #expect(extraction.findings["confirmed"] == .init(value: true, grade: .inferred))
        #expect(record.goal == .undecided)
        #expect(extraction.outcomeQuote == nil)
    }

    @Test("A value of another type is not found out")
    func wrongType() async {
        let fields =
            #"{"confirmed":{"value":"yes","grade":"stated","quote":"I can come"},"price":{"value":3,"grade":"stated","quote":"I can come"}}"#
        let (record, extraction, _) = await Self.complete(Self.record(["I can come."]), Self.answer(fields: fields))
        #expect(extraction.findings["confirmed"] == .absent)
        #expect(extraction.findings["price"] == nil)
        #expect(record.fields.isEmpty)
    }

    @Test("Where nobody spoke nothing is asked, and nothing was refused", arguments: [[], [Chronicle.unintelligible]])
    func nobody(words: [String]) async {
        let (record, extraction, model) = await Self.complete(
            Self.record(words, reached: .unknown),
            Self.answer(outcome: "not_met")
        )
        #expect(model.requests.isEmpty)
        #expect(extraction.status == .skipped)
        #expect(record.goal == .undecided)
        #expect(extraction.findings == ["confirmed": .absent, "day": .absent])
        #expect(!record.summary.isEmpty)
    }

    @Test("A machine's words are nobody's", arguments: [Reached.machine, .screener, .ivr])
    func machine(reached: Reached) async {
        let (record, extraction, model) = await Self.complete(
            Self.record(["I can come"], reached: reached),
            Self.answer()
        )
        #expect(model.requests.isEmpty && extraction.status == .skipped && record.goal == .undecided)
    }

    @Test("A refusal needs the callee's words too")
    func notMet() async {
        let (refused, _, _) = await Self.complete(
            Self.record(["No, I am not interested."]),
            Self.answer(outcome: "not_met", quote: "not interested", fields: "{}")
        )
        #expect(refused.goal == .notMet)
        let (guessed, _, _) = await Self.complete(
            Self.record(["Hello?"]),
            Self.answer(outcome: "not_met", quote: "not interested", fields: "{}")
        )
        #expect(guessed.goal == .undecided)
    }

    @Test("An opt-out that was said counts, one that was not does not")
    func optOut() async {
        let (said, _, _) = await Self.complete(
            Self.record(["I want no more of these calls."]),
            Self.answer(optedOut: true, optOutQuote: "no more of these calls")
        )
        #expect(said.optedOut && said.goal == .notMet)
        let (invented, _, _) = await Self.complete(
            Self.record(["I can come."]),
            Self.answer(optedOut: true, optOutQuote: "never call me")
        )
        #expect(!invented.optedOut && invented.goal == .met)
    }

    @Test(
        "A result that is no result fails by itself: what the agent noted stands",
        arguments: ["I am sorry.", "[1]", #"{"title":"#]
    )
    func failed(answer: String) async {
        var record = Self.record(["I can come."])
        record.fields = ["confirmed": true]
        let (after, extraction, _) = await Self.complete(record, answer)
        #expect(extraction.status == .failed)
        #expect(extraction.error?.isEmpty == false)
        #expect(extraction.findings["confirmed"] == .init(value: true, grade: .inferred))
        #expect(after.fields == ["confirmed": true])
        #expect(after.goal == .undecided)
        #expect(!after.summary.isEmpty)
    }

    @Test("Where words are not kept, no quote and no telling is")
    func unkept() async {
        let (record, extraction, _) = await Self.complete(
            Self.record(["Yes, I can come."]),
            Self.answer(),
            keepsWords: false
        )
        #expect(extraction.findings["confirmed"] == .init(value: true, grade: .stated, quote: nil, at: 3000))
        #expect(extraction.outcomeQuote == nil)
        #expect(record.goal == .met)
        #expect(!record.summary.contains("Maria"))
    }
}
