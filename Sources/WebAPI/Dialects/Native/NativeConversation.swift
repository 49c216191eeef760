import Calls

/// How a conversation that a language model led went, beside its words. Times in ms since the answer.
struct NativeConversation: Encodable, Sendable {
    let model: String
    let systemPrompt: String
    @Nullable var disclosure: Disclosure?
    let turns: [Turn]
    @Nullable var responseTimes: Waits?
    @Nullable var deadAir: Silence?
    let tools: [Tool]
    let transfers: [Transfer]
    let extraction: Extraction
    @Nullable var usage: Usage?

    struct Disclosure: Encodable, Sendable {
        let text: String
        @Nullable var startMs: Int?
        @Nullable var endMs: Int?
        let uninterrupted: Bool
    }

    struct Turn: Encodable, Sendable {
        let atMs: Int
        let endpointingMs: Int
        let recognitionMs: Int
        let modelMs: Int
        let voiceMs: Int
        let playoutMs: Int
        let gapMs: Int
        let bridged: Bool
    }

    struct Waits: Encodable, Sendable {
        let p50Ms: Int
        let p95Ms: Int
        let longestMs: Int
    }

    struct Silence: Encodable, Sendable {
        let totalMs: Int
        let longestMs: Int
    }

    struct Tool: Encodable, Sendable {
        let name: String
        let arguments: String
        let startMs: Int
        let endMs: Int
        let result: String
        let refused: Bool
        let failed: Bool
    }

    struct Transfer: Encodable, Sendable {
        let to: String
        let atMs: Int
        let result: TransferOutcome.Result
        @Nullable var sipStatus: Int?
        @Nullable var reason: String?

        init(_ transfer: ConversationAccount.Transfer) {
            to = transfer.to
            atMs = transfer.at
            result = transfer.outcome.result
            sipStatus = transfer.outcome.sipStatus
            reason = transfer.outcome.reason
        }
    }

    struct Extraction: Encodable, Sendable {
        let status: ConversationAccount.Extraction.Status
        @Nullable var error: String?
        let fields: [String: Field]
        @Nullable var outcomeQuote: String?
    }

    struct Field: Encodable, Sendable {
        let value: JSONValue
        let grade: ConversationAccount.Finding.Grade
        @Nullable var quote: String?
        @Nullable var atMs: Int?
    }

    struct Usage: Encodable, Sendable {
        let promptTokens: Int
        let answerTokens: Int
    }

    init(_ account: ConversationAccount) {
        model = account.model
        systemPrompt = account.prompt
        turns = account.turns.map(Turn.init)
        tools = account.tools.map(Tool.init)
        transfers = (account.transfers ?? []).map(Transfer.init)
        extraction = Extraction(account.extraction)
        disclosure = account.disclosure.map(Disclosure.init)
        responseTimes = ResponseTimes(account.turns).map {
            Waits(p50Ms: $0.p50, p95Ms: $0.p95, longestMs: $0.longest)
        }
        deadAir = account.deadAir.map { Silence(totalMs: $0.total, longestMs: $0.longest) }
        usage = account.usage.map { Usage(promptTokens: $0.promptTokens, answerTokens: $0.answerTokens) }
    }
}

extension NativeConversation.Disclosure {
    init(_ disclosure: ConversationAccount.Disclosure) {
        text = disclosure.text
        uninterrupted = disclosure.isUninterrupted
        startMs = disclosure.start
        endMs = disclosure.end
    }
}

extension NativeConversation.Turn {
    init(_ turn: TurnTiming) {
        atMs = turn.at
        endpointingMs = turn.endpointing
        recognitionMs = turn.recognition
        modelMs = turn.model
        voiceMs = turn.voice
        playoutMs = turn.playout
        gapMs = turn.gap
        bridged = turn.isBridged
    }
}

extension NativeConversation.Tool {
    init(_ use: ConversationAccount.ToolUse) {
        name = use.name
        arguments = use.arguments
        startMs = use.start
        endMs = use.end
        result = use.result
        refused = use.isRefused
        failed = use.isFailed
    }
}

extension NativeConversation.Extraction {
    init(_ extraction: ConversationAccount.Extraction) {
        status = extraction.status
        fields = extraction.findings.mapValues(NativeConversation.Field.init)
        error = extraction.error
        outcomeQuote = extraction.outcomeQuote
    }
}

extension NativeConversation.Field {
    init(_ finding: ConversationAccount.Finding) {
        value = finding.value
        grade = finding.grade
        quote = finding.quote
        atMs = finding.at
    }
}
