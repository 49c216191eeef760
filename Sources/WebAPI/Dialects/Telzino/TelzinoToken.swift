import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// What `POST /oauth/token` answers (RFC 6749 section 5.1).
struct TelzinoToken: Encodable, Sendable {
    let accessToken: String
    let tokenType = "Bearer"
    /// Seconds.
    let expiresIn: Int

    init(_ token: TokenControl.AccessToken) {
        accessToken = token.text
        expiresIn = token.lifetime
    }

    private enum CodingKeys: CodingKey {
        case accessToken, tokenType, expiresIn
    }
}

/// What `POST /oauth/token` is asked: as JSON, which is the vendor's way, or as a form with or without HTTP Basic, which is OAuth's.
struct TelzinoTokenRequest: Sendable {
    let clientID: String
    let clientSecret: String

    static func read(_ request: Request) async throws -> Self {
        let members = try await members(of: request)
        switch members["grant_type"] {
        case "client_credentials"?: break
        case nil: throw TelzinoTokenProblem.invalidRequest("grant_type is required")
        case let other?: throw TelzinoTokenProblem.unsupportedGrant(other)
        }
        if let header = request.headers[.authorization] {
            guard let (id, secret) = basic(header) else { throw TelzinoTokenProblem.invalidClient }
            return Self(clientID: id, clientSecret: secret)
        }
        guard let id = members["client_id"], let secret = members["client_secret"] else {
            throw TelzinoTokenProblem.invalidRequest("client_id and client_secret are required")
        }
        return Self(clientID: id, clientSecret: secret)
    }

    private static func members(of request: Request) async throws -> [String: String] {
        if request.mediaType == "application/x-www-form-urlencoded" {
            let text = String(decoding: try await request.bytes(), as: UTF8.self)
            guard let members = try? URLEncodedFormDecoder().decode([String: String].self, from: text) else {
                throw TelzinoTokenProblem.invalidRequest("the form cannot be read")
            }
            return members
        }
        do {
            let body = try await request.jsonObject(accepting: nil)
            return try ["grant_type", "client_id", "client_secret"].reduce(into: [:]) { $0[$1] = try body.string($1) }
        } catch let problem as RequestProblem {
            throw TelzinoTokenProblem.invalidRequest(Failure.request(problem).plain.message)
        }
    }

    /// RFC 7617: the id up to the first colon, the secret behind it.
    private static func basic(_ header: String) -> (id: String, secret: String)? {
        let words = header.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic", let data = Data(base64Encoded: String(words[1])),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
}

/// Why there is no token, in the words of RFC 6749 section 5.2.
enum TelzinoTokenProblem: Error, Sendable, Hashable {
    case invalidRequest(String)
    case invalidClient
    case unsupportedGrant(String)
    case overloaded

    private struct Body: Encodable, Sendable {
        let error: String
        let errorDescription: String
    }

    var answer: WireAnswer {
        switch self {
        case .invalidRequest(let message):
            WireAnswer(.badRequest, body: Body(error: "invalid_request", errorDescription: message))
        case .invalidClient:
            WireAnswer(
                .unauthorized,
                headers: [.wwwAuthenticate: #"Basic realm="trunkline""#],
                body: Body(
                    error: "invalid_client",
                    errorDescription: "There is no such client, or not with this secret"
                )
            )
        case .unsupportedGrant(let grant):
            WireAnswer(
                .badRequest,
                body: Body(
                    error: "unsupported_grant_type",
                    errorDescription: "The grant type is client_credentials, not \(grant.debugDescription)"
                )
            )
        case .overloaded:
            WireAnswer(
                .serviceUnavailable,
                headers: [.retryAfter: "1"],
                body: Body(
                    error: "temporarily_unavailable",
                    errorDescription: "Too many requests wait to be stored: try again shortly"
                )
            )
        }
    }
}
