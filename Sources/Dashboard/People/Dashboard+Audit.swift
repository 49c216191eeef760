import Calls
import Engine
import FoundationEssentials
import Hummingbird
import WebAPI

extension Dashboard {
    func addAuditRoutes(to pages: PageGroups) {
        pages.group("audit", needing: .owner)
            .get(use: audit)
    }

    @Sendable
    private func audit(_ request: Request, _ context: SessionContext) async throws -> Page {
        let (entries, hasMore) = try await engine.users.audit.entries(
            before: request.query["before"].flatMap { AuditEntry.ID($0) },
            limit: 50,
            project: context.project
        )
        let older: HTML? =
            hasMore ? entries.last.map { "<a rel=\"next\" href=\"/audit?before=\($0.id)\">Older</a>" } : nil
        let content: HTML = """
            <table class="list"><caption class="hidden">Who did what, newest first</caption>
            <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">To what</th><th scope="col">From</th></tr></thead>
            <tbody>\(entries.map(row))</tbody></table>
            <nav class="pages" aria-label="Pages">\(older)</nav>
            """
        return Page("Audit log", .audit, for: context, content: content)
    }

    private func row(_ entry: AuditEntry) -> HTML {
        """
        <tr><td data-label="When">\(HTML.time(entry.at))</td>
        <th scope="row" data-label="Who">\(HTML.foreign(entry.name))</th>
        <td data-label="What">\(entry.action.rawValue.replacing("_", with: " "))</td>
        <td data-label="To what">\(subject(of: entry))\(entry.detail.map { " <span class=\"quiet\">\($0)</span>" as HTML })</td>
        <td data-label="From">\(entry.address ?? "–")</td></tr>
        """
    }

    private func subject(of entry: AuditEntry) -> HTML {
        guard let subject = entry.subject else { return "<span class=\"quiet\">–</span>" }
        return Call.ID(subject) != nil ? "<a href=\"/calls/\(subject)\">\(subject)</a>" : .foreign(subject)
    }
}
