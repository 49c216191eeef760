import Calls
import Engine

/// Batches, newest first.
struct BatchListPage {
    let batches: [BatchProgress]
    let hasMore: Bool
    /// Names by the agents' ids.
    let agents: [Agent.ID: String]
    let context: SessionContext

    var html: HTML {
        guard !batches.isEmpty else { return emptyState }
        let older: HTML? =
            hasMore ? batches.last.map { "<a rel=\"next\" href=\"/batches?before=\($0.batch.id)\">Older</a>" } : nil
        return """
            <table class="list batches"><caption class="hidden">Batches, newest first</caption>
            <thead><tr><th scope="col">Batch</th><th scope="col">Status</th><th scope="col">Contacts</th><th scope="col" class="number">Talked to</th><th scope="col" class="number">Goals met</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Cost</th><th scope="col">Made</th></tr></thead>
            <tbody>\(batches.map(row))</tbody></table>
            <nav class="pages" aria-label="Pages">\(older)</nav>
            """
    }

    private func row(_ progress: BatchProgress) -> HTML {
        let (batch, counts) = (progress.batch, progress.counts)
        let done = counts.completed + counts.failed + counts.skipped + counts.canceled
        let agent = agents[batch.settings.agent]
        return """
            <tr><th scope="row"><a href="/batches/\(batch.id)">\(HTML.foreign(batch.name))</a>\(if: batch.mode == .live, " <span class=\"badge live\">live network</span>")<div class="why">\(agent.map(HTML.foreign) ?? "an agent that is gone")</div></th>
            <td data-label="Status">\(batch.status.badge)\(batch.reason.map { "<div class=\"why\">\($0.words)</div>" as HTML })</td>
            <td data-label="Contacts">\(done) of \(counts.total)<progress max="\(max(1, counts.total))" value="\(done)" aria-label="\(done) of \(counts.total) done"></progress></td>
            <td data-label="Talked to" class="number">\(counts.completed)</td>
            <td data-label="Goals met" class="number">\(counts.goalsMet)</td>
            <td data-label="Calls" class="number">\(counts.calls)</td>
            <td data-label="Cost" class="number">\(counts.cost == .zero ? "–" : counts.cost.shown)</td>
            <td data-label="Made">\(HTML.time(batch.createdAt))</td></tr>
            """
    }

    private var emptyState: HTML {
        let make: HTML = "<a class=\"button\" href=\"/batches/new\">New batch</a>"
        return .empty(
            "No batches yet",
            "A batch calls everybody on a list, at a pace that you choose, and keeps calling hours, do-not-call list and budget. Before anything is dialed you see what each row would come to.",
            action: context.may(.editor) ? make : .nothing
        )
    }
}
