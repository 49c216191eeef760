import Calls
import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird
import WebAPI

extension Dashboard {
    func addCallRoutes(to pages: PageGroups) {
        pages.group("calls/:id", needing: .viewer)
            .get(use: call)
            .get("raw", use: raw)
            .get("recording", use: recording)
        pages.group("calls/:id", needing: .editor)
            .post("end", use: end)
            .post("say", use: say)
            .post("label", use: label)
            .post("webhooks/:delivery", use: sendAgain)
    }

    @Sendable
    private func call(_ request: Request, _ context: SessionContext) async throws -> Page {
        let record = try await CallRecord(try context.callID(), engine, peaks, project: context.project)
        let view = CallDetailPage(record: record, context: context)
        return Page(
            view.title,
            .calls,
            for: context,
            actions: view.actions,
            live: record.isLive ? "/calls/\(record.call.id)/live" : nil,
            content: view.html
        )
    }

    /// The call as the API gives it.
    @Sendable
    private func raw(_ request: Request, _ context: SessionContext) async throws -> Response {
        let call = try await engine.calls.call(try context.callID(), project: context.project)
        let attempts = try await engine.calls.attempts(call.id, project: context.project)
        let document = NativeCall(call, certainty: attempts.last?.certainty ?? .notSent)
        return Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try WireEncoder().data(document)))
        )
    }

    @Sendable
    private func recording(_ request: Request, _ context: SessionContext) async throws -> Response {
        let id = try context.callID()
        let file = try RecordingFile(path: try await engine.calls.recordingPath(id, project: context.project))
        return try await file.response(to: request, name: "\(id).wav", context: context)
    }

    /// Takes a call that waits off the queue, and hangs up one that goes on.
    @Sendable
    private func end(_ request: Request, _ context: SessionContext) async throws -> Response {
        let id = try context.callID()
        if context.form["goodbye"] != nil {
            _ = try await engine.calls.hangUp(id, goodbye: true, project: context.project)
        } else {
            _ = try await engine.calls.cancel(id, project: context.project)
        }
        try await note(.endedCall, on: id.description, context)
        return .seeOther("/calls/\(id)")
    }

    @Sendable
    private func say(_ request: Request, _ context: SessionContext) async throws -> Response {
        let id = try context.callID()
        let text = context.form["text"] ?? ""
        let isInterrupting = context.form["interrupt"] != nil
        _ = try await engine.calls.say(text, interrupting: isInterrupting, on: id, project: context.project)
        try await note(.saidOnCall, on: id.description, detail: String(text.prefix(200)), context)
        return .seeOther("/calls/\(id)")
    }

    @Sendable
    private func label(_ request: Request, _ context: SessionContext) async throws -> Response {
        let id = try context.callID()
        let label = context.form["label"].flatMap(Reached.init(rawValue:))
        _ = try await engine.calls.label(id, as: label, project: context.project)
        try await note(.labelledCall, on: id.description, detail: label?.rawValue ?? "taken back", context)
        return .seeOther("/calls/\(id)#answered")
    }

    @Sendable
    private func sendAgain(_ request: Request, _ context: SessionContext) async throws -> Response {
        let call = try context.callID()
        guard let id = context.parameters.get("delivery").flatMap({ WebhookDelivery.ID($0) }) else {
            throw Refusal.unknownDelivery
        }
        _ = try await engine.webhooks.redeliver(id, project: context.project)
        try await note(.sentWebhookAgain, on: call.description, detail: id.description, context)
        return .seeOther("/calls/\(call)#webhooks")
    }
}

extension SessionContext {
    /// The call that the path names.
    func callID() throws(Refusal) -> Call.ID {
        guard let id = parameters.get("id").flatMap({ Call.ID($0) }) else { throw .unknownCall }
        return id
    }
}
