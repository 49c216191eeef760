import Calls
import Engine
import Hummingbird
import WebAPI

extension Dashboard {
    func addUsageRoutes(to pages: PageGroups) {
        pages.group("usage", needing: .viewer)
            .get(use: usage)
            .get("table.csv", use: usageTable)
    }

    @Sendable
    private func usage(_ request: Request, _ context: SessionContext) async throws -> Page {
        let (summary, wallet) = try await usage(of: request, context)
        let page = UsagePage(
            summary: summary,
            wallet: wallet,
            today: CalendarDay(of: engine.batches.now, in: wallet.timeZone),
            context: context
        )
        return Page("Usage", .usage, for: context, actions: page.actions, content: page.html)
    }

    @Sendable
    private func usageTable(_ request: Request, _ context: SessionContext) async throws -> Response {
        try await usage(of: request, context).summary.table()
    }

    /// Of the days that the query names; of the last thirty if it names none.
    private func usage(
        of request: Request,
        _ context: SessionContext
    ) async throws -> (summary: UsageSummary, wallet: Wallet) {
        let query = request.query
        let standard: CallMode = engine.calls.hasTrunk(for: .live) ? .live : .test
        let mode = query["mode"].flatMap(CallMode.init(rawValue:)) ?? standard
        let wallet = try await engine.wallets.wallet(mode, project: context.project)
        let last = try day(query["to"], "To") ?? CalendarDay(of: engine.batches.now, in: wallet.timeZone)
        let summary = try await engine.wallets.usage(
            mode,
            from: try day(query["from"], "From") ?? last.adding(days: -29),
            to: last,
            by: Set(UsageReport.Dimension.allCases),
            project: context.project
        )
        return (summary, wallet)
    }

    private func day(_ text: String?, _ name: String) throws(Refusal) -> CalendarDay? {
        guard let text else { return nil }
        guard let day = CalendarDay(text) else {
            throw .invalid(field: name, message: "expected a day like 2026-06-11")
        }
        return day
    }
}
