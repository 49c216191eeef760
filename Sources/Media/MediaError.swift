/// Why a media engine or a stream could not be opened or connected.
package enum MediaError: Error, Hashable, CustomStringConvertible {
    /// Every even port of the range, or the odd one above it, is taken.
    case noFreePort(ClosedRange<Int>)
    /// An address that is not a numeric IPv4 or IPv6 address, a port outside 1…65535, or of the other family than our own.
    case badAddress(String, port: Int)
    /// The operating system refused; `call` names the system call.
    case system(call: String, errno: Int32)
    /// The engine was stopped.
    case stopped

    package var description: String {
        switch self {
        case .noFreePort(let range):
            "No free RTP port between \(range.lowerBound) and \(range.upperBound): widen the range, or look for calls that do not end"
        case .badAddress(let address, let port):
            "Cannot use \(address):\(port) for RTP: give a numeric address of the same family as our own, and a port from 1 to 65535"
        case .system(let call, let errno):
            "\(call) failed with errno \(errno)"
        case .stopped:
            "The media engine was stopped"
        }
    }
}
