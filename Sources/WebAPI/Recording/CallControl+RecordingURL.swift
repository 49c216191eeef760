import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension CallControl {
    /// A URL that opens the finished recording of `call` without a key for `lifetime` seconds, as whoever sent `request` reaches this server. Nil if there
    /// is none, or not yet. To be shown to keys alone that may hear it.
    func recordingURL(
        of call: Call,
        for lifetime: TimeInterval,
        to request: Request,
        at publicURL: PublicURL
    ) -> String? {
        guard call.recorded, call.lifecycle.status.isFinal else { return nil }
        return publicURL.absolute(links.link(to: call.id, of: call.project, until: now + lifetime).path, for: request)
    }
}
