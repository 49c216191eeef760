import Calls

/// A tool whose outcome is waited for while the talk goes on: a request, or handing the callee over.
struct Errand: Sendable {
    let call: ToolCall
    /// The line that called it.
    let line: Int
    /// On the recording, in samples.
    let start: Int64
    /// Where the callee is handed over to. Nil for a request.
    var transfer: TransferDestination?
    /// Whether the far end was asked to hand over: the agent's words come first.
    var isAsked = false
}
