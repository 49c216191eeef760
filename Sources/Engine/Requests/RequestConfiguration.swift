/// How agents may ask other servers.
package struct RequestConfiguration: Sendable {
    /// Whether these may have private, loopback or link-local addresses, and be asked without TLS.
    package var allowPrivateAddresses = false
    /// How many bytes an answer may have. A longer one is of no use to a language model, and is not read.
    package var responseLimit = 16 * 1024
    /// By name. Agents know their names alone.
    package var secrets: [String: RequestSecret] = [:]

    package init() {}
}

/// Something that must not be seen but by the servers it is for.
package struct RequestSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let value: String
    /// The hosts that it may be sent to, lowercase. An agent that asks any other does not get it, whoever wrote the agent.
    let hosts: Set<String>

    package init(_ value: String, hosts: [String]) {
        self.value = value
        self.hosts = Set(hosts.map { $0.lowercased() })
    }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
