import HTTPTypes
import Hummingbird

extension Router where Context == APIContext {
    /// The methods for which every path has an answer once the wrong ones are refused.
    static var knownMethods: [HTTPRequest.Method] { [.get, .head, .post, .put, .patch, .delete, .options] }

    /// Answers 405 with the methods that work (RFC 9110 section 15.5.6) wherever a path exists for another method. Hummingbird alone
    /// would say 404. To be called when all routes are there.
    func refuseWrongMethods() {
        var allowed: [String: Set<String>] = [:]
        var paths: [String: RouterPath] = [:]
        for route in routes {
            let path = route.path.description
            paths[path] = route.path
            allowed[path, default: []].insert(route.method.rawValue)
            if route.method == .get { allowed[path, default: []].insert(HTTPRequest.Method.head.rawValue) }
        }
        for (path, names) in allowed {
            guard let routerPath = paths[path] else { continue }
            let problem = RequestProblem.wrongMethod(allowed: names.sorted())
            for method in Self.knownMethods where !names.contains(method.rawValue) {
                on(routerPath, method: method) { _, _ -> Response in throw problem }
            }
        }
    }
}
