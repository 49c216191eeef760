import Calls
import Hummingbird

/// One page of a list.
struct CallingBoxPage<Element: Encodable & Sendable>: ResponseEncodable, Sendable {
    let data: [Element]
    let hasMore: Bool
}

/// Which part of a list is asked for. Pages are newest first whichever way they are turned.
///
/// The vendor has had two forms of list, and clients of both: without any of these parameters the whole list is the answer, a bare array;
/// with any of them, a page.
struct CallingBoxPaging<Subject: Identified> {
    static var parameters: [String] { ["limit", "starting_after", "ending_before"] }

    enum Cursor {
        case newest
        /// Next older than this one.
        case after(Identifier<Subject>)
        /// Next newer than this one.
        case before(Identifier<Subject>)
    }

    /// Nil: the whole list.
    let limit: Int?
    let cursor: Cursor

    init(_ query: Query) throws {
        let older = try Self.identifier("starting_after", in: query)
        let newer = try Self.identifier("ending_before", in: query)
        let size = try query.integer("limit", in: 1...100)
        switch (older, newer) {
        case (nil, nil): cursor = .newest
        case (let id?, nil): cursor = .after(id)
        case (nil, let id?): cursor = .before(id)
        case (_?, _?):
            throw RequestProblem.invalidParameter("ending_before", message: "cannot be combined with starting_after")
        }
        limit = size ?? (older == nil && newer == nil ? nil : 50)
    }

    private static func identifier(_ name: String, in query: Query) throws -> Identifier<Subject>? {
        guard let text = query[name] else { return nil }
        guard let id = Identifier<Subject>(spelled: text) else { throw unknown(name, text) }
        return id
    }

    static func unknown(_ name: String, _ text: String) -> RequestProblem {
        .invalidParameter(name, message: "there is no \(Subject.identifierPrefix) \(text.debugDescription)")
    }
}
