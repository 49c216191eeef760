import Engine
import HTTPTypes
import Hummingbird
import NIOCore

extension TelzinoDialect {
    /// Stands at the door's root and not under `v1`.
    func addTokenRoute(to door: DoorRoutes) {
        door.openGroup("oauth")
            .post("token", use: answerTokenRequest)
    }

    /// OAuth 2.0 client credentials (RFC 6749 section 4.4): a key's id and secret are the client's. The audience is not looked at, because clients
    /// name the vendor's.
    @Sendable
    private func answerTokenRequest(_ request: Request, _ context: APIContext) async throws -> Response {
        var answer: WireAnswer
        do {
            answer = WireAnswer(.ok, body: TelzinoToken(try await token(for: request)))
        } catch let problem as TelzinoTokenProblem {
            answer = problem.answer
        }
        // Not to be kept by whoever passes it on (RFC 6749 section 5.1).
        answer.headers[.cacheControl] = "no-store"
        answer.headers[.contentType] = "application/json; charset=utf-8"
        let body = try WireEncoder().data(answer.body)
        return Response(
            status: answer.status,
            headers: answer.headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    private func token(for request: Request) async throws -> TokenControl.AccessToken {
        let asked = try await TelzinoTokenRequest.read(request)
        do {
            return try await tokens.issue(
                clientID: asked.clientID,
                clientSecret: asked.clientSecret,
                issuer: "trunkline"
            )
        } catch TokenControl.Problem.invalidClient {
            throw TelzinoTokenProblem.invalidClient
        } catch TokenControl.Problem.overloaded {
            throw TelzinoTokenProblem.overloaded
        }
    }
}
