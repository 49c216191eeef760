import CSV
import Calls
import Engine
import Hummingbird

extension NativeDialect {
    func addBillingRoutes(to door: DoorRoutes) {
        door.group("v1", needing: .billingRead)
            .get("wallet", use: wallet)
            .get("wallet/entries", use: entries)
            .get("billing", use: billing)
            .get("usage", use: usage)
    }

    @Sendable
    private func wallet(_ request: Request, _ context: ProjectContext) async throws -> NativeWallet {
        let query = try Query(request, accepting: ["mode"])
        return NativeWallet(
            try await wallets.wallet(try query.word("mode") ?? context.key.mode, project: context.project)
        )
    }

    /// Everything that was ever booked, newest first.
    @Sendable
    private func entries(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["mode", "limit", "before"])
        let (found, hasMore) = try await wallets.entries(
            try query.word("mode") ?? context.key.mode,
            before: try query.integer("before", in: 1...Int.max).map(Int64.init),
            limit: try query.integer("limit", in: 1...100) ?? 20,
            project: context.project
        )
        let page = NativeLedgerPage(
            data: found.map(NativeLedgerEntry.init),
            hasMore: hasMore,
            nextBefore: hasMore ? found.last?.number : nil
        )
        return try context.responseEncoder.encode(page, from: request, context: context)
    }

    /// What calls came to, as JSON or as a table.
    @Sendable
    private func billing(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["mode", "from", "to", "group_by", "format"])
        let format: Format = try query.word("format") ?? .json
        let dimensions: Set<BillingReport.Dimension> = try query.words("group_by")
        let bill = try await wallets.bill(
            try query.word("mode") ?? context.key.mode,
            from: try query.day("from"),
            to: try query.day("to"),
            by: dimensions.isEmpty ? [.day, .endReason] : dimensions,
            project: context.project
        )
        switch format {
        case .json: return try context.responseEncoder.encode(NativeBill(bill), from: request, context: context)
        case .csv:
            return Response(
                status: .ok,
                headers: [
                    .contentType: CSVLine.mediaType,
                    .contentDisposition:
                        "attachment; filename=\"billing-\(bill.days.lowerBound)-\(bill.days.upperBound).csv\"",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: NativeBill.table(bill)))
            )
        }
    }

    /// How calls went, and what they came to, as JSON or as a table.
    @Sendable
    private func usage(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["mode", "from", "to", "group_by", "format"])
        let format: Format = try query.word("format") ?? .json
        let dimensions: Set<UsageReport.Dimension> = try query.words("group_by")
        let usage = try await wallets.usage(
            try query.word("mode") ?? context.key.mode,
            from: try query.day("from"),
            to: try query.day("to"),
            by: dimensions.isEmpty ? [.day] : dimensions,
            project: context.project
        )
        return switch format {
        case .json: try context.responseEncoder.encode(NativeUsage(usage), from: request, context: context)
        case .csv: usage.table()
        }
    }

    private enum Format: String, CaseIterable {
        case json
        case csv
    }
}

extension Query {
    /// A day like `2026-06-11`.
    fileprivate func day(_ name: String) throws(RequestProblem) -> CalendarDay? {
        guard let text = self[name] else { return nil }
        guard let day = CalendarDay(text) else {
            throw .invalidParameter(name, message: "expected a day like 2026-06-11, got \(text.debugDescription)")
        }
        return day
    }
}
