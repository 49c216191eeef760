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

    init(_ data: [Element], total: Int, limit: Int, offset: Int, requestID: String, now: Date) {
        self.data = data
        meta = TruedyMeta(
            requestID: requestID,
            now: now,
            count: .init(total: total, limit: limit, offset: offset, count: data.count)
        )
        pagination = Pagination(total: total, limit: limit, offset: offset, hasMore: offset + data.count < total)
    }
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
