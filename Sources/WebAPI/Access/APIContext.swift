package import Calls
package import Hummingbird
import NIOCore

/// What is known about every request: who asks is not proven yet.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The key the request came with. Set by `KeyMiddleware`.
    package var key: APIKey?
    /// Set by `KeyMiddleware`.
    var watch: KeyWatch?
    /// Names the request, here and in the log. Set by `RequestIDMiddleware`.
    package var requestID = ""
    /// Set by `RateLimitMiddleware`.
    var admission: Admission?
    let rateLimits = RateLimitNotes()
    /// Where the connection comes from: the client, or a proxy before us.
    package let remoteAddress: String?

    package init(source: ApplicationRequestContextSource) {
        remoteAddress = source.channel.remoteAddress?.ipAddress
        coreContext = CoreRequestContextStorage(source: source)
    }

    package var responseEncoder: WireEncoder { WireEncoder() }
}

/// The context of every route that belongs to a project: it can only be made from a request whose key was accepted, so a route that
/// forgot to check does not compile.
package struct ProjectContext: ChildRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let key: APIKey
    package let requestID: String
    /// Taken by routes whose requests are not counted on arrival.
    let admission: Admission
    /// Asked by answers that go on.
    let watch: KeyWatch

    package var project: Project.ID { key.project }

    /// Throws `RequestProblem.noKey` if no key was accepted.
    package init(context: APIContext) throws {
        guard let key = context.key, let watch = context.watch, let admission = context.admission else {
            throw RequestProblem.noKey
        }
        coreContext = context.coreContext
        self.key = key
        requestID = context.requestID
        self.admission = admission
        self.watch = watch
    }

    package var responseEncoder: WireEncoder { WireEncoder() }
}
