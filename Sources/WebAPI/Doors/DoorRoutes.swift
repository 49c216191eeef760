package import Calls
import Engine
package import Hummingbird

/// Where a dialect hangs its routes. A route that acts for a project can only be had with the scope that its keys need, so one that
/// forgot its scope does not compile.
package struct DoorRoutes {
    private let group: RouterGroup<APIContext>
    private let keys: KeyControl

    init(group: RouterGroup<APIContext>, keys: KeyControl) {
        self.group = group
        self.keys = keys
    }

    /// Routes below `path` for requests whose key has `scope`. Others are answered `RequestProblem.noKey`, `.wrongKey` and
    /// `.insufficientScope`, in that order, before anything is looked at.
    package func group(_ path: RouterPath = "", needing scope: Scope) -> RouterGroup<ProjectContext> {
        group.group(path)
            .add(middleware: KeyMiddleware(keys: keys))
            .group(context: ProjectContext.self)
            .add(middleware: ScopeMiddleware(scope: scope))
    }

    /// Routes below `path` that need no key, such as the one where tokens come from.
    package func openGroup(_ path: RouterPath = "") -> RouterGroup<APIContext> {
        group.group(path)
    }
}
