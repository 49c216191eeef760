import Calls

extension UniversalIntent {
    /// What every callee may say, found in words that a recogniser wrote down. Nil if it is something else, or only a part of it is that.
    static func said(in words: String) -> UniversalIntent? {
        let clauses = words.lowercased().replacing("\u{2019}", with: "'").replacing("-", with: " ")
            .split { ".,;:!?".contains($0) }
            .map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
            .filter { !$0.isEmpty }
        if clauses.contains(where: UniversalIntent.optOut.ends) { return .optOut }
        // "Hold on, I think it was three" is an answer: everything else has to be all that was said.
        let all = clauses.flatMap(\.self)
        return allCases.first { intent in
            intent != .optOut && !clauses.isEmpty
                && (intent.isWhole(all) || clauses.allSatisfy { intent.isWhole($0) })
        }
    }

    /// Read once: it is asked of every utterance, several times while it is said.
    private static let patterns = Dictionary(
        uniqueKeysWithValues: allCases.map { intent in
            (intent, intent.entry.expansions.compactMap { try? PhrasePattern($0) })
        }
    )

    private var patterns: [PhrasePattern] { Self.patterns[self] ?? [] }

    private func isWhole(_ words: [String]) -> Bool { patterns.contains { $0.isAll(of: words) } }

    /// Whether `words` end in it: "I told you, do not call me again", but not "do not call me at work".
    private func ends(_ words: [String]) -> Bool { patterns.contains { $0.isEnd(of: words) } }
}
