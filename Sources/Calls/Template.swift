/// Text with `{{variables}}` in it.
package struct Template: Sendable, Hashable {
    private enum Piece: Sendable, Hashable {
        case text(String)
        case variable(String)
    }

    private let pieces: [Piece]

    /// Whether every `{{` has a name of letters, digits, `_`, `.` or `-` and a `}}` behind it.
    package let isWellFormed: Bool

    package init(_ text: String) {
        var pieces: [Piece] = []
        var isWellFormed = true
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<open.lowerBound]))) }
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}"), let name = Self.name(rest[..<close.lowerBound]) else {
                isWellFormed = false
                break
            }
            pieces.append(.variable(name))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        self.pieces = pieces
        self.isWellFormed = isWellFormed
    }

    /// The names between the braces, in order, each once.
    package var variables: [String] {
        var names: [String] = []
        for case .variable(let name) in pieces where !names.contains(name) { names.append(name) }
        return names
    }

    /// The variable that it is, if it is one and nothing else.
    package var onlyVariable: String? {
        guard pieces.count == 1, case .variable(let name)? = pieces.first else { return nil }
        return name
    }

    /// The text with each variable replaced; one without a value is left out.
    package func filled(_ value: (String) -> String?) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .variable(let name): value(name) ?? ""
            }
        }.joined()
    }

    private static func name(_ text: Substring) -> String? {
        let name = text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        let allowed = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
        return name.isEmpty || !allowed ? nil : String(name)
    }
}

extension Template {
    /// What a call to `agent` must give or it cannot be placed: variables that are spoken or that a language model is told, that neither
    /// `variables` nor the agent's defaults have, and that no answer of the flow sets. Sorted.
    package static func missingVariables(in agent: Agent, variables: [String: JSONValue]) -> [String] {
        let known = Set(variables.keys).union(agent.defaults.keys).union(agent.flow?.fields ?? [])
            .union(agent.prefetch?.gives ?? [])
        return Set(agent.spokenTemplates.flatMap { Template($0).variables }).subtracting(known).subtracting(["answer"])
            .sorted()
    }

    /// What must be given with each call, the agent's defaults counted as given.
    package static func requiredVariables(of agent: Agent) -> [String] {
        missingVariables(in: agent, variables: [:])
    }
}

extension Flow {
    /// The names of every field that some answer sets.
    package var fields: Set<String> {
        let answers = steps.values.flatMap(\.answers)
        let messages = answers.filter { $0.expects == .message }.map(\.messageFields)
        return Set(answers.flatMap(\.set.keys) + messages.flatMap { [$0.words, $0.taken, $0.start, $0.length] })
    }
}

extension Agent {
    /// Everything the agent may say or be told that can hold variables; what a tool sends may lack some.
    var spokenTemplates: [String] {
        let steps = (flow?.steps ?? [:]).values.flatMap { step in
            [step.say, step.reprompt, step.keypadPrompt].compactMap(\.self)
                + step.answers.flatMap { answer in
                    [answer.reply].compactMap(\.self)
                        + answer.set.values.compactMap { if case .string(let text) = $0 { text } else { nil } }
                }
        }
        return [
            greeting, goodbye, persona, instructions, voicemail.message ?? "", answering.screener.say ?? "",
            disclosure.say ?? "",
        ] + transfers.compactMap(\.say) + tools.compactMap(\.say)
            + toolServers.compactMap(\.say) + (prefetch?.request.placeholders ?? []) + steps
    }
}
