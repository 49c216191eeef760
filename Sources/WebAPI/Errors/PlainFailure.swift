import HTTPTypes

/// A failure in words that every door can use.
struct PlainFailure: Sendable {
    var status: HTTPResponse.Status
    var kind: NativeError.Kind
    /// For programs; never changes.
    var code: String
    /// One sentence for people.
    var message: String
    /// The field or parameter that is to blame, by its name at our own API.
    var field: String?
    /// Where a file has several mistakes.
    var problems: [NativeError.Problem] = []
    var headers: HTTPFields = [:]

    init(
        status: HTTPResponse.Status,
        kind: NativeError.Kind,
        code: String,
        message: String,
        field: String?,
        headers: HTTPFields
    ) {
        self.status = status
        self.kind = kind
        self.code = code
        self.message = message
        self.field = field
        self.headers = headers
    }
}
