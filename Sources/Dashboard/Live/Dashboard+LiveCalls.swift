import Calls
import Engine
import HTTPTypes
import Hummingbird
import WebAPI

extension Dashboard {
    func addLiveCallsRoutes(to pages: PageGroups) {
        pages.group("live", needing: .viewer)
            .get(use: liveCalls)
            .get("changes", use: liveChanges)
        pages.group("calls/:id/audio", needing: .viewer)
            .get(use: listenIn)
    }

    /// How many calls are shown at the most.
    private static var mostLive: Int { 200 }

    @Sendable
    private func liveCalls(_ request: Request, _ context: SessionContext) async throws -> Page {
        let view = try await liveView(context)
        return Page("Live", .live, for: context, live: "/live/changes", content: view.html)
    }

    private func liveView(_ context: SessionContext) async throws -> LiveView {
        let filter = CallFilter(statuses: StatusGroup.live.statuses)
        let page = try await engine.calls.calls(filter, at: .newest, limit: Self.mostLive, project: context.project)
        return LiveView(
            calls: page.calls,
            hasMore: page.hasMore,
            lines: try await engine.calls.transcripts(of: page.calls),
            context: context
        )
    }

    /// What changes on the page of all calls in progress: first all of it, then what happens.
    @Sendable
    private func liveChanges(_ request: Request, _ context: SessionContext) async throws -> Response {
        let tidings = try await engine.calls.tidings(project: context.project)
        return stream(request) { send in
            let view = try await liveView(context)
            var shown = Set(view.calls.map(\.id))
            var number = 0
            await send(try Fragments(replacing: ["calls": view.cards, "standing": view.standing]).message("0"))
            for await events in tidings {
                number += 1
                var change = LiveChange(shown: shown, context: context)
                for event in events { change.add(event) }
                for id in change.moved {
                    change.add(try await engine.calls.call(id, project: context.project))
                }
                shown = change.shown
                if let fragments = change.fragments { await send(try fragments.message("\(number)")) }
            }
        }
    }

    /// Both sides of a call as it goes on.
    @Sendable
    private func listenIn(_ request: Request, _ context: SessionContext) async throws -> Response {
        let id = try context.callID()
        let sounds = try await engine.calls.listen(to: id, project: context.project)
        try await note(.listenedToCall, on: id.description, context)
        return LiveAudio(sounds: sounds, interval: configuration.heartbeat, while: sessionWatch(of: request))
            .response(to: request)
    }
}
