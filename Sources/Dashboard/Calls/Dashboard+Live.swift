import Calls
import Engine
import HTTPTypes
import Hummingbird
import WebAPI

extension Dashboard {
    func addLiveRoutes(to pages: PageGroups) {
        pages.group("calls/:id/live", needing: .viewer)
            .get(use: changes)
    }

    /// What changes on the page of a call while it goes on. Begins with the first line: lines that the page has already are not added again.
    @Sendable
    private func changes(_ request: Request, _ context: SessionContext) async throws -> Response {
        let (engine, project) = (engine, context.project)
        let id = try context.callID()
        let after = request.headers[.known("Last-Event-ID")].flatMap { Int64($0) } ?? 0
        let events = try await engine.calls.events(id, after: after, project: project)
        return stream(request) { send in
            for await event in events {
                let call = try await engine.calls.call(id, project: project)
                var fragments = Fragments()
                switch event.kind {
                case .ended: fragments = .another
                case .said:
                    if let line = TranscriptEntry(said: event.data) {
                        let view = TranscriptView(entries: [line], hasRecording: false)
                        fragments = Fragments(appending: ["lines": view.lines])
                    }
                case .status, .answeredBy, .onHold, .toolUsed, .transferred:
                    let statuses = try await engine.calls.statuses(of: [call])[id] ?? []
                    let state = CallStateView(call: call, statuses: statuses, context: context)
                    fragments = Fragments(replacing: ["state": state.html, "controls": state.controls])
                }
                await send(try fragments.message("\(event.sequence)"))
            }
        }
    }

    /// Messages for an open page, for as long as whoever opened it is signed in.
    func stream(
        _ request: Request,
        _ messages:
            @escaping @Sendable (_ send: @Sendable (ServerSentEvents.Message) async -> Void) async throws -> Void
    ) -> Response {
        ServerSentEvents(heartbeat: configuration.heartbeat, while: sessionWatch(of: request))
            .response(to: request, sending: messages)
    }

    /// Whether whoever asks is still signed in.
    func sessionWatch(of request: Request) -> @Sendable () async -> Bool {
        let (users, secret) = (engine.users, cookie.secret(.session, in: request))
        return {
            guard let secret else { return false }
            do {
                return try await users.session(secret) != nil
            } catch {
                // While the database cannot say, the session counts as good.
                return true
            }
        }
    }
}

extension TranscriptEntry {
    /// Of the data of an event. Nil if it tells of no line.
    init?(said data: JSONValue) {
        guard case .object(let members) = data, case .string(let word)? = members["speaker"],
            let speaker = Speaker(rawValue: word), case .string(let text)? = members["text"],
            case .integer(let start)? = members["start_ms"], case .integer(let end)? = members["end_ms"]
        else { return nil }
        var intent: String?
        if case .string(let word)? = members["intent"] { intent = word }
        self.init(
            speaker: speaker,
            text: text,
            start: Int(start),
            end: Int(end),
            intent: intent,
            keyed: members["keyed"] == true
        )
    }
}
