package import Calls
import FoundationEssentials
import Storage

extension BatchControl {
    /// How many rows are judged at once.
    private static let judgedAtOnce = 500

    /// What would become of `file` as a batch: row by row, and altogether. Nothing is stored, and memory holds a few hundred rows and every
    /// number. `rows` gets the verdicts in the order of the file, with the columns that the file has.
    ///
    /// Throws `Refusal.invalid` for a file that is no list of contacts, and what making the batch would throw for `new`.
    package func preview<Chunks: AsyncSequence>(
        _ new: NewBatch,
        file: Chunks,
        options: ContactFile.Options,
        project: Project.ID,
        rows take: (_ columns: ContactColumns, _ rows: [JudgedRow]) async throws -> Void = { _, _ in }
    ) async throws -> ListPreview where Chunks.Element: Sequence<UInt8> {
        let now = now
        let agent = try await checked(new, project: project)
        let judge = RowJudge(new, agent: agent, project: project, floor: floor, now: now)
        var list = try ContactFile(options, allowsDuplicates: new.settings.allowsDuplicates, now: now)
        var preview: ListPreview?
        var pending: ArraySlice<ContactRow> = []

        func settle(atLeast count: Int) async throws {
            guard let columns = list.columns else { return }
            if preview == nil {
                let plan = try await plan(for: judge.settings, agent: agent, project: project)
                preview = ListPreview(format: list.format, columns: columns, plan: plan)
            }
            while pending.count >= max(count, 1) {
                let judged = try await judge.judged(Array(pending.prefix(Self.judgedAtOnce)))
                pending = pending.dropFirst(Self.judgedAtOnce)
                for (row, zones, rate) in judged {
                    preview?.add(row)
                    guard case .contact(let contact) = row.row.outcome, let zones, let rate else { continue }
                    if preview?.budget == nil {
                        preview?.budget = try await floor.store.budget(for: judge.call(to: contact))
                    }
                    preview?.plan.add(
                        ForecastPlan.Contact(
                            line: contact.line,
                            dueAt: contact.scheduledFor,
                            priority: contact.priority
                        ),
                        zones: zones,
                        rate: rate
                    )
                }
                try await take(columns, judged.map(\.row))
            }
        }

        for try await chunk in file {
            pending += try list.read(chunk)
            try await settle(atLeast: Self.judgedAtOnce)
        }
        pending += try list.finish()
        try await settle(atLeast: 1)
        guard var preview else { throw Refusal.invalid(field: "line 1", message: "the file is empty") }
        preview.format = list.format
        preview.blankRows = list.blankRows
        if let budget = preview.budget, budget.terms == .prepaid { preview.plan.balance = budget.balance }
        return preview
    }

    /// The agent of a batch that could be made now. Throws what making it would throw.
    private func checked(_ new: NewBatch, project: Project.ID) async throws -> Agent {
        guard let (agent, _) = try await agents.agent(new.agent, project: project) else {
            throw Refusal.unknownAgent(new.agent)
        }
        let placement = PlacementCheck(configuration: floor.configuration, addressGuard: calls.addressGuard, now: now)
        try BatchCheck(placement: placement, now: now).batch(new, agent: agent)
        return agent
    }
}
