package import HTTPTypes

/// A failure in words that every door can use.
package struct PlainFailure: Sendable {
    /// The class of failure that a `code` belongs to.
    enum Kind: String, Encodable, Sendable {
        case authentication = "authentication_error"
        case permission = "permission_error"
        case invalidRequest = "invalid_request"
        case payment = "payment_required"
        case notFound = "not_found"
        case conflict
        case rateLimit = "rate_limited"
        case unavailable
        case server = "server_error"
    }

    /// One mistake in a file.
    package struct Problem: Encodable, Sendable {
        package let line: Int
        package let column: Int
        package let message: String
    }

    package var status: HTTPResponse.Status
    var kind: Kind
    /// For programs; never changes.
    var code: String
    /// One sentence for people.
    package var message: String
    /// The field or parameter that is to blame, by its name at our own API.
    package var field: String?
    /// Where a file has several mistakes.
    package var problems: [Problem] = []
    var headers: HTTPFields = [:]

    init(
        _ status: HTTPResponse.Status,
        _ kind: Kind,
        _ code: String,
        _ message: String,
        param: String? = nil,
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.kind = kind
        self.code = code
        self.message = message
        field = param
        self.headers = headers
    }
}
