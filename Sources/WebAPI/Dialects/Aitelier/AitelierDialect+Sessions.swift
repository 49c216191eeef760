import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension AitelierDialect {
    func addSessionRoutes(to door: DoorRoutes) {
        door.group(
            "v1/calls",
            needing: .outboundTrigger,
            limits: [Self.triggers, Self.hourly],
            shown: Self.triggers,
            countsOnArrival: false
        ).post(use: trigger)
        door.group("v1/calls", needing: .sessionsRead, limits: [Self.hourly], shown: Self.triggers).get(
            ":id",
            use: show
        )
        door.group("v1/sessions", needing: .sessionsRead, limits: [Self.hourly], shown: Self.triggers)
            .get(use: list)
            .get(":id", use: show)
        door.group("v1/sessions", needing: .sessionsReadTranscript, limits: [Self.hourly], shown: Self.triggers)
            .get(":id/transcript", use: transcript)
            .get(":id/recording", use: recording)
    }

    /// 201 with the session. The same `Idempotency-Key` gets the same answer, whatever the body, and however late a time in it has become: the
    /// page knows no exception.
    @Sendable
    private func trigger(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: nil)
        let key = try request.idempotencyKey(.idempotencyKey).map {
            CallControl.IdempotencyKey(
                $0,
                door: Self.name,
                received: body.received,
                from: context.key,
                mismatch: .answeredAsBefore
            )
        }
        return try await calls.answer(
            try AitelierPlacement.read(body, key: context.key, now: calls.now),
            under: key,
            status: .created,
            for: context
        ) { try WireEncoder().data(AitelierTriggered($0)) }
    }

    @Sendable
    private func show(_ request: Request, _ context: ProjectContext) async throws -> AitelierSession {
        let call = try await calls.call(try context.sessionCall(), project: context.project)
        var session = AitelierSession(call)
        guard context.key.scopes.contains(.sessionsReadTranscript), let answeredAt = call.lifecycle.answeredAt else {
            return session
        }
        session.transcript = try await calls.transcript(call.id, project: context.project)
            .map { AitelierSession.Turn($0, since: answeredAt) }
        session.recordingUrl = recordingURL(of: call, for: request)
        return session
    }

    /// Good for a day.
    private func recordingURL(of call: Call, for request: Request) -> String? {
        calls.recordingURL(of: call, for: 86_400, to: request, at: publicURL)
    }

    /// Newest first; `cursor` is the `next_cursor` of the page before.
    @Sendable
    private func list(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["status", "scenario", "limit", "cursor"])
        let status: AitelierStatus? = try query.word("status")
        var filter = status?.filter ?? CallFilter()
        if let scenario = query["scenario"] {
            filter.agent = try await agents.agent(scenario, project: context.project).id
        }
        var cursor = CallCursor.newest
        if let text = query["cursor"] {
            guard let call = AitelierSession.call(text) else {
                throw RequestProblem.invalidParameter("cursor", message: "expected a next_cursor")
            }
            cursor = .before(call)
        }
        let page = try await calls.calls(
            filter,
            at: cursor,
            limit: try query.integer("limit", in: 1...100) ?? 50,
            project: context.project
        )
        let list = Page(
            data: page.calls.map { AitelierSession($0) },
            nextCursor: page.hasMore ? page.calls.last.map { AitelierSession.id(of: $0.id) } : nil
        )
        return try context.responseEncoder.encode(list, from: request, context: context)
    }

    @Sendable
    private func transcript(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let call = try await calls.call(try context.sessionCall(), project: context.project)
        let entries = try await calls.transcript(call.id, project: context.project)
        let body = Transcript(
            sessionId: AitelierSession.id(of: call.id),
            turns: entries.map { .init($0, since: call.lifecycle.answeredAt ?? call.createdAt) },
            recordingUrl: recordingURL(of: call, for: request)
        )
        return try context.responseEncoder.encode(body, from: request, context: context)
    }

    @Sendable
    private func recording(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let id = try context.sessionCall()
        let file = try RecordingFile(path: try await calls.recordingPath(id, project: context.project))
        return try await file.response(to: request, name: "\(AitelierSession.id(of: id)).wav", context: context)
    }

    private struct Page: Encodable {
        let data: [AitelierSession]
        @Nullable var nextCursor: String?
    }

    private struct Transcript: Encodable {
        let sessionId: String
        let turns: [AitelierSession.Turn]
        @Nullable var recordingUrl: String?
    }
}

extension ProjectContext {
    /// The call whose session the path names. A text that is no identifier names none.
    fileprivate func sessionCall() throws -> Call.ID {
        guard let id = parameters.get("id").flatMap(AitelierSession.call) else { throw Refusal.unknownCall }
        return id
    }
}

extension AitelierSession: ResponseEncodable {}
