import Calls
import Engine
import HTTPTypes
import Hummingbird
import Logging
import WebAPI

/// Turns everything thrown into a page that says what happened.
struct PageFailures: RouterMiddleware {
    func handle(
        _ request: Request,
        context: PageContext,
        next: @concurrent (Request, PageContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as CancellationError {
            throw error
        } catch PageProblem.signedOut where request.method == .get {
            let path = Self.path(of: request)
            return .seeOther(path.map { "/login?" + FormFields.query([("next", $0)]) } ?? "/login")
        } catch {
            let failure = PageFailure(error)
            if failure.isOurs {
                context.logger.error(
                    "Request failed",
                    metadata: ["error": "\(error)", "http.path": "\(request.uri.path)"]
                )
            }
            return try page(failure, request, context)
        }
    }

    private static func path(of request: Request) -> String? {
        let path = request.pathAndQuery
        return path == "/calls" || path == "/" ? nil : path
    }

    private func page(_ failure: PageFailure, _ request: Request, _ context: PageContext) throws -> Response {
        let content: HTML = """
            \(HTML.notice("<p>\(failure.message)</p>", .bad))
            <p><a class="button" href="/calls">To the calls</a></p>
            """
        guard let session = try? SessionContext(context: context) else {
            return GatePage(title: failure.title, content: content).response(failure.status, Theme(request))
        }
        let page = Page(failure.title, nil, for: session, status: failure.status, content: content)
        return try page.response(from: request, context: context)
    }
}

/// What went wrong, in words for people.
struct PageFailure {
    let status: HTTPResponse.Status
    let title: String
    let message: String
    /// It is to be logged.
    var isOurs = false

    init(_ error: any Error) {
        switch error {
        case PageProblem.signedOut:
            (status, title) = (.unauthorized, "Signed out")
            message = "Your session is over: sign in again. What you sent was not carried out."
        case PageProblem.roleNeeded(let role):
            (status, title) = (.forbidden, "Not allowed")
            message = "This needs the role \(role.rawValue). An owner can give it to you under People."
        case PageProblem.formNotOurs:
            (status, title) = (.forbidden, "Not carried out")
            message =
                "The form is older than your session, or another site sent it. Go back, load the page again and send it once more."
        case PageProblem.noSuchPage:
            (status, title) = (.notFound, "Not found")
            message = "There is no such page."
        case let problem as UserProblem:
            (status, title) = (problem.status, "That did not work")
            message = problem.message
        default:
            let failure = Failure(error)
            if case .fault = failure { isOurs = true }
            let plain = failure.plain
            status = plain.status
            title = plain.status == .notFound ? "Not found" : "That did not work"
            message = plain.message
        }
    }
}

extension UserProblem {
    var status: HTTPResponse.Status {
        switch self {
        case .nameTaken, .lastOwner: .conflict
        case .unknownUser: .notFound
        case .invitationOver: .gone
        case .passwordLength: .unprocessableContent
        case .wrongCredentials: .unauthorized
        case .tooManyTries: .tooManyRequests
        }
    }

    var message: String {
        switch self {
        case .nameTaken: "Somebody has this name already."
        case .unknownUser: "There is no such user."
        case .lastOwner: "Nobody would be left who may give others their roles: make somebody else an owner first."
        case .invitationOver:
            "This link was opened before, replaced by a newer one, or is older than a day. 'trunkline users link NAME' on the server prints a new one."
        case .passwordLength:
            "A password has \(UserControl.passwordLength.lowerBound) to \(UserControl.passwordLength.upperBound) characters."
        case .wrongCredentials: "Name or password is wrong."
        case .tooManyTries(let wait): "Too many tries: the next one is listened to in \((wait + 59) / 60) min."
        }
    }
}

extension Response {
    /// To a path of this server, with GET.
    static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }
}
