import Calls
import Conversation

/// The secrets that one request may have, none of which may come back.
struct HeldSecrets {
    private let secrets: [String: RequestSecret]
    private let names: [String]
    private let host: String

    init(_ secrets: [String: RequestSecret], for request: RequestTemplate) {
        self.secrets = secrets
        names = request.secrets
        // The host is no variable: it is known before anything is filled in.
        host = Receiver(Template(request.url).filled { _ in "x" })?.host ?? ""
    }

    func value(_ name: String) throws(RequestTemplate.Problem) -> String {
        guard let secret = secrets[name], secret.hosts.contains(host) else {
            throw RequestTemplate.Problem("there is no secret \(name) for \(host) on this server")
        }
        return secret.value
    }

    /// What `body` returns or throws, without the secrets that a server may have sent back.
    func hiding(
        _ body: () async throws(RequestFailure) -> String
    ) async throws(RequestFailure) -> String {
        hidden(try await hidingFailures(body))
    }

    /// What `body` returns. What it throws is without the secrets.
    func hidingFailures<Result>(
        _ body: () async throws(RequestFailure) -> Result
    ) async throws(RequestFailure) -> Result {
        do throws(RequestFailure) {
            return try await body()
        } catch {
            throw RequestFailure(hidden(error.description), isRefused: error.isRefused)
        }
    }

    func hidden(_ text: String) -> String {
        names.compactMap { secrets[$0]?.value }.filter { !$0.isEmpty }.reduce(text) { $0.replacing($1, with: "•••") }
    }
}
