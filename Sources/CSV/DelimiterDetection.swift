extension CSVDelimiter {
    /// The delimiter under which most rows of the beginning of a file have as many fields as the first one, if that has several. A comma if
    /// there is none. Of two that are as good, a tab is one: it hardly ever stands inside a field.
    static func detected(in sample: [UInt8], isWhole: Bool, limits: CSVLimits) -> CSVDelimiter {
        let scores = [Self.semicolon, .comma, .tab].enumerated().compactMap { rank, delimiter in
            score(of: delimiter, in: sample, rank: rank, isWhole, limits).map { (delimiter, $0) }
        }
        return scores.max { $0.1 < $1.1 }?.0 ?? .comma
    }

    /// The delimiter that a first line such as `sep=;` names: spreadsheets write and read it.
    static func named(in sample: [UInt8]) -> CSVDelimiter? {
        guard sample.count >= 6, sample[5] == UInt8(ascii: "\n") || sample[5] == UInt8(ascii: "\r"),
            String(decoding: sample[..<4], as: UTF8.self).lowercased() == "sep="
        else { return nil }
        return allCases.first { $0.byte == sample[4] }
    }

    private struct Score: Comparable {
        var rows: Int
        var columns: Int
        /// Higher ones are preferred.
        var rank: Int

        static func < (left: Score, right: Score) -> Bool {
            (left.rows, left.columns, left.rank) < (right.rows, right.columns, right.rank)
        }
    }

    /// Nil if the first row has one field only.
    private static func score(
        of delimiter: CSVDelimiter,
        in sample: [UInt8],
        rank: Int,
        _ isWhole: Bool,
        _ limits: CSVLimits
    ) -> Score? {
        var tokenizer = CSVTokenizer(delimiter: delimiter, limits: limits)
        var counts: [Int] = []
        for byte in sample where tokenizer.take(byte) {
            let row = tokenizer.takeRow()
            if !row.isBlank { counts.append(row.ends.count) }
        }
        // Where the sample ends a row need not.
        if isWhole || counts.isEmpty, let row = tokenizer.finish(), !row.isBlank { counts.append(row.ends.count) }
        guard let columns = counts.first, columns > 1 else { return nil }
        return Score(rows: counts.count { $0 == columns }, columns: columns, rank: rank)
    }
}
