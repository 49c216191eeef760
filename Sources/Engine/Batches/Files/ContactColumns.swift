package import CSV
import Calls

/// What the columns of a list of contacts mean, by the names in its first row.
package struct ContactColumns: Sendable, Hashable {
    /// As they stand in the file, without the white space around them. The unnamed ones are empty.
    package let names: [String]
    /// Where the number stands.
    package let phone: Int
    package let timeZone: Int?
    package let scheduledFor: Int?
    package let priority: Int?
    /// Every other column that has a name: it becomes a variable.
    package let variables: [Int]
    /// What is odd about the names and no reason to refuse the file, in plain words.
    package let notices: [String]

    /// The column of the numbers, unless another one is named.
    package static let phoneName = "phone"

    /// `phone` names the column of the numbers. Upper and lower case are one, for the columns that mean something to us; with `isAllVariables`
    /// that is the column of the numbers alone. Throws `Refusal.invalid` that names the line and the column.
    package init(_ header: CSVRow, phone given: String?, isAllVariables: Bool = false) throws(Refusal) {
        if let fault = header.fault { throw Self.refusal(header, fault.column, fault.description) }
        names = header.fields.map(\.trimmed)
        let folded = names.map { $0.lowercased() }
        func column(_ wanted: [String]) throws(Refusal) -> Int? {
            let found = folded.indices.filter { wanted.contains(folded[$0]) }
            guard found.count <= 1 else {
                throw Self.refusal(header, found[1] + 1, "columns \(found[0] + 1) and \(found[1] + 1) mean the same")
            }
            return found.first
        }
        guard let phone = try column([(given ?? Self.phoneName).trimmed.lowercased()]) else {
            throw Self.noPhone(header, names, wanted: given)
        }
        self.phone = phone
        func setting(_ names: String...) throws(Refusal) -> Int? {
            isAllVariables ? nil : try column(names.filter { $0 != folded[phone] })
        }
        timeZone = try setting("timezone", "time_zone")
        scheduledFor = try setting("scheduled_for")
        priority = try setting("priority")
        let taken = [phone, timeZone, scheduledFor, priority]
        var first: [String: Int] = [:]
        var notices: [String] = []
        var variables: [Int] = []
        for (index, name) in names.enumerated() where !taken.contains(index) {
            guard !name.isEmpty else {
                notices.append(
                    "line \(header.line), column \(index + 1): the column has no name; it becomes no variable"
                )
                continue
            }
            if let earlier = first[name] {
                let message =
                    "columns \(earlier + 1) and \(index + 1) are both called \(name.debugDescription): rename one"
                throw Self.refusal(header, index + 1, message)
            }
            if !Template("{{\(name)}}").isWellFormed {
                notices.append(
                    """
                    line \(header.line), column \(index + 1): no template can name \(name.debugDescription), \
                    because names of variables have letters, digits, '_', '.' and '-'
                    """
                )
            }
            first[name] = index
            variables.append(index)
        }
        self.variables = variables
        self.notices = notices
    }

    private static func noPhone(_ header: CSVRow, _ names: [String], wanted: String?) -> Refusal {
        let name = wanted ?? phoneName
        let looksLikeData = names.contains { !$0.isEmpty && $0.allSatisfy { $0.isNumber || "+-() .".contains($0) } }
        let listed = names.prefix(20).map(\.debugDescription).joined(separator: ", ")
        let advice = looksLikeData ? "the first line has to name the columns" : "name the column of the numbers"
        return refusal(header, nil, "there is no column \(name.debugDescription) among \(listed): \(advice)")
    }

    private static func refusal(_ header: CSVRow, _ column: Int?, _ message: String) -> Refusal {
        .invalid(field: "line \(header.line)" + (column.map { ", column \($0)" } ?? ""), message: message)
    }
}

extension String {
    /// Without white space around it, and without a byte order mark that a program put in the wrong place.
    var trimmed: String {
        // Most cells are plain, and lists have a great many.
        func isPlain(_ byte: UInt8?) -> Bool { byte.map { $0 > 0x20 && $0 < 0x7F } ?? true }
        if isPlain(utf8.first), isPlain(utf8.last) { return self }
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace || scalar == "\u{FEFF}" }
        let start = unicodeScalars.drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(start[...last])
    }
}
