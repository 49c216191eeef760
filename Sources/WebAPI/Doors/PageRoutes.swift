package import Hummingbird

/// Pages for people beside the doors for programs. They hold their own ground: who may see them, and what is said in place of a page.
package protocol PageRoutes: Sendable {
    func addRoutes(to router: Router<APIContext>)
}
