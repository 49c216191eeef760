import Calls
import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird

extension HTTPField.Name {
    static let idempotencyKey = known("Idempotency-Key")
    static let prefixedIdempotencyKey = known("X-Idempotency-Key")
    static let idempotentReplayed = known("Idempotent-Replayed")
}

extension Request {
    /// The client's own name for this request: 1 to 255 visible ASCII characters, from the first of `fields` that is there. Nil if it gave none.
    func idempotencyKey(_ fields: HTTPField.Name...) throws(RequestProblem) -> String? {
        guard let field = fields.first(where: { headers[$0] != nil }), let key = headers[field] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalidHeader(field.canonicalName, message: "expected 1 to 255 visible ASCII characters")
        }
        return key
    }
}

extension CallControl {
    private func location(of call: Call.ID, below path: String?) -> HTTPFields {
        path.map { [.location: "\($0)/\(call)"] } ?? [:]
    }

    /// Places a call and answers with `status` and the document that `word` makes of it. Under an idempotency key, a request that is repeated is
    /// answered with the same bytes as the first time, and `Idempotent-Replayed: true`: `placement` is not even read then, as what it asks for may
    /// have become impossible meanwhile. With `path`, `Location` says where the call is.
    func answer(
        _ placement: @autoclosure () throws -> Placement,
        under key: IdempotencyKey?,
        status: HTTPResponse.Status,
        for context: ProjectContext,
        below path: String? = nil,
        word: (Call) throws -> Data
    ) async throws -> Response {
        var response: Response
        let project = context.project
        // A request that is only repeated is not counted.
        if let key, let earlier = try await reply(to: key, project: project) {
            response = Response(status: .init(code: earlier.status), headers: location(of: earlier.call, below: path))
            response.body = ResponseBody(byteBuffer: ByteBuffer(string: earlier.body))
            response.headers[.idempotentReplayed] = "true"
            response.headers[.contentType] = "application/json; charset=utf-8"
            return response
        }
        let placement = try placement()
        try await context.admission.take()
        if let key {
            let reply = try await place(placement, under: key, project: project) { call in
                (status.code, String(decoding: try word(call), as: UTF8.self))
            }
            response = Response(status: .init(code: reply.status), headers: location(of: reply.call, below: path))
            response.body = ResponseBody(byteBuffer: ByteBuffer(string: reply.body))
            if reply.isRepeated {
                response.headers[.idempotentReplayed] = "true"
                try await context.admission.giveBack()
            }
        } else {
            let call = try await place(placement, project: project)
            response = Response(status: status, headers: location(of: call.id, below: path))
            response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: try word(call)))
        }
        response.headers[.contentType] = "application/json; charset=utf-8"
        return response
    }
}

extension CallControl.IdempotencyKey {
    /// `received` is the body as it came; the mode of the API key is part of what was asked.
    init(
        _ name: String,
        door: String,
        received: String,
        from key: APIKey,
        mismatch: Mismatch = .refused
    ) {
        self.init(name, door: door, request: key.mode.rawValue + received, mismatch: mismatch)
    }
}
