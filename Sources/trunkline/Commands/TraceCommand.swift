import ArgumentParser
import Calls
import Foundation
import WebAPI

struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Draws the SIP messages of a call.",
        discussion: """
            Examples:
              trunkline trace call_01jdr3k5w2e8vt6m4q9xbn7c5h
              trunkline trace call_01jdr3k5w2e8vt6m4q9xbn7c5h --raw
            Times are in ms since the first message. Credentials are masked.
            """
    )

    @Argument(help: "The call's id.")
    var call: String

    @Flag(help: "Print the messages as they were on the wire.")
    var raw = false

    @Flag(help: "Print the messages as JSON.")
    var json = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard Call.ID(call) != nil else {
            throw ValidationError("'\(call)' is not a call's id, like call_01jdr3k5w2e8vt6m4q9xbn7c5h")
        }
    }

    func run() async throws {
        let terminal = Terminal.standard
        let answer = try await server.client().get("/v1/calls/\(call)/trace")
        guard !json else { return terminal.result(String(decoding: answer, as: UTF8.self)) }
        let documents = try ListDocument<SIPMessageDocument>(apiJSON: answer).data
        guard !documents.isEmpty else {
            return terminal.note("No SIP message of this call is stored: nothing was sent, or the call is not over yet")
        }
        let messages = documents.map { document in
            SIPLadder.Message(
                at: Timestamp.date(document.at)?.microseconds ?? 0,
                sent: document.sent,
                peer: document.peer,
                text: document.text
            )
        }
        if raw {
            for (message, document) in zip(messages, documents) {
                terminal.result("─── \(message.sent ? "to" : "from") \(message.peer.printable) at \(document.at)")
                let lines = message.text.components(separatedBy: .newlines)
                for line in lines where !line.isEmpty { terminal.result(line.printable) }
                terminal.result()
            }
        } else {
            for line in SIPLadder(messages: messages).lines() { terminal.result(line) }
        }
    }
}
