import Calls

/// Phrases as a finite automaton over words, for a decoder to search and for reading what it found.
///
/// Built as a position automaton (Glushkov 1961): one state per word occurrence, no empty moves; states from which the same words
/// can follow are one. State 0 is the beginning.
struct WordGraph: Sendable {
    struct Arc: Sendable, Hashable {
        var from: Int
        var to: Int
        var word: String
    }

    private(set) var arcs: Set<Arc> = []
    /// States in which a phrase is complete.
    private(set) var ends: Set<Int> = []
    private(set) var stateCount = 1

    init(_ parts: [PhrasePattern.Part]) {
        var positions = Positions()
        let whole = positions.add(.choice(parts))
        var classes: [Behaviour: Int] = [:]
        var states: [Int] = []
        for position in positions.words.indices {
            let behaviour = Behaviour(
                followers: positions.followers[position],
                isEnd: whole.last.contains(position)
            )
            let state = classes[behaviour] ?? stateCount
            if classes.updateValue(state, forKey: behaviour) == nil { stateCount += 1 }
            states.append(state)
        }
        for position in whole.first { arcs.insert(Arc(from: 0, to: states[position], word: positions.words[position])) }
        for position in positions.words.indices {
            for next in positions.followers[position] {
                arcs.insert(Arc(from: states[position], to: states[next], word: positions.words[next]))
            }
        }
        ends = Set(whole.last.map { states[$0] })
    }

    /// Whether `words` are one of the phrases, from beginning to end.
    func accepts(_ words: some Sequence<String>) -> Bool {
        var current: Set<Int> = [0]
        for word in words {
            current = Set(arcs.lazy.filter { $0.word == word && current.contains($0.from) }.map(\.to))
            if current.isEmpty { return false }
        }
        return !current.isDisjoint(with: ends)
    }

    private struct Behaviour: Hashable {
        var followers: Set<Int>
        var isEnd: Bool
    }
}

/// The word occurrences of an expression: which may come first, which last, and which may follow each other.
private struct Positions {
    struct Extent {
        var first: Set<Int>
        var last: Set<Int>
        var canBeEmpty: Bool
    }

    private(set) var words: [String] = []
    private(set) var followers: [Set<Int>] = []

    mutating func add(_ part: PhrasePattern.Part) -> Extent {
        switch part {
        case .word(let word):
            words.append(word)
            followers.append([])
            return Extent(first: [words.count - 1], last: [words.count - 1], canBeEmpty: false)
        case .optional(let inner):
            var extent = add(inner)
            extent.canBeEmpty = true
            return extent
        case .choice(let options):
            return options.reduce(into: Extent(first: [], last: [], canBeEmpty: false)) { whole, option in
                let extent = add(option)
                whole.first.formUnion(extent.first)
                whole.last.formUnion(extent.last)
                whole.canBeEmpty = whole.canBeEmpty || extent.canBeEmpty
            }
        case .sequence(let parts):
            return parts.reduce(into: Extent(first: [], last: [], canBeEmpty: true)) { whole, part in
                let extent = add(part)
                for position in whole.last { followers[position].formUnion(extent.first) }
                if whole.canBeEmpty { whole.first.formUnion(extent.first) }
                whole.last = extent.canBeEmpty ? whole.last.union(extent.last) : extent.last
                whole.canBeEmpty = whole.canBeEmpty && extent.canBeEmpty
            }
        }
    }
}
