package import Engine

extension RecordingLink {
    /// Where the link is opened, on every host name of the server: `/recordings/call_….wav?expires=…&signature=…`.
    package var path: String { "/recordings/\(call).wav?expires=\(expires)&signature=\(signature)" }
}
