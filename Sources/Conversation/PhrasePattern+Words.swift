import Calls

/// Where a phrase stands in words that a recogniser wrote down.
extension PhrasePattern {
    /// Whether `words` say it, and nothing else.
    func isAll(of words: [String]) -> Bool {
        root.ends(in: words, from: [0]).contains(words.count)
    }

    /// Whether `words` end in it.
    func isEnd(of words: [String]) -> Bool {
        root.ends(in: words, from: Set(words.indices)).contains(words.count)
    }

    /// The longest run of `words` that says it.
    func longest(in words: [String]) -> Range<Int>? {
        var best: Range<Int>?
        for start in words.indices {
            guard let end = root.ends(in: words, from: [start]).max(), end - start > best?.count ?? 0 else { continue }
            best = start..<end
        }
        return best
    }
}

extension PhrasePattern.Part {
    /// Where it may end, if it begins at one of `starts`.
    fileprivate func ends(in words: [String], from starts: Set<Int>) -> Set<Int> {
        switch self {
        case .word(let word): Set(starts.filter { $0 < words.count && words[$0] == word }.map { $0 + 1 })
        case .sequence(let parts): parts.reduce(starts) { $1.ends(in: words, from: $0) }
        case .choice(let parts): parts.reduce(into: []) { $0.formUnion($1.ends(in: words, from: starts)) }
        case .optional(let part): starts.union(part.ends(in: words, from: starts))
        }
    }
}
