import Calls
import Engine
import HTTPTypes
import Hummingbird
import Synchronization

/// What was found out about limits while a request was answered, for the headers of whatever the answer becomes.
final class RateLimitNotes: Sendable {
    private let noted = Mutex<[RateLimitState]>([])
    private let counted = Mutex(false)

    /// Whether the request was counted, or refused for being one too many.
    var isCounted: Bool {
        get { counted.withLock(\.self) }
        set { counted.withLock { $0 = newValue } }
    }

    var states: [RateLimitState] {
        get { noted.withLock(\.self) }
        set { noted.withLock { $0 = newValue } }
    }
}

/// The right to have one request carried out, to be taken once it is sure that it has to be.
package struct Admission: Sendable {
    let control: RateLimitControl
    let limits: [RateLimit]
    let key: APIKey
    let notes: RateLimitNotes

    /// Throws `Refusal.rateLimited`.
    func take() async throws {
        notes.isCounted = true
        do {
            notes.states = try await control.take(limits, for: key)
        } catch Refusal.rateLimited(let state) {
            notes.states = [state]
            throw Refusal.rateLimited(state)
        }
    }

    /// What was taken, once it is known that nothing had to be carried out: another request under the same idempotency key was faster.
    func giveBack() async throws {
        notes.states = try await control.giveBack(limits, for: key)
    }
}

/// Counts requests where the door or the key has limits.
struct RateLimitMiddleware: RouterMiddleware {
    let control: RateLimitControl
    let limits: [RateLimit]
    /// Told about in headers, also by requests that are not counted in it.
    let shown: RateLimit?
    /// False where the route itself takes the admission: a request that is only repeated costs nothing. One that the route refuses or answers
    /// without taking it is counted when it is done.
    let countsOnArrival: Bool

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let key = context.key else { throw RequestProblem.noKey }
        let admission = Admission(control: control, limits: limits, key: key, notes: context.rateLimits)
        if countsOnArrival { try await admission.take() }
        if let shown, !context.rateLimits.states.contains(where: { $0.limit == shown }) {
            context.rateLimits.states.insert(try await control.state(of: shown, for: key), at: 0)
        }
        var context = context
        context.admission = admission
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            if !context.rateLimits.isCounted { try await admission.take() }
            throw error
        }
        if !context.rateLimits.isCounted, response.headers[.idempotentReplayed] == nil { try await admission.take() }
        return response
    }
}

/// Puts what is known about limits into the headers of every answer, refusals included.
struct RateLimitHeaders: RouterMiddleware {
    let doors: Doors

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        let headers = doors.dialect(for: request.uri.path).rateLimitHeaders(context.rateLimits.states)
        for header in headers { response.headers[header.name] = header.value }
        return response
    }
}

extension HTTPField.Name {
    static let rateLimitLimit = known("X-RateLimit-Limit")
    static let rateLimitRemaining = known("X-RateLimit-Remaining")
    static let rateLimitReset = known("X-RateLimit-Reset")
}
