import CSV
import Calls
import Engine
import Hummingbird

/// What a list would come to as a batch.
struct NativeListPreview: ResponseEncodable, Sendable {
    struct File: Encodable, Sendable {
        let encoding: CSVEncoding
        let byteOrderMark: Bool
        let delimiter: CSVDelimiter
        let columns: [String]
        let phoneColumn: String
        let notices: [String]
        let blankLines: Int
    }

    struct Counts: Encodable, Sendable {
        let ready: Int
        let outsideHours: Int
        let waiting: Int
        let faulty: Int
        let duplicate: Int
        let missingVariables: Int
        let suppressed: Int
        let unreachable: Int
        let noConsent: Int
        let blocked: Int
    }

    /// A row that is not simply called.
    struct Row: Encodable, Sendable {
        let line: Int
        let verdict: RowVerdict.Kind
        @Nullable var column: String?
        @Nullable var reason: String?
    }

    struct Funds: Encodable, Sendable {
        let balance: NativeMoney
        /// Whether it covers the worst case.
        let isEnough: Bool
    }

    let file: File
    let rows: Int
    /// Rows that would be called: those that are ready, and those that wait.
    let called: Int
    let counts: Counts
    /// The first hundred of them.
    let shown: [Row]
    /// What there is to spend, if it is paid in advance.
    @Nullable var funds: Funds?
    let forecast: NativeForecast

    init(_ preview: ListPreview, _ forecast: Forecast) {
        file = File(
            encoding: preview.format.encoding,
            byteOrderMark: preview.format.hasByteOrderMark,
            delimiter: preview.format.delimiter,
            columns: preview.columns.names,
            phoneColumn: preview.columns.names[preview.columns.phone],
            notices: preview.columns.notices,
            blankLines: preview.blankRows
        )
        rows = preview.rows
        called = preview.called
        func count(_ kind: RowVerdict.Kind) -> Int { preview.counts[kind] ?? 0 }
        counts = Counts(
            ready: count(.ready),
            outsideHours: count(.outsideHours),
            waiting: count(.waiting),
            faulty: count(.faulty),
            duplicate: count(.duplicate),
            missingVariables: count(.missingVariables),
            suppressed: count(.suppressed),
            unreachable: count(.unreachable),
            noConsent: count(.noConsent),
            blocked: count(.blocked)
        )
        shown = preview.shown.map { judged in
            Row(
                line: judged.row.line,
                verdict: judged.verdict.kind,
                column: judged.verdict.column,
                reason: judged.verdict.reason
            )
        }
        funds = preview.budget.flatMap { budget in
            guard budget.terms == .prepaid else { return nil }
            return Funds(
                balance: NativeMoney(budget.balance),
                isEnough: forecast.worstCaseSpend <= budget.balance
            )
        }
        self.forecast = NativeForecast(forecast)
    }
}

extension CSVEncoding: Encodable {}
extension CSVDelimiter: Encodable {}
extension RowVerdict.Kind: Encodable {}
