import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension TruedyDialect {
    func addCallRoutes(to door: DoorRoutes) {
        door.group("api/public/v1/calls", needing: .outboundTrigger, limits: Self.limits, countsOnArrival: false)
            .post(use: place)
        door.group("api/public/v1/calls", needing: .sessionsRead, limits: Self.limits)
            .get(use: list)
            .get(":id", use: show)
        door.group("api/public/v1/calls", needing: .sessionsReadTranscript, limits: Self.limits)
            .get(":id/transcript", use: transcript)
            .get(":id/recording", use: recording)
    }

    /// 201 with the call. The vendor's header for repeated requests is `X-Idempotency-Key`; the usual one works too.
    @Sendable
    private func place(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: nil)
        let placement = try TruedyPlacement.read(body, key: context.key)
        let key = try request.idempotencyKey(.prefixedIdempotencyKey, .idempotencyKey).map {
            CallControl.IdempotencyKey(
                $0,
                door: Self.name,
                // Another body under the key makes another call: one that is only spelled otherwise must not.
                received: body.canonical,
                from: context.key,
                mismatch: .carriedOut
            )
        }
        return try await calls.answer(placement, under: key, status: .created, for: context) { call in
            let reply = TruedyReply(
                resource: document(call, request, context),
                requestID: context.requestID,
                now: calls.now
            )
            return try WireEncoder().data(reply)
        }
    }

    @Sendable
    private func list(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(
            request,
            accepting: ["agent_id", "status", "direction", "created_after", "created_before"] + TruedyPart.parameters
        )
        var filter = CallFilter()
        let part = try TruedyPart(query)
        if let text = query["status"] {
            guard let status = TruedyStatus(filter: text) else {
                let words = TruedyStatus.allCases.map(\.rawValue).joined(separator: ", ")
                throw RequestProblem.invalidParameter("status", message: "expected one of \(words)")
            }
            filter.statuses = status.statuses
        }
        if let agent = query["agent_id"] {
            filter.agent = try await agents.agent(agent, project: context.project).id
        }
        filter.createdFrom = try query.date("created_after")
        filter.createdBefore = try query.date("created_before")
        // Every call here is an outbound one.
        let direction = try query.word("direction") ?? Direction.outbound
        var (found, total): ([Call], Int) = ([], 0)
        if direction == .outbound {
            let (page, count) = try await calls.calls(
                filter,
                offset: part.offset,
                limit: part.limit,
                project: context.project
            )
            (found, total) = (page.calls, count)
        }
        return try list(found.map { document($0, request, context) }, total: total, part, for: request, context)
    }

    private enum Direction: String, CaseIterable {
        case outbound
        case inbound
        case webrtc
    }

    @Sendable
    private func show(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let call = try await calls.call(try context.callID(), project: context.project)
        guard TruedyCall.hasTranscript(call), context.key.scopes.contains(.sessionsReadTranscript) else {
            return try answer(document(call, request, context), to: request, context)
        }
        let entries = try await calls.transcript(call.id, project: context.project)
        return try answer(document(call, transcript: entries, request, context), to: request, context)
    }

    @Sendable
    private func transcript(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let id = try context.callID()
        let entries = try await calls.transcript(id, project: context.project)
        let body = Transcript(callId: id.description, transcript: entries.map(TruedyTranscriptEntry.init))
        return try answer(body, to: request, context)
    }

    @Sendable
    private func recording(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let id = try context.callID()
        let file = try RecordingFile(path: try await calls.recordingPath(id, project: context.project))
        return try await file.response(to: request, name: "\(id).wav", context: context)
    }

    private struct Transcript: Encodable, Sendable {
        let callId: String
        let transcript: [TruedyTranscriptEntry]
    }

    private func document(
        _ call: Call,
        transcript: [TranscriptEntry]? = nil,
        _ request: Request,
        _ context: ProjectContext
    ) -> TruedyCall {
        TruedyCall(
            call: call,
            transcript: transcript.map { $0.map(TruedyTranscriptEntry.init) },
            recordingURL: recordingURL(of: call, request, context),
            transcriptURL: publicURL.absolute(TruedyCall.transcriptPath(of: call.id), for: request)
        )
    }

    /// Good for a day. Nil also for keys that may not hear it.
    private func recordingURL(of call: Call, _ request: Request, _ context: ProjectContext) -> String? {
        guard context.key.scopes.contains(.sessionsReadTranscript) else { return nil }
        return calls.recordingURL(of: call, for: 86_400, to: request, at: publicURL)
    }
}
