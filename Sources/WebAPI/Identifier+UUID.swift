import Calls
import FoundationEssentials

// For dialects whose clients know things by UUIDs: the same 128 bits, spelled their way.
extension Identifier {
    /// Reads a UUID, in capital letters or not, and our own spelling. Nil for anything else.
    init?(spelled text: String) {
        if let uuid = UUID(uuidString: text) { self.init(uuid) } else { self.init(text) }
    }

    /// In small letters, as RFC 9562 section 4 asks writers to.
    var uuidText: String { uuid.uuidString.lowercased() }
}
