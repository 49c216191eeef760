import Calls

/// Finds out, when a call is over, what came of it: summary, fields, whether the goal was met.
///
/// What a model says of a call is a claim like any other: a quote counts if the callee said it, a field if it is of its type, success if a person
/// was there and said something that shows it. Where nobody spoke there is nothing to ask about.
struct AfterCall {
    let brief: ConversationBrief
    /// Nil: nobody reads the transcript, and what the conversation itself found out is all.
    let model: (any LanguageModel)?
    let limit: Duration

    private var fields: [String: JSONValue] { brief.agent.returns ?? [:] }

    /// Fills in what `record` lacks. If the model fails, or takes too long, it says so, and what the conversation itself found out stands.
    func complete(_ record: inout ConversationRecord) async {
        var account = record.account ?? ConversationAccount(model: model?.name ?? "", prompt: "")
        defer { record.account = account }
        account.extraction.findings = fields.mapValues { _ in .absent }
        let quotes = Quotes(record.transcript)
        guard !quotes.isEmpty, [.person, .unknown].contains(record.reached) else {
            if record.optedOut { record.goal = .notMet }
            record.summary = plainSummary(of: record)
            return
        }
        guard let model else {
            keepRecorded(&record, &account)
            if record.optedOut { record.goal = .notMet }
            record.summary = plainSummary(of: record)
            return
        }
        let request = ExtractionRequest(agent: brief.agent, part: brief.prompt, transcript: record.transcript).request
        do {
            let (answer, ending) = try await ask(model, request)
            account.add(ending.usage, of: ending.model ?? model.name)
            take(answer, quotes, &record, &account)
        } catch {
            account.extraction.status = .failed
            account.extraction.error = Self.words(for: error)
            keepRecorded(&record, &account)
            record.summary = plainSummary(of: record)
        }
    }

    private func ask(
        _ model: any LanguageModel,
        _ request: ModelRequest
    ) async throws -> (JSONValue, ModelEnding) {
        try await withDeadline(limit) {
            let text = Answer()
            let ending = try await model.answer(request) { piece in
                if case .text(let more) = piece { text.add(more) }
            }
            guard let answer = text.json, case .object = answer else {
                throw ModelFailure.garbled("no JSON object")
            }
            return (answer, ending)
        }
    }

    private func take(
        _ answer: JSONValue,
        _ quotes: Quotes,
        _ record: inout ConversationRecord,
        _ account: inout ConversationAccount
    ) {
        account.extraction.status = .completed
        for (name, type) in fields {
            let finding = finding(answer["fields"]?[name], of: type, quotes)
            account.extraction.findings[name] = finding
            if finding.grade != .absent { record.fields[name] = finding.value }
        }
        keepRecorded(&record, &account)
        if answer["opted_out"] == true, quotes.find(answer["opt_out_quote"]?.string) != nil { record.optedOut = true }
        let quote = quotes.find(answer["outcome_quote"]?.string)
        switch (answer["outcome"]?.string, quote) {
        case _ where record.optedOut: record.goal = .notMet
        case ("met", let quote?):
            record.goal = .met
            account.extraction.outcomeQuote = brief.keepsWords ? quote.text : nil
        case ("not_met", _?): record.goal = .notMet
        default: record.goal = .undecided
        }
        record.summary = brief.keepsWords ? summary(answer, of: record) : plainSummary(of: record)
    }

    private func finding(
        _ answer: JSONValue?,
        of type: JSONValue,
        _ quotes: Quotes
    ) -> ConversationAccount.Finding {
        guard let answer, let value = answer["value"], value != .null, value.fits(type),
            let grade = answer["grade"]?.string.flatMap({ ConversationAccount.Finding.Grade(rawValue: $0) }),
            grade != .absent
        else { return .absent }
        guard let quote = quotes.find(answer["quote"]?.string) else {
            return ConversationAccount.Finding(value: value, grade: .inferred)
        }
        return ConversationAccount.Finding(
            value: value,
            grade: grade,
            quote: brief.keepsWords ? quote.text : nil,
            at: quote.at
        )
    }

    /// What the agent noted during the call counts where nothing better is known.
    private func keepRecorded(_ record: inout ConversationRecord, _ account: inout ConversationAccount) {
        for (name, value) in record.fields where account.extraction.findings[name]?.grade == .absent {
            account.extraction.findings[name] = ConversationAccount.Finding(value: value, grade: .inferred)
        }
    }

    private func plainSummary(of record: ConversationRecord) -> String {
        Summary(agent: brief.agent, record: record, messages: [], isQuoting: brief.keepsWords).markdown
    }

    private func summary(_ answer: JSONValue, of record: ConversationRecord) -> String {
        var summary = Summary(agent: brief.agent, record: record, messages: [], isQuoting: true)
        summary.account = Summary.Account(
            title: answer["title"]?.string,
            happened: answer["what_happened"]?.string,
            actions: Self.texts(answer["action_items"]),
            sentiment: answer["sentiment"]?.string
        )
        return summary.markdown
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        guard case .array(let values)? = value else { return [] }
        return values.prefix(10).compactMap(\.string)
    }

    private static func words(for error: any Error) -> String {
        switch error {
        case is CancellationError: "The call's result was not made in time"
        case ConversationError.stalled: "The language model took too long over the call's result"
        default: "The call's result could not be made: \(error)"
        }
    }
}
