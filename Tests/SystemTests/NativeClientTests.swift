import Foundation
import Testing

/// The clients in `Examples/clients/native`, run as a customer would.
@Suite("Example clients of the native door", .timeLimit(.minutes(2)))
struct NativeClientTests {
    /// Confirms, and hangs up before the goodbye.
    private static let callee = "+15550100014"

    @Test("curl, Python and Swift place a call, show both sides, result and cost, and know a genuine webhook")
    func clients() async throws {
        try await DoorRig.run { rig in
            try await rig.server.applyAgent()
            let environment = ["TRUNKLINE_URL": rig.server.url, "TRUNKLINE_API_KEY": rig.server.key]
            let call = ["appointment-reminder", Self.callee]
            async let curl = rig.example(
                "native/call.sh",
                call + [rig.receiver.url("curl")],
                environment: environment
            )
            async let python = rig.example("native/call.py", call + ["--listen"], environment: environment)
            let directory = try TemporaryDirectory()
            let client = try await Self.compiled(in: directory)
            let (swift, status) = try await Program.run(call, environment: environment, executable: client)
            #expect(status == 0, "\(swift)")
            let outputs = [try await curl, try await python, swift]
            for output in outputs {
                #expect(output.contains("agent: ") && output.contains("callee: "), "\(output)")
                #expect(output.contains("status: completed"), "\(output)")
                #expect(output.contains(/result: .*confirmed"?: ?true/), "\(output)")
                #expect(output.contains(/cost: \d+\.\d{5}/), "\(output)")
            }
            #expect(outputs[1].contains(/webhook: call\.ended of call_\w+, genuine/), "\(outputs[1])")

            let message = try #require(try await rig.receiver.messages("curl", atLeast: 1).first)
            let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"].map { message.headers[$0] ?? "" }
            let secret = try #require(try await rig.server.request("GET", "/v1/webhooks/secret").json["secret"].text)
            let verifiers = [[Self.path("verify.sh")], [client, "verify", secret]]
            for verifier in verifiers {
                for (body, isGenuine) in [(message.body, true), (message.body + Data(" ".utf8), false)] {
                    let file = directory.path + "/body"
                    try body.write(to: URL(fileURLWithPath: file))
                    // A program of the tests reads nothing: the shell gives it the body.
                    let (output, status) = try await Program.run(
                        ["-c", #"body=$1; shift; "$@" <"$body""#, "sh", file] + verifier + headers,
                        environment: environment,
                        executable: "/bin/sh"
                    )
                    #expect((status == 0) == isGenuine, "\(verifier): \(output)")
                }
            }
        }
    }

    private static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).appending(path: "../../../Examples/clients/native/\(name)").standardized.path
    }

    /// The Swift client, compiled as its first lines say, with warnings as errors.
    private static func compiled(in directory: TemporaryDirectory) async throws -> String {
        let program = directory.path + "/call"
        let sources = ["Main", "Trunkline", "Webhook", "SHA256"].map { path("swift/\($0).swift") }
        let flags = ["-parse-as-library", "-swift-version", "6", "-warnings-as-errors"]
        let (output, status) = try await Program.run(
            ["swiftc"] + flags + sources + ["-o", program],
            executable: "/usr/bin/env"
        )
        try #require(status == 0, "\(output)")
        return program
    }
}
