import Hummingbird

/// A dialect and the path that it is spoken behind.
package struct Door: Sendable {
    /// Empty, or with a leading slash and without a trailing one: `/vendor`. What the dialect's own paths follow.
    package let path: String
    package let dialect: any Dialect

    package init(path: String, dialect: any Dialect) {
        precondition(path.isEmpty || path.hasPrefix("/") && !path.hasSuffix("/"), "'\(path)' is not a door's path")
        self.path = path
        self.dialect = dialect
    }
}

/// Which dialect is spoken behind which path.
struct Doors: Sendable {
    let all: [Door]
    private let fallback: any Dialect

    /// `fallback` answers for every path that none of `others` stands before.
    init(fallback: any Dialect, others: [Door] = []) {
        self.fallback = fallback
        all = others + [Door(path: "", dialect: fallback)]
    }

    func dialect(for path: String) -> any Dialect {
        all.first { path == $0.path || path.hasPrefix($0.path + "/") }?.dialect ?? fallback
    }
}
