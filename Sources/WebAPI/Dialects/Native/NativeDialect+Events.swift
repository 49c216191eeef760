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
                await send(try ServerSentEvents.Message(.call(event)))
                if event.kind == .ended { return }
            }
        }
    }

    /// What was asked for, without what `key` may not read: what is said, and batches. Throws `RequestProblem.insufficientScope` if nothing is left.
    private func kinds(in query: Query, for key: APIKey) throws -> Set<ProjectEvent.Kind> {
        let asked: Set<ProjectEvent.Kind> = try query.words("type")
        let wanted = asked.isEmpty ? Set(ProjectEvent.Kind.allCases) : asked
        let readable = wanted.filter { key.scopes.contains($0.scope) }
        guard readable != wanted else { return asked }
        guard !readable.isEmpty else {
            let missing = wanted.map(\.scope).min { $0.rawValue < $1.rawValue } ?? .sessionsRead
            throw RequestProblem.insufficientScope(missing)
        }
        return readable
    }
}

/// A page of the pull feed. `nextAfter` goes into `after` of the next request, also when there was nothing.
private struct NativeEventPage: Encodable {
    let data: [NativeProjectEvent]
    let hasMore: Bool
    let nextAfter: Int64

    init(_ page: EventPage) {
        data = page.events.map(NativeProjectEvent.init)
        hasMore = page.hasMore
        nextAfter = page.nextAfter
    }
}

extension ServerSentEvents.Message {
    fileprivate init(_ event: ProjectEvent) throws {
        let document = try WireEncoder().data(NativeProjectEvent(event))
        self.init(
            id: "\(event.sequence)",
            event: event.kind.rawValue,
            data: String(decoding: document, as: UTF8.self)
        )
    }
}

extension ProjectEvent.Kind {
    /// What a key needs to be told of such events, besides what the feed itself asks for.
    fileprivate var scope: Scope {
        switch self {
        case .call(.said): .sessionsReadTranscript
        case .call: .sessionsRead
        case .batch: .batchesManage
        }
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
