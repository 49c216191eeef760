import Engine

/// Our one shape of error: `{"error":{"type","code","message","param"}}`, and `problems` where a file has several.
///
/// `code` is for programs and never changes; `message` is for people and may. `docs/api.md` lists the codes.
struct NativeError: Encodable, Sendable {
    let error: Body

    struct Body: Encodable, Sendable {
        let type: PlainFailure.Kind
        let code: String
        let message: String
        @Nullable var param: String?
        /// Left out unless a file was refused.
        var problems: [PlainFailure.Problem]?
    }

    init(
        _ type: PlainFailure.Kind,
        _ code: String,
        _ message: String,
        param: String? = nil,
        problems: [PlainFailure.Problem]? = nil
    ) {
        error = Body(type: type, code: code, message: message, param: param, problems: problems)
    }
}

extension NativeDialect {
    package func answer(to failure: Failure) -> WireAnswer {
        let plain = failure.plain
        return WireAnswer(
            plain.status,
            headers: plain.headers,
            body: NativeError(
                plain.kind,
                plain.code,
                plain.message,
                param: plain.field,
                problems: plain.problems.isEmpty ? nil : plain.problems
            )
        )
    }
}
