import Foundation

/// Places one call, shows what both sides said, and then what came of it; or checks a webhook.
///
///     swiftc -parse-as-library -swift-version 6 Examples/clients/native/swift/*.swift -o call
///     TRUNKLINE_URL=http://127.0.0.1:8080 TRUNKLINE_API_KEY=sk_test_… ./call appointment-reminder +15550100001
///     ./call verify whsec_… "$webhook_id" "$webhook_timestamp" "$webhook_signature" <body
@main
struct Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.count {
        case 2: try await place(agent: arguments[0], number: arguments[1])
        case 5 where arguments[0] == "verify": verify(arguments)
        default: fail("usage: call AGENT NUMBER, or: call verify SECRET ID TIMESTAMP SIGNATURE <body")
        }
    }

    private static func place(agent: String, number: String) async throws {
        let environment = ProcessInfo.processInfo.environment
        guard let url = URL(string: environment["TRUNKLINE_URL"] ?? "http://127.0.0.1:8080"),
            let key = environment["TRUNKLINE_API_KEY"]
        else { fail("TRUNKLINE_API_KEY is not set") }
        let trunkline = Trunkline(url: url, key: key)
        do {
            let placed = try await trunkline.place(agent: agent, to: number)
            let call = try await trunkline.follow(placed.id) { print("\($0.speaker): \($0.text)") }
            print("status: \(call.status), \(call.endReason ?? ""), after \(call.duration ?? 0) s")
            print("result: \(call.result.map { "\($0): \($1)" }.sorted().joined(separator: ", "))")
            print("cost: \(call.cost.total)")
        } catch let refusal as Trunkline.Refusal {
            fail("\(refusal)")
        }
    }

    private static func verify(_ arguments: [String]) {
        let body = Array(FileHandle.standardInput.readDataToEndOfFile())
        let webhook = Webhook(id: arguments[2], timestamp: arguments[3], signature: arguments[4], body: body)
        guard webhook.isGenuine(secret: arguments[1]) else { fail("not genuine") }
        print("genuine: \(webhook.id)")
    }

    private static func fail(_ message: String) -> Never {
        FileHandle.standardError.write(Data("\(message)\n".utf8))
        exit(1)
    }
}
