import Calls
import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird

extension NativeDialect {
    func addEventRoutes(to door: DoorRoutes) {
        door.group("v1/events", needing: .sessionsRead)
            .get(use: pullEvents)
            .get("stream", use: projectEvents)
    }

    /// A part of the project's history, for a client that remembers how far it has read.
    @Sendable
    private func pullEvents(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["after", "limit", "type"])
        let page = try await calls.events(
            after: try query.sequence("after") ?? 0,
            kinds: try kinds(in: query, for: context.key),
            limit: try query.integer("limit", in: 1...1000) ?? 100,
            project: context.project
        )
        return try context.responseEncoder.encode(NativeEventPage(page), from: request, context: context)
    }

    /// What happens in the project from now on, or from where the client left off.
    @Sendable
    private func projectEvents(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["after", "type"])
        let events = try await calls.liveEvents(
            after: try query.sequence("after") ?? request.lastEventID,
            kinds: try kinds(in: query, for: context.key),
            project: context.project
        )
        return ServerSentEvents(heartbeat: heartbeat, while: { await context.watch.isStillGood() }).response(
            to: request
        ) { send in
            for await event in events { await send(try ServerSentEvents.Message(event)) }
        }
    }

    /// The call's history from where the client left off, then live, until the call is over. What is said is left out for a key that may not
    /// read it.
    @Sendable
    func callEvents(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["after"])
        let events = try await calls.events(
            try context.callID(),
            after: try query.sequence("after") ?? request.lastEventID ?? 0,
            project: context.project
        )
        let mayReadWords = context.key.scopes.contains(.sessionsReadTranscript)
        return ServerSentEvents(heartbeat: heartbeat, while: { await context.watch.isStillGood() }).response(
            to: request
        ) { send in
            for await event in events where mayReadWords || event.kind != .said {
                await send(try ServerSentEvents.Message(event))
                if event.kind == .ended { return }
            }
        }
    }

    /// What was asked for, without what is said if `key` may not read that. Throws `RequestProblem.insufficientScope` if nothing is left.
    private func kinds(in query: Query, for key: APIKey) throws -> Set<CallEvent.Kind> {
        let asked: Set<CallEvent.Kind> = try query.words("type")
        guard !key.scopes.contains(.sessionsReadTranscript) else { return asked }
        let readable = (asked.isEmpty ? Set(CallEvent.Kind.allCases) : asked).subtracting([.said])
        guard !readable.isEmpty else { throw RequestProblem.insufficientScope(.sessionsReadTranscript) }
        return readable
    }
}

/// A page of the pull feed. `nextAfter` goes into `after` of the next request, also when there was nothing.
private struct NativeEventPage: Encodable {
    let data: [NativeEvent<JSONValue>]
    let hasMore: Bool
    let nextAfter: Int64

    init(_ page: EventPage) {
        data = page.events.map { NativeEvent($0, data: $0.data) }
        hasMore = page.hasMore
        nextAfter = page.nextAfter
    }
}

extension ServerSentEvents.Message {
    fileprivate init(_ event: CallEvent) throws {
        let document = try WireEncoder().data(NativeEvent(event, data: event.data))
        self.init(
            id: "\(event.sequence)",
            event: event.kind.rawValue,
            data: String(decoding: document, as: UTF8.self)
        )
    }
}

extension Request {
    /// Where a client that resumes a stream left off. Nil if it does not resume one.
    var lastEventID: Int64? {
        headers[.lastEventID].flatMap { Int64($0) }
    }
}

extension Query {
    func sequence(_ name: String) throws(RequestProblem) -> Int64? {
        try integer(name, in: 0...Int.max).map(Int64.init)
    }
}
