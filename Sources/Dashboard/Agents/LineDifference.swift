/// How one text became another, line by line, with a few unchanged lines around each change.
struct LineDifference {
    enum Line: Hashable {
        case kept(String)
        case removed(String)
        case added(String)
        /// Unchanged lines that are left out.
        case gap(Int)
    }

    /// Unchanged lines that are shown around changes.
    private static let margin = 3

    let lines: [Line]

    var isEmpty: Bool {
        !lines.contains {
            switch $0 {
            case .added, .removed: true
            case .kept, .gap: false
            }
        }
    }

    init(from old: String, to new: String) {
        let before = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let after = new.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let difference = after.difference(from: before)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var all: [Line] = []
        var (i, j) = (0, 0)
        while i < before.count || j < after.count {
            if removed.contains(i) {
                all.append(.removed(before[i]))
                i += 1
            } else if added.contains(j) {
                all.append(.added(after[j]))
                j += 1
            } else {
                all.append(.kept(after[j]))
                i += 1
                j += 1
            }
        }
        lines = Self.folded(all)
    }

    private static func folded(_ all: [Line]) -> [Line] {
        var isShown = Array(repeating: false, count: all.count)
        for (index, line) in all.enumerated() {
            if case .kept = line { continue }
            for near in max(0, index - margin)...min(all.count - 1, index + margin) { isShown[near] = true }
        }
        var folded: [Line] = []
        var hidden = 0
        for (index, line) in all.enumerated() {
            if isShown[index] {
                if hidden > 0 { folded.append(.gap(hidden)) }
                hidden = 0
                folded.append(line)
            } else {
                hidden += 1
            }
        }
        if hidden > 0 { folded.append(.gap(hidden)) }
        return folded
    }

    var html: HTML {
        let rows: [HTML] = lines.map { line in
            switch line {
            case .kept(let text): "<span>  \(text)\n</span>"
            case .removed(let text): "<del>- \(text)\n</del>"
            case .added(let text): "<ins>+ \(text)\n</ins>"
            case .gap(let count): "<span class=\"quiet\">  … \(count) lines as before\n</span>"
            }
        }
        return "<pre class=\"difference\">\(rows)</pre>"
    }
}
