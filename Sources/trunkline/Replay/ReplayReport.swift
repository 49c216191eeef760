import Calls

/// A call as it was, and as it is with the agent that it was replayed with.
struct ReplayReport: Sendable {
    /// What a call comes to, as far as the two can be compared.
    struct Side: Sendable, Hashable {
        var lines: [TranscriptEntry]
        var reached: Reached
        var goal: Goal
        var endReason: EndReason?
        var fields: [String: JSONValue]
        /// In ms.
        var duration: Int

        /// How long the callee waited after having spoken until the agent spoke, in ms, turn by turn.
        var gaps: [Int] {
            zip(lines, lines.dropFirst()).compactMap { one, next in
                one.speaker == .callee && next.speaker == .agent ? max(0, next.start - one.end) : nil
            }
        }
    }

    /// A line of either, or of both.
    enum Line: Sendable, Hashable {
        case same(TranscriptEntry)
        case before(TranscriptEntry)
        case after(TranscriptEntry)
    }

    let call: String
    let before: Side
    let after: Side

    /// Whether the agent said and found out the same.
    var isSame: Bool {
        differences.isEmpty && lines.allSatisfy { if case .same = $0 { true } else { false } }
    }

    /// The lines of both in one order: the longest sequence that they have in common, and around it what only one has.
    var lines: [Line] {
        let (old, new) = (before.lines, after.lines)
        func key(_ entry: TranscriptEntry) -> String { "\(entry.speaker.rawValue) \(entry.text)" }
        var common = [[Int]](repeating: [Int](repeating: 0, count: new.count + 1), count: old.count + 1)
        for row in old.indices.reversed() {
            for column in new.indices.reversed() {
                common[row][column] =
                    key(old[row]) == key(new[column])
                    ? common[row + 1][column + 1] + 1
                    : max(common[row + 1][column], common[row][column + 1])
            }
        }
        var lines: [Line] = []
        var (row, column) = (0, 0)
        while row < old.count || column < new.count {
            if row < old.count, column < new.count, key(old[row]) == key(new[column]) {
                lines.append(.same(new[column]))
                (row, column) = (row + 1, column + 1)
            } else if row < old.count, column == new.count || common[row + 1][column] >= common[row][column + 1] {
                lines.append(.before(old[row]))
                row += 1
            } else {
                lines.append(.after(new[column]))
                column += 1
            }
        }
        return lines
    }

    /// What else differs: its name, and both values in words.
    var differences: [(name: String, before: String, after: String)] {
        var all = [
            ("reached", before.reached.rawValue, after.reached.rawValue),
            ("goal", before.goal.rawValue, after.goal.rawValue),
            ("end_reason", before.endReason?.rawValue ?? "none", after.endReason?.rawValue ?? "none"),
        ]
        for name in Set(before.fields.keys).union(after.fields.keys).sorted() {
            all.append(("result.\(name)", Self.words(before.fields[name]), Self.words(after.fields[name])))
        }
        return all.filter { $0.1 != $0.2 }.map { (name: $0.0, before: $0.1, after: $0.2) }
    }

    private static func words(_ value: JSONValue?) -> String { value.map(\.json) ?? "none" }

    func text(_ terminal: Terminal) -> [String] {
        var text: [String] = []
        for line in lines {
            switch line {
            case .same(let entry): text.append("  \(Self.shown(entry))")
            case .before(let entry): text.append(terminal.styled("- \(Self.shown(entry))", .red))
            case .after(let entry): text.append(terminal.styled("+ \(Self.shown(entry))", .green))
            }
        }
        text.append("")
        for difference in differences {
            text.append("\(difference.name): \(difference.before.printable) -> \(difference.after.printable)")
        }
        text.append("wait for the agent: \(Self.waits(before.gaps)) -> \(Self.waits(after.gaps))")
        text.append("length: \(before.duration / 1000) s -> \(after.duration / 1000) s")
        text.append(isSame ? "The same call." : "Not the same call.")
        return text
    }

    private static func shown(_ entry: TranscriptEntry) -> String {
        "\(entry.speaker.rawValue.padding(to: 6))  \(entry.text.printable)"
    }

    private static func waits(_ gaps: [Int]) -> String {
        let sorted = gaps.sorted()
        guard let longest = sorted.last else { return "none" }
        return "\(sorted[sorted.count / 2]) ms (longest \(longest))"
    }

    var document: JSONValue {
        let changes = lines.compactMap { line -> JSONValue? in
            switch line {
            case .same: nil
            case .before(let entry):
                ["only": "before", "speaker": .string(entry.speaker.rawValue), "text": .string(entry.text)]
            case .after(let entry):
                ["only": "after", "speaker": .string(entry.speaker.rawValue), "text": .string(entry.text)]
            }
        }
        return [
            "call": .string(call), "same": .bool(isSame), "changed_lines": .array(changes),
            "before": before.document, "after": after.document,
        ]
    }
}

extension ReplayReport.Side {
    fileprivate var document: JSONValue {
        [
            "reached": .string(reached.rawValue), "goal": .string(goal.rawValue),
            "end_reason": endReason.map { .string($0.rawValue) } ?? .null,
            "result": .object(fields), "gaps_ms": .array(gaps.map { .integer(Int64($0)) }),
            "duration_ms": .integer(Int64(duration)),
            "transcript": .array(
                lines.map {
                    [
                        "speaker": .string($0.speaker.rawValue), "text": .string($0.text),
                        "start_ms": .integer(Int64($0.start)), "end_ms": .integer(Int64($0.end)),
                    ]
                }
            ),
        ]
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
