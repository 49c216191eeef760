import FoundationEssentials
import Hummingbird
import WebAPI

/// Parts of a page that take the place of others, or come after what is there. The page's script puts them where they belong.
struct Fragments: Encodable, ResponseEncodable, Sendable {
    /// By the identifier of the element whose content they are.
    var replace: [String: String] = [:]
    /// By the identifier of the element that they are added to, unless one with the same identifier is in the page.
    var append: [String: String] = [:]
    /// The identifiers of elements that go.
    var remove: [String] = []
    /// The page is to be loaded again: it has become another one.
    var reload = false

    init(replacing parts: [String: HTML] = [:], appending more: [String: HTML] = [:]) {
        replace = parts.mapValues(\.text)
        append = more.mapValues(\.text)
    }

    static var another: Fragments {
        var fragments = Fragments()
        fragments.reload = true
        return fragments
    }

    func message(_ id: String) throws -> ServerSentEvents.Message {
        let data = try WireEncoder().data(self)
        return ServerSentEvents.Message(id: id, event: "change", data: String(decoding: data, as: UTF8.self))
    }
}
