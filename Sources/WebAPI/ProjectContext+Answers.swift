import HTTPTypes
import Hummingbird

/// A list that is always whole: `{"data": […]}`.
struct DataList<Element: Encodable & Sendable>: ResponseEncodable, Sendable {
    let data: [Element]
}

extension ProjectContext {
    func list(_ elements: [some Encodable & Sendable], for request: Request) throws -> Response {
        try responseEncoder.encode(DataList(data: elements), from: request, context: self)
    }

    /// An answer that nobody on the way may keep.
    func secret(
        _ document: some Encodable & Sendable,
        status: HTTPResponse.Status,
        for request: Request
    ) throws -> Response {
        var response = try responseEncoder.encode(document, from: request, context: self)
        response.status = status
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
