import Calls
import Engine
import Hummingbird
import WebAPI

extension Dashboard {
    func addCallListRoutes(to pages: PageGroups) {
        pages.group("calls", needing: .viewer)
            .get(use: callList)
    }

    /// How many calls a page has.
    private static var pageLength: Int { 50 }

    @Sendable
    private func callList(_ request: Request, _ context: SessionContext) async throws -> Response {
        let filter = CallListFilter(request.query)
        if let id = filter.searchedCall { return .seeOther("/calls/\(id)") }
        let agents = try await engine.agents.agents(project: context.project)
        var wanted = CallFilter(
            statuses: filter.statuses,
            destination: filter.searchedNumber,
            mode: filter.mode
        )
        wanted.agent = agents.first { $0.slug == filter.agent }?.id
        // A search that can be no number finds nothing, and says why.
        let isUnreadable = filter.search != nil && wanted.destination == nil
        let isUnknown = filter.agent != nil && wanted.agent == nil
        let page =
            isUnreadable || isUnknown
            ? nil
            : try await engine.calls.calls(wanted, at: filter.cursor, limit: Self.pageLength, project: context.project)
        let list = CallListPage(
            filter: filter,
            calls: page?.calls ?? [],
            hasMore: page?.hasMore ?? false,
            agents: agents,
            context: context,
            isUnreadable: isUnreadable
        )
        let newCall: HTML = "<a class=\"button\" href=\"/calls/new\">New outbound call</a>"
        return try Page(
            "Calls",
            .calls,
            for: context,
            actions: context.may(.editor) ? newCall : .nothing,
            content: list.html
        ).response(from: request, context: context)
    }
}
