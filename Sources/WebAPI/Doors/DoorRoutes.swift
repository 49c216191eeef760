package import Calls
import Engine
package import Hummingbird

/// Where a dialect hangs its routes. A route that acts for a project can only be had with the scope that its keys need, so one that
/// forgot its scope does not compile.
package struct DoorRoutes {
    private let group: RouterGroup<APIContext>
    private let keys: KeyControl
    private let rateLimits: RateLimitControl

    init(group: RouterGroup<APIContext>, keys: KeyControl, rateLimits: RateLimitControl) {
        self.group = group
        self.keys = keys
        self.rateLimits = rateLimits
    }

    /// Routes below `path` for requests whose key has `scope`. Others are answered `RequestProblem.noKey`, `.wrongKey` and
    /// `.insufficientScope`, in that order, before anything is looked at.
    ///
    /// Every request is counted in the key's own limits and in `limits`: on arrival or, with `countsOnArrival` false, where the route takes its
    /// admission, so that one that is only repeated costs nothing. `shown` is told about in headers although nothing is counted in it here.
    package func group(
        _ path: RouterPath = "",
        needing scope: Scope,
        limits: [RateLimit] = [],
        shown: RateLimit? = nil,
        countsOnArrival: Bool = true
    ) -> RouterGroup<ProjectContext> {
        group.group(path)
            .add(middleware: KeyMiddleware(keys: keys))
            .add(
                middleware: RateLimitMiddleware(
                    control: rateLimits,
                    limits: limits,
                    shown: shown,
                    countsOnArrival: countsOnArrival
                )
            )
            .group(context: ProjectContext.self)
            .add(middleware: ScopeMiddleware(scope: scope))
    }

    /// Routes below `path` that need no key, such as the one where tokens come from.
    package func openGroup(_ path: RouterPath = "") -> RouterGroup<APIContext> {
        group.group(path)
    }
}
