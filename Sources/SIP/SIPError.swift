/// Why a SIP stack could not be started.
package enum SIPError: Error, Hashable, CustomStringConvertible {
    case badAddress(String)
    /// Somebody else has the port, or the address is not ours.
    case cannotBind(transport: String, address: String, port: Int, errno: Int32)
    case badTrunk(String, String)
    case stackFailed

    package var description: String {
        switch self {
        case .badAddress(let address):
            "'\(address)' cannot be used for SIP: give an IPv4 address of this machine; with 0.0.0.0 also the advertised address"
        case .cannotBind(let transport, let address, let port, let errno):
            "Cannot listen on \(transport) \(address):\(port) (errno \(errno)): another program may have it, or the address is not ours"
        case .badTrunk(let name, let problem):
            "Trunk '\(name)': \(problem)"
        case .stackFailed:
            "The SIP stack did not start"
        }
    }
}
