import Calls
import Engine
import Hummingbird
import WebAPI

/// What is known about everybody who asks for a page.
struct PageContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    /// Where the request comes from.
    let address: String?
    /// Set by `SessionMiddleware`. Nil: nobody is signed in.
    var session: Session?

    init(context: APIContext) {
        coreContext = context.coreContext
        address = context.remoteAddress
    }
}

/// The context of every page that belongs to a project. It can only be made from a request whose session was found, so a page that forgot to ask
/// does not compile.
struct SessionContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let address: String?
    let session: Session
    /// What was sent with a form of ours. Empty for requests that only read.
    var form = FormFields(urlEncoded: "")
    /// The file that came with it. Nil if none was chosen, and on pages that take none.
    var list: ListUpload?

    var project: Project.ID { session.user.project }

    init(context: PageContext) throws {
        guard let session = context.session else { throw PageProblem.signedOut }
        coreContext = context.coreContext
        address = context.address
        self.session = session
    }

    func may(_ role: Role) -> Bool { session.user.role >= role }
}

/// Why there is no page, beside what the engine says.
enum PageProblem: Error {
    case signedOut
    /// The user may not do this.
    case roleNeeded(Role)
    /// It carries no token of this session: it is older than the session, or another site sent it.
    case formNotOurs
    case noSuchPage
}
