import Calls

/// Which part of a list is asked for.
struct TelzinoPageNumber: Sendable {
    /// From 1.
    let page: Int
    let limit: Int

    static let largestLimit = 100
    private static let usualLimit = 50

    /// A limit that is too large is brought down, as far as the vendor goes; anything else that is not a number of rows is refused.
    init(_ query: Query) throws(RequestProblem) {
        // Bounded so that no offset overflows.
        page = try query.integer("page", in: 1...1_000_000_000) ?? 1
        limit = min(try query.integer("limit", in: 1...Int.max) ?? Self.usualLimit, Self.largestLimit)
    }

    /// How many rows lie before the page.
    var offset: Int { (page - 1) * limit }
}

/// A page of any list.
struct TelzinoPage<Row: Encodable & Sendable>: Encodable, Sendable {
    let data: [Row]
    /// Written as it stands: the vendor's only camelCase.
    let pagination: JSONValue

    init(data: [Row], _ number: TelzinoPageNumber, total: Int) {
        self.data = data
        let pages = (total + number.limit - 1) / number.limit
        pagination = [
            "page": .integer(Int64(number.page)),
            "limit": .integer(Int64(number.limit)),
            "total": .integer(Int64(total)),
            "totalPages": .integer(Int64(pages)),
            "hasNext": .bool(number.page < pages),
            "hasPrev": .bool(number.page > 1),
        ]
    }
}

/// One thing that the vendor wraps.
struct TelzinoWrapped<Thing: Encodable & Sendable>: Encodable, Sendable {
    let data: Thing
}
