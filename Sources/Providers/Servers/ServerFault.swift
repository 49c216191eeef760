/// Why a server gave nothing, or not all.
package enum ServerFault: Error, Sendable, Hashable {
    /// No connection: nobody listens there, the name does not resolve, TLS was not agreed on. In the library's words.
    case unreachable(String)
    /// The server answered with an error: its status, or 0 where the protocol has none, and the beginning of what it said.
    case refused(status: Int, reason: String)
    /// Nothing useful came in time, or nothing more.
    case stalled
    /// The connection ended in the middle of the answer.
    case cutShort
    /// The answer is not what the protocol has there.
    case malformed(String)
    /// The answer is longer than any answer to this request should be.
    case tooLarge
    /// As many requests are under way as the server is to have at once.
    case busy
    /// The server failed repeatedly and is left alone for a while.
    case paused
    case unknownVoice(String)
    /// Nobody is configured who can do it.
    case noneCan(String)

    /// Whether the server is to blame. What it refused of one request says nothing about the next.
    var countsAgainstServer: Bool {
        switch self {
        case .unreachable, .stalled, .cutShort, .malformed, .tooLarge: true
        case .refused(let status, _): ![400, 413, 415, 422].contains(status)
        case .busy, .paused, .unknownVoice, .noneCan: false
        }
    }

    /// One word for metrics.
    var label: String {
        switch self {
        case .unreachable: "unreachable"
        case .refused: "refused"
        case .stalled: "stalled"
        case .cutShort: "cut_short"
        case .malformed: "malformed"
        case .tooLarge: "too_large"
        case .busy: "busy"
        case .paused: "paused"
        case .unknownVoice: "unknown_voice"
        case .noneCan: "none"
        }
    }
}

extension ServerFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let why): "no connection (\(why))"
        case .refused(0, let reason): "refused: \(reason)"
        case .refused(let status, let reason): "refused with \(status)\(reason.isEmpty ? "" : ": \(reason)")"
        case .stalled: "no answer in time"
        case .cutShort: "the connection ended in the middle of the answer"
        case .malformed(let what): "not understood: \(what)"
        case .tooLarge: "the answer is too long"
        case .busy: "all its requests are taken"
        case .paused: "left alone for a while after failing repeatedly"
        case .unknownVoice(let name): "no voice '\(name)'"
        case .noneCan(let what): "nobody configured can \(what)"
        }
    }
}
