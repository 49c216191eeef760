import Engine
import FoundationEssentials
import Hummingbird

/// One resource: its members at the top, as the guide shows them, and once more below `data` beside `meta`, as the API reference has it.
struct TruedyReply<Resource: Encodable & Sendable>: Encodable, Sendable {
    let resource: Resource
    let requestID: String
    let now: Date

    private enum Key: String, CodingKey {
        case data
        case meta
    }

    func encode(to encoder: any Encoder) throws {
        try resource.encode(to: encoder)
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(resource, forKey: .data)
        try members.encode(TruedyMeta(requestID: requestID, now: now), forKey: .meta)
    }
}

/// A page of a list. What the guide has in `meta` the reference has in `pagination`: both are there.
struct TruedyList<Element: Encodable & Sendable>: Encodable, Sendable {
    let data: [Element]
    let meta: TruedyMeta
    let pagination: Pagination

    struct Pagination: Encodable, Sendable {
        let total: Int
        let limit: Int
        let offset: Int
        let hasMore: Bool
    }

    init(_ data: [Element], total: Int, part: TruedyPart, requestID: String, now: Date) {
        let (limit, offset) = (part.limit, part.offset)
        self.data = data
        meta = TruedyMeta(
            requestID: requestID,
            now: now,
            count: .init(total: total, limit: limit, offset: offset, count: data.count)
        )
        pagination = Pagination(total: total, limit: limit, offset: offset, hasMore: offset + data.count < total)
    }
}

/// Which part of a list is asked for.
struct TruedyPart: Sendable {
    static let parameters = ["limit", "offset"]

    let limit: Int
    let offset: Int

    init(_ query: Query) throws(RequestProblem) {
        limit = try query.integer("limit", in: 1...100) ?? 50
        // Bounded so that no sum with it overflows.
        offset = try query.integer("offset", in: 0...1_000_000_000) ?? 0
    }

    /// All of a list of `count`.
    init(all count: Int) {
        (limit, offset) = (max(count, 1), 0)
    }

    func of<Element>(_ all: [Element]) -> ArraySlice<Element> { all.dropFirst(offset).prefix(limit) }
}

struct TruedyMeta: Encodable, Sendable {
    struct Count: Sendable {
        let total: Int
        let limit: Int
        let offset: Int
        let count: Int
    }

    let requestID: String
    let now: Date
    var count: Count?

    private enum Key: String, CodingKey {
        case requestID = "request_id"
        case ts
        case timestamp
        case total
        case limit
        case offset
        case count
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(requestID, forKey: .requestID)
        // Older pages of the vendor call it `timestamp`.
        try members.encode(TruedyTime.text(now), forKey: .ts)
        try members.encode(TruedyTime.text(now), forKey: .timestamp)
        try members.encodeIfPresent(count?.total, forKey: .total)
        try members.encodeIfPresent(count?.limit, forKey: .limit)
        try members.encodeIfPresent(count?.offset, forKey: .offset)
        try members.encodeIfPresent(count?.count, forKey: .count)
    }
}

/// Times in whole seconds, as in `2026-03-02T09:15:04Z`.
enum TruedyTime {
    static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}

extension TruedyDialect {
    func list(
        _ elements: [some Encodable & Sendable],
        total: Int,
        _ part: TruedyPart,
        for request: Request,
        _ context: ProjectContext
    ) throws -> Response {
        let list = TruedyList(elements, total: total, part: part, requestID: context.requestID, now: calls.now)
        return try context.responseEncoder.encode(list, from: request, context: context)
    }

    func answer(
        _ resource: some Encodable & Sendable,
        _ status: HTTPResponse.Status = .ok,
        to request: Request,
        _ context: ProjectContext
    ) throws -> Response {
        let reply = TruedyReply(resource: resource, requestID: context.requestID, now: calls.now)
        var response = try context.responseEncoder.encode(reply, from: request, context: context)
        response.status = status
        return response
    }
}
