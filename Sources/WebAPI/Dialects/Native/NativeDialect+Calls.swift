import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension NativeDialect {
    func addCallRoutes(to door: DoorRoutes) {
        door.group("v1/calls", needing: .outboundTrigger, countsOnArrival: false)
            .post(use: place)
        door.group("v1/calls", needing: .outboundTrigger)
            .post(":id/cancel", use: cancel)
            .put(":id/who_answered", use: label)
        door.group("v1/calls", needing: .sessionsRead)
            .get(use: list)
            .get(":id", use: show)
            .get(":id/attempts", use: attempts)
            .get(":id/decisions", use: decisions)
            .get(":id/trace", use: trace)
            .get(":id/events", use: callEvents)
        door.group("v1/calls", needing: .sessionsReadTranscript)
            .get(":id/transcript", use: transcript)
        door.group("v1/calls", needing: .webhooksManage)
            .get(":id/webhooks", use: deliveries)
    }

    /// 201 with the call: it is stored, and will be placed even if the server dies now. Repeated under the same `Idempotency-Key`, the
    /// request is answered as it was the first time, and no second call is made. With `dry_run=true` only the gate's decision comes back:
    /// 200, nothing is stored and nobody is called.
    @Sendable
    private func place(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: NativePlacement.fields)
        let placement = try NativePlacement.read(body, key: context.key)
        let name = try request.idempotencyKey(.idempotencyKey)
        if try Query(request, accepting: ["dry_run"]).truth("dry_run") ?? false {
            let decision = NativeDecision(try await calls.decision(on: placement, project: context.project))
            return try context.responseEncoder.encode(decision, from: request, context: context)
        }
        let key = name.map {
            CallControl.IdempotencyKey($0, door: Self.name, received: body.received, from: context.key)
        }
        return try await calls.answer(
            placement,
            under: key,
            status: .created,
            for: context,
            below: "/v1/calls"
        ) { try WireEncoder().data(NativeCall($0, certainty: .notSent)) }
    }

    /// 200 with the call: it is written down who or what really answered. `null` takes it back.
    @Sendable
    private func label(_ request: Request, _ context: ProjectContext) async throws -> NativeCall {
        let body = try await request.jsonObject(accepting: ["label"])
        let call = try await calls.label(
            try context.callID(),
            as: try body.word("label"),
            project: context.project
        )
        return NativeCall(call, certainty: .sent)
    }

    @Sendable
    private func list(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(
            request,
            accepting: [
                "limit", "before", "after", "status", "agent", "to", "mode", "created_after", "created_before",
                "answered",
                "labelled",
            ]
        )
        var filter = CallFilter(
            statuses: try query.words("status"),
            destination: try query.phoneNumber("to"),
            mode: try query.word("mode"),
            createdFrom: try query.date("created_after"),
            createdBefore: try query.date("created_before"),
            wasAnswered: try query.truth("answered"),
            isLabelled: try query.truth("labelled")
        )
        if let agent = query["agent"] {
            filter.agent = try await agents.agent(agent, project: context.project).id
        }
        let page = try await calls.calls(
            filter,
            at: try cursor(in: query),
            limit: try query.integer("limit", in: 1...100) ?? 20,
            project: context.project
        )
        return try context.responseEncoder.encode(NativePage(page, turning: query), from: request, context: context)
    }

    private func cursor(in query: Query) throws -> CallCursor {
        switch (try query.identifier("before") as Call.ID?, try query.identifier("after") as Call.ID?) {
        case (nil, nil): .newest
        case (let before?, nil): .before(before)
        case (nil, let after?): .after(after)
        case (_?, _?):
            throw RequestProblem.invalidParameter("after", message: "a page lies before a call or after one, not both")
        }
    }

    @Sendable
    private func show(_ request: Request, _ context: ProjectContext) async throws -> NativeCall {
        try await document(try await calls.call(try context.callID(), project: context.project))
    }

    /// 202: a call that is not answered is canceled now, one that is gets hung up and ends when its record is made.
    @Sendable
    private func cancel(_ request: Request, _ context: ProjectContext) async throws -> EditedResponse<NativeCall> {
        let call = try await calls.cancel(try context.callID(), project: context.project)
        return EditedResponse(status: .accepted, response: try await document(call))
    }

    @Sendable
    private func transcript(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let entries = try await calls.transcript(try context.callID(), project: context.project)
        return try context.list(entries.map(NativeTranscriptEntry.init), for: request)
    }

    @Sendable
    private func attempts(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let attempts = try await calls.attempts(try context.callID(), project: context.project)
        return try context.list(attempts.map(NativeAttempt.init), for: request)
    }

    /// Why the number was, or was not, called.
    @Sendable
    private func decisions(_ request: Request, _ context: ProjectContext) async throws -> NativeDecisions {
        let (past, present) = try await calls.decisions(of: try context.callID(), project: context.project)
        return NativeDecisions(past: past, present: present)
    }

    @Sendable
    private func trace(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let messages = try await calls.trace(try context.callID(), project: context.project)
        return try context.list(messages.map(NativeSIPMessage.init), for: request)
    }

    /// What was sent to the call's receiver, every try and what came back.
    @Sendable
    private func deliveries(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let call = try await calls.call(try context.callID(), project: context.project)
        var documents: [NativeDeliveryLog] = []
        for delivery in try await webhooks.deliveries(of: call.id, project: context.project) {
            let attempts = try await webhooks.attempts(of: delivery.id)
            documents.append(NativeDeliveryLog(delivery, attempts: attempts, showingBody: false))
        }
        return try context.list(documents, for: request)
    }

    private func document(_ call: Call) async throws -> NativeCall {
        let attempts = try await calls.attempts(call.id, project: call.project)
        return NativeCall(call, certainty: attempts.last?.certainty ?? .notSent)
    }
}
